// PersonaService: authored personas held against the segments.

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "segmentation/personas/anonymity.h"
#include "segmentation/personas/authored_persona.h"
#include "server/services/audience.h"
#include "server/services/persona_service.h"
#include "server/services/portraits.h"
#include "server/services/subject.h"
#include "server/services/told_figures.h"
#include "server/wire/instant_wire.h"
#include "server/wire/persona_wire.h"

namespace cible {
namespace {

// The contacts assigned, by segment.
struct Universe {
  std::vector<double> sizes;
  double total = 0;
  double below = 0;                    // Figures over fewer are withheld.
  std::vector<std::uint8_t> withheld;  // One flag a segment: nothing is told of it.

  bool IsFew(double count) const { return count > 0 && count < below; }
};

// `segments`: of each contact; -1: none.
Universe CountUniverse(const ActiveModel& model, const std::vector<int>& segments, double below) {
  Universe universe{
      .sizes = std::vector<double>(static_cast<std::size_t>(model.model->component_count())),
      .below = below,
      .withheld = {}};
  for (const int segment : segments) {
    if (segment < 0) continue;
    ++universe.sizes[static_cast<std::size_t>(segment)];
    ++universe.total;
  }
  universe.withheld = WithheldAmong(universe.sizes, below, WithheldComponents(model, below));
  return universe;
}

void UniverseToProto(const ActiveModel& model, const Universe& universe, Language language,
                     v1::ComparePersonasResponse* response) {
  std::vector<double> shares = universe.sizes;
  for (double& share : shares) share /= std::max(universe.total, 1.);
  SharesToProto(model, shares, universe.withheld, language, response->mutable_segments());
  if (!universe.IsFew(universe.total)) {
    response->set_contact_count(static_cast<std::int64_t>(universe.total));
  }
}

// One flag a cell: too few of the segment meet the persona, or do not, or nothing is
// told of the segment, or the cell would tell such a one.
std::vector<std::uint8_t> WithheldCells(const Universe& universe,
                                        const AuthoredComparison& comparison) {
  std::vector<double> members, others;
  for (std::size_t k = 0; k < universe.sizes.size(); ++k) {
    members.push_back(comparison.cells[k].members);
    others.push_back(universe.sizes[k] - comparison.cells[k].members);
  }
  std::vector<std::uint8_t> withheld = WithheldAmong(members, universe.below, universe.withheld);
  return WithheldAmong(others, universe.below, std::move(withheld));
}

// The cells that may not be told, and the words and counts that would tell them.
void WithholdFew(const Universe& universe, const AuthoredComparison& comparison, Language language,
                 v1::AuthoredComparison* message) {
  const double others = universe.total - comparison.members;
  const double unmet = others - comparison.unknown;
  if (universe.IsFew(comparison.unknown) || universe.IsFew(unmet)) message->clear_unknown_count();
  const std::vector<std::uint8_t> withheld = WithheldCells(universe, comparison);
  if (std::find(withheld.begin(), withheld.end(), 1) == withheld.end()) return;
  for (std::size_t k = 0; k < withheld.size(); ++k) {
    if (withheld[k] == 0) continue;
    v1::ComparisonCell* cell = message->mutable_cells(static_cast<int>(k));
    cell->Clear();
    cell->set_withheld(true);
  }
  if (universe.IsFew(comparison.members) || universe.IsFew(others)) message->clear_contact_count();
  message->clear_unknown_count();
  message->clear_closest();
  message->set_verdict(WithheldText(universe.below, language));
}

}  // namespace

absl::Status PersonaService::ComparePersonas(const CallContext& call,
                                             const v1::ComparePersonasRequest& request,
                                             v1::ComparePersonasResponse* response) {
  const auto language = LanguageFromCode(request.language_code());
  if (!language.ok()) return language.status();
  const auto active = ActiveFor(registry_, request.parent());
  if (!active.ok()) return active.status();
  const ActiveModel& model = **active;
  const KeptPersonas& kept = *model.personas;
  response->set_model(model.name.ToString());
  TimestampToProto(call.time, response->mutable_count_time());
  if (kept.authored.empty()) return absl::OkStatus();
  const auto below = WithheldBelow(call, store_, model.name.workspace);
  if (!below.ok()) return below.status();
  const auto audience = ReadAudience(store_,
                                     {.workspace = model.name.workspace,
                                      .kind = model.model->parts().contact_kind,
                                      .as_of = DayIn(model.time_zone, call.time),
                                      .segmentation = model.name.segmentation,
                                      .attributes = AttributesOf(kept.authored)},
                                     call.cancelled);
  if (!audience.ok()) return audience.status();
  std::vector<int> segments;
  for (const std::string& segment : audience->segments) {
    segments.push_back(ComponentOf(model, segment));
  }
  const Universe universe = CountUniverse(model, segments, *below);
  UniverseToProto(model, universe, *language, response);
  std::vector<std::string> names;
  for (const v1::PersonaProbability& segment : response->segments()) {
    names.push_back(segment.display_name());
  }
  for (const AuthoredPersona& persona : kept.authored) {
    const AuthoredComparison comparison =
        CompareWithSegments(MembersOf(persona, audience->schema, audience->table), segments,
                            model.model->component_count());
    v1::AuthoredComparison* message = response->add_comparisons();
    message->set_persona(persona.id);
    message->set_display_name(AuthoredDisplayName(*kept.Find(persona.id), *language));
    if (comparison.closest >= 0) message->set_closest(model.segment_id(comparison.closest));
    message->set_verdict(DescribeComparison(comparison, names, *language));
    ComparisonToProto(comparison, message);
    WithholdFew(universe, comparison, *language, message);
  }
  return absl::OkStatus();
}

}  // namespace cible
