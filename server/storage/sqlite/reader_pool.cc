#include "server/storage/sqlite/reader_pool.h"

#include <chrono>
#include <utility>

#include "absl/status/status.h"

namespace cible {
namespace {

constexpr std::chrono::seconds kPatience(30);

}  // namespace

ReaderPool::ReaderPool(std::string path, int limit) : path_(std::move(path)), limit_(limit) {}

absl::StatusOr<std::unique_ptr<Connection>> ReaderPool::Borrow() {
  std::unique_lock lock(mutex_);
  if (!returned_.wait_for(lock, kPatience, [&] { return lent_ < limit_ && !paused_; })) {
    return absl::UnavailableError("too many long reads are under way; try again later");
  }
  ++lent_;
  if (!idle_.empty()) {
    std::unique_ptr<Connection> connection = std::move(idle_.back());
    idle_.pop_back();
    return connection;
  }
  lock.unlock();
  auto connection = Connection::Open(path_, Connection::Access::kRead);
  if (!connection.ok()) GiveBack(nullptr);
  return connection;
}

void ReaderPool::GiveBack(std::unique_ptr<Connection> connection) {
  {
    const std::lock_guard lock(mutex_);
    --lent_;
    if (connection != nullptr) idle_.push_back(std::move(connection));
  }
  returned_.notify_one();
  all_returned_.notify_one();
}

bool ReaderPool::WhileIdle(std::chrono::milliseconds patience, const std::function<void()>& act) {
  std::unique_lock lock(mutex_);
  paused_ = true;
  const bool idle = all_returned_.wait_for(lock, patience, [&] { return lent_ == 0; });
  lock.unlock();
  if (idle) act();
  lock.lock();
  paused_ = false;
  lock.unlock();
  returned_.notify_all();
  return idle;
}

void ReaderPool::CloseIdle() {
  const std::lock_guard lock(mutex_);
  idle_.clear();
}

}  // namespace cible
