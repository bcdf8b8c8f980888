#include "server/services/contact_update.h"

#include <algorithm>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "segmentation/data/storable.h"
#include "server/privacy/privacy_wire.h"
#include "server/wire/contact_wire.h"
#include "server/wire/resource_name.h"
#include "server/wire/value_wire.h"

namespace cible {
namespace {

constexpr absl::string_view kOneAttribute = "attributes.";
// `*`, `kind`, `stage`, `attributes`, `organization` and `buying_role` beside an
// attribute each.
constexpr int kOtherPaths = 6;

// Collects what is wrong with one request.
class Complaints {
 public:
  Complaints(int request, std::vector<Violation>* violations)
      : request_(request), violations_(violations) {}

  void Add(std::string field, std::string reason,
           absl::StatusCode code = absl::StatusCode::kInvalidArgument) {
    violations_->push_back({code, request_, std::move(field), std::move(reason)});
  }

 private:
  const int request_;
  std::vector<Violation>* violations_;
};

std::string NotInSchema(absl::string_view name) {
  return absl::StrCat("attribute ", Quoted(name),
                      " is not in the schema; use the id or the display name of one that is");
}

std::string TooMany(absl::string_view what, int count, int attributes) {
  return absl::StrCat(what, " ", count, " attributes; the schema has ", attributes,
                      ". Send each once");
}

void ReadName(const v1::Contact& contact, const std::string& workspace, ContactUpdate& update,
              Complaints& complaints) {
  const auto name = ResourceName::Parse(contact.name(), ResourceKind::kContact);
  if (!name.ok()) {
    complaints.Add("contact.name", std::string(name.status().message()));
  } else if (name->workspace != workspace) {
    complaints.Add("contact.name",
                   "the contact is of another workspace than the batch; name both in one");
  } else {
    update.id = name->id;
  }
}

void ReadKindAndStage(const v1::Contact& contact, ContactUpdate& update, Complaints& complaints) {
  if (!v1::ContactKind_IsValid(contact.kind())) {
    complaints.Add("contact.kind",
                   "the kind is none that this server knows; leave it out, or send "
                   "CONTACT_KIND_PERSON or CONTACT_KIND_ORGANIZATION");
  } else if (contact.kind() != v1::CONTACT_KIND_UNSPECIFIED) {
    update.kind = ContactKindFromProto(contact.kind());
  }
  if (!v1::Stage_IsValid(contact.stage())) {
    complaints.Add("contact.stage",
                   "the stage is none that this server knows; leave it out, or "
                   "send STAGE_LEAD, STAGE_PROSPECT or STAGE_CUSTOMER");
  } else if (contact.stage() != v1::STAGE_UNSPECIFIED) {
    update.stage = StageFromProto(contact.stage());
  }
}

void ReadMembership(const v1::Contact& contact, const std::string& workspace, ContactUpdate& update,
                    Complaints& complaints) {
  if (!contact.organization().empty()) {
    auto name = ResourceName::Parse(contact.organization(), ResourceKind::kContact);
    if (!name.ok()) {
      complaints.Add("contact.organization", std::string(name.status().message()));
    } else if (name->workspace != workspace) {
      complaints.Add("contact.organization",
                     "the organisation is of another workspace than the person; name one of the "
                     "same");
    } else {
      update.organization = std::move(name->id);
    }
  }
  if (!v1::BuyingRole_IsValid(contact.buying_role())) {
    complaints.Add("contact.buying_role",
                   "the role is none that this server knows; leave it out, or send "
                   "BUYING_ROLE_DECIDES, BUYING_ROLE_ADVISES or BUYING_ROLE_USES");
  } else if (contact.buying_role() != v1::BUYING_ROLE_UNSPECIFIED) {
    update.buying_role = BuyingRoleFromProto(contact.buying_role());
  }
}

void ReadValues(const v1::Contact& contact, const AttributeIndex& attributes, ContactUpdate& update,
                Complaints& complaints) {
  if (contact.attributes_size() > attributes.size()) {
    complaints.Add("contact.attributes",
                   TooMany("the contact has", contact.attributes_size(), attributes.size()));
    return;
  }
  absl::flat_hash_set<int> seen;
  for (int i = 0; i < contact.attributes_size(); ++i) {
    const v1::AttributeValue& message = contact.attributes(i);
    const Attribute* attribute = attributes.Find(message.attribute());
    if (attribute == nullptr) {
      complaints.Add(absl::StrCat("contact.attributes[", i, "]"), NotInSchema(message.attribute()));
      continue;
    }
    if (IsDerived(*attribute)) continue;  // As what is read, changed and sent back has it.
    const std::string field = absl::StrCat("contact.attributes.", attribute->id);
    if (!seen.insert(attribute->number).second) {
      complaints.Add(field, absl::StrCat("attribute ", Quoted(attribute->id),
                                         " is given twice; give it once"));
      continue;
    }
    absl::StatusOr<Value> value = ValueFromProto(message);
    absl::Status status = value.status();
    if (status.ok()) status = CheckStorable(*value, *attribute);
    if (status.ok()) {
      update.values.emplace_back(attribute->number, *std::move(value));
    } else {
      complaints.Add(field, std::string(status.message()));
    }
  }
  std::sort(update.values.begin(), update.values.end(),
            [](const NumberedValue& a, const NumberedValue& b) { return a.first < b.first; });
}

void ReadPath(const std::string& path, const AttributeIndex& attributes, ContactUpdate& update,
              Complaints& complaints) {
  if (path == "stage") {
    update.lists_stage = true;
  } else if (path == "organization") {
    update.lists_organization = true;
  } else if (path == "buying_role") {
    update.lists_buying_role = true;
  } else if (path == "attributes") {
    update.lists_attributes = true;
  } else if (path == "*") {
    complaints.Add("update_mask", "\"*\" stands alone; leave the other paths out");
  } else if (absl::StartsWith(path, kOneAttribute)) {
    const absl::string_view name = absl::StripPrefix(path, kOneAttribute);
    const Attribute* attribute = attributes.Find(name);
    if (attribute == nullptr) {
      complaints.Add("update_mask", NotInSchema(name));
    } else if (IsDerived(*attribute)) {
      complaints.Add("update_mask", std::string(DerivedError(*attribute).message()));
    } else {
      update.listed_attributes.push_back(attribute->number);
    }
  } else if (path != "kind") {  // It is checked, and never changes.
    complaints.Add("update_mask",
                   absl::StrCat("path ", Quoted(path),
                                " is none of a contact that can be updated; use \"*\", \"stage\", "
                                "\"organization\", \"buying_role\", \"attributes\" or "
                                "\"attributes.{attribute}\""));
  }
}

void ReadMask(const google::protobuf::FieldMask& mask, const AttributeIndex& attributes,
              ContactUpdate& update, Complaints& complaints) {
  if (mask.paths().empty()) return;
  if (mask.paths_size() == 1 && mask.paths(0) == "*") {
    update.extent = ContactUpdate::Extent::kAll;
    return;
  }
  if (mask.paths_size() > attributes.size() + kOtherPaths) {
    complaints.Add("update_mask", TooMany("the mask lists", mask.paths_size(), attributes.size()));
    return;
  }
  update.extent = ContactUpdate::Extent::kListed;
  for (const std::string& path : mask.paths()) ReadPath(path, attributes, update, complaints);
  std::sort(update.listed_attributes.begin(), update.listed_attributes.end());
}

// The values that a contact that exists takes over.
std::string ListedValues(const ContactUpdate& update) {
  if (update.extent != ContactUpdate::Extent::kListed || update.lists_attributes) {
    return EncodeValues(update.values);
  }
  std::vector<NumberedValue> listed;
  for (const NumberedValue& value : update.values) {
    if (std::binary_search(update.listed_attributes.begin(), update.listed_attributes.end(),
                           value.first)) {
      listed.push_back(value);
    }
  }
  return EncodeValues(listed);
}

}  // namespace

AttributeIndex::AttributeIndex(const Schema& schema)
    : size_(static_cast<int>(schema.attributes().size())) {
  for (const Attribute& attribute : schema.attributes()) attributes_[attribute.id] = &attribute;
  for (const Attribute& attribute : schema.attributes()) {
    if (!attribute.display_name.empty()) attributes_.emplace(attribute.display_name, &attribute);
  }
}

const Attribute* AttributeIndex::Find(absl::string_view id_or_display_name) const {
  const auto found = attributes_.find(id_or_display_name);
  return found == attributes_.end() ? nullptr : found->second;
}

ContactUpdate ReadUpdate(const v1::UpdateContactRequest& message, const std::string& workspace,
                         const AttributeIndex& attributes, int request,
                         std::vector<Violation>* violations) {
  ContactUpdate update;
  Complaints complaints(request, violations);
  ReadName(message.contact(), workspace, update, complaints);
  ReadKindAndStage(message.contact(), update, complaints);
  ReadMembership(message.contact(), workspace, update, complaints);
  ReadValues(message.contact(), attributes, update, complaints);
  ReadMask(message.update_mask(), attributes, update, complaints);
  auto provenance = ProvenanceFromProto(message.provenance());
  if (provenance.ok()) {
    update.provenance = *std::move(provenance);
  } else {
    complaints.Add("provenance", std::string(provenance.status().message()));
  }
  update.etag = message.contact().etag();
  update.allow_missing = message.allow_missing();
  return update;
}

void CheckAgainstStored(const ContactUpdate& update, const std::optional<ContactRecord>& stored,
                        int request, std::vector<Violation>* violations) {
  Complaints complaints(request, violations);
  const bool is_current = stored.has_value() && update.etag == absl::StrCat(stored->revision);
  if (!update.etag.empty() && !is_current && (stored.has_value() || update.allow_missing)) {
    complaints.Add("contact.etag",
                   "the contact has changed since it was read; get it again and repeat the change",
                   absl::StatusCode::kAborted);
  } else if (!stored.has_value() && !update.allow_missing) {
    complaints.Add("contact.name", "there is no such contact; set allow_missing to store a new one",
                   absl::StatusCode::kNotFound);
  }
  if (stored.has_value() && update.kind.has_value() && *update.kind != stored->kind) {
    const bool person = stored->kind == ContactKind::kPerson;
    complaints.Add("contact.kind",
                   absl::StrCat("the contact is ", person ? "a PERSON" : "an ORGANIZATION",
                                " and cannot become ", person ? "an ORGANIZATION" : "a PERSON",
                                "; leave the kind out, or delete the contact first"),
                   absl::StatusCode::kFailedPrecondition);
  }
  const ContactKind kind =
      stored.has_value() ? stored->kind : update.kind.value_or(ContactKind::kPerson);
  if (kind == ContactKind::kPerson) return;
  const PutContact put = WriteOf(update, "", stored);
  if (put.organization.has_value() && !put.organization->empty()) {
    complaints.Add("contact.organization", "only persons belong to organisations");
  }
  if (put.buying_role.value_or(BuyingRole::kUnknown) != BuyingRole::kUnknown) {
    complaints.Add("contact.buying_role", "only persons have a buying role");
  }
}

PutContact WriteOf(const ContactUpdate& update, const std::string& workspace,
                   const std::optional<ContactRecord>& stored) {
  using Extent = ContactUpdate::Extent;
  PutContact put{.workspace = workspace, .id = update.id, .kind = update.kind};
  put.stage = update.stage;
  put.provenance = update.provenance;
  put.organization = update.organization;
  put.buying_role = update.buying_role;
  if (!stored.has_value()) {
    put.values = EncodeValues(update.values);
    put.expected = 0;
    return put;
  }
  put.must_exist = true;
  if (!update.etag.empty()) put.expected = stored->revision;
  put.values = ListedValues(update);
  put.forgotten = update.listed_attributes;
  put.replaces_values = update.extent == Extent::kAll || update.lists_attributes;
  const bool sets_stage = update.extent == Extent::kAll || update.lists_stage;
  if (sets_stage) put.stage = update.stage.value_or(Stage::kUnknown);
  if (update.extent == Extent::kListed && !update.lists_stage) put.stage = std::nullopt;
  if (update.extent == Extent::kSent) return put;
  const bool is_all = update.extent == Extent::kAll;
  put.organization = std::nullopt;
  if (is_all || update.lists_organization) put.organization = update.organization.value_or("");
  put.buying_role = std::nullopt;
  if (is_all || update.lists_buying_role) {
    put.buying_role = update.buying_role.value_or(BuyingRole::kUnknown);
  }
  return put;
}

}  // namespace cible
