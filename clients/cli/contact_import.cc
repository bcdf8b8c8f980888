#include "clients/cli/contact_import.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "clients/cli/answer_file.h"
#include "clients/cli/output/number_text.h"
#include "clients/cli/stream_end.h"
#include "server/wire/contact_wire.h"

namespace cible {

ContactImport::ContactImport(ContactFile& file, const Schema& schema,
                             const v1::ImportContactsRequest& first, RejectedRows& rejected,
                             Progress& progress, MembershipColumns memberships)
    : file_(file),
      schema_(schema),
      first_(first),
      rejected_(rejected),
      progress_(progress),
      memberships_(std::move(memberships)) {}

bool ContactImport::Next(v1::ImportContactsRequest* request) {
  ShowProgress();
  while (true) {
    auto block = file_.Read(schema_, memberships_.empty());
    if (!block.ok()) {
      file_status_ = block.status();
      return false;
    }
    const bool send = block->table.row_count > 0;
    const bool at_end = block->at_end;
    if (send) {
      if (sequence_ == 0) *request = first_;
      request->set_sequence(++sequence_);
      TableToProto(block->table, request->mutable_table());
      memberships_.Write(*block, request->mutable_table());
      block->table.columns.clear();  // Sent; its ids and the text are kept.
    }
    const std::lock_guard<std::mutex> lock(mutex_);
    pending_.push_back({*std::move(block), send});
    SettleUnsent();
    if (send) return true;
    if (at_end) return false;
  }
}

bool ContactImport::Answered(const v1::ImportContactsResponse& response) {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (pending_.empty()) return false;  // An answer to nothing: stop.
  FileBlock block = std::move(pending_.front().block);
  pending_.pop_front();
  if (response.has_error() && EndsTheStream(response.error().code())) {
    store_status_ = absl::Status(static_cast<absl::StatusCode>(response.error().code()),
                                 response.error().message());
    return false;
  }
  if (response.has_error()) {
    const std::string reason = absl::StrCat("the server refused it: ", response.error().message());
    for (int row = 0; row < block.table.row_count; ++row) block.Refuse(row, reason);
  }
  RefuseRows(response.errors(), block);
  // Beyond the first 1,000 the server counts refused rows without naming them.
  totals_.refused += std::max<std::int64_t>(response.refused_count() - response.errors_size(), 0);
  totals_.created += response.created_count();
  totals_.updated += response.updated_count();
  totals_.unchanged += response.unchanged_count();
  totals_.without_legal_basis += response.without_legal_basis_count();
  Settle(block);
  SettleUnsent();
  return true;
}

void ContactImport::Settle(FileBlock& block) {
  totals_.refused += static_cast<std::int64_t>(block.refused.size());
  rejected_.Add(std::move(block.refused));
}

void ContactImport::SettleUnsent() {
  while (!pending_.empty() && !pending_.front().sent) {
    Settle(pending_.front().block);
    pending_.pop_front();
  }
}

ImportTotals ContactImport::totals() {
  const std::lock_guard<std::mutex> lock(mutex_);
  return totals_;
}

void ContactImport::ShowProgress() {
  const std::int64_t rows = totals().stored();
  const double rate = static_cast<double>(rows) / std::max(progress_.seconds(), 1e-3);
  progress_.Show(file_.fraction_read(),
                 absl::StrCat(CountText(rows), " contacts, ",
                              CountText(static_cast<std::int64_t>(rate)), "/s"));
}

}  // namespace cible
