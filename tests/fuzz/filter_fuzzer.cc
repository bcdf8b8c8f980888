// Any text is a filter or is refused with the place; a filter answers of every
// row by itself, and never yes together with its negation; what it says changes on
// no day that has passed.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "segmentation/data/contact_table.h"
#include "segmentation/data/filter.h"
#include "tests/fuzz/every_type.h"
#include "tests/fuzz/invariant.h"

namespace cible {
namespace {

// Nothing is known of the last but the id.
ContactTable ThreeContacts(const Schema& schema) {
  const std::vector<std::pair<std::string, std::vector<Value>>> cells = {
      {"n", {25.0, -1.5}},
      {"c", {"FR", "BE"}},
      {"o", {"low", "high"}},
      {"s", {StringSet{{"store", "web"}}, StringSet{}}},
      {"b", {true, false}},
      {"d", {Date{20'000}, Date{-1}}},
      {"t", {Timestamp{1'728'000'000'000'000}, Timestamp{-1}}},
      {"l", {LatLng{48.85, 2.35}, LatLng{-90, 180}}},
      {"x", {"a@example.com", "é"}}};
  ContactTable table{.row_count = 3, .ids = {"i", "j", "k"}};
  for (const auto& [id, values] : cells) {
    Column column = MakeColumn(id, schema.Find(id)->type);
    for (const Value& value : values) Append(column, value);
    Append(column, std::nullopt);
    table.columns.push_back(std::move(column));
  }
  return table;
}

ContactFacts ThreeFacts() {
  ContactFacts facts{.segments = {"s1", "s2", ""},
                     .stages = {Stage::kLead, Stage::kCustomer, Stage::kUnknown}};
  facts.kinds = {ContactKind::kPerson, ContactKind::kOrganization, ContactKind::kPerson};
  facts.buying_roles = {BuyingRole::kDecides, BuyingRole::kUnknown, BuyingRole::kUses};
  facts.lifecycles.resize(3);
  for (const LifecycleField field : kLifecycleFields) facts.lifecycles[1].Set(field, 2);
  facts.today = Date{20'000};
  return facts;
}

ContactFacts OfRow(std::size_t row, const ContactFacts& facts) {
  ContactFacts one{.segments = {facts.segments[row]}, .stages = {facts.stages[row]}};
  one.kinds = {facts.kinds[row]};
  one.buying_roles = {facts.buying_roles[row]};
  one.lifecycles = {facts.lifecycles[row]};
  one.today = facts.today;
  return one;
}

// Every number drifts, in the one way or the other.
FilterContext Context(Drift drift) {
  return {.numbers = {{"offer.min_price", 25.}, {"offer.max_price", {}}},
          .drift = [drift](const Attribute&) { return drift; }};
}

void CheckRefusal(const absl::Status& status, std::size_t text_size) {
  Require(status.code() == absl::StatusCode::kInvalidArgument, "a refusal is INVALID_ARGUMENT");
  absl::string_view message = status.message();
  Require(absl::ConsumePrefix(&message, "filter, position "), "a refusal says where");
  std::size_t position = 0;
  Require(absl::SimpleAtoi(message.substr(0, message.find(':')), &position), "by a number");
  Require(position >= 1 && position <= text_size + 1, "the place is in the text");
}

void CheckChanges(absl::string_view text, const Schema& schema, const ContactTable& table) {
  static const ContactFacts* facts = new ContactFacts(ThreeFacts());
  for (const Drift drift : {Drift::kDaysSince, Drift::kHalving, Drift::kAny}) {
    const auto filter = Filter::Parse(text, schema, Context(drift));
    Require(filter.ok(), "drift forbids nothing");
    const std::vector<std::int32_t> changes = filter->NextChanges(table, *facts, 30);
    Require(changes.size() == 3, "a day a row");
    for (const std::int32_t day : changes) Require(day > facts->today->days, "not before tomorrow");
  }
}

void CheckAnswers(const Filter& filter, absl::string_view text, const Schema& schema) {
  static const ContactTable* table = new ContactTable(ThreeContacts(schema));
  static const ContactFacts* facts = new ContactFacts(ThreeFacts());
  const std::vector<std::uint8_t> passes = filter.Evaluate(*table, *facts);
  Require(passes.size() == 3, "an answer a row");
  for (int row = 0; row < table->row_count; ++row) {
    const auto i = static_cast<std::size_t>(row);
    const auto alone = filter.Evaluate(SelectRows(*table, {row}), OfRow(i, *facts));
    Require(alone.size() == 1 && alone[0] == passes[i], "a row is judged by itself");
  }
  CheckChanges(text, schema, *table);
  if (filter.passes_all()) return;
  const auto negation =
      Filter::Parse(absl::StrCat("NOT (", text, ")"), schema, Context(Drift::kNone));
  if (!negation.ok()) return;  // Beyond a limit.
  const std::vector<std::uint8_t> fails = negation->Evaluate(*table, *facts);
  for (std::size_t row = 0; row < 3; ++row) Require(passes[row] + fails[row] < 2, "never both");
}

}  // namespace
}  // namespace cible

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const cible::Schema* schema = new cible::Schema(cible::EveryType());
  const absl::string_view text(reinterpret_cast<const char*>(data), size);
  const auto filter = cible::Filter::Parse(text, *schema, cible::Context(cible::Drift::kNone));
  if (filter.ok()) {
    cible::CheckAnswers(*filter, text, *schema);
  } else {
    cible::CheckRefusal(filter.status(), size);
  }
  return 0;
}
