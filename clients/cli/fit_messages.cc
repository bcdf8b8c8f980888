#include "clients/cli/fit_messages.h"

#include <cmath>
#include <optional>
#include <utility>
#include <variant>

#include "absl/strings/str_cat.h"
#include "clients/cli/persona_report.h"
#include "segmentation/clustering/solution_notices.h"
#include "segmentation/personas/portrait.h"
#include "segmentation/personas/profile.h"
#include "server/wire/choice_wire.h"
#include "server/wire/persona_wire.h"

namespace cible {
namespace {

constexpr int kDaysPerYear = 365;

// The latest known day of the dates that are not births; null without any.
std::optional<Date> LatestDay(const ContactTable& table, const Schema& schema) {
  std::optional<Date> latest;
  for (const Column& column : table.columns) {
    const Attribute* attribute = schema.Find(column.attribute);
    const Days* days = std::get_if<Days>(&column.data);
    if (days == nullptr || attribute == nullptr || attribute->birth != Birth::kNone) continue;
    for (std::size_t row = 0; row < days->values.size(); ++row) {
      if (column.validity[row] == 0) continue;
      if (!latest || latest->days < days->values[row]) latest = Date{days->values[row]};
    }
  }
  return latest;
}

}  // namespace

std::string OldDatesNotice(const ContactTable& table, const Schema& schema, Date as_of) {
  const std::optional<Date> latest = LatestDay(table, schema);
  if (!latest || as_of.days - latest->days <= kDaysPerYear) return "";
  const std::string day = FormatDate(*latest);
  return absl::StrCat("the latest date of the file is ", day,
                      ", but ages and times since are measured from today; --as-of ", day,
                      " measures them from there");
}

std::string FitSegmentId(int component) { return absl::StrCat("s", component + 1); }

std::vector<std::string> FitNotices(const TrainingResult& result) {
  const Encoder& encoder = result.model->encoder();
  std::vector<std::string> notices;
  for (const SetAside& aside : encoder.set_aside()) {
    notices.push_back(absl::StrCat(aside.attribute, ": ", aside.reason));
  }
  for (const std::string& place : result.places_left_out) {
    notices.push_back(absl::StrCat(
        place, ": a place tells no segments apart unless asked to, by --by-location or --as ",
        place, "=location; it took no part, and is described alone"));
  }
  for (std::string& notice : ChoiceNotices(result.choice, encoder)) {
    notices.push_back(std::move(notice));
  }
  if (const auto& outcome = result.model->parts().outcome) {
    for (std::string& notice : OutcomeNotices(*outcome)) notices.push_back(std::move(notice));
  }
  return notices;
}

v1::TrainingRun FitRun(const TrainingResult& result) {
  v1::TrainingRun run;
  run.set_state(v1::TRAINING_RUN_STATE_SUCCEEDED);
  run.set_progress(1);
  run.set_contact_count(static_cast<std::int64_t>(result.labels.size()));
  ChoiceToProto(result.choice, &run);
  for (std::string& notice : FitNotices(result)) run.add_notices(std::move(notice));
  return run;
}

v1::ListPersonasResponse FitPersonas(const SegmentationModel& model, const std::string& language) {
  const Language in = LanguageOf(language);
  const std::vector<SegmentProfile> profiles = ProfileSegments(model);
  const std::vector<Portrait> portraits = DescribeSegments(model, profiles, in);
  v1::ListPersonasResponse response;
  for (std::size_t i = 0; i < profiles.size(); ++i) {
    v1::Persona& persona = *response.add_personas();
    persona.set_name(FitSegmentId(profiles[i].component));
    persona.set_segment(FitSegmentId(profiles[i].component));
    persona.set_display_name(portraits[i].name);
    persona.set_summary(portraits[i].summary);
    persona.set_contact_count(std::llround(profiles[i].size));
    persona.set_share(profiles[i].share);
    for (const Trait& trait : profiles[i].traits) {
      TraitToProto(trait, model.schema(), in, persona.add_traits());
    }
    RuleToProto(model, profiles[i].component, in, &persona);
    ConversionToProto(FactsOf(model), profiles[i].component, in, &persona);
    AttributesToProto(FactsOf(model), profiles[i].component, &persona);
  }
  return response;
}

}  // namespace cible
