#include "clients/cli/persona_sections.h"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "clients/cli/output/bar_lines.h"
#include "clients/cli/output/table.h"
#include "segmentation/personas/catalogue.h"
#include "segmentation/personas/channels.h"
#include "segmentation/personas/figures.h"
#include "segmentation/personas/words.h"

namespace cible {
namespace {

constexpr int kValueBar = 30;
constexpr int kChannelBar = 20;
constexpr char kDot[] = "\u00a0· ";  // Never begins a line.

std::string Heading(const char* key, const Catalogue& catalogue) {
  return absl::StrCat("\n", catalogue.Message(key), "\n");
}

AttributeFigures FiguresFromProto(const v1::AttributeFigures& message) {
  AttributeFigures figures{.known = message.known_count(), .unknown = message.unknown_count()};
  if (message.has_mean()) figures.mean = message.mean();
  for (const v1::LevelShare& level : message.levels()) figures.shares.push_back(level.share());
  return figures;
}

// Without what channels do not need. Where nobody of the segment is known, the
// levels are in the figures of everyone alone.
AttributeProfile ProfileFromProto(const v1::AttributeProfile& message) {
  AttributeProfile profile{.attribute = message.attribute()};
  for (const v1::LevelShare& level : message.population().levels()) {
    profile.levels.push_back(level.level());
  }
  profile.segment = FiguresFromProto(message.segment());
  profile.population = FiguresFromProto(message.population());
  return profile;
}

// What a member says no to would fill the slide.
bool IsDenial(const v1::ExemplarValue& value, const Schema& schema, const Catalogue& catalogue) {
  const Attribute* attribute = schema.Find(value.attribute());
  return attribute != nullptr && attribute->type == AttributeType::kBoolean &&
         absl::EndsWith(value.description(), catalogue.Message("exemplar.no"));
}

std::vector<BarLine> LinesOf(const ChannelGroup& group, const Catalogue& catalogue) {
  std::vector<BarLine> lines;
  for (const ChannelShare& share : group.shares) {
    lines.push_back(
        {.label = share.label,
         .fraction = share.segment,
         .figure = catalogue.Message("report.channel_line",
                                     {{"value", FormatShare(share.segment, catalogue)},
                                      {"population", FormatShare(share.population, catalogue)}})});
  }
  return lines;
}

}  // namespace

std::string ValueSection(const v1::Persona& persona, Language language, int width) {
  if (!persona.has_value()) return "";
  const Catalogue& catalogue = Catalogue::For(language);
  const v1::CustomerValue& value = persona.value();
  const double full = std::max(value.mean(), value.population_mean());
  const auto line = [&](const char* who, double mean) {
    return BarLine{.label = catalogue.Message(who),
                   .fraction = full > 0 ? std::max(mean, 0.) / full : 0,
                   .figure = FormatMeanAmount(mean, "", catalogue)};
  };
  return absl::StrCat(
      Heading("report.value", catalogue), Wrap(absl::StrCat(value.definition(), "."), width, 2),
      Wrap(value.description(), width, 2),
      BarLines(
          {line("report.here", value.mean()), line("report.customers", value.population_mean())},
          kValueBar, width));
}

std::string ChannelsSection(const v1::Persona& persona, const Schema& schema, Language language,
                            int width) {
  const Catalogue& catalogue = Catalogue::For(language);
  std::vector<AttributeProfile> profiles;
  for (const v1::AttributeProfile& profile : persona.attributes()) {
    profiles.push_back(ProfileFromProto(profile));
  }
  const std::vector<ChannelGroup> groups = ChannelsOf(profiles, schema, language);
  if (groups.empty()) return "";
  std::string text = Heading("report.channels", catalogue);
  for (const ChannelGroup& group : groups) {
    absl::StrAppend(&text, "  ", Capitalised(group.label), "\n",
                    BarLines(LinesOf(group, catalogue), kChannelBar, width));
  }
  return text;
}

std::string MarketSection(const v1::Persona& persona, Language language, int width) {
  if (!persona.has_market()) return "";
  const Catalogue& catalogue = Catalogue::For(language);
  const v1::MarketPotential& market = persona.market();
  return absl::StrCat(
      Heading("report.market", catalogue), Wrap(market.description(), width, 2),
      Wrap(catalogue.Message("report.universe", {{"universe", market.universe()}}), width, 2));
}

std::string ExemplarSection(const v1::Persona& persona, const Schema& schema, Language language,
                            int width) {
  const Catalogue& catalogue = Catalogue::For(language);
  std::vector<std::string> values;
  for (const v1::ExemplarValue& value : persona.exemplar()) {
    std::string text = Printable(value.description());
    const bool repeated = std::find(values.begin(), values.end(), text) != values.end();
    if (!repeated && !IsDenial(value, schema, catalogue)) values.push_back(std::move(text));
  }
  if (values.empty()) return "";
  return absl::StrCat(Heading("report.exemplar", catalogue),
                      Wrap(catalogue.Message("report.exemplar_note"), width, 2),
                      Wrap(absl::StrJoin(values, kDot), width, 2));
}

}  // namespace cible
