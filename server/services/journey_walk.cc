#include "server/services/journey_walk.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/container/flat_hash_map.h"

namespace cible {
namespace {

bool IsOfJourneys(LifecycleField field) {
  return field == LifecycleField::kRelation || field == LifecycleField::kCustomerStage ||
         field == LifecycleField::kFormerCustomer;
}

// The contacts of a scan one by one.
class ContactRows {
 public:
  explicit ContactRows(std::unique_ptr<ContactScan> scan) : scan_(std::move(scan)) {}

  // Moves on to the next one; false past the last.
  absl::StatusOr<bool> Next() {
    if (block_.has_value() && ++row_ < block_->keys.size()) return true;
    auto block = scan_->Next();
    if (!block.ok()) return block.status();
    block_ = *std::move(block);
    row_ = 0;
    return block_.has_value();
  }

  const ContactBlock& block() const { return *block_; }
  std::size_t row() const { return row_; }
  std::int64_t key() const { return block_->keys[row_]; }

 private:
  std::unique_ptr<ContactScan> scan_;
  std::optional<ContactBlock> block_;
  std::size_t row_ = 0;
};

// Ids of the attributes that tell who a contact of the kind is.
std::vector<std::string> IdentityAttributes(const Schema& schema, ContactKind kind) {
  const AppliesTo others =
      kind == ContactKind::kPerson ? AppliesTo::kOrganizations : AppliesTo::kPersons;
  std::vector<std::string> ids;
  for (const Attribute& attribute : schema.attributes()) {
    const bool is_identity = attribute.role == Role::kIdentity;
    if (is_identity && attribute.applies_to != others) ids.push_back(attribute.id);
  }
  return ids;
}

// The first one that says in words where contacts come from; null: none.
const Attribute* SourceAttribute(const Schema& schema) {
  const auto found = std::find_if(schema.attributes().begin(), schema.attributes().end(),
                                  [](const Attribute& attribute) {
                                    return attribute.criterion == Criterion::kAcquisition &&
                                           (attribute.type == AttributeType::kCategorical ||
                                            attribute.type == AttributeType::kText);
                                  });
  return found == schema.attributes().end() ? nullptr : &*found;
}

// Where contacts come from as their attributes have it.
class StatedSources {
 public:
  StatedSources(const Attribute* attribute, const std::vector<SourceRule>& rules)
      : attribute_(attribute), rules_(rules) {}

  // As labels of provenances are.
  std::string LabelOf(const ContactRows& rows) {
    const Column* column =
        attribute_ == nullptr ? nullptr : rows.block().table.Find(attribute_->id);
    const auto value =
        column == nullptr ? std::nullopt : Get(*column, static_cast<int>(rows.row()));
    const std::string source = value.has_value() ? std::get<std::string>(*value) : "";
    if (source.empty()) return kUnknownSource;
    const auto [found, is_new] = labels_.try_emplace(source);
    if (is_new) found->second = LabelOfSource(source, rules_);
    return found->second;
  }

 private:
  const Attribute* attribute_;
  const std::vector<SourceRule>& rules_;
  absl::flat_hash_map<std::string, std::string> labels_;  // By what contacts say.
};

class JourneyWalk {
 public:
  JourneyWalk(Snapshot& snapshot, const Schema& schema, const ContactOrigins& origins,
              const PastJourneys& past, FunnelCounter& counter, BoughtLists& lists)
      : snapshot_(snapshot),
        origins_(origins),
        past_(past),
        counter_(counter),
        lists_(lists),
        stated_sources_(SourceAttribute(schema), origins.rules),
        person_identity_(IdentityAttributes(schema, ContactKind::kPerson)),
        organization_identity_(IdentityAttributes(schema, ContactKind::kOrganization)) {}

  absl::Status Take(const ContactRows& rows, absl::Span<const RecordedTransition> transitions) {
    journey_.steps = StepsOf(transitions);
    if (!journey_.steps.empty()) {
      const absl::Status status = past_.AddTo(rows.block(), rows.row(), journey_.steps);
      if (!status.ok()) return status;
    }
    journey_.source = origins_.LabelOf(rows.key());
    if (journey_.source == kUnknownSource) journey_.source = stated_sources_.LabelOf(rows);
    journey_.persona = rows.block().facts.segments[rows.row()];
    counter_.Add(journey_);
    const absl::Span<const ListEntry> entries = origins_.EntriesOf(rows.key());
    if (entries.empty()) return absl::OkStatus();
    const auto contact = Listed(rows);
    if (!contact.ok()) return contact.status();
    for (const ListEntry& entry : entries) lists_.Add(entry, *contact);
    return absl::OkStatus();
  }

