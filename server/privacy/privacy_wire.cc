#include "server/privacy/privacy_wire.h"

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "segmentation/data/storable.h"
#include "server/wire/contact_wire.h"
#include "server/wire/instant_wire.h"
#include "server/wire/resource_name.h"

namespace cible {
namespace {

constexpr std::size_t kMaxSourceBytes = 256;

static_assert(static_cast<int>(LegalBasis::kUnspecified) == v1::LEGAL_BASIS_UNSPECIFIED &&
                  static_cast<int>(LegalBasis::kConsent) == v1::LEGAL_BASIS_CONSENT &&
                  static_cast<int>(LegalBasis::kLegitimateInterests) ==
                      v1::LEGAL_BASIS_LEGITIMATE_INTERESTS,
              "the letters of GDPR art. 6 (1), here as there");

std::string ErasedContactPrefix(const std::string& workspace) {
  return absl::StrCat(WorkspaceName(workspace).ToString(), "/erasedContacts/");
}

// The public name of a resource of the store.
std::string NameOf(const ResourceKey& key, const std::string& workspace) {
  if (key.collection == "workspaces") return WorkspaceName(key.id).ToString();
  if (key.collection == "schemas") return SchemaName(workspace).ToString();
  if (key.collection == "policies") return LifecyclePolicyName(workspace).ToString();
  const std::string parent = key.parent.empty()
                                 ? WorkspaceName(workspace).ToString()
                                 : SegmentationName(workspace, key.parent).ToString();
  return absl::StrCat(parent, "/", key.collection, "/", key.id);
}

}  // namespace

absl::StatusOr<std::optional<Provenance>> ProvenanceFromProto(const v1::Provenance& message) {
  if (!v1::LegalBasis_IsValid(message.legal_basis())) {
    return absl::InvalidArgumentError(
        "provenance: the legal basis is none that this server knows; leave it out, or send one of "
        "LegalBasis");
  }
  if (message.source().size() > kMaxSourceBytes || HasControlCharacters(message.source())) {
    return absl::InvalidArgumentError(
        "provenance: the source has more than 256 bytes or a control character; shorten it");
  }
  const bool says_basis = message.legal_basis() != v1::LEGAL_BASIS_UNSPECIFIED;
  if (message.source().empty() && !says_basis) {
    if (!message.has_date()) return std::optional<Provenance>();
    return absl::InvalidArgumentError(
        "provenance: there is a date without a source or a legal basis; say one of them");
  }
  Provenance provenance{.source = message.source(),
                        .legal_basis = static_cast<LegalBasis>(message.legal_basis())};
  if (message.has_date()) {
    const auto date = DateFromProto(message.date());
    if (!date.ok()) return date.status();
    provenance.date = *date;
  }
  return std::optional<Provenance>(std::move(provenance));
}

void ProvenanceToProto(const Provenance& provenance, v1::Provenance* message) {
  message->set_source(provenance.source);
  message->set_legal_basis(static_cast<v1::LegalBasis>(provenance.legal_basis));
  if (provenance.date.has_value()) DateToProto(*provenance.date, message->mutable_date());
}

void ConsentToProto(const Consent& consent, Timestamp now, v1::Consent* message) {
  message->set_purpose(consent.purpose);
  message->set_channel(consent.channel);
  TimestampToProto(consent.give_time, message->mutable_give_time());
  if (consent.expire_time) TimestampToProto(*consent.expire_time, message->mutable_expire_time());
  if (consent.withdraw_time) {
    TimestampToProto(*consent.withdraw_time, message->mutable_withdraw_time());
  }
  message->set_in_force(IsInForce(consent, now));
}

void AuditEntryToProto(const AuditEntry& entry, const std::string& workspace,
                       v1::AuditEntry* message) {
  TimestampToProto(entry.time, message->mutable_create_time());
  message->set_principal(entry.principal);
  message->set_action(entry.action);
  message->set_contact_count(entry.contact_count);
  if (!entry.contact.empty()) {
    message->set_resource(ContactName(workspace, entry.contact).ToString());
  } else if (entry.contact_key > 0) {
    message->set_resource(absl::StrCat(ErasedContactPrefix(workspace), entry.contact_key));
  } else if (!entry.resource.collection.empty()) {
    message->set_resource(NameOf(entry.resource, workspace));
  }
}

std::optional<std::int64_t> ErasedContactNumber(const std::string& workspace,
                                                const std::string& name) {
  absl::string_view number = name;
  std::int64_t key = 0;
  if (!absl::ConsumePrefix(&number, ErasedContactPrefix(workspace)) ||
      !absl::SimpleAtoi(number, &key) || key <= 0) {
    return std::nullopt;
  }
  return key;
}

}  // namespace cible
