// Storing a file of contacts on a server: blocks of typed rows in one stream,
// several under way at a time, and an account of what became of them.

#ifndef CIBLE_CLIENTS_CLI_CONTACT_IMPORT_H_
#define CIBLE_CLIENTS_CLI_CONTACT_IMPORT_H_

#include <cstdint>
#include <deque>
#include <mutex>
#include <string>

#include "absl/status/status.h"
#include "cible/v1/contact_service.pb.h"
#include "clients/cli/contact_file.h"
#include "clients/cli/membership_columns.h"
#include "clients/cli/output/progress.h"
#include "clients/cli/rejected_rows.h"
#include "segmentation/data/schema.h"

namespace cible {

struct ImportTotals {
  std::int64_t created = 0;
  std::int64_t updated = 0;
  std::int64_t unchanged = 0;
  std::int64_t without_legal_basis = 0;
  std::int64_t refused = 0;  // By the file's reader, its parser and the server.

  std::int64_t stored() const { return created + updated + unchanged; }
};

// The two ends of Client::ImportContacts for one file.
class ContactImport {
 public:
  // `first` has what is sent of the first message only: workspace, kind,
  // stage, provenance. Everything given must outlive the import.
  ContactImport(ContactFile& file, const Schema& schema, const v1::ImportContactsRequest& first,
                RejectedRows& rejected, Progress& progress, MembershipColumns memberships = {});

  // The next message; false at the end of the file and when it cannot be read
  // on (see file_status). Called by one thread.
  bool Next(v1::ImportContactsRequest* request);

  // Takes account of an answer. Called by one thread, which may be another.
  bool Answered(const v1::ImportContactsResponse& response);

  // After the stream has ended. Why the file could not be read to its end.
  const absl::Status& file_status() const { return file_status_; }
  // Why the server could store nothing more, as on a full disk. The rows that
  // waited are not refused: they are in order, and not stored.
  const absl::Status& store_status() const { return store_status_; }
  ImportTotals totals();
  // Roles of persons that are none that is known.
  std::int64_t unknown_roles() const { return memberships_.unknown_roles(); }

 private:
  // A block that waits for its answer, or, when nothing of it was sent, for
  // those before it: refused rows are told in the file's order.
  struct Pending {
    FileBlock block;
    bool sent = false;
  };

  void Settle(FileBlock& block);  // REQUIRES: mutex_ is held; the next too.
  void SettleUnsent();
  void ShowProgress();

  ContactFile& file_;
  const Schema& schema_;
  const v1::ImportContactsRequest& first_;
  RejectedRows& rejected_;
  Progress& progress_;
  MembershipColumns memberships_;
  std::int64_t sequence_ = 0;
  absl::Status file_status_;

  std::mutex mutex_;  // Guards what follows, and `rejected_`.
  std::deque<Pending> pending_;
  absl::Status store_status_;
  ImportTotals totals_;
};

}  // namespace cible

#endif  // CIBLE_CLIENTS_CLI_CONTACT_IMPORT_H_
