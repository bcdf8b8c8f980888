// What a model says of a segment's customers, typical member and market, as
// messages.

#ifndef CIBLE_SERVER_SERVICES_PERSONA_FIGURES_H_
#define CIBLE_SERVER_SERVICES_PERSONA_FIGURES_H_

#include <cstdint>

#include "absl/status/statusor.h"
#include "cible/v1/persona_service.pb.h"
#include "segmentation/personas/market.h"
#include "segmentation/personas/portrait.h"
#include "server/registry/model_registry.h"
#include "server/services/told_figures.h"

namespace cible {

// The shares that a request enters. Errors: those of CheckWinnableShares.
template <typename Request>
absl::StatusOr<WinnableShares> WinnableSharesOf(const Request& request) {
  WinnableShares shares;
  if (request.has_winnable_non_consumer_share()) {
    shares.non_consumers = request.winnable_non_consumer_share();
  }
  if (request.has_winnable_competitor_share()) {
    shares.competitor = request.winnable_competitor_share();
  }
  if (absl::Status status = CheckWinnableShares(shares); !status.ok()) return status;
  return shares;
}

// Absent from models made before there were any, and where nothing is known. Values
// that fewer of the ten members know than may be told are left out.
void ExemplarToProto(const ActiveModel& active, const ToldFigures& figures, int component,
                     Language language, v1::Persona* persona);
void ValueToProto(const ActiveModel& active, int component, Language language,
                  v1::Persona* persona);
// As counted at the training, where the counts may be told (WithheldMarkets).
void MarketToProto(const ActiveModel& active, const ToldFigures& figures, int component,
                   const WinnableShares& entered, Language language, v1::Persona* persona);

// `contacts` of all segments were counted on `day`; `marked`: the schema tells
// who buys from a competitor.
void MarketToProto(const MarketPotential& market, std::int64_t contacts, ContactKind kind, Date day,
                   bool marked, Language language, v1::MarketPotential* message);

}  // namespace cible

#endif  // CIBLE_SERVER_SERVICES_PERSONA_FIGURES_H_
