#include "clients/cli/training_report.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "absl/time/time.h"
#include "clients/cli/output/number_text.h"
#include "clients/cli/session.h"

namespace cible {
namespace {

constexpr int kBarWidth = 10;

// Stability is measured when pairs were asked for; no candidate has exactly 0
// in both figures then.
bool IsMeasured(const v1::Candidate& candidate) {
  return candidate.stability() != 0 || candidate.weakest_segment() != 0;
}

Cell Measured(const v1::Candidate& candidate, double figure) {
  return IsMeasured(candidate) ? FixedCell(figure, 2) : Cell("–", "");
}

// Servers before the count was told of passed over whatever fell short.
int FoundCount(const v1::Candidate& candidate) {
  return candidate.found_count() > 0 ? candidate.found_count() : candidate.segment_count();
}

std::string MarkText(const v1::Candidate& candidate) {
  const int found = FoundCount(candidate);
  const std::string fewer =
      found < candidate.segment_count() ? absl::StrCat("only ", found, " came back") : "";
  if (candidate.chosen()) return absl::StrCat("◀ chosen", fewer.empty() ? "" : ", ", fewer);
  if (!fewer.empty()) return fewer;
  if (candidate.natural()) return "natural";
  return candidate.qualifies() ? "stable" : "";
}

Cell OptionalCell(bool has, double figure, int decimals) {
  return has ? FixedCell(figure, decimals) : Cell("", "");
}

// A figure for programs alone.
Cell HiddenCell(bool has, double figure) { return Cell("", has ? ExactText(figure) : ""); }

double LargestResidual(const v1::Candidate& candidate) {
  return candidate.bivariate_residuals_size() > 0 ? candidate.bivariate_residuals(0).value() : 0;
}

// "1 0.93 0.88".
std::string FiguresText(const google::protobuf::RepeatedField<double>& figures) {
  return absl::StrJoin(figures, " ", [](std::string* out, double figure) {
    absl::StrAppend(out, ExactText(figure));
  });
}

// A large figure as people read it.
Cell LargeCell(bool has, double figure) {
  return has ? Cell(CountText(std::llround(figure)), ExactText(figure)) : Cell("", "");
}

bool AnyHas(const v1::TrainingRun& run, bool (v1::Candidate::*has)() const) {
  return std::any_of(run.candidates().begin(), run.candidates().end(),
                     [&](const v1::Candidate& candidate) { return (candidate.*has)(); });
}

// "TRAINING_RUN_STATE_RUNNING" to "running".
std::string StateText(v1::TrainingRunState state) {
  return absl::AsciiStrToLower(
      absl::StripPrefix(v1::TrainingRunState_Name(state), "TRAINING_RUN_STATE_"));
}

std::string EngineText(v1::Engine engine) {
  return absl::AsciiStrToLower(absl::StripPrefix(v1::Engine_Name(engine), "ENGINE_"));
}

std::string YesNo(bool value) { return value ? "true" : "false"; }

}  // namespace

Table CandidatesTable(const v1::TrainingRun& run) {
  const bool compared = AnyHas(run, &v1::Candidate::has_null_stability);
  const bool adds = AnyHas(run, &v1::Candidate::has_added_stability);
  const bool likely = AnyHas(run, &v1::Candidate::has_statistics);
  Table table({{"SEGMENTS", "segments", true},
               {"", "segments_found"},
               {"STABILITY", "stability", true},
               {"", ""},
               {compared ? "BY CHANCE" : "", "null_stability", true},
               {adds ? "ADDED" : "", "added_stability", true},
               {"WEAKEST", "weakest_segment", true},
               {"SMALLEST", "smallest_segment", true},
               {"SILHOUETTE", "silhouette", true},
               {"", "calinski_harabasz"},
               {"", "davies_bouldin"},
               {"", "log_likelihood"},
               {"", "parameter_count"},
               {"", "aic"},
               {likely ? "BIC" : "", "bic", true},
               {"", "icl"},
               {"", "entropy"},
               {"", "stability_across"},
               {"", "largest_residual"},
               {"", "objective"},
               {"", "qualifies"},
               {"", "natural"},
               {"", "chosen"},
               {"", ""}});
  for (const v1::Candidate& candidate : run.candidates()) {
    const v1::FitStatistics& statistics = candidate.statistics();
    const bool has = candidate.has_statistics();
    table.AddRow({CountCell(candidate.segment_count()),
                  Cell("", absl::StrCat(FoundCount(candidate))),
                  Measured(candidate, candidate.stability()),
                  Cell(Bar(candidate.stability(), kBarWidth), ""),
                  OptionalCell(candidate.has_null_stability(), candidate.null_stability(), 2),
                  OptionalCell(candidate.has_added_stability(), candidate.added_stability(), 2),
                  Measured(candidate, candidate.weakest_segment()),
                  ShareCell(candidate.smallest_segment()),
                  FixedCell(candidate.silhouette(), 2),
                  HiddenCell(candidate.has_calinski_harabasz(), candidate.calinski_harabasz()),
                  HiddenCell(candidate.has_davies_bouldin(), candidate.davies_bouldin()),
                  HiddenCell(has, statistics.log_likelihood()),
                  HiddenCell(has, statistics.parameter_count()),
                  HiddenCell(has, statistics.aic()),
                  LargeCell(has, statistics.bic()),
                  HiddenCell(has, statistics.icl()),
                  HiddenCell(has, statistics.entropy()),
                  Cell("", FiguresText(candidate.stability_across())),
                  HiddenCell(candidate.bivariate_residuals_size() > 0, LargestResidual(candidate)),
                  HiddenCell(true, candidate.objective()),
                  Cell("", YesNo(candidate.qualifies())),
                  Cell("", YesNo(candidate.natural())),
                  Cell("", YesNo(candidate.chosen())),
                  Cell(MarkText(candidate), "")});
  }
  return table;
}

std::string ChoiceText(const v1::TrainingRun& run, int width) {
  std::string text = Wrap(run.reason(), width, 0);
  for (const std::string& notice : run.notices()) {
    absl::StrAppend(&text, Wrap(absl::StrCat("note: ", notice), width, 2));
  }
  return text;
}

Table RunsTable(const v1::ListTrainingRunsResponse& runs) {
  Table table({{"ID", "id"},
               {"STATE", "state"},
               {"PROGRESS", "progress", true},
               {"CONTACTS", "contacts", true},
               {"MODEL", "model"},
               {"ASKED FOR", "create_time"},
               {"WHAT IT DOES OR WHY IT ENDED", "detail"}});
  for (const v1::TrainingRun& run : runs.training_runs()) {
    const std::string detail = run.has_error()       ? run.error().message()
                               : run.model().empty() ? run.step()
                                                     : run.reason();
    table.AddRow({IdOf(run.name()), StateText(run.state()), ShareCell(run.progress()),
                  CountCell(run.contact_count()), IdOf(run.model()), TimeText(run.create_time()),
                  detail});
  }
  return table;
}

Table ModelsTable(const v1::ListModelsResponse& models) {
  Table table({{"ID", "id"},
               {"", "active"},
               {"ENGINE", "engine"},
               {"SEGMENTS", "segments", true},
               {"CONTACTS", "contacts", true},
               {"DATES AS OF", "as_of"},
               {"SEED", "seed", true},
               {"RUN", "training_run"},
               {"MADE", "create_time"}});
  for (const v1::Model& model : models.models()) {
    table.AddRow({IdOf(model.name()), Cell(model.active() ? "active" : "", YesNo(model.active())),
                  EngineText(model.engine()), CountCell(model.segment_count()),
                  CountCell(model.contact_count()), DateText(model.as_of()),
                  absl::StrCat(model.seed()), IdOf(model.training_run()),
                  TimeText(model.create_time())});
  }
  return table;
}

std::string TimeText(const google::protobuf::Timestamp& time) {
  if (time.seconds() == 0) return "";
  return absl::FormatTime("%Y-%m-%d %H:%M UTC", absl::FromUnixSeconds(time.seconds()),
                          absl::UTCTimeZone());
}

std::string DateText(const v1::Date& date) {
  if (date.year() == 0) return "";
  return absl::StrFormat("%04d-%02d-%02d", date.year(), date.month(), date.day());
}

}  // namespace cible
