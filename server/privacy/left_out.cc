#include "server/privacy/left_out.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "cible/storage/v1/resources.pb.h"
#include "segmentation/data/minors.h"
#include "server/storage/collections.h"
#include "server/storage/row_decoder.h"
#include "server/storage/stored_message.h"

namespace cible {
namespace {

constexpr char kMinor[] =
    "the person may be under 18, and minors are not profiled; go on without a segment, or mend the "
    "age or the date of birth if it is wrong";

// The birth attributes of one stored contact, as a table of one row.
absl::StatusOr<ContactTable> BirthsOf(const ContactRecord& contact, const Schema& schema) {
  std::vector<const Attribute*> attributes;
  for (const std::string& id : BirthAttributes(schema)) attributes.push_back(schema.Find(id));
  RowDecoder decoder(attributes);
  if (absl::Status status = decoder.Append(contact.values); !status.ok()) return status;
  return ContactTable{.row_count = 1, .ids = {}, .columns = decoder.TakeColumns()};
}

// Of values that are one a row, or none at all.
template <typename T>
void Keep(const std::vector<int>& rows, std::vector<T>& values) {
  if (values.empty()) return;
  std::vector<T> kept;
  for (const int row : rows) kept.push_back(std::move(values[static_cast<std::size_t>(row)]));
  values = std::move(kept);
}

}  // namespace

absl::StatusOr<PassedOver> LeftOutOfLists(Snapshot& snapshot, const std::string& workspace) {
  const auto stored =
      ReadStored<storage::v1::StoredWorkspace>(snapshot, WorkspaceKey(workspace), "workspace");
  if (!stored.ok()) return stored.status();
  return PassedOver{.objecting = true,
                    .without_legal_basis = stored->message.workspace().require_legal_basis()};
}

absl::StatusOr<PassedOver> LeftOutOfProfiling(Snapshot& snapshot, const std::string& workspace,
                                              Date day) {
  auto left_out = LeftOutOfLists(snapshot, workspace);
  if (left_out.ok()) left_out->minors_on = day;
  return left_out;
}

absl::Status CheckMayBeProfiled(const ContactRecord& contact, const Schema& schema,
                                const PassedOver& left_out) {
  if (left_out.objecting && contact.objection_time.has_value()) {
    return absl::FailedPreconditionError(
        "the contact objects to profiling, so it has no segment; go on without one, or record "
        "that it withdrew its objection (ObjectToProfiling, `cible contacts object ID "
        "--withdraw`)");
  }
  if (left_out.without_legal_basis && !contact.has_legal_basis) {
    return absl::FailedPreconditionError(
        "no legal basis is known for the contact, and the workspace requires one; record where it "
        "comes from and on which basis (`provenance` of UpdateContact or ImportContacts)");
  }
  if (!left_out.minors_on.has_value() || contact.kind != ContactKind::kPerson) {
    return absl::OkStatus();
  }
  const auto births = BirthsOf(contact, schema);
  return births.ok() ? CheckAdult(*births, schema, *left_out.minors_on) : births.status();
}

absl::Status CheckAdult(const ContactTable& person, const Schema& schema, Date day) {
  const std::vector<std::uint8_t> minors = FindMinors(person, schema, day);
  const bool is_minor = std::find(minors.begin(), minors.end(), 1) != minors.end();
  return is_minor ? MinorError() : absl::OkStatus();
}

absl::Status MinorError() { return absl::FailedPreconditionError(kMinor); }

void RefuseMinors(const Schema& schema, Date day, TableFromWire* persons) {
  const std::vector<std::uint8_t> minors = FindMinors(persons->table, schema, day);
  if (std::find(minors.begin(), minors.end(), 1) == minors.end()) return;
  std::vector<int> adults;
  for (int row = 0; row < persons->table.row_count; ++row) {
    const auto i = static_cast<std::size_t>(row);
    if (minors[i]) {
      persons->errors.push_back({persons->source_rows[i], "", kMinor});
    } else {
      adults.push_back(row);
    }
  }
  persons->table = SelectRows(persons->table, adults);
  Keep(adults, persons->source_rows);
  Keep(adults, persons->organizations);
  Keep(adults, persons->buying_roles);
  std::stable_sort(persons->errors.begin(), persons->errors.end(),
                   [](const RowError& a, const RowError& b) { return a.row < b.row; });
}

}  // namespace cible
