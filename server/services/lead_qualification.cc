// LifecycleService: contacts that need not be stored, qualified against an offer.

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "server/lifecycle/block_classification.h"
#include "server/privacy/left_out.h"
#include "server/services/classifications.h"
#include "server/services/fit_questions.h"
#include "server/services/lifecycle_service.h"
#include "server/services/portraits.h"
#include "server/wire/contact_wire.h"
#include "server/wire/policy_store.h"
#include "server/wire/policy_wire.h"
#include "server/wire/resource_name.h"
#include "server/wire/utf8.h"

namespace cible {
namespace {

constexpr int kMaxRowErrors = 1000;

// Whom a request is about.
struct Leads {
  TableFromWire read;
  ContactFacts facts;              // Kinds, stages, organisations and roles, one a row.
  std::vector<std::string> names;  // As sent, by row on the wire.
};

template <typename T>
std::vector<T> ForAll(const TableFromWire& read, T value) {
  return std::vector<T>(static_cast<std::size_t>(read.table.row_count), value);
}

absl::Status CheckKind(v1::ContactKind kind, absl::string_view field) {
  if (v1::ContactKind_IsValid(kind)) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat(field,
                   " is none that this server knows; leave it out, or send CONTACT_KIND_PERSON or "
                   "CONTACT_KIND_ORGANIZATION"));
}

absl::StatusOr<std::string> OrganizationOf(const v1::Contact& contact,
                                           const std::string& workspace) {
  if (contact.organization().empty()) return std::string();
  auto name = ResourceName::Parse(contact.organization(), ResourceKind::kContact);
  if (!name.ok()) {
    return absl::InvalidArgumentError(
        absl::StrCat("contact.organization: ", name.status().message()));
  }
  if (name->workspace == workspace) return std::move(name->id);
  return absl::InvalidArgumentError(
      "contact.organization: it is of another workspace than the request; name one of the same");
}

absl::Status CheckContact(const v1::Contact& contact) {
  absl::Status status = CheckKind(contact.kind(), "contact.kind");
  if (!v1::Stage_IsValid(contact.stage())) {
    status.Update(absl::InvalidArgumentError(
        "contact.stage is none that this server knows; leave it out, or send STAGE_LEAD, "
        "STAGE_PROSPECT or STAGE_CUSTOMER"));
  }
  if (!v1::BuyingRole_IsValid(contact.buying_role())) {
    status.Update(absl::InvalidArgumentError(
        "contact.buying_role is none that this server knows; leave it out, or send "
        "BUYING_ROLE_DECIDES, BUYING_ROLE_ADVISES or BUYING_ROLE_USES"));
  }
  const bool belongs =
      !contact.organization().empty() || contact.buying_role() != v1::BUYING_ROLE_UNSPECIFIED;
  if (belongs && contact.kind() == v1::CONTACT_KIND_ORGANIZATION) {
    status.Update(absl::InvalidArgumentError(
        "contact: an organisation belongs to no other and has no buying role; leave both out"));
  }
  return status;
}

absl::StatusOr<Leads> ReadContact(const v1::Contact& contact, const LifecycleRules& rules) {
  if (absl::Status status = CheckContact(contact); !status.ok()) return status;
  const auto organization = OrganizationOf(contact, rules.workspace);
  if (!organization.ok()) return organization.status();
  auto table = TableFromContact(contact, *rules.schema);
  if (!table.ok()) return table.status();
  const ContactKind kind = ContactKindFromProto(contact.kind());
  if (kind == ContactKind::kPerson) {
    const absl::Status adult = CheckAdult(*table, *rules.schema, rules.as_of.day);
    if (!adult.ok()) return adult;
  }
  Leads leads;
  leads.read.table = *std::move(table);
  leads.read.source_rows = {0};
  leads.read.row_count = 1;
  leads.facts.kinds = {kind};
  leads.facts.stages = {StageFromProto(contact.stage())};
  leads.facts.organizations = {*organization};
  leads.facts.buying_roles = {BuyingRoleFromProto(contact.buying_role())};
  leads.names = {contact.name()};
  return leads;
}

absl::StatusOr<Leads> ReadTable(const v1::QualifyLeadsRequest& request,
                                const LifecycleRules& rules) {
  if (absl::Status status = CheckKind(request.kind(), "kind"); !status.ok()) return status;
  auto read = TableFromProto(request.table(), *rules.schema, TableIds::kPassedOver);
  if (!read.ok()) return read.status();
  const ContactKind kind = ContactKindFromProto(request.kind());
  if (kind == ContactKind::kPerson) RefuseMinors(*rules.schema, rules.as_of.day, &*read);
  if (kind == ContactKind::kOrganization &&
      (!read->organizations.empty() || !read->buying_roles.empty())) {
    return absl::InvalidArgumentError(
        "table: organisations belong to no other and have no buying roles; leave both out");
  }
  Leads leads{
      .read = *std::move(read), .facts = {}, .names = TextsFromProto(request.table().ids())};
  leads.facts.kinds = ForAll(leads.read, kind);
  leads.facts.stages = ForAll(leads.read, Stage::kUnknown);
  leads.facts.organizations = leads.read.organizations.empty() ? ForAll(leads.read, std::string())
                                                               : leads.read.organizations;
  leads.facts.buying_roles = leads.read.buying_roles.empty()
                                 ? ForAll(leads.read, BuyingRole::kUnknown)
                                 : leads.read.buying_roles;
  return leads;
}

absl::StatusOr<Leads> ReadLeads(const v1::QualifyLeadsRequest& request,
                                const LifecycleRules& rules) {
  switch (request.leads_case()) {
    case v1::QualifyLeadsRequest::kContact: return ReadContact(request.contact(), rules);
    case v1::QualifyLeadsRequest::kTable: return ReadTable(request, rules);
    case v1::QualifyLeadsRequest::LEADS_NOT_SET: break;
  }
  return absl::InvalidArgumentError("leads: nobody is given; send a contact or a table");
}

// How each of these organisations stands, one a row; nothing where it is not stored.
absl::StatusOr<std::vector<LifecycleState>> StatesOf(Snapshot& snapshot,
                                                     const std::string& workspace,
                                                     const std::vector<std::string>& ids) {
  std::map<std::string, LifecycleState> states;
  for (const std::string& id : ids) {
    if (!id.empty()) states[id] = {};
  }
  std::vector<LifecycleState> found(ids.size());
  if (states.empty()) return found;
  std::vector<std::string> distinct;
  for (const auto& [id, state] : states) distinct.push_back(id);
  const auto records = snapshot.Lookup(workspace, distinct);
  if (!records.ok()) return records.status();
  std::map<std::int64_t, std::vector<std::string>> ids_by_key;
  for (std::size_t i = 0; i < distinct.size(); ++i) {
    const auto& record = (*records)[i];
    const bool is_there = record.has_value() && record->kind == ContactKind::kOrganization;
    if (is_there) ids_by_key[record->key].push_back(distinct[i]);
  }
  std::vector<std::int64_t> keys;
  for (const auto& [key, its_ids] : ids_by_key) keys.push_back(key);
  const auto lifecycles = snapshot.Lifecycles(keys);
  if (!lifecycles.ok()) return lifecycles.status();
  for (std::size_t i = 0; i < keys.size(); ++i) {
    if (!(*lifecycles)[i].has_value()) continue;
    for (const std::string& id : ids_by_key[keys[i]]) states[id] = (*lifecycles)[i]->state;
  }
  for (std::size_t row = 0; row < ids.size(); ++row) {
    if (!ids[row].empty()) found[row] = states[ids[row]];
  }
  return found;
}

// The policy with the offer of the request as its main one; nullopt: as it is.
// Errors: NOT_FOUND no such offer; INVALID_ARGUMENT, naming the field.
absl::StatusOr<std::optional<PolicySettings>> SettingsFor(const v1::QualifyLeadsRequest& request,
                                                          const PolicySettings& settings) {
  PolicySettings changed = settings;
  const auto find = [&](const std::string& id) {
    return std::find_if(changed.offers.begin(), changed.offers.end(),
                        [&](const Offer& offer) { return offer.id == id; });
  };
  if (request.sold_case() == v1::QualifyLeadsRequest::SOLD_NOT_SET) {
    return std::optional<PolicySettings>();
  }
  if (request.has_offer()) {
    if (find(request.offer()) == changed.offers.end()) {
      return absl::NotFoundError("offer: the policy has none of this id; GetPolicy lists them");
    }
    changed.main_offer = request.offer();
    return std::optional<PolicySettings>(std::move(changed));
  }
  auto offer = OfferFromProto(request.new_offer(), "new_offer");
  if (!offer.ok()) return offer.status();
  if (absl::Status status = CheckOffer(*offer); !status.ok()) {
    return absl::InvalidArgumentError(absl::StrCat("new_offer.", status.message()));
  }
  if (const auto same = find(offer->id); same != changed.offers.end()) changed.offers.erase(same);
  changed.main_offer = offer->id;
  changed.offers.push_back(*std::move(offer));
  return std::optional<PolicySettings>(std::move(changed));
}

// As of the day that the request gives.
absl::Status MoveTo(const v1::QualifyLeadsRequest& request, LifecycleRules& rules) {
  if (!request.has_as_of()) return absl::OkStatus();
  const auto day = DateFromProto(request.as_of());
  if (!day.ok()) return day.status();
  rules.as_of.day = *day;
  rules.earlier.day.days =
      day->days - rules.policy->settings().dormant_customer_is_prospect_after_days;
  rules.left_out.minors_on = *day;
  return absl::OkStatus();
}

void AnswersToProto(const LifecycleRules& rules, Leads& leads,
                    const std::vector<Classified>& classified, const ToldDetails& details,
                    v1::QualifyLeadsResponse* response) {
  leads.facts.today = rules.as_of.day;
  std::vector<Question> fit_questions =
      FitQuestions(rules, leads.read.table, leads.facts.kinds, classified);
  ClassifiedRows rows(*rules.policy, *rules.schema, leads.read.table, std::move(leads.facts),
                      classified);
  rows.fit_questions = std::move(fit_questions);
  for (int row = 0; row < leads.read.row_count; ++row) {
    v1::Classification* message = response->add_classifications();
    const auto at = static_cast<std::size_t>(row);
    if (at < leads.names.size() && IsUtf8(leads.names[at])) message->set_contact(leads.names[at]);
  }
  for (int row = 0; row < leads.read.table.row_count; ++row) {
    ClassificationToProto(
        rows, row, details,
        response->mutable_classifications(leads.read.source_rows[static_cast<std::size_t>(row)]));
  }
}

}  // namespace

