#include "clients/cli/fit_contacts.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>
#include <utility>
#include <variant>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "clients/cli/output/number_text.h"

namespace cible {
namespace {

absl::Status AllRefused(RejectedRows& rejected) {
  if (absl::Status status = rejected.Close(); !status.ok()) return status;
  return absl::InvalidArgumentError(
      absl::StrCat("no row is left: ", rejected.Sentence(),
                   ". A column may not be of the type it is read as: see --as"));
}

// What a distribution asks of its numbers.
struct NumberRule {
  bool (*holds)(double);
  const char* broken;  // "2 of 60 numbers are ...".
  const char* rule;
  const char* others;  // After "Use --as x=numeric".
};

const NumberRule* RuleOf(Distribution distribution) {
  static constexpr NumberRule kLogNormal = {[](double number) { return number >= 0; }, "below 0",
                                            "a log-normal number is 0 or above", ""};
  static constexpr NumberRule kCount = {
      [](double number) { return number >= 0 && std::floor(number) == number; },
      "below 0 or not whole", "a count is 0, 1, 2 and so on",
      ", or lognormal for amounts of 0 or above"};
  switch (distribution) {
    case Distribution::kLogNormal: return &kLogNormal;
    case Distribution::kCount: return &kCount;
    default: return nullptr;
  }
}

const char* WordOf(Distribution distribution) {
  return distribution == Distribution::kCount ? "count" : "lognormal";
}

absl::Status CheckNumbers(const ColumnType& type, const Column& column,
                          const std::vector<std::int64_t>& lines) {
  const NumberRule* rule = RuleOf(type.distribution);
  const Numbers* numbers = std::get_if<Numbers>(&column.data);
  if (rule == nullptr || numbers == nullptr) return absl::OkStatus();
  std::int64_t known = 0, broken = 0, first = 0;
  for (std::size_t row = 0; row < column.validity.size(); ++row) {
    if (column.validity[row] == 0) continue;
    ++known;
    if (rule->holds(numbers->values[row])) continue;
    if (broken++ == 0) first = lines[row];
  }
  if (broken == 0) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat("--as ", type.column, "=", WordOf(type.distribution), ": ", CountText(broken),
                   " of ", CountedText(known, "number"), broken == 1 ? " is " : " are ",
                   rule->broken, ", the first on line ", first, "; ", rule->rule, ". Use --as ",
                   type.column, "=numeric", rule->others));
}

// A block that --as leaves fewer than two columns of is none.
bool IsOfBlockGone(const std::string& notice, const Schema& inferred, const Schema& schema) {
  for (const Attribute& attribute : inferred.attributes()) {
    if (attribute.block.empty() ||
        !absl::EndsWith(notice, absl::StrCat("block \"", attribute.block, "\""))) {
      continue;
    }
    return std::count_if(schema.attributes().begin(), schema.attributes().end(),
                         [&](const Attribute& other) { return other.block == attribute.block; }) <
           2;
  }
  return false;
}

bool IsTyped(const ColumnReport& column, const Schema& inferred,
             const std::vector<ColumnType>& types) {
  return std::any_of(types.begin(), types.end(), [&](const ColumnType& type) {
    const Attribute* attribute = inferred.Find(type.column);
    return type.column == column.header ||
           (attribute != nullptr && attribute->id == column.attribute);
  });
}

}  // namespace

double FitContacts::total_weight() const {
  return std::accumulate(weights.begin(), weights.end(), 0.0);
}

absl::StatusOr<FitContacts> ReadFitContacts(ContactFile& file, const Schema& schema,
                                            const Filter& filter, Date today,
                                            const CaseWeights& weights, RejectedRows& rejected,
                                            Progress& progress) {
  FitContacts contacts;
  ContactFacts facts;
  facts.today = today;
  while (true) {
    auto block = file.Read(schema);
    if (!block.ok()) return block.status();
    const std::vector<std::uint8_t> passes = filter.Evaluate(block->table, facts);
    std::vector<int> rows;
    for (int row = 0; row < block->table.row_count; ++row) {
      if (passes[static_cast<std::size_t>(row)] == 0) continue;
      const double weight = weights.Read(*block, row);
      if (weight < 0) continue;
      rows.push_back(row);
      contacts.weights.push_back(weight);
      contacts.ids.push_back(block->IdOf(row));
      contacts.lines.push_back(block->LineOf(row));
    }
    if (!rows.empty()) AppendRows(contacts.table, SelectRows(block->table, rows));
    rejected.Add(std::move(block->refused));
    if (block->at_end) break;
    progress.Show(0, absl::StrCat(CountText(contacts.table.row_count), " contacts read"));
  }
  progress.Clear();
  if (contacts.table.row_count == 0 && rejected.count() > 0) return AllRefused(rejected);
  if (contacts.table.row_count > 0 && contacts.total_weight() == 0) {
    return absl::InvalidArgumentError(
        "--weight-column: every weight is 0, so that no row counts; give those that do a weight "
        "above 0");
  }
  return contacts;
}

absl::Status CheckColumnTypes(const FitContacts& contacts, const Schema& schema,
                              const std::vector<ColumnType>& types) {
  for (const ColumnType& type : types) {
    const Attribute* attribute = schema.Find(type.column);
    if (attribute == nullptr) continue;
    for (const Column& column : contacts.table.columns) {
      if (column.attribute != attribute->id) continue;
      if (absl::Status s = CheckNumbers(type, column, contacts.lines); !s.ok()) return s;
    }
  }
  return absl::OkStatus();
}

std::vector<std::string> InferenceNotices(const Inference& inference, const Schema& schema,
                                          const std::vector<ColumnType>& types, bool is_inferred) {
  std::vector<std::string> notices;
  for (const std::string& notice : inference.notices) {
    if (!IsOfBlockGone(notice, inference.schema, schema)) notices.push_back(notice);
  }
  for (const ColumnReport& column : inference.columns) {
    const bool is_id = column.header == inference.id_column;
    if (column.notice.empty() || (!is_id && !is_inferred)) continue;
    if (!is_id && IsTyped(column, inference.schema, types)) continue;
    notices.push_back(absl::StrCat(column.header, ": ", column.notice));
  }
  return notices;
}

std::string ContactsText(const FitContacts& contacts, const CaseWeights& weights) {
  const std::int64_t rows = contacts.table.row_count;
  const std::string attributes =
      CountedText(static_cast<std::int64_t>(contacts.table.columns.size()), "attribute");
  if (!weights.any()) return absl::StrCat(CountedText(rows, "contact"), ", ", attributes);
  const double total = contacts.total_weight();
  const bool is_whole = total == std::round(total) && total < 1e15;
  return absl::StrCat(CountedText(rows, "row"),
                      rows == 1 ? " that counts for " : " that count for ",
                      is_whole ? CountedText(std::llround(total), "contact")
                               : absl::StrCat(FixedText(total, 2), " contacts"),
                      ", ", attributes);
}

}  // namespace cible
