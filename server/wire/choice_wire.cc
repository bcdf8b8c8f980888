#include "server/wire/choice_wire.h"

#include <cmath>

namespace cible {
namespace {

void StatisticsToProto(const FitStatistics& statistics, v1::FitStatistics* message) {
  message->set_log_likelihood(statistics.log_likelihood);
  message->set_parameter_count(statistics.parameter_count);
  message->set_aic(statistics.aic);
  message->set_bic(statistics.bic);
  message->set_icl(statistics.icl);
  message->set_entropy(statistics.entropy);
}

void ComponentsToProto(const Candidate& candidate, v1::Candidate* message) {
  for (const BivariateResidual& residual : candidate.bivariate_residuals) {
    v1::BivariateResidual* added = message->add_bivariate_residuals();
    added->add_attributes(residual.first);
    added->add_attributes(residual.second);
    added->set_value(residual.value);
    added->set_strength(residual.strength);
  }
  for (const SimilarComponents& pair : candidate.similar_components) {
    v1::SimilarSegments* added = message->add_similar_segments();
    added->set_first(pair.first);
    added->set_second(pair.second);
    added->set_information(pair.information);
  }
  for (const FlooredSpread& spread : candidate.floored) {
    v1::FlooredSpread* added = message->add_floored_spreads();
    added->set_attribute(spread.attribute);
    added->set_segment(spread.component);
  }
}

void CandidateToProto(const Candidate& candidate, v1::Candidate* message) {
  message->set_segment_count(candidate.asked_count);
  message->set_found_count(candidate.cluster_count);
  message->set_objective(candidate.objective);
  message->set_stability(candidate.stability);
  message->set_weakest_segment(WeakestSegment(candidate));
  message->mutable_segment_stability()->Assign(candidate.segment_stability.begin(),
                                               candidate.segment_stability.end());
  if (candidate.added_stability) message->set_added_stability(*candidate.added_stability);
  message->mutable_stability_across()->Assign(candidate.stability_across.begin(),
                                              candidate.stability_across.end());
  if (const auto null = NullStability(candidate)) message->set_null_stability(*null);
  message->set_smallest_segment(candidate.smallest_segment);
  message->set_silhouette(candidate.quality.silhouette);
  const Quality& quality = candidate.quality;
  if (std::isfinite(quality.calinski_harabasz)) {
    message->set_calinski_harabasz(quality.calinski_harabasz);
  }
  if (std::isfinite(quality.davies_bouldin)) message->set_davies_bouldin(quality.davies_bouldin);
  if (candidate.statistics) StatisticsToProto(*candidate.statistics, message->mutable_statistics());
  ComponentsToProto(candidate, message);
  message->set_qualifies(candidate.qualifies);
  message->set_natural(candidate.natural);
}

}  // namespace

v1::Verdict VerdictToProto(Verdict verdict) {
  switch (verdict) {
    case Verdict::kNatural: return v1::VERDICT_NATURAL;
    case Verdict::kReproducible: return v1::VERDICT_REPRODUCIBLE;
    case Verdict::kConstructive: return v1::VERDICT_CONSTRUCTIVE;
    case Verdict::kFixed: return v1::VERDICT_FIXED;
  }
  return v1::VERDICT_UNSPECIFIED;
}

void ChoiceToProto(const Choice& choice, v1::TrainingRun* run) {
  for (const Candidate& candidate : choice.candidates) {
    CandidateToProto(candidate, run->add_candidates());
  }
  run->mutable_candidates(choice.recommended)->set_chosen(true);
  run->set_verdict(VerdictToProto(choice.verdict));
  run->set_reason(choice.reason);
}

}  // namespace cible
