#include "server/services/contact_rows.h"

#include <algorithm>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "segmentation/data/storable.h"
#include "server/services/contact_update.h"
#include "server/services/violations.h"
#include "server/storage/contact_values.h"
#include "server/wire/contact_wire.h"
#include "server/wire/resource_name.h"
#include "server/wire/value_wire.h"

namespace cible {
namespace {

// What is wrong with a row; the attribute is empty when it is the row.
struct Complaint {
  std::string attribute;
  std::string reason;
};

class RowReader {
 public:
  RowReader(const std::string& workspace, const Schema& schema)
      : workspace_(workspace), schema_(schema), attributes_(schema) {}

  std::optional<Complaint> Read(const v1::Contact& contact, ContactRow* row) {
    auto complaint = ReadName(contact, row);
    if (!complaint.has_value()) complaint = ReadKindAndStage(contact, row);
    if (!complaint.has_value()) complaint = ReadMembership(contact, row);
    if (!complaint.has_value()) complaint = ReadValues(contact);
    if (!complaint.has_value()) row->values = EncodeValues(values_);
    return complaint;
  }

 private:
  std::optional<Complaint> ReadName(const v1::Contact& contact, ContactRow* row) {
    if (!contact.etag().empty()) {
      return Complaint{"", "an import compares no etags; leave it out, or use UpdateContact"};
    }
    if (contact.name().empty()) return std::nullopt;
    auto name = ResourceName::Parse(contact.name(), ResourceKind::kContact);
    if (!name.ok()) return Complaint{"", std::string(name.status().message())};
    if (name->workspace != workspace_) {
      return Complaint{"", "is of another workspace than the stream; name both in one"};
    }
    row->id = std::move(name->id);
    if (seen_.insert(row->id).second) return std::nullopt;
    return Complaint{"", "repeats the id of an earlier row; send each contact once"};
  }

  static std::optional<Complaint> ReadKindAndStage(const v1::Contact& contact, ContactRow* row) {
    if (!v1::ContactKind_IsValid(contact.kind()) || !v1::Stage_IsValid(contact.stage())) {
      return Complaint{"", "the kind or the stage is none that this server knows; leave it out"};
    }
    if (contact.kind() != v1::CONTACT_KIND_UNSPECIFIED) {
      row->kind = ContactKindFromProto(contact.kind());
    }
    if (contact.stage() != v1::STAGE_UNSPECIFIED) row->stage = StageFromProto(contact.stage());
    return std::nullopt;
  }

  std::optional<Complaint> ReadMembership(const v1::Contact& contact, ContactRow* row) {
    if (!contact.organization().empty()) {
      auto name = ResourceName::Parse(contact.organization(), ResourceKind::kContact);
      if (!name.ok()) {
        return Complaint{"", absl::StrCat("the organisation: ", name.status().message())};
      }
      if (name->workspace != workspace_) {
        return Complaint{"",
                         "the organisation is of another workspace than the stream; name one of "
                         "the same"};
      }
      row->organization = std::move(name->id);
    }
    if (!v1::BuyingRole_IsValid(contact.buying_role())) {
      return Complaint{"", "the buying role is none that this server knows; leave it out"};
    }
    if (contact.buying_role() != v1::BUYING_ROLE_UNSPECIFIED) {
      row->buying_role = BuyingRoleFromProto(contact.buying_role());
    }
    return std::nullopt;
  }

  std::optional<Complaint> ReadValues(const v1::Contact& contact) {
    values_.clear();
    for (const v1::AttributeValue& message : contact.attributes()) {
      const Attribute* attribute = attributes_.Find(message.attribute());
      if (attribute == nullptr) {
        return Complaint{
            "", absl::StrCat("attribute ", Quoted(message.attribute()),
                             " is not in the schema; use the id or the display name of one that "
                             "is")};
      }
      auto value = ValueFromProto(message);
      absl::Status status = value.status();
      if (status.ok()) status = CheckStorable(*value, *attribute);
      if (!status.ok()) return Complaint{attribute->id, std::string(status.message())};
      values_.emplace_back(attribute->number, *std::move(value));
    }
    return SortValues();
  }

  std::optional<Complaint> SortValues() {
    const auto before = [](const NumberedValue& a, const NumberedValue& b) {
      return a.first < b.first;
    };
    if (!std::is_sorted(values_.begin(), values_.end(), before)) {
      std::sort(values_.begin(), values_.end(), before);
    }
    const auto twice = std::adjacent_find(
        values_.begin(), values_.end(),
        [](const NumberedValue& a, const NumberedValue& b) { return a.first == b.first; });
    if (twice == values_.end()) return std::nullopt;
    const std::string& id = schema_.FindByNumber(twice->first)->id;
    return Complaint{id, absl::StrCat("attribute \"", id, "\" is given twice; give it once")};
  }

  const std::string& workspace_;
  const Schema& schema_;
  const AttributeIndex attributes_;
  absl::flat_hash_set<std::string> seen_;
  std::vector<NumberedValue> values_;  // Of the row that is read.
};

}  // namespace

absl::StatusOr<ContactRows> ReadContactRows(
    const google::protobuf::RepeatedPtrField<v1::Contact>& contacts, const std::string& workspace,
    const Schema& schema) {
  if (contacts.size() > kMaxTableRows) {
    return absl::InvalidArgumentError(absl::StrCat("the message has ", contacts.size(),
                                                   " contacts; send at most ", kMaxTableRows,
                                                   " at a time"));
  }
  ContactRows read;
  read.rows.reserve(static_cast<std::size_t>(contacts.size()));
  RowReader reader(workspace, schema);
  for (int i = 0; i < contacts.size(); ++i) {
    ContactRow row;
    if (auto complaint = reader.Read(contacts[i], &row); complaint.has_value()) {
      read.errors.push_back({i, std::move(complaint->attribute), std::move(complaint->reason)});
      continue;
    }
    read.rows.push_back(std::move(row));
    read.source_rows.push_back(i);
  }
  return read;
}

}  // namespace cible
