#include "segmentation/personas/matching.h"

#include <algorithm>
#include <cstddef>

namespace cible {
namespace {

MatchOutcome OutcomeOf(const Posterior& posterior, const Typicality& typicality) {
  if (posterior.winner < 0 || posterior.information < kEnoughInformation) {
    return MatchOutcome::kNotEnoughKnown;
  }
  return typicality.typical ? MatchOutcome::kMatched : MatchOutcome::kNoneOfYours;
}

InTarget InTargetOf(const Match& match, const std::vector<std::uint8_t>& targeted) {
  const bool is_marked = std::find(targeted.begin(), targeted.end(), 1) != targeted.end();
  if (!is_marked || match.outcome == MatchOutcome::kNotEnoughKnown) return InTarget::kUnknown;
  double probability = 0;
  for (std::size_t k = 0; k < targeted.size(); ++k) {
    if (targeted[k] != 0) probability += match.posterior.probabilities[k];
  }
  if (!match.typicality.typical || probability <= kHardlyInTarget) return InTarget::kNo;
  return probability >= kSurelyInTarget ? InTarget::kYes : InTarget::kUnknown;
}

std::vector<std::string> UnreadOf(const Encoder& encoder, const ContactTable& leads, int row,
                                  SampleRow sample) {
  std::vector<std::string> unread;
  for (const AttributeEncoding& attribute : encoder.attributes()) {
    const Column* column = leads.Find(attribute.attribute);
    if (column == nullptr || column->validity[static_cast<std::size_t>(row)] == 0) continue;
    if (!Encoder::Known(attribute, sample)) unread.push_back(attribute.attribute);
  }
  return unread;
}

}  // namespace

std::vector<Match> MatchLeads(const SegmentationModel& model, const ContactTable& leads, Date as_of,
                              const MatchOptions& options) {
  const Samples samples = model.encoder().Encode(leads, as_of);
  Assigner assigner(model.rule(), *model.PriorOf(options.prior.value_or(model.match_prior())));
  std::vector<Match> matches(static_cast<std::size_t>(leads.row_count));
  for (int row = 0; row < leads.row_count; ++row) {
    Match& match = matches[static_cast<std::size_t>(row)];
    match.posterior = assigner.Assign(samples.row(row));
    if (options.question_limit > 0) {
      match.questions = SuggestQuestions(model, assigner, samples.row(row), match.posterior,
                                         options.question_limit);
    }
    match.reasons = assigner.Explain(samples.row(row), match.posterior);
    match.typicality = model.Typical(samples, row, match.posterior);
    match.outcome = OutcomeOf(match.posterior, match.typicality);
    match.in_target = InTargetOf(match, options.targeted);
    match.unread = UnreadOf(model.encoder(), leads, row, samples.row(row));
  }
  return matches;
}

}  // namespace cible
