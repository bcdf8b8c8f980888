#include "clients/cli/column_types.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "clients/cli/wrong_usage.h"

namespace cible {
namespace {

struct TypeWord {
  absl::string_view word;
  AttributeType type;
  Distribution distribution;
};

constexpr TypeWord kTypeWords[] = {
    {"numeric", AttributeType::kNumeric, Distribution::kGaussian},
    {"lognormal", AttributeType::kNumeric, Distribution::kLogNormal},
    {"count", AttributeType::kNumeric, Distribution::kCount},
    {"categorical", AttributeType::kCategorical, Distribution::kAuto},
    {"boolean", AttributeType::kBoolean, Distribution::kAuto},
    {"set", AttributeType::kSet, Distribution::kAuto},
    {"date", AttributeType::kDate, Distribution::kAuto},
    {"location", AttributeType::kLocation, Distribution::kAuto},
};
constexpr absl::string_view kIgnore = "ignore";
constexpr absl::string_view kOrdinal = "ordinal:";

absl::Status NoSuchType() {
  return WrongUsage(
      "--as takes COLUMN=TYPE; TYPE is numeric, lognormal, count, categorical, "
      "ordinal:LOW<...<HIGH, "
      "boolean, set, date, location or ignore, e.g. --as visits=count --as 'size=ordinal:S<M<L'");
}

absl::StatusOr<std::vector<std::string>> ParseLevels(absl::string_view text) {
  std::vector<std::string> levels;
  for (const absl::string_view level : absl::StrSplit(text, '<')) {
    levels.emplace_back(absl::StripAsciiWhitespace(level));
  }
  const std::set<std::string> distinct(levels.begin(), levels.end());
  if (levels.size() < 2 || distinct.size() < levels.size() || distinct.count("") > 0) {
    return WrongUsage(
        "--as COLUMN=ordinal:LOW<...<HIGH needs two levels or more, all different, e.g. --as "
        "'size=ordinal:S<M<L'");
  }
  return levels;
}

}  // namespace

absl::StatusOr<ColumnType> ParseColumnType(const std::string& text) {
  const std::size_t equals = text.find('=');
  if (equals == 0 || equals == std::string::npos) return NoSuchType();
  ColumnType result{.column = text.substr(0, equals), .type = std::nullopt, .levels = {}};
  const std::string written = text.substr(equals + 1);
  const std::string word = absl::AsciiStrToLower(written);
  if (word == kIgnore) return result;
  if (absl::StartsWith(word, kOrdinal)) {
    auto levels = ParseLevels(absl::string_view(written).substr(kOrdinal.size()));
    if (!levels.ok()) return levels.status();
    result.type = AttributeType::kOrdinal;
    result.levels = *std::move(levels);
    return result;
  }
  for (const TypeWord& known : kTypeWords) {
    if (word != known.word) continue;
    result.type = known.type;
    result.distribution = known.distribution;
    return result;
  }
  return NoSuchType();
}

absl::StatusOr<Schema> WithColumnTypes(const Schema& schema, const std::vector<ColumnType>& types) {
  std::vector<Attribute> attributes = schema.attributes();
  std::set<std::string> named;
  for (const ColumnType& type : types) {
    const Attribute* found = schema.Find(type.column);
    if (found == nullptr) {
      std::vector<std::string> columns;
      for (const Attribute& attribute : schema.attributes()) {
        columns.push_back(attribute.display_name);
      }
      return absl::InvalidArgumentError(
          absl::StrCat("--as names the column \"", type.column,
                       "\", which is not one of: ", absl::StrJoin(columns, ", ")));
    }
    if (!named.insert(found->id).second) {
      return absl::InvalidArgumentError(
          absl::StrCat("--as names the column \"", type.column, "\" twice; say once what it is"));
    }
    const auto at = std::find_if(attributes.begin(), attributes.end(),
                                 [&](const Attribute& a) { return a.id == found->id; });
    if (!type.type) {
      attributes.erase(at);
      continue;
    }
    at->type = *type.type;
    at->distribution = type.distribution;
    at->levels = type.levels;
    at->role = Role::kFeature;
    at->birth = Birth::kNone;
    at->block.clear();
    at->consequence_of_outcome = false;
  }
  return Schema::Restore(std::move(attributes), schema.next_number());
}

}  // namespace cible
