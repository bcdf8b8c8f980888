#include "server/services/contact_updates.h"

#include <algorithm>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "server/services/contact_update.h"
#include "server/services/derived_attributes.h"
#include "server/services/request_id.h"
#include "server/services/stored_contact.h"
#include "server/services/violations.h"
#include "server/storage/contact_values.h"
#include "server/wire/behaviour_store.h"
#include "server/wire/schema_store.h"

namespace cible {
namespace {

// Each but the first because somebody else stored, changed or deleted one of
// the contacts, or sent the same request, in the moment before the commit.
constexpr int kAttempts = 10;

// The updates held against one view of the store.
struct Plan {
  Schema schema;
  std::vector<std::string> ids;
  std::vector<std::optional<ContactRecord>> stored;
  std::vector<PutContact> writes;
  bool joins_any = false;    // A person to an organisation.
  bool was_written = false;  // Before, under the same mark.
};

void RefuseRepetitions(const std::vector<std::string>& ids, std::vector<Violation>* violations) {
  absl::flat_hash_map<std::string, int> first;
  for (int i = 0; i < static_cast<int>(ids.size()); ++i) {
    const std::string& id = ids[static_cast<std::size_t>(i)];
    if (id.empty()) continue;
    const auto [place, is_new] = first.emplace(id, i);
    if (is_new) continue;
    violations->push_back({absl::StatusCode::kInvalidArgument, i, "contact.name",
                           absl::StrCat("names the same contact as requests[", place->second,
                                        "]; send each contact once")});
  }
}

// Names that lead to one contact since it was merged.
void RefuseRepeatedContacts(const Plan& plan, std::vector<Violation>* violations) {
  absl::flat_hash_map<std::int64_t, int> first;
  for (int i = 0; i < static_cast<int>(plan.ids.size()); ++i) {
    const auto& stored = plan.stored[static_cast<std::size_t>(i)];
    if (!stored.has_value()) continue;
    const auto [place, is_new] = first.emplace(stored->key, i);
    const auto before = static_cast<std::size_t>(place->second);
    if (is_new || plan.ids[before] == plan.ids[static_cast<std::size_t>(i)]) continue;
    violations->push_back({absl::StatusCode::kInvalidArgument, i, "contact.name",
                           absl::StrCat("leads to the same contact as requests[", before,
                                        "], since the two were merged; send each contact once")});
  }
}

void RefuseOptionsOfTheBatch(const v1::UpdateContactRequest& request, int index,
                             std::vector<Violation>* violations) {
  const auto refuse = [&](const std::string& field) {
    violations->push_back({absl::StatusCode::kInvalidArgument, index, field,
                           absl::StrCat(field, " is of the batch as a whole; give it there")});
  };
  if (!request.request_id().empty()) refuse("request_id");
  if (request.validate_only()) refuse("validate_only");
}

// Adds the violations of the requests alone, whatever is stored.
std::vector<ContactUpdate> ReadRequests(const ContactUpdates& updates, const Schema& schema,
                                        Plan& plan, std::vector<Violation>* violations) {
  const AttributeIndex attributes(schema);
  std::vector<ContactUpdate> read;
  for (const v1::UpdateContactRequest* request : updates.requests) {
    const int index = updates.is_batch ? static_cast<int>(read.size()) : -1;
    read.push_back(ReadUpdate(*request, updates.workspace, attributes, index, violations));
    if (updates.is_batch) RefuseOptionsOfTheBatch(*request, index, violations);
    plan.ids.push_back(read.back().id);
  }
  RefuseRepetitions(plan.ids, violations);
  return read;
}

// Organisations that are persons, stored or in the same batch.
absl::Status RefusePersonsAsOrganizations(Snapshot& snapshot, const ContactUpdates& updates,
                                          Plan& plan, std::vector<Violation>* violations) {
  absl::flat_hash_set<absl::string_view> new_persons;
  std::vector<std::string> organizations;
  for (std::size_t i = 0; i < plan.writes.size(); ++i) {
    const PutContact& put = plan.writes[i];
    const bool is_person = put.kind.value_or(ContactKind::kPerson) == ContactKind::kPerson;
    if (!plan.stored[i].has_value() && is_person) new_persons.insert(put.id);
    organizations.push_back(put.organization.value_or(""));
    plan.joins_any = plan.joins_any || !organizations.back().empty();
  }
  if (!plan.joins_any) return absl::OkStatus();
  const auto found = snapshot.Lookup(updates.workspace, organizations);
  if (!found.ok()) return found.status();
  for (std::size_t i = 0; i < organizations.size(); ++i) {
    if (organizations[i].empty()) continue;
    const bool is_person = (*found)[i].has_value() ? (*found)[i]->kind == ContactKind::kPerson
                                                   : new_persons.contains(organizations[i]);
    if (!is_person) continue;
    violations->push_back(
        {absl::StatusCode::kFailedPrecondition, updates.is_batch ? static_cast<int>(i) : -1,
         "contact.organization",
         "the organisation that the person is to belong to is a PERSON; name an ORGANIZATION"});
  }
  return absl::OkStatus();
}

absl::StatusOr<Plan> MakePlan(Snapshot& snapshot, const ContactUpdates& updates) {
  Plan plan;
  auto schema = ReadSchema(snapshot, updates.workspace);
  if (!schema.ok()) return schema.status();
  plan.schema = std::move(schema->schema);
  std::vector<Violation> violations;
  const std::vector<ContactUpdate> read = ReadRequests(updates, plan.schema, plan, &violations);
  if (updates.mark.has_value()) {
    const auto written = snapshot.FindRequest(updates.workspace, updates.mark->id);
    if (!written.ok()) return written.status();
    plan.was_written = written->has_value();
    if (plan.was_written) {
      const absl::Status same = CheckSameRequest(**written, updates.mark->content);
      return same.ok() ? absl::StatusOr<Plan>(std::move(plan)) : same;
    }
  }
  auto stored = snapshot.Lookup(updates.workspace, plan.ids);
  if (!stored.ok()) return stored.status();
  plan.stored = *std::move(stored);
  RefuseRepeatedContacts(plan, &violations);
  for (std::size_t i = 0; i < read.size(); ++i) {
    const int index = updates.is_batch ? static_cast<int>(i) : -1;
    if (!read[i].id.empty()) CheckAgainstStored(read[i], plan.stored[i], index, &violations);
    plan.writes.push_back(WriteOf(read[i], updates.workspace, plan.stored[i]));
  }
  const absl::Status status = RefusePersonsAsOrganizations(snapshot, updates, plan, &violations);
  if (!status.ok()) return status;
  if (violations.empty()) return plan;
  std::stable_sort(violations.begin(), violations.end(),
                   [](const Violation& a, const Violation& b) { return a.request < b.request; });
  return ToStatus(violations);
}

// The contact as it would be.
absl::Status Preview(Snapshot& snapshot, const Plan& plan, std::size_t i, const AsOf& as_of,
                     v1::Contact* contact) {
  const PutContact& put = plan.writes[i];
  const std::optional<ContactRecord>& stored = plan.stored[i];
  ContactRecord record = stored.value_or(ContactRecord{.id = put.id});
  const std::string before = record.values;
  auto values = MergeValues(put.replaces_values ? "" : before, put.values, put.forgotten);
  if (!values.ok()) return values.status();
  record.values = *std::move(values);
  record.kind = put.kind.value_or(record.kind);
  record.stage = put.stage.value_or(record.stage);
  record.organization = put.organization.value_or(record.organization);
  record.buying_role = put.buying_role.value_or(record.buying_role);
  absl::Status status = RecordToProto(snapshot, put.workspace, record, plan.schema, as_of, contact);
  if (!status.ok()) return status;
  if (!stored.has_value()) {
    contact->clear_etag();
    contact->clear_create_time();
    contact->clear_update_time();
    return absl::OkStatus();
  }
  return record.values == before
             ? AddAssignments(snapshot, put.workspace, {&put.id, 1}, {&contact, 1})
             : absl::OkStatus();
}

absl::Status PreviewAll(Snapshot& snapshot, const Plan& plan, Timestamp now,
                        absl::Span<v1::Contact* const> contacts) {
  for (std::size_t i = 0; i < contacts.size(); ++i) {
    const auto as_of = ReadAsOf(snapshot, plan.writes[i].workspace, now);
    if (!as_of.ok()) return as_of.status();
    absl::Status status = Preview(snapshot, plan, i, *as_of, contacts[i]);
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::Status ReadBack(Store& store, const Clock& clock, const ContactUpdates& updates,
                      const Plan& plan, absl::Span<v1::Contact* const> contacts) {
  const auto snapshot = store.OpenSnapshot();
  if (!snapshot.ok()) return snapshot.status();
  const absl::Status status =
      ReadContacts(**snapshot, updates.workspace, plan.ids, plan.schema, clock.Now(), contacts);
  if (!absl::IsNotFound(status)) return status;
  return absl::NotFoundError(updates.is_batch
                                 ? "the contacts were written; one has been deleted since"
                                 : "the contact was written, and has been deleted since");
}

void AssignChanged(const AssignContactsFn& assign, const ContactUpdates& updates, const Plan& plan,
                   const std::vector<OperationResult>& results) {
  std::vector<std::string> changed;
  for (std::size_t i = 0; i < results.size(); ++i) {
    if (results[i].effect != Effect::kUnchanged) changed.push_back(plan.ids[i]);
  }
  AssignWritten(assign, updates.workspace, WithRelated(std::move(changed), results));
}

// What was true of the view is not true any more: look again.
bool CameTooLate(const absl::Status& status) {
  return absl::IsAlreadyExists(status) || absl::IsNotFound(status) || absl::IsAborted(status) ||
         absl::IsFailedPrecondition(status);
}

}  // namespace

absl::Status MakeUpdates(Store& store, const Clock& clock, const AssignContactsFn& assign,
                         const ContactUpdates& updates, absl::Span<v1::Contact* const> contacts) {
  absl::Status status;
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    auto snapshot = store.OpenSnapshot();
    if (!snapshot.ok()) return snapshot.status();
    const auto plan = MakePlan(**snapshot, updates);
    if (!plan.ok()) return plan.status();
    if (updates.validate_only) return PreviewAll(**snapshot, *plan, clock.Now(), contacts);
    snapshot->reset();  // Not held while Commit waits.
    if (plan->was_written) return ReadBack(store, clock, updates, *plan, contacts);
    if (plan->joins_any) {
      status = PutPeopleAttributes(store, clock, updates.workspace, updates.schema_changed);
      if (!status.ok()) return status;
    }
    const auto results = store.Commit({.operations = {plan->writes.begin(), plan->writes.end()},
                                       .time = clock.Now(),
                                       .request = updates.mark,
                                       .author = updates.author});
    if (results.ok()) {
      AssignChanged(assign, updates, *plan, *results);
      return ReadBack(store, clock, updates, *plan, contacts);
    }
    status = results.status();
    if (!CameTooLate(status)) return status;
  }
  return absl::UnavailableError(
      "the contacts are stored and deleted by others at the same time; try again");
}

}  // namespace cible
