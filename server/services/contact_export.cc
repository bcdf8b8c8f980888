#include "server/services/contact_export.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "server/wire/contact_wire.h"

namespace cible {
namespace {

constexpr std::size_t kMaxMessageBytes = 3 << 20;
constexpr int kMaxBlockRows = 4096;
// Of eight bytes each a quarter of the limit.
constexpr int kMaxBlockCells = 1 << 17;

Codes SegmentCodes(const std::vector<std::string>& segments, int begin, int end) {
  Codes codes;
  absl::flat_hash_map<std::string, std::uint32_t> code_of;
  for (int row = begin; row < end; ++row) {
    const std::string& segment = segments[static_cast<std::size_t>(row)];
    const auto [place, is_new] = code_of.emplace(segment, codes.dictionary.size());
    if (is_new) codes.dictionary.push_back(segment);
    codes.codes.push_back(place->second);
  }
  return codes;
}

}  // namespace

ContactExport::ContactExport(ContactQuery query, std::vector<std::string> attributes,
                             std::shared_ptr<void> slot)
    : slot_(std::move(slot)), attributes_(std::move(attributes)), query_(std::move(query)) {}

absl::StatusOr<std::unique_ptr<ResponseSource>> ContactExport::Open(
    ContactQuery query, std::vector<std::string> attributes, std::shared_ptr<void> slot) {
  const int columns = std::max<int>(1, static_cast<int>(attributes.size()));
  query.scan.attributes = attributes;
  query.scan.block_rows = std::clamp(kMaxBlockCells / columns, 1, kMaxBlockRows);
  std::unique_ptr<ContactExport> source(
      new ContactExport(std::move(query), std::move(attributes), std::move(slot)));
  auto scan = source->query_.snapshot->OpenScan(source->query_.scan);
  if (!scan.ok()) return scan.status();
  source->scan_ = *std::move(scan);
  return source;
}

absl::StatusOr<StreamStep> ContactExport::NextMessage(const CallContext& /*call*/,
                                                      v1::ExportContactsResponse* response) {
  if (sent_rows_ == block_.table.row_count) {
    auto block = scan_->Next();
    if (!block.ok()) return block.status();
    if (!block->has_value()) return StreamStep::kEnd;
    block_ = **std::move(block);
    sent_rows_ = 0;
  }
  int rows = block_.table.row_count - sent_rows_;
  Write(sent_rows_, sent_rows_ + rows, response);
  while (rows > 1 && response->ByteSizeLong() > kMaxMessageBytes) {
    rows /= 2;
    Write(sent_rows_, sent_rows_ + rows, response);
  }
  sent_rows_ += rows;
  return StreamStep::kMessage;
}

// The rows [begin, end) of the block. The filter's columns stay behind.
void ContactExport::Write(int begin, int end, v1::ExportContactsResponse* response) const {
  response->Clear();
  ContactTable table{.row_count = block_.table.row_count, .ids = block_.table.ids};
  for (const std::string& attribute : attributes_) {
    table.columns.push_back(*block_.table.Find(attribute));
  }
  if (end - begin < table.row_count) {
    std::vector<int> rows(static_cast<std::size_t>(end - begin));
    std::iota(rows.begin(), rows.end(), begin);
    table = SelectRows(table, rows);
  }
  TableToProto(table, response->mutable_table());
  std::vector<std::string> organizations;
  std::vector<BuyingRole> buying_roles;
  for (int row = begin; row < end; ++row) {
    const ContactRecord& record = block_.records[static_cast<std::size_t>(row)];
    organizations.push_back(record.organization);
    buying_roles.push_back(record.buying_role);
  }
  MembershipsToProto(organizations, buying_roles, response->mutable_table());
  CodesToProto(SegmentCodes(block_.facts.segments, begin, end), response->mutable_segments());
  for (int row = begin; row < end; ++row) {
    response->add_stages(StageToProto(block_.facts.stages[static_cast<std::size_t>(row)]));
  }
}

}  // namespace cible
