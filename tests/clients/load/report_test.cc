#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "clients/load/report_json.h"
#include "clients/load/report_text.h"

namespace cible::load {
namespace {

using nlohmann::ordered_json;
using testing::HasSubstr;

Workload MixOfTwo() {
  return {{{CallKind::kUnary, 0.9, "", 1, {}}, {CallKind::kTable, 0.1, "", 4096, {}}}};
}

LoadOptions OptionsOfTwo() {
  LoadOptions options;
  options.call = "unary=90,table=10";
  options.mix = {{CallKind::kUnary, 0.9}, {CallKind::kTable, 0.1}};
  return options;
}

// 90 unary calls of 1 ms, 10 tables of 3 ms, a refusal of 50 us, in 2 s.
LoadFigures FiguresOfTwo() {
  LoadFigures figures(2);
  figures.seconds = 2;
  for (int i = 0; i < 90; ++i) figures.parts[0].latency.Record(1'000'000);
  for (int i = 0; i < 10; ++i) figures.parts[1].latency.Record(3'000'000);
  figures.parts[0].ok = figures.parts[0].ok_in_time = 90;
  figures.parts[1].ok = figures.parts[1].ok_in_time = 10;
  figures.parts[0].errors[8] = 1;
  figures.parts[0].error_latency.Record(50'000);
  figures.parts[1].not_sent = 3;
  return figures;
}

std::vector<std::string> KeysOf(const ordered_json& json) {
  std::vector<std::string> keys;
  for (const auto& [key, value] : json.items()) keys.push_back(key);
  return keys;
}

TEST(FiguresJson, HasTheKeysThatScriptsReadAndTheFigures) {
  const ordered_json json = FiguresJson(OptionsOfTwo(), MixOfTwo(), FiguresOfTwo());
  EXPECT_EQ(KeysOf(json), (std::vector<std::string>{
                              "call", "mode", "in_flight", "rate", "seconds", "calls", "ok",
                              "errors", "not_sent", "calls_per_second", "contacts_per_second",
                              "latency_us", "error_latency_us", "client_cpu_seconds", "by_call"}));
  EXPECT_EQ(KeysOf(json["latency_us"]),
            (std::vector<std::string>{"p50", "p90", "p99", "p99_9", "p99_99", "max", "mean"}));
  EXPECT_EQ(json["mode"], "closed");
  EXPECT_EQ(json["in_flight"], 64);
  EXPECT_TRUE(json["rate"].is_null());
  EXPECT_EQ(json["calls"], 101);
  EXPECT_EQ(json["ok"], 100);
  EXPECT_EQ(json["errors"], (ordered_json{{"RESOURCE_EXHAUSTED", 1}}));
  EXPECT_EQ(json["not_sent"], 3);
  EXPECT_EQ(json["calls_per_second"], 50);
  EXPECT_EQ(json["contacts_per_second"], (90 + 10 * 4096) / 2);
  EXPECT_NEAR(json["latency_us"]["p50"], 1000, 4);
  EXPECT_EQ(json["latency_us"]["max"], 3000);
  EXPECT_EQ(json["error_latency_us"]["max"], 50);
  EXPECT_EQ(KeysOf(json["by_call"]), (std::vector<std::string>{"unary", "table"}));
  EXPECT_EQ(json["by_call"]["table"]["ok"], 10);
  EXPECT_TRUE(json["by_call"]["table"]["error_latency_us"]["p50"].is_null());
}

TEST(FiguresJson, AnOpenLoopTellsWhetherItKeptToItsSchedule) {
  LoadOptions options = OptionsOfTwo();
  options.shape.rate = 50;
  LoadFigures figures = FiguresOfTwo();
  figures.send_lag.Record(2'000);
  figures.sent_in_time = 80;
  const ordered_json json = FiguresJson(options, MixOfTwo(), figures);
  EXPECT_EQ(json["mode"], "open");
  EXPECT_EQ(json["rate"], 50);
  EXPECT_TRUE(json["in_flight"].is_null());
  EXPECT_EQ(json["sent_per_second"], 40);
  EXPECT_EQ(json["send_lag_us"]["max"], 2);
}

Comparison TwoRounds() {
  Comparison comparison;
  for (const int echo_calls : {50, 200}) {
    Round round{LoadFigures(1), LoadFigures(1)};
    round.server.seconds = round.echo.seconds = 1;
    round.server.parts[0].ok = round.server.parts[0].ok_in_time = 100;
    round.server.parts[0].latency.Record(2'000'000);
    round.echo.parts[0].ok = round.echo.parts[0].ok_in_time = echo_calls;
    round.echo.parts[0].latency.Record(1'000'000);
    comparison.server.MergeRound(round.server);
    comparison.echo.MergeRound(round.echo);
    comparison.rounds.push_back(round);
  }
  return comparison;
}

TEST(ComparisonJson, HasBothSidesTheRoundsAndTheSpreadOfTheRatios) {
  LoadOptions options;
  options.mix = {{CallKind::kUnary, 1}};
  const Workload workload = {{{CallKind::kUnary, 1, "", 1, {}}}};
  const ordered_json json = ComparisonJson(options, workload, TwoRounds());
  EXPECT_EQ(json["echo_flavour"], "queue");
  EXPECT_EQ(json["calls_per_second"], 100);
  EXPECT_EQ(json["echo"]["calls_per_second"], 125);
  ASSERT_EQ(json["rounds"].size(), 2u);
  EXPECT_EQ(json["rounds"][0]["ratio"]["calls_per_second"], 2);
  EXPECT_EQ(json["rounds"][1]["server"]["ok"], 100);
  EXPECT_EQ(json["ratio"]["calls_per_second"],
            (ordered_json{{"median", 1.25}, {"min", 0.5}, {"max", 2.0}}));
  EXPECT_EQ(json["ratio"]["p50"]["median"], 2);
  EXPECT_EQ(json["ratio"]["p99"]["median"], 2);
}

TEST(FiguresText, ShowsRatesErrorsPercentilesAndBars) {
  const std::string text = FiguresText(OptionsOfTwo(), MixOfTwo(), FiguresOfTwo());
  EXPECT_THAT(text, HasSubstr("50 calls/s, 20,525 contacts/s"));
  EXPECT_THAT(text, HasSubstr("RESOURCE_EXHAUSTED 1"));
  EXPECT_THAT(text, HasSubstr("p99.99 3.00 ms"));
  EXPECT_THAT(text, HasSubstr("not sent: 3"));
  EXPECT_THAT(text, HasSubstr("90 " + std::string(50, '#')));
}

TEST(FiguresText, SaysWhenThisMachineCannotSendThatFast) {
  LoadOptions options = OptionsOfTwo();
  options.shape.rate = 1e6;
  LoadFigures figures = FiguresOfTwo();
  figures.send_lag.Record(1'000'000'000);
  EXPECT_THAT(FiguresText(options, MixOfTwo(), figures),
              HasSubstr("notice: this machine cannot send that fast"));
}

TEST(ComparisonText, EndsWithTheRatios) {
  const Workload workload = {{{CallKind::kUnary, 1, "", 1, {}}}};
  EXPECT_THAT(ComparisonText(workload, TwoRounds()),
              HasSubstr("  calls/s      1.250   (0.500 to 2.000)"));
}

}  // namespace
}  // namespace cible::load
