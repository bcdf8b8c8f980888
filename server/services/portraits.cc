#include "server/services/portraits.h"

#include <algorithm>
#include <numeric>

#include "server/services/persona_figures.h"
#include "server/wire/persona_wire.h"

namespace cible {
namespace {

const storage::v1::StoredPortrait& PortraitIn(const ActiveModel& active, int component,
                                              Language language) {
  const std::string code = language == Language::kFrench ? "fr" : "en";
  const storage::v1::StoredSegment& segment = active.stored.segments(component);
  for (const storage::v1::StoredPortrait& portrait : segment.portraits()) {
    if (portrait.language_code() == code) return portrait;
  }
  return storage::v1::StoredPortrait::default_instance();
}

template <typename Message>
void TraitsToProto(const ActiveModel& active, const SegmentProfile& profile, Language language,
                   Message* message) {
  for (const Trait& trait : profile.traits) {
    TraitToProto(trait, active.model->schema(), language, message->add_traits());
  }
}

}  // namespace

absl::StatusOr<Language> LanguageFromCode(const std::string& code) {
  if (code.empty() || code == "en") return Language::kEnglish;
  if (code == "fr") return Language::kFrench;
  return absl::InvalidArgumentError("language_code must be `en` or `fr`");
}

const std::string& PersonaDisplayName(const ActiveModel& active, int component, Language language) {
  return PortraitIn(active, component, language).display_name();
}

int ComponentOf(const ActiveModel& active, const std::string& segment_id) {
  for (int component = 0; component < active.stored.segments_size(); ++component) {
    if (active.segment_id(component) == segment_id) return component;
  }
  return -1;
}

void SegmentToProto(const ActiveModel& active, const std::vector<SegmentProfile>& profiles,
                    int component, Language language, v1::Segment* segment) {
  const SegmentProfile& profile = profiles[static_cast<std::size_t>(component)];
  const std::string& id = active.segment_id(component);
  segment->set_name(NameWithin(active.name, ResourceKind::kSegment, id).ToString());
  segment->set_persona(NameWithin(active.name, ResourceKind::kPersona, id).ToString());
  segment->set_display_name(PersonaDisplayName(active, component, language));
  segment->set_model(active.name.ToString());
  segment->set_contact_count(active.stored.segments(component).contact_count());
  segment->set_share(profile.share);
  TraitsToProto(active, profile, language, segment);
}

void PersonaToProto(const ActiveModel& active, const std::vector<SegmentProfile>& profiles,
                    int component, Language language, v1::Persona* persona) {
  const SegmentProfile& profile = profiles[static_cast<std::size_t>(component)];
  const std::string& id = active.segment_id(component);
  persona->set_name(NameWithin(active.name, ResourceKind::kPersona, id).ToString());
  persona->set_segment(NameWithin(active.name, ResourceKind::kSegment, id).ToString());
  persona->set_display_name(PersonaDisplayName(active, component, language));
  persona->set_summary(PortraitIn(active, component, language).summary());
  persona->set_contact_count(active.stored.segments(component).contact_count());
  persona->set_share(profile.share);
  persona->set_model(active.name.ToString());
  TraitsToProto(active, profile, language, persona);
  RuleToProto(*active.model, component, language, persona);
  ConversionToProto(*active.model, component, language, persona);
  ExemplarToProto(active, component, language, persona);
  ValueToProto(active, component, language, persona);
}

std::vector<int> MostProbableFirst(const std::vector<double>& probabilities) {
  std::vector<int> order(probabilities.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](int a, int b) {
    return probabilities[static_cast<std::size_t>(a)] > probabilities[static_cast<std::size_t>(b)];
  });
  return order;
}

}  // namespace cible
