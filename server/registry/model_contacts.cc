#include "server/registry/model_contacts.h"

#include <algorithm>
#include <string>

#include "server/privacy/left_out.h"
#include "server/storage/record_rows.h"
#include "server/storage/row_decoder.h"
#include "server/wire/behaviour_store.h"

namespace cible {

std::vector<const Attribute*> ModelAttributes(const SegmentationModel& model) {
  std::vector<const Attribute*> attributes;
  for (const AttributeEncoding& encoding : model.encoder().attributes()) {
    attributes.push_back(model.schema().Find(encoding.attribute));
  }
  return attributes;
}

namespace {

// What the model reads, and what the criteria of authored personas are about.
std::vector<const Attribute*> AttributesToRead(const ActiveModel& active) {
  std::vector<const Attribute*> attributes = ModelAttributes(*active.model);
  for (const AuthoredPersona& persona : active.personas->authored) {
    for (const PersonaCriterion& criterion : persona.criteria) {
      const std::string& id = criterion.condition.attribute;
      const bool is_read = std::any_of(attributes.begin(), attributes.end(),
                                       [&](const Attribute* each) { return each->id == id; });
      const Attribute* attribute = is_read ? nullptr : active.personas->schema.Find(id);
      if (attribute != nullptr) attributes.push_back(attribute);
    }
  }
  return attributes;
}

}  // namespace

absl::StatusOr<ModelContacts> ReadForModel(Snapshot& snapshot, const ActiveModel& active, Date day,
                                           absl::Span<const std::string> ids) {
  const auto left_out = LeftOutOfProfiling(snapshot, active.name.workspace, day);
  if (!left_out.ok()) return left_out.status();
  const auto records = snapshot.Lookup(active.name.workspace, ids);
  if (!records.ok()) return records.status();
  const auto as_of = ReadAsOf(snapshot, active.name.workspace, day);
  if (!as_of.ok()) return as_of.status();
  RowDecoder decoder(AttributesToRead(active), *as_of, &active.model->schema());
  ModelContacts contacts;
  for (const auto& record : *records) {
    if (!record.has_value() || record->kind != active.model->parts().contact_kind) continue;
    const absl::Status profiled = CheckMayBeProfiled(*record, active.model->schema(), *left_out);
    if (absl::IsFailedPrecondition(profiled)) continue;
    if (!profiled.ok()) return profiled;
    const absl::Status status = AppendRecord(snapshot, active.name.workspace, *record, decoder);
    if (!status.ok()) return status;
    contacts.table.ids.push_back(record->id);
    contacts.revisions.push_back(record->revision);
    ++contacts.table.row_count;
  }
  contacts.table.columns = decoder.TakeColumns();
  return contacts;
}

}  // namespace cible
