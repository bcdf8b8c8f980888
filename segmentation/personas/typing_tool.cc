#include "segmentation/personas/typing_tool.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numeric>
#include <utility>

#include "segmentation/clustering/random.h"

namespace cible {
namespace {

constexpr int kSeed = 11;
// Contacts that answer as everyone does, added to those of each component.
constexpr double kShrinkage = 4;

using Points = std::vector<int>;  // By component.

// Nats as points: differences to the largest, at most so many, the least 0.
Points WholePoints(const std::vector<double>& nats, const TypingToolOptions& options) {
  const double largest = *std::max_element(nats.begin(), nats.end());
  const auto most = static_cast<double>(options.most_points);
  Points points;
  int lost = 0;
  for (const double each : nats) {
    const double below = std::min(most, std::round(options.points_a_nat * (largest - each)));
    points.push_back(-static_cast<int>(below));
    lost = std::min(lost, points.back());
  }
  for (int& each : points) each -= lost;
  return points;
}

// A question that could be asked, and what its answers give.
struct Candidate {
  SpokenQuestion question;
  std::vector<Points> points;
  double cost = 1;
};

// The contacts of the questionnaire: those of which something is known, in two
// halves, and the component that everything known names.
class Contacts {
 public:
  Contacts(const SegmentationModel& model, const ContactTable& table, Date as_of, int most)
      : table_(Drawn(table, most)), count_(model.component_count()) {
    for (const Posterior& posterior : model.Assign(table_, as_of)) {
      labels_.push_back(posterior.winner);
    }
    // Drawn at random already: every second one is a half drawn at random.
    for (int row = 0; row < table_.row_count; ++row) {
      if (labels_[static_cast<std::size_t>(row)] < 0) continue;
      (learnt_.size() > measured_.size() ? measured_ : learnt_).push_back(row);
    }
  }

  const ContactTable& table() const { return table_; }
  const std::vector<int>& learnt() const { return learnt_; }
  const std::vector<int>& measured() const { return measured_; }
  int label(int row) const { return labels_[static_cast<std::size_t>(row)]; }
  LabelledRows labelled() const { return {learnt_, labels_, count_}; }

 private:
  static ContactTable Drawn(const ContactTable& table, int most) {
    std::vector<int> rows(static_cast<std::size_t>(table.row_count));
    std::iota(rows.begin(), rows.end(), 0);
    std::sort(rows.begin(), rows.end(), [](int a, int b) { return Key(kSeed, a) < Key(kSeed, b); });
    rows.resize(std::min(rows.size(), static_cast<std::size_t>(most)));
    return SelectRows(table, rows);
  }

  ContactTable table_;
  int count_;
  std::vector<int> labels_;  // One a row; -1: nothing is known.
  std::vector<int> learnt_, measured_;
};

std::vector<double> ComponentCounts(const Contacts& contacts) {
  std::vector<double> counts(static_cast<std::size_t>(contacts.labelled().component_count));
  for (const int row : contacts.learnt()) ++counts[static_cast<std::size_t>(contacts.label(row))];
  return counts;
}

// Half a contact more in each: a persona that none of the contacts is of can
// still be found.
Points StartPoints(const Contacts& contacts, const TypingToolOptions& options) {
  std::vector<double> nats;
  for (const double count : ComponentCounts(contacts)) nats.push_back(std::log(count + .5));
  return WholePoints(nats, options);
}

// ln P(answer | component) as points, answer by answer.
std::vector<Points> PointsOf(const SpokenQuestion& question, const Contacts& contacts,
                             const TypingToolOptions& options) {
  const std::size_t answers = question.answers.size();
  const auto components = static_cast<std::size_t>(contacts.labelled().component_count);
  std::vector<std::vector<double>> counts(answers, std::vector<double>(components));
  std::vector<double> of_answer(answers), of_component(components);
  double total = 0;
  for (const int row : contacts.learnt()) {
    const std::uint8_t answer = question.given[static_cast<std::size_t>(row)];
    if (answer == SpokenQuestion::kNotKnown) continue;
    const auto component = static_cast<std::size_t>(contacts.label(row));
    ++counts[answer][component];
    ++of_answer[answer];
    ++of_component[component];
    ++total;
  }
  std::vector<Points> points;
  for (std::size_t a = 0; a < answers; ++a) {
    const double share = (of_answer[a] + .5) / (total + .5 * static_cast<double>(answers));
    std::vector<double> nats;
    for (std::size_t k = 0; k < components; ++k) {
      nats.push_back(
          std::log((counts[a][k] + kShrinkage * share) / (of_component[k] + kShrinkage)));
    }
    points.push_back(WholePoints(nats, options));
  }
  return points;
}

// What some contacts have added up so far.
class Sheets {
 public:
  Sheets(const Contacts& contacts, const std::vector<int>& rows, const Points& start)
      : contacts_(contacts), rows_(rows), sums_(rows.size(), start) {}

