#include "server/wire/behaviour_store.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "cible/storage/v1/resources.pb.h"
#include "segmentation/data/storable.h"
#include "server/clock.h"
#include "server/storage/collections.h"
#include "server/storage/stored_message.h"
#include "server/wire/contact_wire.h"
#include "server/wire/schema_store.h"
#include "server/wire/utf8.h"

namespace cible {
namespace {

constexpr double kDefaultLargeOrder = 500;
constexpr double kMostAmount = 1e12;
constexpr double kMostHalfLifeDays = 3650;
constexpr int kMostLeadDays = 3650;
constexpr int kDefaultLeadDays = 1;
constexpr int kDefaultEarliestYear = 2000;
constexpr int kMostCategories = 32;
constexpr int kMostItems = 10'000;
constexpr std::size_t kMostItemBytes = 256;
constexpr std::size_t kMostCategoryIdBytes = 31;

bool IsCategoryId(absl::string_view id) {
  return !id.empty() && id.size() <= kMostCategoryIdBytes && absl::ascii_islower(id[0]) &&
         std::all_of(id.begin(), id.end(), [](char c) {
           return absl::ascii_islower(c) || absl::ascii_isdigit(c) || c == '_';
         });
}

absl::Status CheckItem(const std::string& item) {
  const bool fits = !item.empty() && item.size() <= kMostItemBytes && IsUtf8(item) &&
                    !absl::StrContains(item, '\t') && !absl::StrContains(item, '\n') &&
                    !HasControlCharacters(item);
  if (fits) return absl::OkStatus();
  return absl::InvalidArgumentError(
      "an item of item_categories is empty, above 256 bytes, or has control characters; mend it");
}

absl::Status CheckCategories(const v1::BehaviourSettings& settings) {
  if (settings.item_categories_size() > kMostCategories) {
    return absl::InvalidArgumentError(absl::StrCat("there are ", settings.item_categories_size(),
                                                   " item_categories; give at most ",
                                                   kMostCategories));
  }
  std::set<std::string> ids;
  for (const v1::ItemCategory& category : settings.item_categories()) {
    if (!IsCategoryId(category.id())) {
      return absl::InvalidArgumentError(
          "an id of item_categories is not `[a-z][a-z0-9_]{0,30}`; give one such as `wine`");
    }
    if (!ids.insert(category.id()).second) {
      return absl::InvalidArgumentError(
          absl::StrCat("item category \"", category.id(), "\" is given twice; give it once"));
    }
    if (category.items().empty() || category.items_size() > kMostItems) {
      return absl::InvalidArgumentError(
          absl::StrCat("item category \"", category.id(), "\" has ", category.items_size(),
                       " items; give 1 to ", kMostItems, ", `W*` for all that begin with W"));
    }
    for (const std::string& item : category.items()) {
      if (absl::Status status = CheckItem(item); !status.ok()) return status;
    }
  }
  return absl::OkStatus();
}

AsOf AsOfFromProto(const v1::Workspace& workspace, Date day) {
  const v1::BehaviourSettings& settings = workspace.behaviour();
  AsOf as_of{.day = day,
             .half_life_days = settings.engagement_half_life_days(),
             .events_are_complete = settings.events_are_complete(),
             .requires_legal_basis = workspace.require_legal_basis()};
  for (const v1::ItemCategory& category : settings.item_categories()) {
    as_of.categories.push_back(category.id());
  }
  return as_of;
}

}  // namespace

void CompleteSettings(v1::BehaviourSettings& settings) {
  if (settings.large_order_amount() == 0) settings.set_large_order_amount(kDefaultLargeOrder);
  if (settings.engagement_half_life_days() == 0) {
    settings.set_engagement_half_life_days(kDefaultHalfLifeDays);
  }
  if (!settings.has_event_lead_days()) settings.set_event_lead_days(kDefaultLeadDays);
  if (!settings.has_earliest_event_date()) {
    settings.mutable_earliest_event_date()->set_year(kDefaultEarliestYear);
    settings.mutable_earliest_event_date()->set_month(1);
    settings.mutable_earliest_event_date()->set_day(1);
  }
}

absl::Status CheckSettings(const v1::BehaviourSettings& settings) {
  const double large = settings.large_order_amount();
  if (!(large > 0 && large <= kMostAmount)) {
    return absl::InvalidArgumentError(
        "large_order_amount is not above 0 and at most 1e12; give an amount in the workspace's "
        "currency, or 0 for 500");
  }
  const double half_life = settings.engagement_half_life_days();
  if (!(half_life > 0 && half_life <= kMostHalfLifeDays)) {
    return absl::InvalidArgumentError(
        "engagement_half_life_days is not above 0 and at most 3650; give days, or 0 for 30");
  }
  if (settings.event_lead_days() < 0 || settings.event_lead_days() > kMostLeadDays) {
    return absl::InvalidArgumentError(
        "event_lead_days is outside 0 to 3650; give days within, or leave it out for 1");
  }
  if (absl::Status status = DateFromProto(settings.earliest_event_date()).status(); !status.ok()) {
    return absl::InvalidArgumentError("earliest_event_date is no day of the calendar; mend it");
  }
  return CheckCategories(settings);
}

BehaviourRules RulesOf(const v1::Workspace& workspace) {
  const v1::BehaviourSettings& settings = workspace.behaviour();
  BehaviourRules rules{.time_zone = workspace.time_zone(),
                       .large_order = std::llround(settings.large_order_amount() * kMoneyUnit),
                       .categories = {}};
  for (const v1::ItemCategory& category : settings.item_categories()) {
    ItemCategory& items =
        rules.categories.emplace_back(ItemCategory{.id = category.id(), .items = {}});
    items.items.assign(category.items().begin(), category.items().end());
    std::sort(items.items.begin(), items.items.end());
  }
  return rules;
}

absl::StatusOr<v1::Workspace> ReadWorkspace(Snapshot& snapshot, const std::string& workspace) {
  auto stored =
      ReadStored<storage::v1::StoredWorkspace>(snapshot, WorkspaceKey(workspace), "workspace");
  if (absl::IsNotFound(stored.status())) return CheckWorkspace(snapshot, workspace);
  if (!stored.ok()) return stored.status();
  v1::Workspace message = std::move(*stored->message.mutable_workspace());
  CompleteSettings(*message.mutable_behaviour());  // Earlier versions stored none.
  return message;
}

absl::StatusOr<AsOf> ReadAsOf(Snapshot& snapshot, const std::string& workspace, Date day) {
  const auto message = ReadWorkspace(snapshot, workspace);
  if (!message.ok()) return message.status();
  return AsOfFromProto(*message, day);
}

absl::StatusOr<AsOf> ReadAsOf(Snapshot& snapshot, const std::string& workspace, Timestamp instant) {
  const auto message = ReadWorkspace(snapshot, workspace);
  if (!message.ok()) return message.status();
  return AsOfFromProto(*message, DayIn(message->time_zone(), instant));
}

absl::Status KeepBehaviourRules(Store& store, Timestamp time) {
  WriteBatch batch{.operations = {}, .time = time};
  {
    const auto snapshot = store.OpenSnapshot();
    if (!snapshot.ok()) return snapshot.status();
    const ResourceKey key = WorkspaceKey("");
    const auto workspaces =
        (*snapshot)->List("", key.collection, key.parent, "", std::numeric_limits<int>::max());
    if (!workspaces.ok()) return workspaces.status();
    for (const Resource& resource : *workspaces) {
      const auto workspace = ReadWorkspace(**snapshot, resource.key.id);
      if (!workspace.ok()) return workspace.status();
      batch.operations.push_back(PutBehaviourRules{resource.key.id, RulesOf(*workspace)});
    }
  }
  return store.Commit(std::move(batch)).status();
}

}  // namespace cible
