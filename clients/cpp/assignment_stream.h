// Assigns table after table over one stream, several ahead of their answers: the
// fastest way to push many contacts through.
//
//   cible::AssignmentStream stream(*client, "workspaces/default/segmentations/default",
//       [&](std::int64_t table, const absl::StatusOr<cible::v1::AssignSegmentsResponse>& answer) {
//         ...
//       });
//   while (NextTable(&table) && stream.Write(std::move(table))) {}
//   const absl::Status status = stream.Finish();

#ifndef CIBLE_CLIENTS_CPP_ASSIGNMENT_STREAM_H_
#define CIBLE_CLIENTS_CPP_ASSIGNMENT_STREAM_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "clients/cpp/client.h"
#include "clients/cpp/messages.h"

namespace cible {

struct AssignmentStreamOptions {
  // Tables that may wait for their answers, >= 1. Write() waits when so many do.
  int window = 8;
};

// Not thread-safe: one thread writes, finishes and destroys.
class AssignmentStream {
 public:
  // Told the place of the table among those written, from 0, and its answer;
  // AssignedRows() of clients/cpp/assigned_rows.h reads it. A table that was
  // refused as a whole has its error here, and the stream goes on. Called in the
  // order of the tables, on a thread of the stream; while it runs no other
  // answer is read, and so the server is held back.
  using Callback = std::function<void(std::int64_t table,
                                      const absl::StatusOr<v1::AssignSegmentsResponse>& answer)>;

  // `client` may go before the stream does.
  AssignmentStream(const Client& client, std::string segmentation, Callback answered,
                   const AssignmentStreamOptions& options = {});

  // A stream that is not finished is cancelled; no callback runs afterwards.
  ~AssignmentStream();
  AssignmentStream(const AssignmentStream&) = delete;
  AssignmentStream& operator=(const AssignmentStream&) = delete;

  // Sends the table, once fewer than `window` wait. False when the stream is over:
  // Finish() says why.
  bool Write(v1::ContactTable table);

  // Waits for all answers, and gives the status of the stream: an error when it
  // broke, and tables may then be without an answer. Nothing can be written
  // afterwards.
  absl::Status Finish();

 private:
  class Stream;
  std::unique_ptr<Stream> stream_;
};

}  // namespace cible

#endif  // CIBLE_CLIENTS_CPP_ASSIGNMENT_STREAM_H_
