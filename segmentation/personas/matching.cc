#include "segmentation/personas/matching.h"

#include <cstddef>

namespace cible {
namespace {

MatchOutcome OutcomeOf(const Posterior& posterior, const Typicality& typicality) {
  if (posterior.winner < 0 || posterior.information < kEnoughInformation) {
    return MatchOutcome::kNotEnoughKnown;
  }
  return typicality.typical ? MatchOutcome::kMatched : MatchOutcome::kNoneOfYours;
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
                              int question_limit) {
  const Samples samples = model.encoder().Encode(leads, as_of);
  Assigner assigner(model.rule());
  std::vector<Match> matches(static_cast<std::size_t>(leads.row_count));
  for (int row = 0; row < leads.row_count; ++row) {
    Match& match = matches[static_cast<std::size_t>(row)];
    match.posterior = assigner.Assign(samples.row(row));
    if (question_limit > 0) {
      match.questions =
          SuggestQuestions(model, assigner, samples.row(row), match.posterior, question_limit);
    }
    match.reasons = assigner.Explain(samples.row(row), match.posterior);
    match.typicality = model.Typical(samples, row, match.posterior);
    match.outcome = OutcomeOf(match.posterior, match.typicality);
    match.unread = UnreadOf(model.encoder(), leads, row, samples.row(row));
  }
  return matches;
}

}  // namespace cible
