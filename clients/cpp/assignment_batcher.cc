#include "clients/cpp/assignment_batcher.h"

#include <algorithm>
#include <future>
#include <iterator>
#include <memory>
#include <utility>

namespace cible {
namespace {

constexpr int kMaxTableRows = 65'536;

AssignmentBatcherOptions Clamped(AssignmentBatcherOptions options) {
  options.max_rows = std::clamp(options.max_rows, 1, kMaxTableRows);
  options.max_waiting = std::max(options.max_waiting, 1);
  options.tables_in_flight = std::max(options.tables_in_flight, 1);
  return options;
}

}  // namespace

AssignmentBatcher::AssignmentBatcher(Client client, std::string segmentation,
                                     const AssignmentBatcherOptions& options)
    : options_(Clamped(options)), assigner_(std::move(client), std::move(segmentation)) {
  for (int i = 0; i < options_.tables_in_flight; ++i) threads_.emplace_back([this] { Run(); });
}

AssignmentBatcher::~AssignmentBatcher() {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    ending_ = true;
  }
  has_some_.notify_all();
  has_enough_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

AssignedRow AssignmentBatcher::Assign(v1::Contact contact) {
  // Shared: it must outlive set_value(), which may return after get() does.
  const auto promise = std::make_shared<std::promise<AssignedRow>>();
  std::future<AssignedRow> answer = promise->get_future();
  Assign(std::move(contact), [promise](AssignedRow row) { promise->set_value(std::move(row)); });
  return answer.get();
}

void AssignmentBatcher::Assign(v1::Contact contact, Callback answered) {
  const auto rows = [this] { return static_cast<int>(waiting_.size()); };
  std::unique_lock<std::mutex> lock(mutex_);
  has_room_.wait(lock, [&] { return rows() < options_.max_waiting; });
  const auto due = std::chrono::steady_clock::now() + options_.max_delay;
  waiting_.push_back({std::move(contact), std::move(answered), due});
  const bool is_first = rows() == 1;
  const bool is_enough = rows() >= std::min(options_.max_rows, options_.max_waiting);
  lock.unlock();
  if (is_first) has_some_.notify_one();
  if (is_enough) has_enough_.notify_one();
}

void AssignmentBatcher::Run() {
  for (std::vector<Ask> asks = TakeTable(); !asks.empty(); asks = TakeTable()) {
    Answer(std::move(asks));
  }
}

// Waits for a full table, or until the first of what waits is due. Empty: the
// end.
std::vector<AssignmentBatcher::Ask> AssignmentBatcher::TakeTable() {
  const auto enough = static_cast<std::size_t>(std::min(options_.max_rows, options_.max_waiting));
  std::unique_lock<std::mutex> lock(mutex_);
  while (waiting_.size() < enough && !ending_) {
    if (waiting_.empty()) {
      has_some_.wait(lock, [this] { return !waiting_.empty() || ending_; });
      continue;
    }
    const auto due = waiting_.front().due;
    if (std::chrono::steady_clock::now() >= due) break;
    has_enough_.wait_until(lock, due);
  }
  const auto end =
      waiting_.begin() + static_cast<std::ptrdiff_t>(std::min<std::size_t>(
                             waiting_.size(), static_cast<std::size_t>(options_.max_rows)));
  std::vector<Ask> asks(std::make_move_iterator(waiting_.begin()), std::make_move_iterator(end));
  waiting_.erase(waiting_.begin(), end);
  const bool some_left = !waiting_.empty();
  lock.unlock();
  has_room_.notify_all();
  if (some_left) has_some_.notify_one();
  return asks;
}

void AssignmentBatcher::Answer(std::vector<Ask> asks) {
  std::vector<const v1::Contact*> contacts;
  for (const Ask& ask : asks) contacts.push_back(&ask.contact);
  std::vector<AssignedRow> answers = assigner_.Assign(contacts);
  for (std::size_t i = 0; i < asks.size(); ++i) asks[i].answered(std::move(answers[i]));
}

}  // namespace cible
