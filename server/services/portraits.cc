#include "server/services/portraits.h"

#include <algorithm>
#include <numeric>

#include "absl/strings/str_cat.h"
#include "segmentation/personas/authored_persona.h"
#include "segmentation/personas/catalogue.h"
#include "server/services/persona_figures.h"
#include "server/wire/persona_wire.h"

namespace cible {
namespace {

using storage::v1::StoredPortrait;

template <typename Portraits>
const StoredPortrait& PortraitAmong(const Portraits& portraits, Language language) {
  const std::string code = CodeOf(language);
  for (const StoredPortrait& portrait : portraits) {
    if (portrait.language_code() == code) return portrait;
  }
  return StoredPortrait::default_instance();
}

const StoredPortrait& PortraitIn(const ActiveModel& active, int component, Language language) {
  return PortraitAmong(active.stored.segments(component).portraits(), language);
}

// The name written in this language, or else in another: a name that a person
// gave is the persona's own. Empty: none was.
const std::string& WrittenName(const storage::v1::StoredPersona& stored, Language language) {
  const StoredPortrait& own = PortraitAmong(stored.portraits(), language);
  if (!own.display_name().empty()) return own.display_name();
  for (const StoredPortrait& portrait : stored.portraits()) {
    if (!portrait.display_name().empty()) return portrait.display_name();
  }
  return own.display_name();
}

// An authored persona has no other text than the one written, in whatever
// language.
const std::string& WrittenSummary(const storage::v1::StoredPersona& stored, Language language) {
  const StoredPortrait& own = PortraitAmong(stored.portraits(), language);
  if (!own.summary().empty() || stored.criteria().empty()) return own.summary();
  for (const StoredPortrait& portrait : stored.portraits()) {
    if (!portrait.summary().empty()) return portrait.summary();
  }
  return own.summary();
}

template <typename Message>
void TraitsToProto(const ActiveModel& active, const SegmentProfile& profile, Language language,
                   Message* message) {
  for (const Trait& trait : profile.traits) {
    TraitToProto(trait, active.model->schema(), language, message->add_traits());
  }
}

// The stored text gives all figures; another is made where some are withheld.
std::string SummaryOf(const ActiveModel& active, const ToldFigures& figures, int component,
                      Language language) {
  if (!(figures.below() > 0)) return PortraitIn(active, component, language).summary();
  return DescribeSegments(figures.facts(), figures.profiles(),
                          language)[static_cast<std::size_t>(component)]
      .summary;
}

// Whether the members whom the rule selects, those whom it does not, and the others
// whom it selects are enough, or nobody.
bool MayTellRule(const SegmentationModel& model, const ToldFigures& figures, int component) {
  const auto at = static_cast<std::size_t>(component);
  if (model.parts().rules.empty() || !model.parts().rules[at].found()) return true;
  const RuleQuality& quality = model.parts().rules[at].quality;
  const double size = model.parts().shares[at] * quality.contact_count;
  const double members = size * quality.recall;
  if (!(quality.precision > 0)) return figures.below() == 0;
  return figures.MayTell(members) && figures.MayTell(size * (1 - quality.recall)) &&
         figures.MayTell(members / quality.precision * (1 - quality.precision));
}

// Whether enough customers of the segment are of known value, and not needed to
// hide others.
bool MayTellValue(const ActiveModel& active, const ToldFigures& figures, int component) {
  std::vector<double> known;
  for (const storage::v1::StoredSegment& segment : active.stored.segments()) {
    known.push_back(segment.value().known());
  }
  return WithheldAmong(known, figures.below(),
                       figures.withheld())[static_cast<std::size_t>(component)] == 0;
}

}  // namespace

absl::StatusOr<Language> LanguageFromCode(const std::string& code) {
  if (code.empty() || code == "en") return Language::kEnglish;
  if (code == "fr") return Language::kFrench;
  return absl::InvalidArgumentError("language_code must be `en` or `fr`");
}

std::string WithheldText(double below, Language language) {
  return Catalogue::For(language).Message("withheld.text", {{"count", absl::StrCat(below)}});
}

std::string CodeOf(Language language) { return std::string(LanguageCode(language)); }

v1::Targeting TargetingOf(const KeptPersona* kept) {
  const bool is_said = kept != nullptr && kept->stored.targeting() != v1::TARGETING_UNSPECIFIED;
  return is_said ? kept->stored.targeting() : v1::TARGETING_NEUTRAL;
}

std::vector<std::uint8_t> TargetedComponents(const ActiveModel& active) {
  std::vector<std::uint8_t> targeted;
  if (active.personas->by_id.empty()) return targeted;
  for (int component = 0; component < active.model->component_count(); ++component) {
    const v1::Targeting targeting =
        TargetingOf(active.personas->Find(active.segment_id(component)));
    targeted.push_back(targeting == v1::TARGETING_TARGETED ? 1 : 0);
  }
  return targeted;
}

const std::string& AuthoredDisplayName(const KeptPersona& kept, Language language) {
  return WrittenName(kept.stored, language);
}

void EditsToProto(const KeptPersona* kept, Language language, v1::Persona* persona) {
  persona->set_targeting(TargetingOf(kept));
  persona->set_etag(absl::StrCat(kept == nullptr ? 0 : kept->revision));
  if (kept == nullptr) return;
  const storage::v1::StoredPersona& stored = kept->stored;
  if (stored.has_targeted_by()) *persona->mutable_targeted_by() = stored.targeted_by();
  if (stored.has_edited_by()) *persona->mutable_edited_by() = stored.edited_by();
  if (const std::string& name = WrittenName(stored, language); !name.empty()) {
    persona->set_generated_display_name(persona->display_name());
    persona->set_display_name(name);
  }
  if (const std::string& summary = WrittenSummary(stored, language); !summary.empty()) {
    persona->set_generated_summary(persona->summary());
    persona->set_summary(summary);
  }
}

void AuthoredToProto(const ResourceName& name, const KeptPersona& kept, const Schema& schema,
                     bool with_shares, Language language, v1::Persona* persona) {
  persona->set_name(name.ToString());
  persona->set_withheld(!with_shares);
  EditsToProto(&kept, language, persona);
  for (const v1::PersonaCriterion& stored : kept.stored.criteria()) {
    v1::PersonaCriterion* criterion = persona->add_criteria();
    *criterion = stored;
    const auto read = CriterionFromProto(stored, schema);
    criterion->set_description(read.ok() ? DescribeCriterion(*read, schema, language)
                                         : DescribeLostCriterion(stored.attribute(), language));
    if (!with_shares) criterion->clear_population_share();
  }
  if (with_shares && kept.stored.has_population_share()) {
    persona->set_population_share(kept.stored.population_share());
  }
}

const std::string& PersonaDisplayName(const ActiveModel& active, int component, Language language) {
  const KeptPersona* kept = active.personas->Find(active.segment_id(component));
  if (kept != nullptr) {
    const std::string& name = WrittenName(kept->stored, language);
    if (!name.empty()) return name;
  }
  return PortraitIn(active, component, language).display_name();
}

std::string ToldDisplayName(const ActiveModel& active, const std::vector<std::uint8_t>& withheld,
                            int component, Language language) {
  if (withheld[static_cast<std::size_t>(component)] == 0) {
    return PersonaDisplayName(active, component, language);
  }
  const KeptPersona* kept = active.personas->Find(active.segment_id(component));
  const std::string written = kept == nullptr ? "" : WrittenName(kept->stored, language);
  return written.empty() ? Catalogue::For(language).Message("withheld.name") : written;
}

void SharesToProto(const ActiveModel& active, const std::vector<double>& shares,
                   const std::vector<std::uint8_t>& withheld, Language language,
                   google::protobuf::RepeatedPtrField<v1::PersonaProbability>* personas) {
  for (int component = 0; component < active.model->component_count(); ++component) {
    const auto at = static_cast<std::size_t>(component);
    v1::PersonaProbability* persona = personas->Add();
    persona->set_persona(active.segment_id(component));
    persona->set_display_name(ToldDisplayName(active, withheld, component, language));
    if (withheld[at] == 0) persona->set_probability(shares[at]);
  }
}

int ComponentOf(const ActiveModel& active, const std::string& segment_id) {
  for (int component = 0; component < active.stored.segments_size(); ++component) {
    if (active.segment_id(component) == segment_id) return component;
  }
  return -1;
}

void SegmentToProto(const ActiveModel& active, const ToldFigures& figures, int component,
                    Language language, v1::Segment* segment) {
  const SegmentProfile& profile = figures.profiles()[static_cast<std::size_t>(component)];
  const std::string& id = active.segment_id(component);
  segment->set_name(NameWithin(active.name, ResourceKind::kSegment, id).ToString());
  segment->set_persona(NameWithin(active.name, ResourceKind::kPersona, id).ToString());
  segment->set_model(active.name.ToString());
  segment->set_display_name(ToldDisplayName(active, figures.withheld(), component, language));
  if (figures.IsWithheld(component)) return;
  segment->set_contact_count(active.stored.segments(component).contact_count());
  segment->set_share(profile.share);
  TraitsToProto(active, profile, language, segment);
}

void PersonaToProto(const ActiveModel& active, const ToldFigures& figures, int component,
                    Language language, v1::Persona* persona) {
  const SegmentProfile& profile = figures.profiles()[static_cast<std::size_t>(component)];
  const std::string& id = active.segment_id(component);
  const KeptPersona* kept = active.personas->Find(id);
  persona->set_name(NameWithin(active.name, ResourceKind::kPersona, id).ToString());
  persona->set_segment(NameWithin(active.name, ResourceKind::kSegment, id).ToString());
  persona->set_model(active.name.ToString());
  persona->set_withheld(figures.below() > 0);
  if (figures.IsWithheld(component)) {
    persona->set_display_name(ToldDisplayName(active, figures.withheld(), component, language));
    persona->set_summary(WithheldText(figures.below(), language));
    EditsToProto(kept, language, persona);
    persona->clear_generated_display_name();
    return;
  }
  persona->set_display_name(PortraitIn(active, component, language).display_name());
  persona->set_summary(SummaryOf(active, figures, component, language));
  EditsToProto(kept, language, persona);
  persona->set_contact_count(active.stored.segments(component).contact_count());
  persona->set_share(profile.share);
  TraitsToProto(active, profile, language, persona);
  if (MayTellRule(*active.model, figures, component)) {
    RuleToProto(*active.model, component, language, persona);
  }
  ConversionToProto(figures.facts(), component, language, persona);
  ExemplarToProto(active, figures, component, language, persona);
  if (MayTellValue(active, figures, component)) ValueToProto(active, component, language, persona);
}

std::vector<int> MostProbableFirst(const std::vector<double>& probabilities) {
  std::vector<int> order(probabilities.size());
  std::iota(order.begin(), order.end(), 0);
  std::sort(order.begin(), order.end(), [&](int a, int b) {
    const double left = probabilities[static_cast<std::size_t>(a)];
    const double right = probabilities[static_cast<std::size_t>(b)];
    return left != right ? left > right : a < b;
  });
  return order;
}

}  // namespace cible
