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

namespace {

Match MatchSample(const SegmentationModel& model, Assigner& assigner, SampleRow sample,
                  const MatchOptions& options) {
  Match match;
  match.posterior = assigner.Assign(sample);
  if (options.question_limit > 0) {
    match.questions =
        SuggestQuestions(model, assigner, sample, match.posterior, options.question_limit);
  }
  match.reasons = assigner.Explain(sample, match.posterior);
  match.typicality = model.Typical(sample, match.posterior);
  match.outcome = OutcomeOf(match.posterior, match.typicality);
  match.in_target = InTargetOf(match, options.targeted);
  return match;
}

const SegmentPrior& PriorOf(const SegmentationModel& model, const MatchOptions& options) {
  return *model.PriorOf(options.prior.value_or(model.match_prior()));
}

}  // namespace

std::vector<Match> MatchLeads(const SegmentationModel& model, const ContactTable& leads, Date as_of,
                              const MatchOptions& options) {
  const Samples samples = model.encoder().Encode(leads, as_of);
  Assigner assigner(model.rule(), PriorOf(model, options));
  std::vector<Match> matches;
  matches.reserve(static_cast<std::size_t>(leads.row_count));
  for (int row = 0; row < leads.row_count; ++row) {
    matches.push_back(MatchSample(model, assigner, samples.row(row), options));
    matches.back().unread = UnreadOf(model.encoder(), leads, row, samples.row(row));
  }
  return matches;
}

Match MatchLead(const SegmentationModel& model, const Observation& lead,
                const MatchOptions& options) {
  Assigner assigner(model.rule(), PriorOf(model, options));
  Match match = MatchSample(model, assigner, lead.sample(), options);
  match.unread = lead.unread();
  return match;
}

}  // namespace cible
