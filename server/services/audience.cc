#include "server/services/audience.h"

#include "segmentation/personas/customer_value.h"
#include "server/privacy/left_out.h"
#include "server/wire/behaviour_store.h"
#include "server/wire/schema_store.h"

namespace cible {
namespace {

std::vector<std::string> DescribingAttributes(const Schema& schema) {
  std::vector<std::string> ids;
  for (const Attribute& attribute : schema.attributes()) {
    const bool describes = attribute.role == Role::kFeature ||
                           attribute.role == Role::kDescriptor || attribute.role == Role::kOutcome;
    const bool is_readable = describes && attribute.type != AttributeType::kText;
    if (is_readable || IsPartOfValue(attribute)) ids.push_back(attribute.id);
  }
  return ids;
}

}  // namespace

absl::StatusOr<Audience> ReadAudience(Store& store, const AudienceRequest& request,
                                      const std::function<bool()>& cancelled) {
  const auto snapshot = store.OpenSnapshot();
  if (!snapshot.ok()) return snapshot.status();
  auto schema = ReadSchema(**snapshot, request.workspace);
  if (!schema.ok()) return schema.status();
  const auto as_of = ReadAsOf(**snapshot, request.workspace, request.as_of);
  if (!as_of.ok()) return as_of.status();
  const auto left_out = LeftOutOfProfiling(**snapshot, request.workspace, request.as_of);
  if (!left_out.ok()) return left_out.status();
  Audience audience{.schema = std::move(schema->schema), .table = {}, .stages = {}, .segments = {}};
  const ScanRequest scan{.workspace = request.workspace,
                         .schema = &audience.schema,
                         .attributes = request.attributes.empty()
                                           ? DescribingAttributes(audience.schema)
                                           : request.attributes,
                         .filter = {},
                         .kind = request.kind,
                         .passed_over = *left_out,
                         .segmentation = request.segmentation,
                         .as_of = *as_of,
                         .with_lifecycles = true,
                         .with_records = request.with_ids};
  const absl::Status status = (*snapshot)->Scan(scan, [&](const ContactBlock& block) {
    if (cancelled && cancelled()) return absl::CancelledError("the caller has gone");
    AppendRows(audience.table, block.table);
    const ContactFacts& facts = block.facts;
    for (std::size_t row = 0; row < facts.stages.size(); ++row) {
      audience.stages.push_back(StageGiven(facts.stages[row], facts.lifecycles[row]));
    }
    audience.segments.insert(audience.segments.end(), facts.segments.begin(), facts.segments.end());
    return absl::OkStatus();
  });
  if (!status.ok()) return status;
  return audience;
}

}  // namespace cible
