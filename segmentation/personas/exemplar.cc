#include "segmentation/personas/exemplar.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <map>
#include <numeric>
#include <type_traits>
#include <utility>
#include <variant>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "segmentation/models/outcome_cells.h"
#include "segmentation/personas/catalogue.h"
#include "segmentation/personas/claim.h"
#include "segmentation/personas/figures.h"
#include "segmentation/personas/rule_text.h"
#include "segmentation/personas/words.h"

namespace cible {
namespace {

// A value must be known of half of the ten, a tag be had by half of those.
constexpr int kFewestKnown = kExemplarMembers / 2;
constexpr int kRanges = 64;  // Of rows, shared by the threads.

struct Member {
  int row = 0;
  double known_weight = 0;
  double strangeness = 0;  // D / E[D].
};

// --- Who is nearest -----------------------------------------------------------

// `divergences` are those of the row from the component.
Member Measure(const ModelParts& parts, int component, const Samples& samples, int row,
               absl::Span<const double> divergences) {
  Member member{.row = row};
  double distance = 0, expected = 0;
  for (int v = 0; v < parts.encoder.attribute_count(); ++v) {
    const AttributeEncoding& attribute = parts.encoder.attributes()[static_cast<std::size_t>(v)];
    if (!Encoder::Known(attribute, samples.row(row))) continue;
    member.known_weight += attribute.omega;
    distance += divergences[static_cast<std::size_t>(v)];
    expected += parts.typicality.mean(component, v);
  }
  if (expected > 0) member.strangeness = distance / expected;
  return member;
}

// By component. A member depends on its row alone, hence not on the threads.
std::vector<std::vector<Member>> MembersOf(const SegmentationModel& model, const Samples& samples,
                                           absl::Span<const int> labels, WorkerPool& pool) {
  const ModelParts& parts = model.parts();
  const std::int64_t count = samples.count();
  std::vector<Member> all(static_cast<std::size_t>(count));
  pool.ForEach(kRanges, [&](int range) {
    std::vector<double> divergences(static_cast<std::size_t>(parts.encoder.attribute_count()));
    const auto end = static_cast<int>(count * (range + 1) / kRanges);
    for (auto row = static_cast<int>(count * range / kRanges); row < end; ++row) {
      const auto at = static_cast<std::size_t>(row);
      if (labels[at] < 0) continue;
      model.divergences().Fill(samples.row(row), labels[at], absl::MakeSpan(divergences));
      all[at] = Measure(parts, labels[at], samples, row, divergences);
    }
  });
  std::vector<std::vector<Member>> members(static_cast<std::size_t>(model.component_count()));
  for (std::size_t row = 0; row < all.size(); ++row) {
    if (labels[row] >= 0) members[static_cast<std::size_t>(labels[row])].push_back(all[row]);
  }
  return members;
}

bool IsLess(const std::optional<Value>& a, const std::optional<Value>& b) {
  if (!a || !b) return b.has_value();
  if (const auto* tags = std::get_if<StringSet>(&*a)) {
    return tags->members < std::get<StringSet>(*b).members;
  }
  return std::visit(
      [&](const auto& left) {
        using Held = std::decay_t<decltype(left)>;
        if constexpr (std::is_same_v<Held, StringSet>)
          return false;
        else
          return left < std::get<Held>(*b);
      },
      *a);
}

// Whether row `a` comes before row `b` by their values, whatever the order of
// rows and dictionaries.
bool ComesBefore(const ContactTable& table, int a, int b) {
  for (const Column& column : table.columns) {
    const std::optional<Value> left = Get(column, a), right = Get(column, b);
    if (IsLess(left, right)) return true;
    if (IsLess(right, left)) return false;
  }
  return false;
}

// The rows of the ten that the exemplar is made of.
// REQUIRES: at least ten members.
std::vector<int> Nearest(std::vector<Member> members, const ContactTable& table) {
  const auto middle =
      static_cast<std::ptrdiff_t>(std::min(members.size() / 2, members.size() - kExemplarMembers));
  std::nth_element(
      members.begin(), members.begin() + middle, members.end(),
      [](const Member& a, const Member& b) { return a.known_weight < b.known_weight; });
  const double enough = members[static_cast<std::size_t>(middle)].known_weight;
  std::erase_if(members, [&](const Member& member) { return member.known_weight < enough; });
  std::partial_sort(members.begin(), members.begin() + kExemplarMembers, members.end(),
                    [&](const Member& a, const Member& b) {
                      if (a.strangeness != b.strangeness) return a.strangeness < b.strangeness;
                      return ComesBefore(table, a.row, b.row);
                    });
  std::vector<int> rows;
  for (int i = 0; i < kExemplarMembers; ++i) {
    rows.push_back(members[static_cast<std::size_t>(i)].row);
  }
  return rows;
}

// --- What they have in common -------------------------------------------------

bool IsPlaceLike(const Attribute& attribute) {
  const Concept* meaning = Lexicon::Get().OfAttribute(attribute).meaning;
  return attribute.type == AttributeType::kLocation ||
         attribute.criterion == Criterion::kGeographic ||
         (meaning != nullptr && meaning->topic == "place");
}

bool MayBeInExemplar(const Attribute& attribute, const Encoder& encoder) {
  const bool describes = attribute.role == Role::kFeature || attribute.role == Role::kDescriptor;
  const bool varies =
      std::none_of(encoder.set_aside().begin(), encoder.set_aside().end(),
                   [&](const SetAside& aside) { return aside.attribute == attribute.id; });
  return describes && varies && attribute.type != AttributeType::kText && !IsPlaceLike(attribute) &&
         MayBeSaidInRule(attribute, "");
}

double MedianOf(std::vector<double> numbers) {
  std::sort(numbers.begin(), numbers.end());
  const std::size_t count = numbers.size();
  const double median = std::midpoint(numbers[(count - 1) / 2], numbers[count / 2]);
  const bool whole = std::all_of(numbers.begin(), numbers.end(),
                                 [](double number) { return number == std::floor(number); });
  return whole ? std::floor(median) : median;
}

void AddLevels(const Value& value, std::map<std::string, int>& counts) {
  if (const auto* tags = std::get_if<StringSet>(&value)) {
    for (const std::string& tag : tags->members) ++counts[tag];
  } else if (const auto* flag = std::get_if<bool>(&value)) {
    ++counts[*flag ? "true" : "false"];
  } else {
    ++counts[std::get<std::string>(value)];
  }
}

// The most frequent level, the first by text of equals; of a SET the tags that
// half have.
std::vector<std::string> CommonLevels(const std::vector<Value>& values, AttributeType type) {
  std::map<std::string, int> counts;
  for (const Value& value : values) AddLevels(value, counts);
  std::vector<std::string> common;
  for (const auto& [level, count] : counts) {
    if (type == AttributeType::kSet) {
      if (2 * count >= static_cast<int>(values.size())) common.push_back(level);
    } else if (common.empty() || count > counts[common[0]]) {
      common = {level};
    }
  }
  return common;
}

// Null where too few know it, or what they have in common may not be told.
std::optional<ExemplarValue> ValueOf(const Attribute& attribute, const Column& column,
                                     const std::vector<int>& rows, Date as_of) {
  std::vector<int> known;
  for (const int row : rows) {
    if (column.validity[static_cast<std::size_t>(row)] != 0) known.push_back(row);
  }
  if (static_cast<int>(known.size()) < kFewestKnown) return std::nullopt;
  ExemplarValue value{.attribute = attribute.id,
                      .number = {},
                      .levels = {},
                      .known = static_cast<int>(known.size())};
  if (HasBins(attribute.type)) {
    const ColumnNumbers number_of(column, as_of);
    std::vector<double> numbers;
    for (const int row : known) numbers.push_back(number_of(static_cast<std::size_t>(row)));
    value.number = MedianOf(std::move(numbers));
    return value;
  }
  std::vector<Value> values;
  for (const int row : known) values.push_back(*Get(column, row));
  value.levels = CommonLevels(values, attribute.type);
  std::erase_if(value.levels, [&](const std::string& level) {
    return attribute.type != AttributeType::kBoolean && !MayBeSaidInRule(attribute, level);
  });
  if (value.levels.empty()) return std::nullopt;
  return value;
}

// --- In words -----------------------------------------------------------------

std::string TextOf(const ExemplarValue& value, const Attribute& attribute,
                   const Catalogue& catalogue) {
  if (value.number) {
    const bool is_day = attribute.type != AttributeType::kNumeric;
    if (!is_day && *value.number == std::floor(*value.number)) {
      return FormatExactly(*value.number, attribute, catalogue);
    }
    const Trait trait{.attribute = attribute.id,
                      .segment_value = *value.number,
                      .population_value = *value.number};
    return FormatFigures(trait, attribute, catalogue).segment;
  }
  if (attribute.type == AttributeType::kBoolean) {
    return catalogue.Message(value.levels[0] == "true" ? "exemplar.yes" : "exemplar.no");
  }
  return absl::StrJoin(value.levels, absl::StrCat(catalogue.Message("list.join"), " "));
}

}  // namespace

std::vector<Exemplar> ComposeExemplars(const SegmentationModel& model, const ContactTable& table,
                                       absl::Span<const int> labels, WorkerPool& pool) {
  const Date as_of = model.parts().as_of;
  std::vector<Exemplar> exemplars;
  for (std::vector<Member>& members :
       MembersOf(model, model.encoder().Encode(table, as_of), labels, pool)) {
    Exemplar& exemplar = exemplars.emplace_back();
    if (members.size() < kExemplarMembers) continue;
    const std::vector<int> rows = Nearest(std::move(members), table);
    for (const Attribute& attribute : model.schema().attributes()) {
      const Column* column = table.Find(attribute.id);
      if (column == nullptr || !MayBeInExemplar(attribute, model.encoder())) continue;
      auto value = ValueOf(attribute, *column, rows, as_of);
      if (value) exemplar.push_back(*std::move(value));
    }
  }
  return exemplars;
}

std::string DescribeExemplarValue(const ExemplarValue& value, const Schema& schema,
                                  Language language) {
  const Attribute& attribute = *schema.Find(value.attribute);
  const Catalogue& catalogue = Catalogue::For(language);
  const Trait trait{.attribute = attribute.id};
  return catalogue.Message("exemplar.value",
                           {{"label", Capitalised(LabelOf(Read(trait, schema), "", catalogue))},
                            {"value", TextOf(value, attribute, catalogue)}});
}

}  // namespace cible
