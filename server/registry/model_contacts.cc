#include "server/registry/model_contacts.h"

#include "server/storage/row_decoder.h"

namespace cible {

std::vector<const Attribute*> ModelAttributes(const SegmentationModel& model) {
  std::vector<const Attribute*> attributes;
  for (const AttributeEncoding& encoding : model.encoder().attributes()) {
    attributes.push_back(model.schema().Find(encoding.attribute));
  }
  return attributes;
}

absl::StatusOr<ContactTable> ReadForModel(Snapshot& snapshot, const ActiveModel& active,
                                          absl::Span<const std::string> ids) {
  const auto records = snapshot.Lookup(active.name.workspace, ids);
  if (!records.ok()) return records.status();
  RowDecoder decoder(ModelAttributes(*active.model));
  ContactTable table;
  for (const auto& record : *records) {
    if (!record.has_value() || record->kind != active.model->parts().contact_kind) continue;
    if (absl::Status status = decoder.Append(record->values); !status.ok()) return status;
    table.ids.push_back(record->id);
    ++table.row_count;
  }
  table.columns = decoder.TakeColumns();
  return table;
}

}  // namespace cible
