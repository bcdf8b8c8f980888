#include "server/storage/sqlite/commit_queue.h"

#include <cstddef>
#include <utility>

namespace cible {
namespace {

// A group ends with the batch that reaches this, so that nobody waits for an
// import of many tables to be one transaction.
constexpr std::size_t kGroupOperations = 8192;

// 8 MB of log. Reading slows down with the log, and a restart reads it whole.
constexpr int kCheckpointPages = 2000;

// Erased bytes leave the log when nobody reads. How long new readers wait for
// those that read, at most; and when it is tried again, if they went on.
constexpr auto kPatience = std::chrono::milliseconds(100);
constexpr auto kTryAgain = std::chrono::milliseconds(1000);

}  // namespace

CommitQueue::CommitQueue(std::unique_ptr<BatchWriter> writer, ReaderPool& readers)
    : readers_(readers), writer_(std::move(writer)), thread_([this] { Run(); }) {}

CommitQueue::~CommitQueue() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  arrived_.notify_one();
  thread_.join();
}

absl::StatusOr<std::vector<OperationResult>> CommitQueue::Commit(WriteBatch batch) {
  Waiter waiter;
  waiter.batch = std::move(batch);
  std::unique_lock lock(mutex_);
  queue_.push_back(&waiter);
  arrived_.notify_one();
  waiter.answered.wait(lock, [&] { return waiter.done; });
  return std::move(waiter.results);
}

void CommitQueue::Run() {
  for (std::optional<Group> group = NextGroup(); group.has_value(); group = NextGroup()) {
    if (!group->empty()) Write(*group);
    ClearErased();
    Answer(*group);
    CheckpointWhenDue();
  }
  writer_.reset();
}

// Empty when nothing came until what was erased can be cleared again; nullopt
// when stopping and nothing is left.
std::optional<CommitQueue::Group> CommitQueue::NextGroup() {
  std::unique_lock lock(mutex_);
  const auto awake = [&] { return stopping_ || !queue_.empty(); };
  if (writer_->has_erased()) {
    arrived_.wait_until(lock, clear_again_, awake);
  } else {
    arrived_.wait(lock, awake);
  }
  if (stopping_ && queue_.empty()) return std::nullopt;
  Group group;
  for (std::size_t operations = 0; !queue_.empty() && operations < kGroupOperations;) {
    group.push_back(queue_.front());
    operations += queue_.front()->batch.operations.size();
    queue_.pop_front();
  }
  return group;
}

void CommitQueue::Write(const Group& group) {
  const absl::Status status = TryWrite(group);
  if (status.ok()) return;
  for (Waiter* waiter : group) waiter->results = status;
}

// An error is one of the whole group, of which nothing was written.
absl::Status CommitQueue::TryWrite(const Group& group) {
  if (absl::Status status = writer_->Begin(); !status.ok()) return status;
  for (Waiter* waiter : group) {
    waiter->results = writer_->Apply(waiter->batch);
    if (!writer_->in_transaction()) return waiter->results.status();
  }
  return writer_->Commit();
}

void CommitQueue::Answer(const Group& group) {
  const std::lock_guard lock(mutex_);
  for (Waiter* waiter : group) {
    waiter->done = true;
    // Under the lock: once it is released the waiter may be gone.
    waiter->answered.notify_one();
  }
}

// Before the answer where it can be done at once, so that a contact that was
// erased is nowhere by then.
void CommitQueue::ClearErased() {
  if (!writer_->has_erased() || std::chrono::steady_clock::now() < clear_again_) return;
  bool cleared = false;
  readers_.WhileIdle(kPatience, [&] { cleared = writer_->ClearErased().ok(); });
  if (!cleared) clear_again_ = std::chrono::steady_clock::now() + kTryAgain;
}

void CommitQueue::CheckpointWhenDue() {
  if (writer_->connection().log_pages() < kCheckpointPages) return;
  // What fails now is tried again after the next commit; the log is whole.
  writer_->connection().Checkpoint().IgnoreError();
}

}  // namespace cible
