// The methods of ContactService by which people behind contacts have their say:
// objection, consent, and what is known of them.

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "server/privacy/privacy_wire.h"
#include "server/services/contact_service.h"
#include "server/services/portraits.h"
#include "server/services/stored_contact.h"
#include "server/wire/event_wire.h"
#include "server/wire/instant_wire.h"
#include "server/wire/resource_name.h"
#include "server/wire/schema_store.h"

namespace cible {
namespace {

constexpr int kMaxAuditEntries = 10'000;
constexpr int kMaxEvents = 10'000;

absl::Status NoSuchContact() { return absl::NotFoundError("there is no such contact"); }

absl::Status ReadContact(Snapshot& snapshot, const ResourceName& name, Timestamp now,
                         v1::Contact* response) {
  const auto schema = ReadSchema(snapshot, name.workspace);
  if (!schema.ok()) return schema.status();
  return ReadContacts(snapshot, name.workspace, {&name.id, 1}, schema->schema, now, {&response, 1});
}

absl::StatusOr<ContactRecord> FindContact(Snapshot& snapshot, const ResourceName& name) {
  const auto found = snapshot.Lookup(name.workspace, {&name.id, 1});
  if (!found.ok()) return found.status();
  if (!found->front().has_value()) return NoSuchContact();
  return *found->front();
}

absl::Status CheckWord(absl::string_view word, absl::string_view field) {
  if (CheckResourceId(word).ok()) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(
      field, " is not `[a-z][a-z0-9-]{0,62}`; give one word, such as `newsletter` or `email`"));
}

// The consent as the request gives it.
absl::StatusOr<Consent> GivenConsent(const v1::RecordConsentRequest& request, Timestamp now) {
  Consent consent{.purpose = request.purpose(), .channel = request.channel(), .give_time = now};
  if (request.has_give_time()) {
    const auto time = TimestampFromProto(request.give_time());
    if (!time.ok()) return time.status();
    if (*time > now) {
      return absl::InvalidArgumentError("give_time lies in the future; send when it was given");
    }
    consent.give_time = *time;
  }
  if (request.has_expire_time()) {
    const auto time = TimestampFromProto(request.expire_time());
    if (!time.ok()) return time.status();
    if (*time <= consent.give_time) {
      return absl::InvalidArgumentError("expire_time does not lie after give_time; mend one");
    }
    consent.expire_time = *time;
  }
  return consent;
}

// The consent that is recorded, withdrawn now; as it is when it was before.
absl::StatusOr<Consent> WithdrawnConsent(Snapshot& snapshot, const ResourceName& name,
                                         const v1::RecordConsentRequest& request, Timestamp now) {
  if (request.has_give_time() || request.has_expire_time()) {
    return absl::InvalidArgumentError(
        "a consent is withdrawn as it was given; leave give_time and expire_time out");
  }
  const auto contact = FindContact(snapshot, name);
  if (!contact.ok()) return contact.status();
  auto consents = snapshot.Consents(contact->key);
  if (!consents.ok()) return consents.status();
  for (Consent& consent : *consents) {
    if (consent.purpose != request.purpose() || consent.channel != request.channel()) continue;
    if (!consent.withdraw_time.has_value()) consent.withdraw_time = now;
    return std::move(consent);
  }
  return absl::FailedPreconditionError(
      "no consent for this purpose on this channel is recorded, so none can be withdrawn; see "
      "`consents` of GetContact");
}

absl::Status AddVersions(Snapshot& snapshot, const ResourceName& name, const Schema& schema,
                         std::int64_t contact, v1::ContactDossier* dossier) {
  const auto history = snapshot.History(contact);
  if (!history.ok()) return history.status();
  for (const ContactVersion& version : *history) {
    v1::Contact as_it_was;
    const ContactRecord record{.id = name.id, .stage = version.stage, .values = version.values};
    absl::Status status = RecordToProto(snapshot, name.workspace, record, schema, {}, &as_it_was);
    if (!status.ok()) return status;
    v1::ContactVersion* message = dossier->add_versions();
    message->set_stage(as_it_was.stage());
    message->mutable_attributes()->Swap(as_it_was.mutable_attributes());
    TimestampToProto(version.update_time, message->mutable_update_time());
  }
  return absl::OkStatus();
}

absl::Status AddEvents(Snapshot& snapshot, const ContactRecord& contact,
                       v1::ContactDossier* dossier) {
  const auto events = snapshot.Events(contact.key, {}, kMaxEvents);
  if (!events.ok()) return events.status();
  for (const Event& event : *events) EventToProto(event, contact.id, dossier->add_events());
  const auto count = snapshot.CountEvents(contact.key);
  if (!count.ok()) return count.status();
  dossier->set_event_count(*count);
  return absl::OkStatus();
}

absl::Status AddAuditEntries(Snapshot& snapshot, const ResourceName& name, std::int64_t contact,
                             v1::ContactDossier* dossier) {
  const auto entries = snapshot.Audit(
      {.workspace = name.workspace, .contact_key = contact, .limit = kMaxAuditEntries});
  if (!entries.ok()) return entries.status();
  for (const AuditEntry& entry : *entries) {
    AuditEntryToProto(entry, name.workspace, dossier->add_audit_entries());
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status ContactService::ObjectToProfiling(const CallContext& call,
                                               const v1::ObjectToProfilingRequest& request,
                                               v1::Contact* response) {
  const auto name = ResourceName::Parse(request.name(), ResourceKind::kContact);
  if (!name.ok()) return name.status();
  const Timestamp now = clock_.Now();
  const auto results =
      store_.Commit({.operations = {PutObjection{name->workspace, name->id, !request.withdraw()}},
                     .time = now,
                     .request = {},
                     .author = Author{call.principal, "ObjectToProfiling"}});
  if (absl::IsNotFound(results.status())) return NoSuchContact();
  if (!results.ok()) return results.status();
  std::vector<std::string> written;
  if (request.withdraw()) written.push_back(name->id);
  AssignWritten(assign_, name->workspace, WithRelated(std::move(written), *results));
  const auto snapshot = store_.OpenSnapshot();
  return snapshot.ok() ? ReadContact(**snapshot, *name, now, response) : snapshot.status();
}

absl::Status ContactService::RecordConsent(const CallContext& call,
                                           const v1::RecordConsentRequest& request,
                                           v1::Contact* response) {
  const auto name = ResourceName::Parse(request.name(), ResourceKind::kContact);
  if (!name.ok()) return name.status();
  absl::Status status = CheckWord(request.purpose(), "purpose");
  if (status.ok()) status = CheckWord(request.channel(), "channel");
  if (!status.ok()) return status;
  const Timestamp now = clock_.Now();
  auto snapshot = store_.OpenSnapshot();
  if (!snapshot.ok()) return snapshot.status();
  const auto consent = request.withdraw() ? WithdrawnConsent(**snapshot, *name, request, now)
                                          : GivenConsent(request, now);
  if (!consent.ok()) return consent.status();
  snapshot->reset();  // Not held while Commit waits.
  const auto results =
      store_.Commit({.operations = {PutConsent{name->workspace, name->id, *consent}},
                     .time = now,
                     .request = {},
                     .author = Author{call.principal, "RecordConsent"}});
  if (absl::IsNotFound(results.status())) return NoSuchContact();
  if (!results.ok()) return results.status();
  snapshot = store_.OpenSnapshot();
  return snapshot.ok() ? ReadContact(**snapshot, *name, now, response) : snapshot.status();
}

absl::Status ContactService::GetContactDossier(const CallContext& /*call*/,
                                               const v1::GetContactDossierRequest& request,
                                               v1::ContactDossier* response) {
  const auto name = ResourceName::Parse(request.name(), ResourceKind::kContact);
  if (!name.ok()) return name.status();
  const auto language = LanguageFromCode(request.language_code());
  if (!language.ok()) return language.status();
  const Timestamp now = clock_.Now();
  {
    const auto snapshot = store_.OpenSnapshot();
    if (!snapshot.ok()) return snapshot.status();
    const auto schema = ReadSchema(**snapshot, name->workspace);
    if (!schema.ok()) return schema.status();
    const auto contact = FindContact(**snapshot, *name);
    if (!contact.ok()) return contact.status();
    absl::Status status = ReadContact(**snapshot, *name, now, response->mutable_contact());
    if (status.ok()) {
      status = AddVersions(**snapshot, *name, schema->schema, contact->key, response);
    }
    if (status.ok()) status = AddEvents(**snapshot, *contact, response);
    if (status.ok()) status = AddAuditEntries(**snapshot, *name, contact->key, response);
    if (!status.ok()) return status;
  }
  TimestampToProto(now, response->mutable_create_time());
  absl::Status status;
  if (explain_) status = explain_(name->workspace, name->id, response);
  if (status.ok() && tell_lifecycle_) status = tell_lifecycle_(*name, *language, response);
  return status;
}

}  // namespace cible
