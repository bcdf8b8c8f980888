#include "server/services/contact_query.h"

#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "server/privacy/left_out.h"
#include "server/storage/collections.h"
#include "server/wire/behaviour_store.h"
#include "server/wire/resource_name.h"
#include "server/wire/schema_store.h"

namespace cible {
namespace {

// The id of the segmentation.
absl::StatusOr<std::string> FindSegmentation(Snapshot& snapshot, const std::string& workspace,
                                             const std::string& segmentation) {
  if (segmentation.empty()) return std::string("default");
  const auto name = ResourceName::Parse(segmentation, ResourceKind::kSegmentation);
  if (!name.ok()) return name.status();
  if (name->workspace != workspace) {
    return absl::InvalidArgumentError(
        "the segmentation is of another workspace than the contacts; name one of the same");
  }
  const absl::Status found = snapshot.Get(SegmentationKey(workspace, name->segmentation)).status();
  if (absl::IsNotFound(found)) {
    return absl::NotFoundError(absl::StrCat("there is no ", name->ToString()));
  }
  if (!found.ok()) return found;
  return name->segmentation;
}

absl::StatusOr<ContactQuery> Open(Store& store, const std::string& parent,
                                  const std::string& filter, const std::string& segmentation,
                                  bool include_left_out, Timestamp now) {
  const auto name = ResourceName::Parse(parent, ResourceKind::kWorkspace);
  if (!name.ok()) return name.status();
  auto snapshot = store.OpenSnapshot();
  if (!snapshot.ok()) return snapshot.status();
  auto schema = ReadSchema(**snapshot, name->workspace);
  if (!schema.ok()) return schema.status();
  auto parsed = Filter::Parse(filter, schema->schema);
  if (!parsed.ok()) return parsed.status();
  auto segmentation_id = FindSegmentation(**snapshot, name->workspace, segmentation);
  if (!segmentation_id.ok()) return segmentation_id.status();
  absl::StatusOr<PassedOver> left_out = PassedOver{.objecting = false};
  if (!include_left_out) left_out = LeftOutOfLists(**snapshot, name->workspace);
  if (!left_out.ok()) return left_out.status();
  const auto as_of = ReadAsOf(**snapshot, name->workspace, now);
  if (!as_of.ok()) return as_of.status();
  ContactQuery query{.snapshot = *std::move(snapshot),
                     .schema = std::make_unique<const Schema>(std::move(schema->schema)),
                     .scan = {}};
  query.scan.workspace = name->workspace;
  query.scan.schema = query.schema.get();
  query.scan.filter = *std::move(parsed);
  query.scan.passed_over = *left_out;
  query.scan.as_of = *as_of;
  query.scan.segmentation = *std::move(segmentation_id);
  return query;
}

}  // namespace

absl::StatusOr<ContactQuery> OpenContactQuery(Store& store, const std::string& parent,
                                              const std::string& filter,
                                              const std::string& segmentation,
                                              bool include_left_out, Timestamp now,
                                              const CatchUpFn& catch_up) {
  std::string workspace;
  {
    auto query = Open(store, parent, filter, segmentation, include_left_out, now);
    if (!query.ok() || !query->scan.filter.reads_lifecycle() || !catch_up) return query;
    workspace = query->scan.workspace;
  }  // Its view is of before.
  if (absl::Status status = catch_up(workspace); !status.ok()) return status;
  return Open(store, parent, filter, segmentation, include_left_out, now);
}

absl::StatusOr<std::vector<std::string>> AttributeIds(
    const google::protobuf::RepeatedPtrField<std::string>& names, const Schema& schema) {
  std::vector<std::string> ids;
  if (names.empty()) {
    for (const Attribute& attribute : schema.attributes()) ids.push_back(attribute.id);
    return ids;
  }
  std::set<std::string> seen;
  for (const std::string& name : names) {
    const Attribute* attribute = schema.Find(name);
    if (attribute == nullptr) {
      return absl::InvalidArgumentError(
          absl::StrCat("attribute \"", name,
                       "\" is not in the schema; use the id or the display name of one that is"));
    }
    if (!seen.insert(attribute->id).second) {
      return absl::InvalidArgumentError(
          absl::StrCat("attribute \"", attribute->id, "\" is named twice; name it once"));
    }
    ids.push_back(attribute->id);
  }
  return ids;
}

}  // namespace cible
