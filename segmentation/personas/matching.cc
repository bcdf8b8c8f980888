#include "segmentation/personas/matching.h"

#include <algorithm>
#include <cstddef>
#include <string>

namespace cible {
namespace {

// What may be asked of a lead, most weight for its cost first.
struct AskableAttribute {
  std::size_t position = 0;  // In the encoder, and in Samples::known.
  std::string attribute;
  double weight_for_cost = 0;
};

// Attributes of the schema that the model reads, best question first; the
// schema's order decides between equals.
std::vector<AskableAttribute> AskableByWeight(const SegmentationModel& model) {
  std::vector<AskableAttribute> askable;
  for (const Attribute& attribute : model.schema().attributes()) {
    const int position = model.encoder().IndexOf(attribute.id);
    if (position < 0 || !attribute.askable) continue;
    const auto index = static_cast<std::size_t>(position);
    const double omega = model.encoder().attributes()[index].omega;
    askable.push_back({index, attribute.id, omega / attribute.ask_cost});
  }
  std::stable_sort(askable.begin(), askable.end(),
                   [](const AskableAttribute& a, const AskableAttribute& b) {
                     return a.weight_for_cost > b.weight_for_cost;
                   });
  return askable;
}

MatchOutcome OutcomeOf(const Posterior& posterior, const Typicality& typicality) {
  if (posterior.winner < 0 || posterior.information < kEnoughInformation) {
    return MatchOutcome::kNotEnoughKnown;
  }
  return typicality.typical ? MatchOutcome::kMatched : MatchOutcome::kNoneOfYours;
}

}  // namespace

std::vector<Match> MatchLeads(const SegmentationModel& model, const ContactTable& leads,
                              Date as_of) {
  const Samples samples = model.encoder().Encode(leads, as_of);
  const std::vector<AskableAttribute> askable = AskableByWeight(model);
  Assigner assigner(model.rule());
  std::vector<Match> matches(static_cast<std::size_t>(leads.row_count));
  for (int row = 0; row < leads.row_count; ++row) {
    const std::vector<std::uint8_t> known = model.encoder().KnownAttributes(samples.row(row));
    Match& match = matches[static_cast<std::size_t>(row)];
    match.posterior = assigner.Assign(samples.row(row));
    match.reasons = assigner.Explain(samples.row(row), match.posterior);
    match.typicality = model.Typical(samples, row, match.posterior);
    match.outcome = OutcomeOf(match.posterior, match.typicality);
    for (const AskableAttribute& question : askable) {
      if (known[question.position] == 0) match.questions.push_back(question.attribute);
    }
  }
  return matches;
}

}  // namespace cible
