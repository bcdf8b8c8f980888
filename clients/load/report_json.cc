#include "clients/load/report_json.h"

#include <cmath>
#include <string>

#include "clients/load/rpc_status.h"
#include "clients/load/stream_loop.h"

namespace cible::load {
namespace {

using Json = nlohmann::ordered_json;

constexpr double kPerMicrosecond = 1e3;

// JSON has no NaN.
Json Number(double number) { return std::isfinite(number) ? Json(number) : Json(); }

Json LatencyJson(const LatencyHistogram& histogram) {
  Json json;
  const auto put = [&](const char* key, double nanoseconds) {
    json[key] = histogram.count() == 0 ? Json() : Json(nanoseconds / kPerMicrosecond);
  };
  put("p50", histogram.Quantile(0.5));
  put("p90", histogram.Quantile(0.9));
  put("p99", histogram.Quantile(0.99));
  put("p99_9", histogram.Quantile(0.999));
  put("p99_99", histogram.Quantile(0.9999));
  put("max", static_cast<double>(histogram.max()));
  put("mean", histogram.Mean());
  return json;
}

void PutFigures(const CallFigures& figures, double seconds, double contacts, Json& json) {
  json["calls"] = figures.calls();
  json["ok"] = figures.ok;
  json["errors"] = Json::object();
  for (const auto& [code, count] : figures.errors) json["errors"][CodeName(code)] = count;
  json["not_sent"] = figures.not_sent;
  json["calls_per_second"] = Number(static_cast<double>(figures.ok_in_time) / seconds);
  json["contacts_per_second"] = Number(contacts / seconds);
  json["latency_us"] = LatencyJson(figures.latency);
  json["error_latency_us"] = LatencyJson(figures.error_latency);
}

// Of an open loop: whether this program kept to its schedule.
void PutSending(const LoadFigures& figures, Json& json) {
  const CallFigures total = figures.Total();
  json["sent_per_second"] = Number(static_cast<double>(figures.sent_in_time) / figures.seconds);
  json["send_lag_us"] = LatencyJson(figures.send_lag);
  json["latency_from_send_us"] = LatencyJson(total.latency_from_send);
  json["error_latency_from_send_us"] = LatencyJson(total.error_latency_from_send);
}

double ContactsOf(const CallFigures& figures, const PreparedCalls& part) {
  return static_cast<double>(figures.ok_in_time) * part.contacts_per_call;
}

Json RatioJson(const Ratios& ratios) {
  return {{"calls_per_second", Number(ratios.calls_per_second)},
          {"p50", Number(ratios.p50)},
          {"p99", Number(ratios.p99)}};
}

Json SpreadJson(const Spread& spread) {
  return {
      {"median", Number(spread.median)}, {"min", Number(spread.min)}, {"max", Number(spread.max)}};
}

}  // namespace

Json FiguresJson(const LoadOptions& options, const Workload& workload, const LoadFigures& figures) {
  const LoadShape& shape = options.shape;
  Json json, by_call;
  double contacts = 0;
  for (std::size_t i = 0; i < workload.parts.size(); ++i) {
    const PreparedCalls& part = workload.parts[i];
    const double of_part = ContactsOf(figures.parts[i], part);
    contacts += of_part;
    PutFigures(figures.parts[i], figures.seconds, of_part, by_call[std::string(Name(part.kind))]);
  }
  json["call"] = options.call;
  json["mode"] = shape.rate ? "open" : "closed";
  json["in_flight"] = shape.rate ? Json() : Json(shape.in_flight);
  if (options.is_stream()) json["in_flight"] = shape.in_flight * kStreamWindow;
  json["rate"] = shape.rate ? Json(*shape.rate) : Json();
  json["seconds"] = figures.seconds;
  PutFigures(figures.Total(), figures.seconds, contacts, json);
  json["client_cpu_seconds"] = figures.cpu_seconds;
  if (shape.rate) PutSending(figures, json);
  json["by_call"] = by_call;
  return json;
}

Json ComparisonJson(const LoadOptions& options, const Workload& workload,
                    const Comparison& comparison) {
  Json json = FiguresJson(options, workload, comparison.server);
  json["echo"] = FiguresJson(options, workload, comparison.echo);
  json["echo_flavour"] = std::string(Name(comparison.flavour));
  json["rounds"] = Json::array();
  for (const Round& round : comparison.rounds) {
    json["rounds"].push_back({{"server", FiguresJson(options, workload, round.server)},
                              {"echo", FiguresJson(options, workload, round.echo)},
                              {"ratio", RatioJson(round.ratios())}});
  }
  json["ratio"] = {{"calls_per_second", SpreadJson(comparison.SpreadOf(&Ratios::calls_per_second))},
                   {"p50", SpreadJson(comparison.SpreadOf(&Ratios::p50))},
                   {"p99", SpreadJson(comparison.SpreadOf(&Ratios::p99))}};
  return json;
}

}  // namespace cible::load
