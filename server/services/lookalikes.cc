// PersonaService: contacts like the best customers.

#include "segmentation/personas/lookalikes.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "segmentation/personas/ideal_customer_text.h"
#include "server/services/clientele.h"
#include "server/services/few_reasons.h"
#include "server/services/persona_service.h"
#include "server/services/portraits.h"
#include "server/wire/contact_wire.h"
#include "server/wire/instant_wire.h"

namespace cible {
namespace {

constexpr int kDefaultLookalikes = 100;
constexpr int kMaxLookalikes = 10'000;

absl::StatusOr<LookalikeOptions> OptionsOf(const v1::FindLookalikesRequest& request) {
  if (request.limit() < 0 || request.limit() > kMaxLookalikes) {
    return absl::InvalidArgumentError(
        absl::StrCat("limit must lie in 0 to ", kMaxLookalikes, "; 0 names ", kDefaultLookalikes));
  }
  if (!(request.min_similarity() >= 0 && request.min_similarity() <= 1)) {
    return absl::InvalidArgumentError("min_similarity must lie in 0 to 1");
  }
  const int limit = request.limit() == 0 ? kDefaultLookalikes : request.limit();
  return LookalikeOptions{.limit = static_cast<std::size_t>(limit),
                          .min_similarity = request.min_similarity()};
}

void ReachToProto(const ReachPoint& point, v1::ReachPoint* message) {
  message->set_similarity(point.similarity);
  message->set_contact_count(point.contact_count);
  message->set_share(point.share);
  if (point.ideal_share) message->set_ideal_share(*point.ideal_share);
}

void LookalikesToProto(const Lookalikes& found, const Clientele& clientele, Language language,
                       v1::FindLookalikesResponse* response) {
  const std::vector<std::string>& ids = clientele.audience.table.ids;
  for (const Lookalike& lookalike : found.nearest) {
    v1::Lookalike* message = response->add_lookalikes();
    message->set_contact(
        ContactName(clientele.segmentation.workspace, ids[static_cast<std::size_t>(lookalike.row)])
            .ToString());
    message->set_similarity(lookalike.similarity);
    FewReasonsToProto(lookalike.reasons, 1 + kMaxReasonsInTables, message->mutable_reasons());
  }
  for (const ReachPoint& point : found.reach) ReachToProto(point, response->add_reach());
  response->set_candidate_count(found.candidate_count);
  response->set_customer_count(found.customer_count);
  response->set_ideal_count(found.ideal_count);
  response->set_basis(BasisToProto(found.basis));
  for (std::string& notice : DescribeLookalikes(found, clientele.audience.schema, language)) {
    response->add_notices(std::move(notice));
  }
  DateToProto(clientele.as_of, response->mutable_as_of());
}

}  // namespace

absl::Status PersonaService::FindLookalikes(const CallContext& call,
                                            const v1::FindLookalikesRequest& request,
                                            v1::FindLookalikesResponse* response) {
  const auto language = LanguageFromCode(request.language_code());
  if (!language.ok()) return language.status();
  const auto options = OptionsOf(request);
  if (!options.ok()) return options.status();
  if (!call.may_read_contacts) {
    return absl::PermissionDeniedError(
        "lookalikes are contacts by name, and you may not read contacts; ask for the right to, or "
        "for the ideal customer profile");
  }
  const auto clientele = ReadClientele(store_, call, request.segmentation(), true);
  if (!clientele.ok()) return clientele.status();
  const Audience& audience = clientele->audience;
  const Lookalikes found = cible::FindLookalikes(audience.table, audience.schema, audience.stages,
                                                 clientele->definition, clientele->as_of, *options);
  LookalikesToProto(found, *clientele, *language, response);
  TimestampToProto(call.time, response->mutable_count_time());
  return absl::OkStatus();
}

}  // namespace cible
