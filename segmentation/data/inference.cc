#include "segmentation/data/inference.h"

#include <algorithm>
#include <array>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "segmentation/data/column_scan.h"
#include "segmentation/data/column_typing.h"
#include "segmentation/data/criterion_lexicon.h"
#include "segmentation/data/id_column.h"
#include "segmentation/data/number_text.h"
#include "segmentation/data/question_text.h"
#include "segmentation/data/text_parsing.h"

namespace cible {
namespace {

constexpr std::int64_t kMostDistinctReported = 10'000;
constexpr std::size_t kFewestInBlock = 3;
constexpr std::size_t kLongestDisplayName = 256;

int PositionOf(const std::string& name, const std::vector<std::string>& header) {
  const auto found = std::find(header.begin(), header.end(), name);
  return found == header.end() ? -1 : static_cast<int>(found - header.begin());
}

// The most frequent values, by name: "no, yes"; "..." for those left out.
std::string FrequentTexts(std::vector<DistinctText> values) {
  constexpr std::size_t kMost = 5;
  const bool all = values.size() <= kMost;
  std::stable_sort(values.begin(), values.end(),
                   [](const auto& a, const auto& b) { return a.count > b.count; });
  values.resize(std::min(values.size(), kMost));
  std::vector<absl::string_view> texts;
  for (const DistinctText& value : values) texts.push_back(value.text);
  std::sort(texts.begin(), texts.end());
  return absl::StrCat(absl::StrJoin(texts, ", "), all ? "" : ", ...");
}

// One inference on its way, column by column.
class Inferrer {
 public:
  Inferrer(const TextTable& rows, const InferenceOptions& options)
      : rows_(rows), options_(options) {}

  absl::StatusOr<Inference> Run();

 private:
  struct Place {
    std::size_t latitude;
    std::size_t longitude;
    std::string words;  // What both headers have beside "lat" and "lng".
  };

  absl::Status Check() const;
  void ScanColumns();
  absl::Status ChooseIdColumn();
  void GuessColumns();
  void FindPlaces();
  void ProposeBlocks();
  std::vector<std::size_t> ColumnsThatSay(bool (*says)(absl::string_view)) const;
  std::vector<std::size_t> ColumnsOfMargin() const;
  std::vector<std::size_t> ColumnsOfRevenue() const;
  void ProposeValues();
  void Describe();
  void DescribePlace(const Place& place);
  void SetRole(std::size_t column, Attribute& attribute);
  void AddAttribute(Attribute attribute, const std::vector<std::size_t>& columns);
  Attribute MakeAttribute(std::size_t column);
  bool IsLeftOut(std::size_t column) const;
  void NoteTheHeader();
  void NoteTheFile();