 private:
  absl::StatusOr<ListedContact> Listed(const ContactRows& rows) {
    const std::int64_t key = rows.key();
    const auto former_ids = snapshot_.FormerIds({key});
    if (!former_ids.ok()) return former_ids.status();
    return ListedContact{.is_usable = IsUsable(rows),
                         .was_merged = !former_ids->front().empty(),
                         .create_day = DayOf(rows.block().records[rows.row()].create_time).days,
                         .state = rows.block().lifecycles[rows.row()].state,
                         .steps = journey_.steps};
  }

  bool IsUsable(const ContactRows& rows) const {
    const std::vector<std::string>& identity =
        rows.block().kinds[rows.row()] == ContactKind::kPerson ? person_identity_
                                                               : organization_identity_;
    return identity.empty() ||
           std::any_of(identity.begin(), identity.end(), [&](const std::string& id) {
             const Column* column = rows.block().table.Find(id);
             return column != nullptr && column->validity[rows.row()] != 0;
           });
  }

  Snapshot& snapshot_;
  OriginCursor origins_;
  const PastJourneys& past_;
  FunnelCounter& counter_;
  BoughtLists& lists_;
  StatedSources stated_sources_;
  const std::vector<std::string> person_identity_, organization_identity_;
  Journey journey_;  // Of the present contact.
};

// Sources by attribute. Identity and records tell of contacts of lists alone, and take time.
void AskFor(const Schema& schema, bool has_lists, ScanRequest& scan) {
  const Attribute* source = SourceAttribute(schema);
  if (source != nullptr) scan.attributes.push_back(source->id);
  scan.with_records = has_lists;
  if (!has_lists) return;
  for (const Attribute& attribute : schema.attributes()) {
    if (attribute.role == Role::kIdentity) scan.attributes.push_back(attribute.id);
  }
}

}  // namespace

std::vector<Journey::Step> StepsOf(absl::Span<const RecordedTransition> transitions) {
  std::vector<Journey::Step> steps;
  LifecycleState state;
  for (const auto& [number, key, id, time, transition] : transitions) {
    if (!IsOfJourneys(transition.field)) continue;
    state.Set(transition.field, transition.to);
    if (steps.empty() && !state.is_classified()) continue;
    const std::int32_t day =
        steps.empty() ? transition.day : std::max(transition.day, steps.back().day);
    steps.push_back({day, state});
  }
  return steps;
}

absl::Status WalkJourneys(ContactQuery& query, const ContactOrigins& origins,
                          const PastJourneys& past, const CallContext& call, FunnelCounter& counter,
                          BoughtLists& lists) {
  AskFor(*query.schema, !origins.entries.empty(), query.scan);
  past.AskFor(query.scan);
  auto scan = query.snapshot->OpenScan(query.scan);
  if (!scan.ok()) return scan.status();
  ContactRows rows(*std::move(scan));
  JourneyWalk walk(*query.snapshot, *query.schema, origins, past, counter, lists);
  auto more = rows.Next();
  // Contacts up to this key, of which the last has the transitions.
  const auto take_up_to = [&](std::int64_t key, absl::Span<const RecordedTransition> transitions) {
    while (more.ok() && *more && rows.key() <= key) {
      const bool is_new_block = rows.row() == 0;
      if (is_new_block && call.cancelled()) return absl::CancelledError("the caller has gone");
      const bool has_them = rows.key() == key;
      const absl::Status status =
          walk.Take(rows, has_them ? transitions : absl::Span<const RecordedTransition>());
      if (!status.ok()) return status;
      more = rows.Next();
    }
    return more.status();
  };
  const absl::Status status = query.snapshot->ScanTransitions(
      query.scan.workspace, [&](absl::Span<const RecordedTransition> transitions) {
        return take_up_to(transitions.front().contact_key, transitions);
      });
  if (!status.ok()) return status;
  return take_up_to(std::numeric_limits<std::int64_t>::max(), {});
}

}  // namespace cible
