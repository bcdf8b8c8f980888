#include "segmentation/personas/questions.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <numbers>
#include <utility>

namespace cible {
namespace {

constexpr double kImpossible = 1e-9;  // Answers less probable than this are passed over.
constexpr int kNumberGroups = 3;      // Of equal probability, to show where numbers lead.
constexpr std::size_t kMostEffects = 6;

// The question of one attribute put to one lead.
class Asking {
 public:
  Asking(const PosteriorRule& rule, const Assigner& assigner, const Posterior& posterior,
         const AnswerTable& table)
      : table_(table),
        posterior_(posterior),
        scores_(assigner.scores()),
        shift_(assigner.prior().shift) {
    const double omega = rule.omegas[static_cast<std::size_t>(table.attribute)];
    temperature_ =
        rule.calibration.At(std::min(1., posterior.known_weight + omega / rule.total_weight));
    shifted_.resize(scores_.size());
    after_.resize(scores_.size());
  }

  // In nats.
  double Gain() {
    double expected = 0;
    for (int a = 0; a < table_.probabilities.rows(); ++a) {
      const double probability = Probability(a);
      if (probability > kImpossible) expected += probability * EntropyAfter(a);
    }
    return std::max(0., Entropy(posterior_.probabilities) - expected);
  }

  double Probability(int answer) const {
    const auto shares = table_.probabilities.row(answer);
    double probability = 0;
    for (std::size_t k = 0; k < shares.size(); ++k) {
      probability += posterior_.probabilities[k] * shares[k];
    }
    return probability;
  }

  // The posterior given one of these answers, weighed by their probabilities.
  std::vector<double> PosteriorAfter(const std::vector<int>& answers) {
    std::vector<double> mixed(scores_.size());
    double total = 0;
    for (const int answer : answers) {
      const double probability = Probability(answer);
      const double sum = Exponentials(answer);
      for (std::size_t k = 0; k < mixed.size(); ++k) mixed[k] += probability * after_[k] / sum;
      total += probability;
    }
    for (double& p : mixed) p /= total;
    return mixed;
  }

 private:
  // shifted_ = what the answer makes of the scores, less the largest; after_ its
  // exponentials, whose sum is returned.
  double Exponentials(int answer) {
    const auto terms = table_.terms.row(answer);
    double largest = -std::numeric_limits<double>::infinity();
    for (std::size_t k = 0; k < shifted_.size(); ++k) {
      shifted_[k] = (scores_[k] + terms[k]) / temperature_ + shift_[k];
      largest = std::max(largest, shifted_[k]);
    }
    double sum = 0;
    for (std::size_t k = 0; k < shifted_.size(); ++k) {
      shifted_[k] -= largest;
      sum += after_[k] = std::exp(shifted_[k]);
    }
    return sum;
  }

  // ln sum - sum p ln(p sum): one logarithm.
  double EntropyAfter(int answer) {
    const double sum = Exponentials(answer);
    double mean = 0;
    for (std::size_t k = 0; k < shifted_.size(); ++k) {
      if (after_[k] > 0) mean += after_[k] / sum * shifted_[k];
    }
    return std::log(sum) - mean;
  }

  const AnswerTable& table_;
  const Posterior& posterior_;
  const std::vector<double>& scores_;
  const std::vector<double>& shift_;
  double temperature_ = 1;
  std::vector<double> shifted_, after_;
};

AnswerEffect EffectOf(Asking& asking, const std::vector<int>& answers) {
  AnswerEffect effect;
  for (const int answer : answers) effect.probability += asking.Probability(answer);
  const std::vector<double> after = asking.PosteriorAfter(answers);
  const auto winner = std::max_element(after.begin(), after.end());
  effect.winner = static_cast<int>(winner - after.begin());
  effect.winner_probability = *winner;
  return effect;
}

std::vector<AnswerEffect> LevelEffects(const AnswerTable& table, Asking& asking) {
  std::vector<AnswerEffect> effects;
  for (int a = 0; a < static_cast<int>(table.answers.size()); ++a) {
    if (asking.Probability(a) <= kImpossible) continue;
    effects.push_back(EffectOf(asking, {a}));
    effects.back().levels = table.answers[static_cast<std::size_t>(a)].levels;
  }
  std::stable_sort(effects.begin(), effects.end(),
                   [](const auto& a, const auto& b) { return a.probability > b.probability; });
  if (effects.size() > kMostEffects) effects.resize(kMostEffects);
  return effects;
}

// Numbers in order, cut into groups of about the same probability.
std::vector<AnswerEffect> NumberEffects(const AnswerTable& table, Asking& asking) {
  std::vector<int> order;
  for (int a = 0; a < static_cast<int>(table.answers.size()); ++a) {
    if (asking.Probability(a) > kImpossible) order.push_back(a);
  }
  const auto number = [&](int a) { return table.answers[static_cast<std::size_t>(a)].number; };
  const auto end = [&](int a) {
    const AnswerTable::Answer& answer = table.answers[static_cast<std::size_t>(a)];
    // Beyond a point mass itself, lest it be counted above.
    return answer.end > answer.number ? answer.end : std::nextafter(answer.number, HUGE_VAL);
  };
  std::stable_sort(order.begin(), order.end(), [&](int a, int b) { return number(a) < number(b); });
  std::vector<AnswerEffect> effects;
  double low = -std::numeric_limits<double>::infinity(), before = 0;
  std::vector<int> group;
  for (std::size_t i = 0; i < order.size(); ++i) {
    group.push_back(order[i]);
    before += asking.Probability(order[i]);
    const bool is_last = i + 1 == order.size();
    const auto wanted = static_cast<double>(effects.size() + 1) / kNumberGroups;
    if (!is_last && (before < wanted || std::ssize(effects) + 1 == kNumberGroups)) continue;
    AnswerEffect effect = EffectOf(asking, group);
    effect.is_number = true;
    effect.low = low;
    effect.high = is_last ? std::numeric_limits<double>::infinity()
                          : std::clamp(end(order[i]), number(order[i]), number(order[i + 1]));
    low = effect.high;
    effects.push_back(std::move(effect));
    group.clear();
  }
  return effects;
}

}  // namespace

std::vector<SuggestedQuestion> SuggestQuestions(const SegmentationModel& model,
                                                const Assigner& assigner, SampleRow row,
                                                const Posterior& posterior, int limit) {
  std::vector<std::pair<SuggestedQuestion, const AnswerTable*>> questions;
  for (const AnswerTable& table : model.answer_tables()) {
    const auto& encoding = model.encoder().attributes()[static_cast<std::size_t>(table.attribute)];
    const Attribute* attribute = model.attribute(table.attribute);
    if (!attribute->askable || Encoder::Known(encoding, row)) continue;
    Asking asking(model.rule(), assigner, posterior, table);
    const double gain = asking.Gain() / std::numbers::ln2;
    questions.push_back({{.attribute = attribute->id,
                          .gain = gain,
                          .gain_for_cost = gain / attribute->ask_cost,
                          .effects = {}},
                         &table});
  }
  std::stable_sort(questions.begin(), questions.end(), [](const auto& a, const auto& b) {
    return a.first.gain_for_cost > b.first.gain_for_cost;
  });
  std::vector<SuggestedQuestion> best;
  for (auto& [question, table] : questions) {
    if (std::ssize(best) == limit) break;
    Asking asking(model.rule(), assigner, posterior, *table);
    question.effects = table->answers.front().is_number ? NumberEffects(*table, asking)
                                                        : LevelEffects(*table, asking);
    best.push_back(std::move(question));
  }
  return best;
}

}  // namespace cible
