// Walks the contacts of a workspace in key order and makes blocks of columns.

#ifndef CIBLE_SERVER_STORAGE_SQLITE_TABLE_SCAN_H_
#define CIBLE_SERVER_STORAGE_SQLITE_TABLE_SCAN_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "server/storage/row_decoder.h"
#include "server/storage/sqlite/connection.h"
#include "server/storage/sqlite/related_contacts.h"
#include "server/storage/sqlite/side_walk.h"
#include "server/storage/store.h"

namespace cible {

// Each block is a query of its own that starts after the last key, so nothing
// is open on the connection between two blocks.
class TableScan {
 public:
  // REQUIRES: the connection is inside a transaction; it, the request and its
  // schema outlive the scan.
  // Errors: INVALID_ARGUMENT, see Snapshot::Scan.
  static absl::StatusOr<TableScan> Make(Connection& connection, const ScanRequest& request);

  // The next block that the filter leaves rows in; nullopt past the last.
  absl::StatusOr<std::optional<ContactBlock>> Next();

 private:
  using Attributes = std::vector<const Attribute*>;
  // The tables beside the contacts.
  struct Beside {
    SideWalk assignments;
    SideWalk lifecycles;
  };

  TableScan(Connection& connection, const ScanRequest& request, const Attributes& attributes,
            const Attributes& earlier);

  absl::Status FindNumbers();
  // At most request_.block_rows rows, unfiltered; none at the end.
  absl::StatusOr<ContactBlock> Read();
  // Contacts of keys in (after, last], as many as the block takes.
  absl::Status ReadRange(std::int64_t after, std::int64_t last, Beside& beside,
                         ContactBlock& block);
  absl::Status ReadKeys(const std::vector<std::int64_t>& keys, Beside& beside, ContactBlock& block);
  bool IsFull(const ContactBlock& block) const;
  absl::Status AppendRow(const Query& row, ContactBlock& block);
  void AppendRecord(const Query& row, ContactBlock& block) const;
  absl::Status AppendOrganization(std::int64_t organization, ContactBlock& block);
  void AppendLifecycle(SideWalk& lifecycles, ContactBlock& block) const;
  absl::Status AppendValues(const Query& row, RowDecoder& decoder);
  bool IsAssigned(const Query& assignment) const;
  bool ReadsRecords() const;
  bool ReadsBehaviour() const;
  bool ReadsOrganizationBehaviour() const;
  ContactBlock Filtered(ContactBlock block) const;

  Connection* connection_;
  const ScanRequest* request_;
  RowDecoder decoder_;
  std::optional<RowDecoder> earlier_;  // As of the other day.
  OrganizationReader organizations_;
  std::int64_t workspace_ = 0;     // 0, which no name has: the workspace is not in store.
  std::int64_t segmentation_ = 0;  // 0: none asked for, or nothing assigned in it.
  std::int64_t after_key_;
  std::size_t next_key_ = 0;  // Of request_->keys, by position.
};

}  // namespace cible

#endif  // CIBLE_SERVER_STORAGE_SQLITE_TABLE_SCAN_H_