  void Answer(const Candidate& asked) {
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      if (const Points* points = Given(asked, i)) Add(*points, sums_[i]);
    }
  }

  double Accuracy() const {
    double right = 0;
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      right += MostPoints(sums_[i]) == contacts_.label(rows_[i]);
    }
    return rows_.empty() ? 0 : right / static_cast<double>(rows_.size());
  }

  // Mean -ln p of the right component, p = softmax(points / points_a_nat), after one
  // more question; null: as it is.
  double LogLoss(const Candidate* asked, double points_a_nat) const {
    double loss = 0;
    Points sums;
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      sums = sums_[i];
      const Points* points = asked == nullptr ? nullptr : Given(*asked, i);
      if (points != nullptr) Add(*points, sums);
      const auto label = static_cast<std::size_t>(contacts_.label(rows_[i]));
      double odds = 0;
      for (const int each : sums) odds += std::exp((each - sums[label]) / points_a_nat);
      loss += std::log(odds);
    }
    return rows_.empty() ? 0 : loss / static_cast<double>(rows_.size());
  }

 private:
  const Points* Given(const Candidate& asked, std::size_t i) const {
    const std::uint8_t answer = asked.question.given[static_cast<std::size_t>(rows_[i])];
    return answer == SpokenQuestion::kNotKnown ? nullptr : &asked.points[answer];
  }
  static void Add(const Points& points, Points& sums) {
    for (std::size_t k = 0; k < sums.size(); ++k) sums[k] += points[k];
  }

  const Contacts& contacts_;
  const std::vector<int>& rows_;
  std::vector<Points> sums_;
};

std::vector<Candidate> CandidatesOf(const SegmentationModel& model, const Schema& schema,
                                    const Contacts& contacts, Date as_of,
                                    const TypingToolOptions& options) {
  std::vector<Candidate> candidates;
  for (const Attribute& attribute : schema.attributes()) {
    const Column* column = contacts.table().Find(attribute.id);
    if (column == nullptr || !MayBeAsked(attribute)) continue;
    if (model.encoder().IndexOf(attribute.id) < 0) continue;
    auto question = MakeSpokenQuestion(*column, attribute, as_of, contacts.labelled());
    if (!question) continue;
    std::vector<Points> points = PointsOf(*question, contacts, options);
    candidates.push_back({*std::move(question), std::move(points), attribute.ask_cost});
  }
  return candidates;
}

// The questions in the order they are asked, chosen on the contacts learnt from.
std::vector<Candidate> ChooseQuestions(std::vector<Candidate> candidates, const Contacts& contacts,
                                       const Points& start, const TypingToolOptions& options) {
  Sheets sheets(contacts, contacts.learnt(), start);
  std::vector<Candidate> chosen;
  double best_accuracy = sheets.Accuracy();
  std::size_t worth_asking = 0;
  while (!candidates.empty() && std::ssize(chosen) < options.question_count) {
    const double loss = sheets.LogLoss(nullptr, options.points_a_nat);
    double most = 0;
    auto best = candidates.end();
    for (auto each = candidates.begin(); each != candidates.end(); ++each) {
      const double gain = (loss - sheets.LogLoss(&*each, options.points_a_nat)) / each->cost;
      if (gain > most) most = gain, best = each;
    }
    if (best == candidates.end()) break;
    sheets.Answer(*best);
    chosen.push_back(std::move(*best));
    candidates.erase(best);
    if (sheets.Accuracy() < best_accuracy + options.least_gain) continue;
    best_accuracy = sheets.Accuracy();
    worth_asking = chosen.size();
  }
  // The last ones may only have shifted doubts.
  chosen.erase(chosen.begin() + static_cast<std::ptrdiff_t>(worth_asking), chosen.end());
  return chosen;
}

