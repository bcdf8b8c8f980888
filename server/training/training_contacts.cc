#include "server/training/training_contacts.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "segmentation/data/filter.h"
#include "segmentation/personas/customer_value.h"
#include "server/privacy/left_out.h"
#include "server/wire/behaviour_store.h"
#include "server/wire/schema_store.h"

namespace cible {
namespace {

constexpr int kFewestContacts = 2;

std::vector<std::string> AttributesToRead(const Schema& schema) {
  std::vector<std::string> ids;
  for (const Attribute& attribute : schema.attributes()) {
    const bool profiled = attribute.role == Role::kFeature || attribute.role == Role::kDescriptor ||
                          attribute.role == Role::kOutcome;
    if ((profiled || IsPartOfValue(attribute)) && attribute.type != AttributeType::kText)
      ids.push_back(attribute.id);
  }
  return ids;
}

// Too few contacts for the segmentation, though the workspace may have others.
absl::Status CheckThereAreContacts(Snapshot& snapshot, const TrainingPlan& plan, int count) {
  if (count >= kFewestContacts) return absl::OkStatus();
  const bool of_persons = plan.options.contact_kind == ContactKind::kPerson;
  const auto ours = snapshot.CountContacts(plan.run.workspace, plan.options.contact_kind);
  const auto all = snapshot.CountContacts(plan.run.workspace, std::nullopt);
  if (!ours.ok() || !all.ok()) return ours.ok() ? all.status() : ours.status();
  if (*ours >= kFewestContacts) {
    if (plan.filter.empty()) {
      return absl::FailedPreconditionError(absl::StrCat(
          *ours - count, " of ", *ours,
          " contacts are left out: they object to profiling, may be "
          "under 18, or lack the legal basis that the workspace requires; training needs at least "
          "2"));
    }
    return absl::InvalidArgumentError(absl::StrCat("the filter leaves ", count, " of ", *ours,
                                                   " contacts; training needs at least 2. Widen "
                                                   "the filter"));
  }
  if (*all - *ours < kFewestContacts) return absl::OkStatus();  // Training says it.
  const char* const other = of_persons ? "organization" : "person";
  return absl::FailedPreconditionError(absl::StrCat(
      "segmentations/", plan.run.segmentation, " divides ", of_persons ? "person" : "organization",
      "s, and the workspace has ", *ours, " of them but ", *all - *ours, " ", other,
      "s; make a segmentation of those (CreateSegmentation, `cible segmentations create ID --kind ",
      other, "`) and train it"));
}

}  // namespace

absl::StatusOr<TrainingContacts> ReadTrainingContacts(Store& store, const TrainingPlan& plan,
                                                      std::stop_token stop) {
  const auto snapshot = store.OpenSnapshot();
  if (!snapshot.ok()) return snapshot.status();
  auto schema = ReadSchema(**snapshot, plan.run.workspace);
  if (!schema.ok()) return schema.status();
  TrainingContacts contacts{.schema = std::move(schema->schema), .table = {}, .stages = {}};
  for (const Attribute& attribute : contacts.schema.attributes()) {
    // Schemas of earlier versions may have one.
    if (absl::Status status = CheckSensitivity(attribute); !status.ok()) return status;
  }
  auto filter = Filter::Parse(plan.filter, contacts.schema);
  if (!filter.ok()) return filter.status();
  const auto as_of = ReadAsOf(**snapshot, plan.run.workspace, plan.options.as_of);
  if (!as_of.ok()) return as_of.status();
  const auto left_out = LeftOutOfProfiling(**snapshot, plan.run.workspace, plan.options.as_of);
  if (!left_out.ok()) return left_out.status();
  const auto count = (*snapshot)->CountContacts(plan.run.workspace, plan.options.contact_kind);
  if (!count.ok()) return count.status();
  const std::string segmentation = filter->reads_segment() ? plan.run.segmentation : "";
  const ScanRequest request{.workspace = plan.run.workspace,
                            .schema = &contacts.schema,
                            .attributes = AttributesToRead(contacts.schema),
                            .filter = *std::move(filter),
                            .kind = plan.options.contact_kind,
                            .passed_over = *left_out,
                            .segmentation = segmentation,
                            .as_of = *as_of,
                            .with_lifecycles = true,
                            .with_records = false};
  absl::Status status = (*snapshot)->Scan(request, [&](const ContactBlock& block) {
    if (stop.stop_requested()) return absl::CancelledError("the training was cancelled");
    const bool is_first = contacts.table.columns.empty();
    AppendRows(contacts.table, block.table);
    if (is_first) ReserveRows(contacts.table, static_cast<std::size_t>(*count));
    const ContactFacts& facts = block.facts;
    for (std::size_t row = 0; row < facts.stages.size(); ++row) {
      contacts.stages.push_back(StageGiven(facts.stages[row], facts.lifecycles[row]));
    }
    return absl::OkStatus();
  });
  if (!status.ok()) return status;
  contacts.table.ids.clear();  // There only if the filter read them.
  status = CheckThereAreContacts(**snapshot, plan, contacts.table.row_count);
  if (!status.ok()) return status;
  return contacts;
}

}  // namespace cible