absl::StatusOr<LifecycleRules> LifecycleService::RulesFor(const std::string& workspace,
                                                          const v1::QualifyLeadsRequest& request) {
  const auto snapshot = store_.OpenSnapshot();
  if (!snapshot.ok()) return snapshot.status();
  const auto stored = keeper_.RulesOf(**snapshot, workspace);
  if (!stored.ok()) return stored.status();
  const auto settings = SettingsFor(request, (*stored)->policy->settings());
  if (!settings.ok()) return settings.status();
  absl::StatusOr<LifecycleRules> rules = **stored;
  if (settings->has_value()) {
    rules = ReadLifecycleRules(**snapshot, registry_, workspace, clock_.Now(), &**settings);
  }
  if (!rules.ok()) return rules.status();
  if (absl::Status status = MoveTo(request, *rules); !status.ok()) return status;
  return rules;
}

absl::StatusOr<std::vector<LifecycleState>> LifecycleService::StatesOfOrganizations(
    const CallContext& call, const std::string& workspace, const std::vector<std::string>& ids) {
  const bool are_named =
      std::any_of(ids.begin(), ids.end(), [](const std::string& id) { return !id.empty(); });
  if (!are_named || !call.may_read_contacts) return std::vector<LifecycleState>();
  if (absl::Status status = keeper_.CatchUp(workspace, call.cancelled); !status.ok()) return status;
  const auto snapshot = store_.OpenSnapshot();
  return snapshot.ok() ? StatesOf(**snapshot, workspace, ids) : snapshot.status();
}

absl::Status LifecycleService::QualifyLeads(const CallContext& call,
                                            const v1::QualifyLeadsRequest& request,
                                            v1::QualifyLeadsResponse* response) {
  const auto parent = ResourceName::Parse(request.parent(), ResourceKind::kWorkspace);
  if (!parent.ok()) return parent.status();
  const auto language = LanguageFromCode(request.language_code());
  if (!language.ok()) return language.status();
  const auto rules = RulesFor(parent->workspace, request);
  if (!rules.ok()) return rules.status();
  auto leads = ReadLeads(request, *rules);
  if (!leads.ok()) return leads.status();
  auto organizations = StatesOfOrganizations(call, parent->workspace, leads->facts.organizations);
  if (!organizations.ok()) return organizations.status();
  const std::vector<Classified> classified =
      ClassifyTable(*rules, leads->read.table, leads->facts, *std::move(organizations));
  AnswersToProto(*rules, *leads, classified,
                 {.language = *language, .reasons = request.with_reasons()}, response);
  RowErrorsToProto(leads->read.errors, kMaxRowErrors, response->mutable_row_errors());
  response->set_policy_etag(PolicyEtag(rules->policy_revision));
  return absl::OkStatus();
}

}  // namespace cible
