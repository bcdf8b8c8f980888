#include "server/storage/record_rows.h"

#include <optional>
#include <utility>
#include <vector>

namespace cible {

absl::Status AppendRecord(Snapshot& snapshot, const std::string& workspace,
                          const ContactRecord& record, RowDecoder& decoder) {
  KeptContact contact{.values = record.values, .behaviour = record.behaviour};
  std::vector<std::optional<ContactRecord>> found;
  KeptContact organization;
  if (decoder.reads_organization() && !record.organization.empty()) {
    auto looked_up = snapshot.Lookup(workspace, {&record.organization, 1});
    if (!looked_up.ok()) return looked_up.status();
    found = *std::move(looked_up);
    if (found.front().has_value()) {
      organization = {.values = found.front()->values, .behaviour = found.front()->behaviour};
      contact.organization = &organization;
    }
  }
  std::optional<People> people;
  if (decoder.reads_people() && record.kind == ContactKind::kOrganization) {
    auto added_up = snapshot.PeopleOf(record.key, *decoder.as_of());
    if (!added_up.ok()) return added_up.status();
    contact.people = &people.emplace(*std::move(added_up));
  }
  return decoder.Append(contact);
}

}  // namespace cible
