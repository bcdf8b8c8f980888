#include "server/registry/model_contacts.h"

#include "server/privacy/left_out.h"
#include "server/storage/row_decoder.h"

namespace cible {

std::vector<const Attribute*> ModelAttributes(const SegmentationModel& model) {
  std::vector<const Attribute*> attributes;
  for (const AttributeEncoding& encoding : model.encoder().attributes()) {
    attributes.push_back(model.schema().Find(encoding.attribute));
  }
  return attributes;
}

absl::StatusOr<ModelContacts> ReadForModel(Snapshot& snapshot, const ActiveModel& active, Date day,
                                           absl::Span<const std::string> ids) {
  const auto left_out = LeftOutOfProfiling(snapshot, active.name.workspace, day);
  if (!left_out.ok()) return left_out.status();
  const auto records = snapshot.Lookup(active.name.workspace, ids);
  if (!records.ok()) return records.status();
  RowDecoder decoder(ModelAttributes(*active.model));
  ModelContacts contacts;
  for (const auto& record : *records) {
    if (!record.has_value() || record->kind != active.model->parts().contact_kind) continue;
    const absl::Status profiled = CheckMayBeProfiled(*record, active.model->schema(), *left_out);
    if (absl::IsFailedPrecondition(profiled)) continue;
    if (!profiled.ok()) return profiled;
    if (absl::Status status = decoder.Append(record->values); !status.ok()) return status;
    contacts.table.ids.push_back(record->id);
    contacts.revisions.push_back(record->revision);
    ++contacts.table.row_count;
  }
  contacts.table.columns = decoder.TakeColumns();
  return contacts;
}

}  // namespace cible