  const TextTable& rows_;
  const InferenceOptions& options_;
  std::vector<std::string> words_;
  std::vector<ColumnScan> scans_;
  std::vector<ColumnGuess> guesses_;
  std::vector<std::string> blocks_;
  std::vector<ValueMark> values_;
  std::vector<Place> places_;
  std::vector<std::string> ids_;
  int id_position_ = -1;
  Inference result_;
};

absl::Status Inferrer::Check() const {
  if (rows_.row_count() == 0) {
    return absl::InvalidArgumentError(
        "the file has a header but no rows; nothing can be inferred from it");
  }
  const std::string& outcome = options_.outcome_column;
  if (!outcome.empty() && PositionOf(outcome, rows_.header) < 0) {
    return absl::InvalidArgumentError(absl::StrCat(
        "the outcome column \"", outcome, "\" is not in the header; name one of its columns"));
  }
  if (!outcome.empty() && options_.outcome_value.empty()) {
    return absl::InvalidArgumentError(absl::StrCat("the outcome column \"", outcome,
                                                   "\" needs the value that counts as success"));
  }
  return absl::OkStatus();
}

void Inferrer::ScanColumns() {
  for (std::size_t i = 0; i < rows_.header.size(); ++i) {
    words_.push_back(HeaderWords(rows_.header[i]));
    scans_.push_back(ScanColumn(rows_.columns[i]));
    const ColumnScan& scan = scans_.back();
    result_.columns.push_back({.header = rows_.header[i],
                               .attribute = "",
                               .known = scan.known,
                               .missing = scan.missing,
                               .missing_markers = scan.markers,
                               .distinct = std::min(static_cast<std::int64_t>(scan.distinct.size()),
                                                    kMostDistinctReported),
                               .notice = ""});
  }
}

absl::Status Inferrer::ChooseIdColumn() {
  if (options_.id_column == "-") return absl::OkStatus();
  if (options_.id_column.empty()) {
    id_position_ = FindIdColumn(scans_, words_);
  } else {
    id_position_ = PositionOf(options_.id_column, rows_.header);
    if (id_position_ < 0) {
      return absl::InvalidArgumentError(
          absl::StrCat("the id column \"", options_.id_column,
                       "\" is not in the header; name one of its columns"));
    }
  }
  if (id_position_ < 0) return absl::OkStatus();
  result_.id_column = rows_.header[id_position_];
  const ColumnScan& scan = scans_[id_position_];
  const std::int64_t lost = rows_.row_count() - static_cast<std::int64_t>(scan.distinct.size());
  result_.columns[id_position_].notice =
      lost == 0 ? "the id of the contacts"
                : absl::StrCat("the id of the contacts; ", lost,
                               lost == 1 ? " row repeats or lacks it" : " rows repeat or lack it");
  return absl::OkStatus();
}

bool Inferrer::IsLeftOut(std::size_t column) const {
  return static_cast<int>(column) == id_position_ || scans_[column].known == 0;
}

// How the columns of a file are written is mostly the same: what one proves
// helps those that prove nothing.
void Inferrer::GuessColumns() {
  std::vector<WritingProof> proofs;
  bool comma = false, point = false, day_first = false, month_first = false;
  for (const ColumnScan& scan : scans_) {
    proofs.push_back(ProveWriting(scan));
    comma |= proofs.back().mark == DecimalMark::kComma;
    point |= proofs.back().mark == DecimalMark::kPoint;
    day_first |= proofs.back().order == DateOrder::kDayFirst;
    month_first |= proofs.back().order == DateOrder::kMonthFirst;
  }
  for (std::size_t i = 0; i < scans_.size(); ++i) {
    WritingProof writing = proofs[i];
    if (!writing.mark && comma && !point) writing.mark = DecimalMark::kComma;
    if (!writing.order && month_first != day_first) {
      writing.order = month_first ? DateOrder::kMonthFirst : DateOrder::kDayFirst;
    }
    guesses_.push_back(IsLeftOut(i) ? ColumnGuess() : GuessColumn(scans_[i], words_[i], writing));
  }
}

void Inferrer::FindPlaces() {
  const auto without = [&](std::size_t column) {
    return absl::StrReplaceAll(words_[column], {{"_latitude_", "_"},
                                                {"_longitude_", "_"},
                                                {"_lat_", "_"},
                                                {"_lng_", "_"},
                                                {"_long_", "_"},
                                                {"_lon_", "_"}});
  };
  const auto within = [&](std::size_t column, double bound) {
    const ColumnGuess& guess = guesses_[column];
    return !IsLeftOut(column) && guess.type == AttributeType::kNumeric && guess.min >= -bound &&
           guess.max <= bound;
  };
  for (std::size_t lat = 0; lat < words_.size(); ++lat) {
    if (!SaysLatitude(words_[lat]) || !within(lat, 90)) continue;
    for (std::size_t lng = 0; lng < words_.size(); ++lng) {
      if (!SaysLongitude(words_[lng]) || !within(lng, 180) || without(lat) != without(lng))
        continue;
      if (rows_.header[lat].size() + rows_.header[lng].size() >= kLongestDisplayName) continue;
      places_.push_back({lat, lng, without(lat)});
      break;
    }
  }
}

// The word of a header that says "spend", when it stands first or last.
std::string SpendStem(const std::string& words) {
  if (!SaysSpend(words) || HasWords(words, "total|sum|overall|all")) return "";
  const std::vector<std::string> parts = absl::StrSplit(words, '_', absl::SkipEmpty());
  for (const std::string& part : {parts.front(), parts.back()}) {
    if (SaysSpend(absl::StrCat("_", part, "_"))) return part;
  }
  return "";
}

void Inferrer::ProposeBlocks() {
  blocks_.resize(words_.size());
  // In file order, so that names do not depend on hashing.
  std::vector<std::pair<std::string, std::vector<std::size_t>>> groups;
  for (std::size_t i = 0; i < words_.size(); ++i) {
    const ColumnGuess& guess = guesses_[i];
    if (IsLeftOut(i) || guess.type != AttributeType::kNumeric || guess.min < 0 ||
        guess.role != Role::kFeature) {
      continue;
    }
    const std::string stem = SpendStem(words_[i]);
    if (stem.empty()) continue;
    const auto group = std::find_if(groups.begin(), groups.end(),
                                    [&](const auto& known) { return known.first == stem; });
    if (group == groups.end()) {
      groups.push_back({stem, {i}});
    } else {
      group->second.push_back(i);
    }
  }
  std::erase_if(groups, [](const auto& group) { return group.second.size() < kFewestInBlock; });
  for (const auto& [stem, columns] : groups) {
    const std::string name = groups.size() == 1 ? "spend" : absl::StrCat("spend_", stem);
    for (const std::size_t column : columns) blocks_[column] = name;
    result_.notices.push_back(absl::StrCat(
        columns.size(), " columns measure parts of one spending (\"", rows_.header[columns.front()],
        "\" to \"", rows_.header[columns.back()], "\"): proposed as block \"", name, "\""));
  }
}

// Numbers that describe contacts and whose header says so.
std::vector<std::size_t> Inferrer::ColumnsThatSay(bool (*says)(absl::string_view)) const {
  std::vector<std::size_t> columns;
  for (std::size_t i = 0; i < words_.size(); ++i) {
    const bool is_number =
        guesses_[i].type == AttributeType::kNumeric && guesses_[i].role == Role::kFeature;
    if (is_number && !IsLeftOut(i) && says(words_[i])) columns.push_back(i);
  }
  return columns;
}

// A total stands for its parts.
std::vector<std::size_t> TotalIfAny(const std::vector<std::size_t>& columns,
                                    const std::vector<std::string>& words) {
  for (const std::size_t column : columns) {
    if (HasWords(words[column], "total|sum|overall|monetary")) return {column};
  }
  return columns;
}

std::vector<std::size_t> Inferrer::ColumnsOfMargin() const {
  return TotalIfAny(ColumnsThatSay(&SaysMargin), words_);
}

// A block of spends, or one column alone: several that are no parts of one whole
// would count the same money twice.
std::vector<std::size_t> Inferrer::ColumnsOfRevenue() const {
  std::vector<std::size_t> columns = TotalIfAny(ColumnsThatSay(&SaysSpend), words_);
  std::erase_if(columns, [&](std::size_t column) {
    return SaysMargin(words_[column]) || HasWords(words_[column], "credit*|loan*|pret|dette|debt");
  });
  if (columns.size() < 2) return columns;
  std::vector<std::size_t> parts;
  for (const std::size_t column : columns) {
    if (blocks_[column].empty()) continue;
    if (!parts.empty() && blocks_[column] != blocks_[parts.front()]) return {};
    parts.push_back(column);
  }
  return parts;
}

void Inferrer::ProposeValues() {
  values_.assign(words_.size(), ValueMark::kNone);
  const auto mark = [&](const std::vector<std::size_t>& columns, ValueMark value) {
    for (const std::size_t column : columns) values_[column] = value;
    return !columns.empty();
  };
  mark(ColumnsThatSay(&SaysFullPriceShare), ValueMark::kFullPriceShare);
  mark(ColumnsThatSay(&SaysLargeOrderShare), ValueMark::kLargeOrderShare);
  const std::vector<std::size_t> margin = ColumnsOfMargin();
  const bool has_margin = mark(margin, ValueMark::kMargin);
  // Beside a margin the revenue does not count, but a profile of who is worth most
  // must not say it by the revenue either.
  const std::vector<std::size_t> revenue = ColumnsOfRevenue();
  const bool has_revenue = mark(revenue, ValueMark::kRevenue);
  if (!has_margin && !has_revenue) return;
  const std::vector<std::size_t>& worth = has_margin ? margin : revenue;
  result_.notices.push_back(absl::StrCat(
      "taken for what a customer is worth in a year (", has_margin ? "margin" : "revenue", "): ",
      absl::StrJoin(worth, " + ",
                    [&](std::string* text, std::size_t column) {
                      absl::StrAppend(text, "\"", rows_.header[column], "\"");
                    }),
      "; set value_days in the schema if the amounts are over another span"));
}

Attribute Inferrer::MakeAttribute(std::size_t column) {
  const ColumnGuess& guess = guesses_[column];
  const Meaning meaning = MeaningOf(words_[column]);
  Attribute attribute;
  attribute.id = AttributeIdFromHeader(rows_.header[column], ids_);
  attribute.display_name = rows_.header[column].substr(0, kLongestDisplayName);
  attribute.type = guess.type;
  attribute.criterion = meaning.criterion;
  attribute.distribution = guess.distribution;
  attribute.role = guess.role;
  attribute.known_at = meaning.known_at;
  attribute.birth = guess.birth;
  attribute.identity_form = guess.identity_form;
  if (guess.type == AttributeType::kNumeric) {
    attribute.unit = UnitOf(rows_.header[column], words_[column]);
  }
  attribute.levels = guess.levels;
  attribute.block = blocks_[column];
  attribute.value = values_[column];
  // Of a LOCATION texts tell distances between centres alone.
  attribute.sensitive = meaning.sensitive && guess.type != AttributeType::kLocation;
  attribute.is_protected = meaning.is_protected;
  attribute.format = guess.format;
  const bool has_answer = guess.role == Role::kFeature || guess.role == Role::kDescriptor;
  if (meaning.askable && has_answer && guess.type != AttributeType::kText) {
    attribute.askable = true;
    attribute.ask_cost = meaning.ask_cost;
    attribute.question = QuestionFor(attribute, meaning);
  }
  return attribute;
}

// Outcomes, earlier segmentations and row numbers are told by more than the
// values.
void Inferrer::SetRole(std::size_t column, Attribute& attribute) {
  std::string& notice = result_.columns[column].notice;
  if (rows_.header[column] == options_.outcome_column) {
    attribute.role = Role::kOutcome;
    attribute.identity_form = IdentityForm::kNone;
    attribute.outcome_value = options_.outcome_value;
    attribute.askable = false;
    attribute.question = {};
    const auto& values = scans_[column].distinct;
    const bool occurs = std::any_of(values.begin(), values.end(), [&](const DistinctText& value) {
      return absl::EqualsIgnoreCase(value.text, options_.outcome_value);
    });
    notice = occurs ? "the outcome: never a feature"
                    : absl::StrCat(
                          "the outcome; no row read so far has the value that counts as "
                          "success; it has: ",
                          FrequentTexts(values));
    return;
  }
  if (NumbersTheRows(scans_[column], words_[column])) {
    attribute.role = Role::kIgnored;
    attribute.identity_form = IdentityForm::kNone;
    notice = "numbers the rows: set aside";
    return;
  }
  if (attribute.role != Role::kFeature) return;
  const std::size_t levels = scans_[column].distinct.size();
  if (SaysOutcome(words_[column]) && levels == 2) {
    attribute.role = Role::kDescriptor;
    notice =
        "looks like an outcome: profiled, not clustered by; declare it as the outcome to score "
        "leads";
  } else if (SaysSegment(words_[column]) && levels <= 50) {
    attribute.role = Role::kDescriptor;
    notice = "looks like an earlier segmentation: profiled, not clustered by";
  } else if (!CheckSensitivity(attribute).ok()) {
    attribute.role = Role::kDescriptor;
    notice = "sensitive: profiled, not clustered by; sensitive_feature says otherwise";
  }
}

void Inferrer::AddAttribute(Attribute attribute, const std::vector<std::size_t>& columns) {
  ids_.push_back(attribute.id);
  for (const std::size_t column : columns) result_.columns[column].attribute = attribute.id;
  // Add fails for malformed attributes only, which MakeAttribute does not make.
  (void)result_.schema.Add(std::move(attribute));
}

void Inferrer::DescribePlace(const Place& place) {
  const std::string& latitude = rows_.header[place.latitude];
  const std::string& longitude = rows_.header[place.longitude];
  Attribute attribute;
  attribute.id = AttributeIdFromHeader(absl::StrCat(place.words, "location"), ids_);
  attribute.display_name = absl::StrCat(latitude, ",", longitude);
  attribute.type = AttributeType::kLocation;
  attribute.criterion = Criterion::kGeographic;
  const std::string notice =
      absl::StrCat("\"", latitude, "\" and \"", longitude, "\" are read as one place");
  result_.columns[place.latitude].notice = notice;
  result_.columns[place.longitude].notice = notice;
  AddAttribute(std::move(attribute), {place.latitude, place.longitude});
}

void Inferrer::Describe() {
  for (std::size_t i = 0; i < words_.size(); ++i) {
    if (static_cast<int>(i) == id_position_) continue;
    if (scans_[i].known == 0) {
      result_.columns[i].notice = "nothing is known in this column: left out of the schema";
      continue;
    }
    const auto place = std::find_if(places_.begin(), places_.end(), [&](const Place& candidate) {
      return candidate.latitude == i || candidate.longitude == i;
    });
    if (place != places_.end()) {
      if (i == std::min(place->latitude, place->longitude)) DescribePlace(*place);
      continue;
    }
    result_.columns[i].notice = guesses_[i].notice;
    Attribute attribute = MakeAttribute(i);
    SetRole(i, attribute);
    AddAttribute(std::move(attribute), {i});
  }
}

// Names of columns are no numbers: a first row of numbers is a contact's.
void Inferrer::NoteTheHeader() {
  const auto numbers =
      std::count_if(rows_.header.begin(), rows_.header.end(),
                    [](const auto& name) { return ParseNumber(name).has_value(); });
  if (2 * numbers < std::ssize(rows_.header)) return;
  result_.notices.push_back(
      "the header holds numbers: if the file begins with a contact, put the names of the columns "
      "on a line above it");
}

// A list of orders is not a list of contacts.
void Inferrer::NoteTheFile() {
  if (id_position_ >= 0) return;
  int repeating = -1;
  for (std::size_t i = 0; i < words_.size(); ++i) {
    const bool repeats = static_cast<std::int64_t>(scans_[i].distinct.size()) < scans_[i].known;
    if (!repeats || guesses_[i].role != Role::kIdentity || !SaysId(words_[i])) continue;
    const bool of_contacts =
        HasWords(words_[i], "customer*|client*|contact*|user*|member*|prospect*|lead*|person*");
    if (repeating < 0 || of_contacts) repeating = static_cast<int>(i);
    if (of_contacts) break;
  }
  result_.notices.push_back(
      repeating < 0 ? "no column is known to tell the contacts apart; ids will be made from the "
                      "rows, unless you name the id column"
                    : absl::StrCat("\"", rows_.header[repeating],
                                   "\" repeats: the rows look like orders or events, not like "
                                   "contacts; bring them to one row a contact"));
}

absl::StatusOr<Inference> Inferrer::Run() {
  if (absl::Status status = Check(); !status.ok()) return status;
  ScanColumns();
  if (absl::Status status = ChooseIdColumn(); !status.ok()) return status;
  GuessColumns();
  FindPlaces();
  ProposeBlocks();
  ProposeValues();
  Describe();
  NoteTheHeader();
  NoteTheFile();
  return std::move(result_);
}

}  // namespace

absl::StatusOr<Inference> InferSchema(const TextTable& rows, const InferenceOptions& options) {
  return Inferrer(rows, options).Run();
}

}  // namespace cible
