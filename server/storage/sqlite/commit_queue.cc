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

}  // namespace

CommitQueue::CommitQueue(std::unique_ptr<BatchWriter> writer)
    : writer_(std::move(writer)), thread_([this] { Run(); }) {}

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
  for (Group group = NextGroup(); !group.empty(); group = NextGroup()) {
    Write(group);
    Answer(group);
    CheckpointWhenDue();
  }
  writer_.reset();
}

// Empty when stopping and nothing is left.
CommitQueue::Group CommitQueue::NextGroup() {
  std::unique_lock lock(mutex_);
  arrived_.wait(lock, [&] { return stopping_ || !queue_.empty(); });
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

void CommitQueue::CheckpointWhenDue() {
  if (writer_->connection().log_pages() < kCheckpointPages) return;
  // What fails now is tried again after the next commit; the log is whole.
  writer_->connection().Checkpoint().IgnoreError();
}

}  // namespace cible
