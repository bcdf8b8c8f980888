#include "clients/cli/behaviour_options.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "clients/cli/output/number_text.h"
#include "clients/cli/training_options.h"
#include "clients/cli/training_report.h"
#include "clients/cli/wrong_usage.h"

namespace cible {
namespace {

// What the settings mean where they say nothing; see BehaviourSettings.
constexpr double kLargeOrder = 500;
constexpr double kHalfLifeDays = 30;
constexpr int kEventLeadDays = 1;
constexpr const char* kEarliestEvent = "2000-01-01";

absl::StatusOr<v1::ItemCategory> ParseItemCategory(const std::string& text) {
  const std::size_t equals = text.find('=');
  if (equals == 0 || equals == std::string::npos) {
    return WrongUsage(
        "--item-category takes ID=ITEM,ITEM*,..., e.g. --item-category 'wine=W1,W2,RED*'; ID= "
        "removes it");
  }
  v1::ItemCategory category;
  category.set_id(text.substr(0, equals));
  for (const absl::string_view item : absl::StrSplit(text.substr(equals + 1), ',')) {
    const absl::string_view word = absl::StripAsciiWhitespace(item);
    if (!word.empty()) category.add_items(std::string(word));
  }
  return category;
}

absl::Status ChangeItemCategories(const std::vector<std::string>& texts,
                                  v1::BehaviourSettings* settings) {
  auto& categories = *settings->mutable_item_categories();
  for (const std::string& text : texts) {
    auto category = ParseItemCategory(text);
    if (!category.ok()) return category.status();
    const auto at =
        std::find_if(categories.begin(), categories.end(),
                     [&](const v1::ItemCategory& each) { return each.id() == category->id(); });
    const bool is_there = at != categories.end();
    if (category->items().empty() && !is_there) {
      return WrongUsage(absl::StrCat("--item-category ", category->id(),
                                     "= removes a category that the workspace does not have; see "
                                     "`cible workspace show`"));
    }
    if (category->items().empty()) {
      categories.erase(at);
    } else if (is_there) {
      *at = *std::move(category);
    } else {
      *categories.Add() = *std::move(category);
    }
  }
  return absl::OkStatus();
}

std::string WithDefault(const std::string& text, bool is_default) {
  return absl::StrCat(text, is_default ? " (the default)" : "");
}

}  // namespace

void AddBehaviourOptions(CLI::App& command, BehaviourArguments& arguments) {
  command
      .add_option("--large-order", arguments.large_order,
                  "From this value on an order is large, in the workspace's currency")
      ->check(CLI::PositiveNumber.description(""))
      ->type_name("AMOUNT");
  command
      .add_option("--half-life", arguments.half_life_days,
                  "After so many days what somebody did counts half for engagement")
      ->check(CLI::Range(0.01, 3650.0).description(""))
      ->type_name("DAYS");
  command
      .add_option("--events-complete", arguments.events_are_complete,
                  "yes: all that contacts do is recorded, so of whom nothing is, did nothing")
      ->type_name("yes|no");
  command
      .add_option("--earliest-event", arguments.earliest_event,
                  "Events before this day are refused")
      ->type_name("DATE");
  command
      .add_option("--event-lead-days", arguments.event_lead_days,
                  "Events later than so many days from now are refused")
      ->check(CLI::Range(0, 3650).description(""))
      ->type_name("N");
  command
      .add_option("--item-category", arguments.item_categories,
                  "Items to be known as a group: ITEM* stands for all that begin so. Again for "
                  "each; ID= removes it")
      ->type_name("ID=ITEM,ITEM*,...")
      ->allow_extra_args(false);
}

absl::Status ChangeBehaviour(const BehaviourArguments& arguments, v1::BehaviourSettings* settings) {
  if (arguments.large_order) settings->set_large_order_amount(*arguments.large_order);
  if (arguments.half_life_days) {
    settings->set_engagement_half_life_days(*arguments.half_life_days);
  }
  if (arguments.events_are_complete) {
    settings->set_events_are_complete(*arguments.events_are_complete);
  }
  if (arguments.earliest_event) {
    auto day = ParseDay(*arguments.earliest_event, "--earliest-event");
    if (!day.ok()) return day.status();
    *settings->mutable_earliest_event_date() = *std::move(day);
  }
  if (arguments.event_lead_days) settings->set_event_lead_days(*arguments.event_lead_days);
  return ChangeItemCategories(arguments.item_categories, settings);
}

void AddBehaviourRows(const v1::BehaviourSettings& settings, const std::string& currency,
                      Table& table) {
  const auto add = [&](const std::string& label, const std::string& id, const std::string& value) {
    table.AddRow({Cell(label, id), value});
  };
  const double large =
      settings.large_order_amount() == 0 ? kLargeOrder : settings.large_order_amount();
  add("an order is large from", "large_order_amount",
      WithDefault(absl::StrCat(ExactText(large), " ", currency), large == kLargeOrder));
  const double half_life = settings.engagement_half_life_days() == 0
                               ? kHalfLifeDays
                               : settings.engagement_half_life_days();
  add("what somebody did counts half after", "engagement_half_life_days",
      WithDefault(absl::StrCat(ExactText(half_life), " days"), half_life == kHalfLifeDays));
  add("all that contacts do is recorded", "events_are_complete",
      settings.events_are_complete() ? "yes" : "no");
  const std::string earliest = settings.has_earliest_event_date()
                                   ? DateText(settings.earliest_event_date())
                                   : kEarliestEvent;
  add("events are refused before", "earliest_event_date",
      WithDefault(earliest, earliest == kEarliestEvent));
  const int lead = settings.has_event_lead_days() ? settings.event_lead_days() : kEventLeadDays;
  add("events are refused later than", "event_lead_days",
      WithDefault(absl::StrCat(CountedText(lead, "day"), " from now"), lead == kEventLeadDays));
  for (const v1::ItemCategory& category : settings.item_categories()) {
    add(absl::StrCat("items of ", category.id()), absl::StrCat("item_categories.", category.id()),
        absl::StrJoin(category.items(), ", "));
  }
}

}  // namespace cible
