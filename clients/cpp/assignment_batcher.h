// Turns single asks into tables: for programs that ask for one contact at a time,
// many times a second, from many threads.
//
//   cible::AssignmentBatcher batcher(*client, "workspaces/default/segmentations/default");
//   const cible::AssignedRow answer = batcher.Assign(contact);  // In any thread.
//   if (answer.ok()) Use(answer->segment, answer->probability);

#ifndef CIBLE_CLIENTS_CPP_ASSIGNMENT_BATCHER_H_
#define CIBLE_CLIENTS_CPP_ASSIGNMENT_BATCHER_H_

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "cible/v1/contact.pb.h"
#include "clients/cpp/assigned_rows.h"
#include "clients/cpp/client.h"
#include "clients/cpp/table_assigner.h"

namespace cible {

struct AssignmentBatcherOptions {
  // A table goes when it has so many rows, in [1, 65536], ...
  int max_rows = 256;
  // ... or when its first contact has waited for so long.
  std::chrono::microseconds max_delay{1'000};
  // Contacts that may wait to be sent, >= 1. When so many do, Assign() waits: the
  // memory held never grows beyond these and the tables under way.
  int max_waiting = 4'096;
  // Tables under way at a time, >= 1; as many threads.
  int tables_in_flight = 2;
};

// Thread-safe.
class AssignmentBatcher {
 public:
  // Called on a thread of the batcher. What follows waits for it: it should be
  // quick, and must not call Assign().
  using Callback = std::function<void(AssignedRow)>;

  // Shares the client's channels, its deadline and its retries.
  AssignmentBatcher(Client client, std::string segmentation,
                    const AssignmentBatcherOptions& options = {});

  // Sends what still waits, and returns when all are answered.
  ~AssignmentBatcher();
  AssignmentBatcher(const AssignmentBatcher&) = delete;
  AssignmentBatcher& operator=(const AssignmentBatcher&) = delete;

  // What is known of the contact decides; its name is not sent. Waits for the
  // answer. Errors: INVALID_ARGUMENT for an attribute that is not in the schema,
  // or an impossible value: this contact's alone; else those of AssignSegments.
  AssignedRow Assign(v1::Contact contact);

  // Returns when the contact is among those that wait.
  void Assign(v1::Contact contact, Callback answered);

 private:
  struct Ask {
    v1::Contact contact;
    Callback answered;
    std::chrono::steady_clock::time_point due;
  };

  void Run();
  std::vector<Ask> TakeTable();
  void Answer(std::vector<Ask> asks);

  const AssignmentBatcherOptions options_;
  TableAssigner assigner_;

  std::mutex mutex_;
  std::condition_variable has_room_;    // For one more ask.
  std::condition_variable has_some_;    // A first one waits, or the end.
  std::condition_variable has_enough_;  // A full table waits, or the end.
  std::deque<Ask> waiting_;
  bool ending_ = false;
  std::vector<std::thread> threads_;  // The last: they use all of the above.
};

}  // namespace cible

#endif  // CIBLE_CLIENTS_CPP_ASSIGNMENT_BATCHER_H_
