#include "clients/cli/fit_solutions.h"

#include <google/protobuf/util/json_util.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <optional>
#include <variant>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "clients/cli/fit_messages.h"
#include "clients/cli/output/number_text.h"
#include "clients/cli/output/output_file.h"
#include "segmentation/data/csv.h"
#include "segmentation/models/component_parameters.h"
#include "server/wire/choice_wire.h"

namespace cible {
namespace {

using Json = nlohmann::ordered_json;

Json Finite(double number) { return std::isfinite(number) ? Json(number) : Json(nullptr); }

Json OrNull(const std::optional<double>& number) {
  return number ? Finite(*number) : Json(nullptr);
}

void AddStatistics(const std::optional<FitStatistics>& statistics, Json& solution) {
  const auto add = [&](const char* name, double FitStatistics::*figure) {
    solution[name] = statistics ? Finite((*statistics).*figure) : Json(nullptr);
  };
  add("log_likelihood", &FitStatistics::log_likelihood);
  solution["parameter_count"] =
      statistics ? Json(std::llround(statistics->parameter_count)) : Json(nullptr);
  add("aic", &FitStatistics::aic);
  add("bic", &FitStatistics::bic);
  add("icl", &FitStatistics::icl);
  add("entropy", &FitStatistics::entropy);
}

Json ParametersJson(const Components& components, const Encoder& encoder) {
  Json parameters = Json::object();
  for (const AttributeParameters& attribute : ParametersOf(components, encoder)) {
    Json segments = Json::array();
    for (const Figures& figures : attribute.components) {
      Json segment = Json::object();
      for (const auto& [name, figure] : figures) segment[name] = Finite(figure);
      segments.push_back(std::move(segment));
    }
    parameters[attribute.attribute] = std::move(segments);
  }
  return parameters;
}

// [{"attributes": [a, b], "value": ..., "strength": ...} ...], largest first.
Json ResidualsJson(const std::vector<BivariateResidual>& residuals) {
  Json list = Json::array();
  for (const BivariateResidual& residual : residuals) {
    list.push_back({{"attributes", {residual.first, residual.second}},
                    {"value", Finite(residual.value)},
                    {"strength", Finite(residual.strength)}});
  }
  return list;
}

// [{"attribute": a, "segment": "s2"} ...].
Json FlooredJson(const std::vector<FlooredSpread>& floored) {
  Json list = Json::array();
  for (const FlooredSpread& spread : floored) {
    list.push_back({{"attribute", spread.attribute}, {"segment", FitSegmentId(spread.component)}});
  }
  return list;
}

// [{"segments": ["s1", "s3"], "information": ...} ...], the most alike first.
Json SimilarSegmentsJson(const std::vector<SimilarComponents>& pairs) {
  Json list = Json::array();
  for (const SimilarComponents& pair : pairs) {
    list.push_back({{"segments", {FitSegmentId(pair.first), FitSegmentId(pair.second)}},
                    {"information", Finite(pair.information)}});
  }
  return list;
}

Json SolutionJson(const Candidate& candidate, const Clustering& clustering,
                  const Encoder& encoder) {
  Json solution;
  solution["segments"] = candidate.asked_count;
  solution["segments_found"] = candidate.cluster_count;
  AddStatistics(candidate.statistics, solution);
  solution["shares"] = SharesOf(clustering);
  solution["sizes"] = clustering.sizes;
  solution["parameters"] = ParametersJson(clustering.components, encoder);
  const bool measured = !candidate.segment_stability.empty();
  solution["stability"] = measured ? Json(candidate.stability) : Json(nullptr);
  solution["segment_stability"] = measured ? Json(candidate.segment_stability) : Json(nullptr);
  solution["added_stability"] = OrNull(candidate.added_stability);
  solution["null_stability"] = OrNull(NullStability(candidate));
  solution["cloud_stability"] = OrNull(CloudStability(candidate));
  solution["stability_across"] =
      candidate.stability_across.empty() ? Json(nullptr) : Json(candidate.stability_across);
  const bool is_mixture = std::holds_alternative<MixtureComponents>(clustering.components);
  solution["bivariate_residuals"] =
      is_mixture ? ResidualsJson(candidate.bivariate_residuals) : Json(nullptr);
  solution["similar_segments"] =
      is_mixture ? SimilarSegmentsJson(candidate.similar_components) : Json(nullptr);
  solution["floored_spreads"] = is_mixture ? FlooredJson(candidate.floored) : Json(nullptr);
  const auto of_several = [&](double figure) {
    return candidate.cluster_count > 1 ? Finite(figure) : Json(nullptr);
  };
  solution["silhouette"] = of_several(candidate.quality.silhouette);
  solution["calinski_harabasz"] = of_several(candidate.quality.calinski_harabasz);
  solution["davies_bouldin"] = of_several(candidate.quality.davies_bouldin);
  solution["objective"] = Finite(candidate.objective);
  solution["iterations"] = clustering.iterations;
  solution["qualifies"] = measured ? Json(candidate.qualifies) : Json(nullptr);
  solution["natural"] = measured ? Json(candidate.natural) : Json(nullptr);
  solution["seconds"] = candidate.seconds;
  return solution;
}

Json TraitJson(const v1::Trait& trait) {
  Json json;
  json["attribute"] = trait.attribute();
  json["level"] = trait.level();
  json["effect"] = Finite(trait.effect());
  json["effect_low"] = Finite(trait.effect_low());
  json["effect_high"] = Finite(trait.effect_high());
  json["segment_value"] = Finite(trait.segment_value());
  json["population_value"] = Finite(trait.population_value());
  json["claim"] = trait.claim();
  json["description"] = trait.description();
  return json;
}

// As the server prints it.
Json MessageJson(const google::protobuf::Message& message) {
  google::protobuf::util::JsonPrintOptions options;
  options.preserve_proto_field_names = true;
  options.always_print_primitive_fields = true;
  std::string text;
  if (!google::protobuf::util::MessageToJsonString(message, &text, options).ok()) return nullptr;
  return Json::parse(text, nullptr, false);
}

Json PersonaJson(const v1::Persona& persona) {
  Json json;
  json["segment"] = persona.segment();
  json["display_name"] = persona.display_name();
  json["summary"] = persona.summary();
  json["contact_count"] = persona.contact_count();
  json["share"] = persona.share();
  json["traits"] = Json::array();
  for (const v1::Trait& trait : persona.traits()) json["traits"].push_back(TraitJson(trait));
  if (persona.has_rule()) json["rule"] = MessageJson(persona.rule());
  if (persona.has_conversion()) json["conversion"] = MessageJson(persona.conversion());
  json["attributes"] = Json::array();
  for (const v1::AttributeProfile& attribute : persona.attributes()) {
    json["attributes"].push_back(MessageJson(attribute));
  }
  return json;
}

std::string VerdictWord(Verdict verdict) {
  return std::string(absl::StripPrefix(v1::Verdict_Name(VerdictToProto(verdict)), "VERDICT_"));
}

}  // namespace

std::string FitJson(const TrainingResult& result, const v1::ListPersonasResponse& personas,
                    double total_weight) {
  const Choice& choice = result.choice;
  Json fit;
  fit["row_count"] = result.labels.size();
  fit["total_weight"] = total_weight;
  fit["solutions"] = Json::array();
  for (std::size_t i = 0; i < choice.candidates.size(); ++i) {
    fit["solutions"].push_back(
        SolutionJson(choice.candidates[i], choice.clusterings[i], result.model->encoder()));
  }
  fit["recommended"] = choice.candidates[static_cast<std::size_t>(choice.recommended)].asked_count;
  fit["verdict"] = VerdictWord(choice.verdict);
  fit["reason"] = choice.reason;
  fit["notices"] = FitNotices(result);
  fit["personas"] = Json::array();
  for (const v1::Persona& persona : personas.personas()) {
    fit["personas"].push_back(PersonaJson(persona));
  }
  return absl::StrCat(fit.dump(1, ' ', false, Json::error_handler_t::replace), "\n");
}

absl::Status WriteSegments(const std::string& path, const std::vector<std::string>& ids,
                           const ContactTable& table, const TrainingResult& result,
                           const Console& console) {
  if (path.empty()) return absl::OkStatus();
  auto file = OutputFile::Open(path, console);
  if (!file.ok()) return file.status();
  const std::vector<Posterior> posteriors =
      result.model->Assign(table, result.model->parts().as_of);
  file->stream() << CsvLine({"id", "segment", "probability"});
  for (std::size_t row = 0; row < posteriors.size(); ++row) {
    const int winner = posteriors[row].winner;
    const bool known = winner >= 0;
    const double probability =
        known ? posteriors[row].probabilities[static_cast<std::size_t>(winner)] : 0;
    file->stream() << CsvLine(
        {ids[row], known ? FitSegmentId(winner) : "", ExactText(probability)});
  }
  return file->Close();
}

absl::Status WriteAssignments(const std::string& path, const std::vector<std::string>& ids,
                              const ContactTable& table, const TrainingResult& result,
                              const Console& console) {
  if (path.empty()) return absl::OkStatus();
  auto file = OutputFile::Open(path, console);
  if (!file.ok()) return file.status();
  std::vector<std::string> header = {"id", "segment"};
  for (int k = 0; k < result.model->component_count(); ++k) header.push_back(FitSegmentId(k));
  file->stream() << CsvLine(header);
  const std::vector<Posterior> posteriors =
      result.model->Assign(table, result.model->parts().as_of);
  for (std::size_t row = 0; row < posteriors.size(); ++row) {
    const int winner = posteriors[row].winner;
    std::vector<std::string> cells = {ids[row], winner < 0 ? "" : FitSegmentId(winner)};
    for (const double p : posteriors[row].probabilities) cells.push_back(ExactText(p));
    file->stream() << CsvLine(cells);
  }
  return file->Close();
}

}  // namespace cible