// How often the model's own winner is right, given the same attributes.
double ModelAccuracy(const SegmentationModel& model, const Contacts& contacts, Date as_of,
                     const std::vector<Candidate>& asked) {
  ContactTable known{.row_count = contacts.table().row_count, .ids = {}, .columns = {}};
  for (const Candidate& each : asked) {
    known.columns.push_back(*contacts.table().Find(each.question.attribute));
  }
  const std::vector<Posterior> posteriors =
      model.Assign(SelectRows(known, contacts.measured()), as_of);
  double right = 0;
  for (std::size_t i = 0; i < posteriors.size(); ++i) {
    const std::vector<double>& p = posteriors[i].probabilities;
    const auto winner = std::max_element(p.begin(), p.end()) - p.begin();
    right += winner == contacts.label(contacts.measured()[i]);
  }
  return right / static_cast<double>(posteriors.size());
}

absl::Status NothingToAsk(bool may_ask) {
  return absl::FailedPreconditionError(
      may_ask ? "the contacts tell too little of what may be asked for to make a questionnaire: "
                "import more of them"
              : "no attribute that the segmentation is made of may be asked for: mark some as "
                "askable with a question in the schema (`cible schema show`, `cible schema set`); "
                "sensitive and protected ones are never asked for");
}

bool AnythingMayBeAsked(const SegmentationModel& model, const Schema& schema) {
  return std::any_of(schema.attributes().begin(), schema.attributes().end(),
                     [&](const Attribute& attribute) {
                       return MayBeAsked(attribute) && model.encoder().IndexOf(attribute.id) >= 0;
                     });
}

}  // namespace

int MostPoints(const std::vector<int>& points) {
  return static_cast<int>(std::max_element(points.begin(), points.end()) - points.begin());
}

absl::StatusOr<TypingTool> MakeTypingTool(const SegmentationModel& model, const Schema& schema,
                                          const ContactTable& table, Date as_of,
                                          const TypingToolOptions& options) {
  if (model.component_count() < 2) {
    return absl::FailedPreconditionError(
        "the active model has one persona, which needs no question; train more segments");
  }
  if (!AnythingMayBeAsked(model, schema)) return NothingToAsk(false);
  const Contacts contacts(model, table, as_of, options.most_contacts);
  if (contacts.measured().empty()) {
    return absl::FailedPreconditionError(
        "there are too few contacts of which the model knows anything to make and measure a "
        "questionnaire on; import more");
  }
  std::vector<Candidate> candidates = CandidatesOf(model, schema, contacts, as_of, options);
  if (candidates.empty()) return NothingToAsk(true);
  TypingTool tool{.start_points = StartPoints(contacts, options)};
  tool.contact_count = static_cast<int>(contacts.measured().size());
  tool.candidate_count = static_cast<int>(candidates.size());
  const std::vector<Candidate> chosen =
      ChooseQuestions(std::move(candidates), contacts, tool.start_points, options);
  Sheets sheets(contacts, contacts.measured(), tool.start_points);
  tool.start_accuracy = sheets.Accuracy();
  tool.model_accuracy = ModelAccuracy(model, contacts, as_of, chosen);
  for (const Candidate& asked : chosen) {
    sheets.Answer(asked);
    const double accuracy = sheets.Accuracy();
    tool.questions.push_back({.attribute = asked.question.attribute,
                              .answers = asked.question.answers,
                              .points = asked.points,
                              .accuracy = accuracy,
                              .accuracy_interval = WilsonInterval(accuracy, tool.contact_count)});
    tool.asks_for_tags |= schema.Find(asked.question.attribute)->type == AttributeType::kSet;
  }
  return tool;
}

}  // namespace cible
