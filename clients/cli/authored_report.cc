#include "clients/cli/authored_report.h"

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "clients/cli/output/number_text.h"
#include "clients/cli/session.h"
#include "segmentation/personas/catalogue.h"
#include "segmentation/personas/figures.h"

namespace cible {
namespace {

std::string DayOfText(const google::protobuf::Timestamp& time) {
  return absl::FormatTime("%Y-%m-%d", absl::FromUnixSeconds(time.seconds()), absl::UTCTimeZone());
}

// "Targeted" and its like; empty for NEUTRAL.
std::string TargetingText(v1::Targeting targeting, const Catalogue& catalogue) {
  switch (targeting) {
    case v1::TARGETING_TARGETED: return catalogue.Message("report.targeted");
    case v1::TARGETING_EXCLUDED: return catalogue.Message("report.excluded");
    default: return "";
  }
}

std::string CriteriaText(const v1::Persona& persona, const Catalogue& catalogue, int width) {
  std::string text = absl::StrCat("\n", catalogue.Message("report.criteria"), "\n");
  for (const v1::PersonaCriterion& criterion : persona.criteria()) {
    std::string line = criterion.description();
    if (!persona.withheld()) {
      line = catalogue.Message(
          "report.criterion",
          {{"criterion", line}, {"share", FormatShare(criterion.population_share(), catalogue)}});
    }
    absl::StrAppend(&text, Wrap(line, width, 2));
  }
  if (!persona.has_population_share()) return text;
  const std::string all = catalogue.Message(
      "report.criteria_all", {{"share", FormatShare(persona.population_share(), catalogue)}});
  return absl::StrCat(text, Wrap(all, width, 2));
}

}  // namespace

std::string EditsText(const v1::Persona& persona, Language language, int width) {
  const Catalogue& catalogue = Catalogue::For(language);
  std::string text;
  const auto add = [&](const char* message, const v1::Attribution& by, const std::string& what) {
    absl::StrAppend(
        &text,
        Wrap(catalogue.Message(
                 message, {{"what", what}, {"author", by.author()}, {"day", DayOfText(by.time())}}),
             width, 0));
  };
  const std::string targeting = TargetingText(persona.targeting(), catalogue);
  if (!targeting.empty()) add("report.said_by", persona.targeted_by(), targeting);
  if (!persona.generated_display_name().empty()) {
    add("report.renamed_by", persona.edited_by(), persona.generated_display_name());
  } else if (!persona.generated_summary().empty()) {
    add("report.rewritten_by", persona.edited_by(), "");
  }
  return text;
}

std::string AuthoredText(const v1::Persona& persona, Language language, int width) {
  const Catalogue& catalogue = Catalogue::For(language);
  std::string text = absl::StrCat(persona.display_name(), "  (", IdOf(persona.name()), ", ",
                                  catalogue.Message("report.authored"), ")\n");
  if (!persona.summary().empty()) absl::StrAppend(&text, "\n", Wrap(persona.summary(), width, 0));
  const std::string edits = EditsText(persona, language, width);
  if (!edits.empty()) absl::StrAppend(&text, "\n", edits);
  return text + CriteriaText(persona, catalogue, width);
}

std::string AuthoredGallery(const v1::ListPersonasResponse& personas, Language language,
                            int width) {
  if (personas.authored_personas().empty()) return "";
  const Catalogue& catalogue = Catalogue::For(language);
  std::string text = absl::StrCat("\n", catalogue.Message("report.authored_list"), "\n");
  for (const v1::Persona& persona : personas.authored_personas()) {
    std::string criteria;
    for (const v1::PersonaCriterion& criterion : persona.criteria()) {
      absl::StrAppend(&criteria, criteria.empty() ? "" : "; ", criterion.description());
    }
    const std::string targeting = TargetingText(persona.targeting(), catalogue);
    absl::StrAppend(&text, "\n", IdOf(persona.name()), "  ", persona.display_name(),
                    targeting.empty() ? "" : absl::StrCat("  [", targeting, "]"), "\n",
                    Wrap(criteria, width, 4));
  }
  return text;
}

Table ComparisonTable(const v1::ComparePersonasResponse& comparison, Language language) {
  const Catalogue& catalogue = Catalogue::For(language);
  Table table({{catalogue.Message("report.compare.authored"), "authored"},
               {catalogue.Message("report.compare.found"), "segment"},
               {catalogue.Message("report.contacts"), "contacts", true},
               {catalogue.Message("report.compare.share"), "share", true},
               {catalogue.Message("report.compare.everyone"), "population_share", true},
               {"LIFT", "lift", true},
               {"JACCARD", "jaccard", true}});
  for (const v1::AuthoredComparison& one : comparison.comparisons()) {
    for (int k = 0; k < one.cells_size(); ++k) {
      const v1::ComparisonCell& cell = one.cells(k);
      const v1::PersonaProbability& segment = comparison.segments(k);
      if (cell.withheld()) {
        table.AddRow({one.persona(), segment.persona(),
                      catalogue.Message("report.compare.withheld"), "", "", "", ""});
        continue;
      }
      table.AddRow({one.persona(), segment.persona(), CountCell(cell.contact_count()),
                    ShareCell(cell.share()), ShareCell(segment.probability()),
                    Cell(FixedText(cell.lift(), 2), ExactText(cell.lift())),
                    Cell(FixedText(cell.jaccard(), 2), ExactText(cell.jaccard()))});
    }
  }
  return table;
}

std::string ComparisonText(const v1::ComparePersonasResponse& comparison, Language language,
                           int width) {
  if (comparison.comparisons().empty()) {
    return Wrap(Catalogue::For(language).Message("report.no_authored"), width, 0);
  }
  std::string text;
  for (const v1::AuthoredComparison& one : comparison.comparisons()) {
    absl::StrAppend(&text, one.persona(), "  ", one.display_name(), "\n",
                    Wrap(one.verdict(), width, 4));
  }
  return absl::StrCat(text, "\n", ComparisonTable(comparison, language).ToText(width));
}

}  // namespace cible
