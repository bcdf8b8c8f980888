// `cible fit`: training on a file, for programs.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "clients/cli/commands.h"
#include "tests/clients/cli/scratch_file.h"

namespace cible {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

struct Outcome {
  int code = 0;
  std::string out;
  std::string err;
};

Outcome Fit(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), "fit");
  std::istringstream in;
  std::ostringstream out, err;
  Console console{in, out, err, 0, false, false};
  const int code = RunCible(arguments, console);
  return {code, out.str(), err.str()};
}

// Two kinds of contacts by turns, 60 in all; the last column counts 1 and 3.
std::string TwoKinds() {
  std::string csv = "name,age,size,channel,times\n";
  for (int i = 0; i < 60; ++i) {
    const bool old = i % 2 == 1;
    absl::StrAppend(&csv, "c", i, ",", (old ? 60 : 30) + i * 7 % 11, ",",
                    i % 9 == 0 ? "M" : (old ? "L" : "S"), ",",
                    i % 7 == 0 ? "fair" : (old ? "shop" : "web"), ",", old ? 3 : 1, "\n");
  }
  return csv;
}

const std::vector<std::string> kTypes = {
    "--as", "age=numeric",         "--as", "size=ordinal:S<M<L",
    "--as", "channel=categorical", "--as", "times=ignore"};

std::vector<std::string> With(std::vector<std::string> arguments,
                              const std::vector<std::string>& more) {
  arguments.insert(arguments.end(), more.begin(), more.end());
  return arguments;
}

TEST(FitJson, HasASolutionForEachNumberOfSegments) {
  const ScratchFolder folder;
  const Outcome fit =
      Fit(With(kTypes, {folder.Write("list.csv", TwoKinds()), "--segments", "1..2", "--stability",
                        "2", "--format", "json", "--engine", "mixture", "--starts", "5"}));
  ASSERT_EQ(fit.code, 0) << fit.err;
  const json result = json::parse(fit.out);
  EXPECT_EQ(result["recommended"], 2);
  EXPECT_EQ(result["verdict"].get<std::string>().find("VERDICT"), std::string::npos);
  EXPECT_THAT(result["reason"].get<std::string>(), HasSubstr("2 segments"));
  ASSERT_EQ(result["solutions"].size(), 2u);
  for (int k = 1; k <= 2; ++k) {
    const json& solution = result["solutions"][k - 1];
    EXPECT_EQ(solution["segments"], k);
    const double l = solution["log_likelihood"], nu = solution["parameter_count"];
    EXPECT_NEAR(solution["aic"].get<double>(), -2 * l + 2 * nu, 1e-6);
    EXPECT_NEAR(solution["bic"].get<double>(), -2 * l + nu * std::log(60), 1e-6);
    const double doubt =
        (solution["icl"].get<double>() - solution["bic"].get<double>()) / (2 * 60 * std::log(k));
    EXPECT_NEAR(solution["entropy"].get<double>(), k > 1 ? 1 - doubt : 1, 1e-9);
    EXPECT_EQ(solution["shares"].size(), k);
    EXPECT_EQ(solution["sizes"].size(), k);
    for (const char* name : {"icl", "seconds"}) {
      EXPECT_TRUE(solution[name].is_number()) << name;
    }
    EXPECT_EQ(solution["silhouette"].is_number(), solution["segments"] > 1);
    for (const char* attribute : {"age", "size", "channel"}) {
      EXPECT_EQ(solution["parameters"][attribute].size(), k) << attribute;
    }
    EXPECT_EQ(solution["stability"].is_null(), k == 1);
    EXPECT_FALSE(solution["parameters"].contains("times"));
  }
  const json& two = result["solutions"][1];
  EXPECT_EQ(two["sizes"], json({30, 30}));
  double ages[2], webs[2];
  for (int j = 0; j < 2; ++j) {
    ages[j] = two["parameters"]["age"][j]["mean"];
    webs[j] = two["parameters"]["channel"][j]["web"];
  }
  const int young = ages[0] < ages[1] ? 0 : 1;
  EXPECT_NEAR(ages[young], 35, 1);
  EXPECT_NEAR(ages[1 - young], 65, 1);
  EXPECT_GT(webs[young], 0.7);
  EXPECT_GT(two["parameters"]["size"][young]["S"], 0.7);
}

// More segments than sixty contacts of two kinds can fill.
TEST(FitJson, HasASolutionForEachNumberOfSegmentsThoughSomeDieOut) {
  const ScratchFolder folder;
  const std::string list = folder.Write("list.csv", TwoKinds());
  for (const char* const prior : {"1", "0"}) {
    const auto arguments = With(kTypes, {list, "--segments", "1..12", "--stability", "1", "--prior",
                                         prior, "--format", "json"});
    const Outcome fit = Fit(arguments);
    ASSERT_EQ(fit.code, 0) << fit.err;
    const json result = json::parse(fit.out);
    ASSERT_EQ(result["solutions"].size(), 12u);
    std::size_t short_ones = 0;
    for (int k = 1; k <= 12; ++k) {
      const json& solution = result["solutions"][k - 1];
      EXPECT_EQ(solution["segments"], k);
      const int found = solution["segments_found"];
      EXPECT_LE(found, k);
      EXPECT_EQ(solution["shares"].size(), found);
      EXPECT_EQ(solution["sizes"].size(), found);
      EXPECT_EQ(solution["parameters"]["age"].size(), found);
      if (found == k) continue;
      ++short_ones;
      EXPECT_NE(result["recommended"], k);
      EXPECT_EQ(solution["qualifies"], false);
      EXPECT_THAT(result["notices"].dump(),
                  HasSubstr(absl::StrCat(k, " segments: only ", found, " came back")));
    }
    EXPECT_GT(short_ones, 0u);
    EXPECT_EQ(result["notices"].size(), short_ones);
  }
}

TEST(FitTable, HasARowForEachNumberOfSegmentsThoughSomeDieOut) {
  const ScratchFolder folder;
  const Outcome fit = Fit(With(
      kTypes, {folder.Write("list.csv", TwoKinds()), "--segments", "2..12", "--stability", "1"}));
  ASSERT_EQ(fit.code, 0) << fit.err;
  const std::vector<std::string> lines = absl::StrSplit(fit.out, '\n');
  for (int k = 2; k <= 12; ++k) {
    EXPECT_THAT(lines[k - 1], testing::ContainsRegex(absl::StrCat("^ +", k, "  "))) << fit.out;
  }
  EXPECT_THAT(lines[11], testing::ContainsRegex("  only [0-9]+ came back$"));
}

TEST(FitJson, SaysNullForWhatAnEngineHasNot) {
  const ScratchFolder folder;
  const Outcome fit =
      Fit(With(kTypes, {folder.Write("list.csv", TwoKinds()), "--segments", "2", "--stability", "0",
                        "--format", "json", "--engine", "kmeans"}));
  ASSERT_EQ(fit.code, 0) << fit.err;
  const json solution = json::parse(fit.out)["solutions"][0];
  for (const char* name : {"log_likelihood", "parameter_count", "aic", "bic", "icl", "entropy",
                           "stability", "bivariate_residuals", "similar_segments"}) {
    EXPECT_TRUE(solution[name].is_null()) << name;
  }
  EXPECT_EQ(solution["shares"], json({.5, .5}));
  EXPECT_EQ(json::parse(fit.out)["verdict"], "FIXED");
}

TEST(Fit, GivesTheSameForAnyNumberOfThreads) {
  const ScratchFolder folder;
  const std::string list = folder.Write("list.csv", TwoKinds());
  json results[2];
  for (const int threads : {1, 3}) {
    const Outcome fit = Fit(With(kTypes, {list, "--segments", "2..3", "--stability", "2",
                                          "--format", "json", "--threads", absl::StrCat(threads)}));
    ASSERT_EQ(fit.code, 0) << fit.err;
    json& result = results[threads == 1 ? 0 : 1] = json::parse(fit.out);
    for (json& solution : result["solutions"]) solution.erase("seconds");
  }
  EXPECT_EQ(results[0], results[1]);
}

TEST(Fit, WritesThePosteriorOfEveryRow) {
  const ScratchFolder folder;
  const Outcome fit = Fit(With(kTypes, {folder.Write("list.csv", TwoKinds()), "--segments", "2",
                                        "--assignments", folder.Path("out.csv")}));
  ASSERT_EQ(fit.code, 0) << fit.err;
  const std::vector<std::string> lines =
      absl::StrSplit(folder.Read("out.csv"), '\n', absl::SkipEmpty());
  ASSERT_EQ(lines.size(), 61u);
  EXPECT_THAT(lines[0], StartsWith("id,segment,s1,s2"));
  for (std::size_t row = 1; row < lines.size(); ++row) {
    const std::vector<std::string> cells =
        absl::StrSplit(std::string(absl::StripSuffix(lines[row], "\r")), ',');
    ASSERT_EQ(cells.size(), 4u);
    const double first = std::stod(cells[2]), second = std::stod(cells[3]);
    EXPECT_NEAR(first + second, 1, 1e-9);
    EXPECT_EQ(cells[1], first > second ? "s1" : "s2");
  }
}

// A row of weight 3 is three rows.
TEST(Fit, CountsRowsByTheirWeights) {
  const ScratchFolder folder;
  const Outcome fit =
      Fit({folder.Write("list.csv", TwoKinds()), "--weight-column", "times", "--as", "age=numeric",
           "--segments", "2", "--stability", "0", "--format", "json", "--engine", "kmeans"});
  ASSERT_EQ(fit.code, 0) << fit.err;
  const json solution = json::parse(fit.out)["solutions"][0];
  EXPECT_EQ(solution["sizes"], json({90, 30}));
  EXPECT_FALSE(solution["parameters"].contains("times"));
}

TEST(Fit, RefusesRowsWithoutAWeight) {
  const ScratchFolder folder;
  const std::string csv = TwoKinds() + "c60,30,S,web,\nc61,30,S,web,-1\nc62,30,S,web,often\n";
  const Outcome fit = Fit({folder.Write("list.csv", csv), "--weight-column", "times", "--segments",
                           "2", "--stability", "0", "--engine", "kmeans"});
  EXPECT_EQ(fit.code, 3) << fit.err;
  const std::string rejected = folder.Read("list.rejected.csv");
  EXPECT_THAT(rejected, HasSubstr("line 62: times: a weight is needed, a number of 0 or above"));
  EXPECT_THAT(rejected, HasSubstr("line 63: times: a weight must not be negative"));
  EXPECT_THAT(rejected, HasSubstr("line 64: times: a weight is needed, a number of 0 or above"));
}

TEST(Fit, SaysWhatIsWrongWithItsOptions) {
  const ScratchFolder folder;
  const std::string list = folder.Write("list.csv", TwoKinds());
  EXPECT_EQ(Fit({list, "--as", "age=number"}).code, 2);
  EXPECT_THAT(Fit({list, "--as", "age=number"}).err, StartsWith("cible: --as takes COLUMN=TYPE; "));
  EXPECT_THAT(Fit({list, "--as", "agee=numeric"}).err,
              HasSubstr("--as names the column \"agee\", which is not one of: "));
  EXPECT_THAT(Fit({list, "--weight-column", "weight"}).err,
              HasSubstr("has no column \"weight\" in its header"));
  EXPECT_THAT(Fit({list, "--shared", "colour"}).err,
              HasSubstr("--shared names the column \"colour\", which is no attribute"));
  EXPECT_EQ(Fit({list, "--engine", "kmeans", "--prior", "0"}).code, 2);
  EXPECT_EQ(Fit({list, "--starts", "0"}).code, 2);
  EXPECT_EQ(Fit({list, "--prior", "-1"}).code, 2);
  EXPECT_EQ(Fit({list, "--threads", "none"}).code, 2);
  EXPECT_EQ(Fit({list, "--tolerance", "-1"}).code, 2);
}

TEST(Fit, SaysWhatRowsAndWeightsAre) {
  const ScratchFolder folder;
  const std::string list = folder.Write("list.csv", TwoKinds());
  const std::vector<std::string> arguments = {list, "--segments", "2", "--stability", "0"};
  EXPECT_THAT(Fit(arguments).err, HasSubstr("60 contacts, 5 attributes\n"));
  const Outcome fit = Fit(With(arguments, {"--weight-column", "times"}));
  EXPECT_THAT(fit.err, HasSubstr("60 rows that count for 120 contacts, 4 attributes\n"));
  EXPECT_THAT(fit.out, HasSubstr("(90 contacts, 75.0 %)"));
  const json result =
      json::parse(Fit(With(arguments, {"--weight-column", "times", "--format", "json"})).out);
  EXPECT_EQ(result["row_count"], 60);
  EXPECT_EQ(result["total_weight"], 120);
}

TEST(Fit, RefusesWeightsThatCountNoRow) {
  const ScratchFolder folder;
  const Outcome fit = Fit({folder.Write("list.csv", "age,w\n30,0\n40,0\n50,0\n"), "--weight-column",
                           "w", "--segments", "2"});
  EXPECT_EQ(fit.code, 1);
  EXPECT_THAT(fit.err, EndsWith("cible: --weight-column: every weight is 0, so that no row counts; "
                                "give those that do a weight above 0\n"));
}

// They were taken silently: 0 for what is below, no whole number for a count.
TEST(Fit, RefusesNumbersThatAreNotWhatAsSays) {
  const ScratchFolder folder;
  std::string csv = "id,spend,visits\n";
  for (int i = 0; i < 60; ++i) {
    absl::StrAppend(&csv, "c", i, ",", i % 20 == 3 ? -5 : i, ",", i == 7 ? 2.5 : i % 4, "\n");
  }
  const std::string list = folder.Write("list.csv", csv);
  const Outcome spend = Fit({list, "--as", "spend=lognormal", "--segments", "2"});
  EXPECT_EQ(spend.code, 1);
  EXPECT_THAT(spend.err,
              EndsWith("cible: --as spend=lognormal: 3 of 60 numbers are below 0, the first on "
                       "line 5; a log-normal number is 0 or above. Use --as spend=numeric\n"));
  EXPECT_THAT(Fit({list, "--as", "visits=count", "--segments", "2"}).err,
              EndsWith("cible: --as visits=count: 1 of 60 numbers is below 0 or not whole, the "
                       "first on line 9; a count is 0, 1, 2 and so on. Use --as visits=numeric, or "
                       "lognormal for amounts of 0 or above\n"));
  // Rows that take no part have no say.
  EXPECT_EQ(Fit({list, "--as", "visits=count", "--segments", "2", "--stability", "0", "--filter",
                 "visits != 2.5"})
                .code,
            0);
}

TEST(Fit, CountsTheDaysOfAFilterFromTheDayItIsAsOf) {
  const ScratchFolder folder;
  std::string csv = "id,spend,demo\n";
  for (int i = 0; i < 60; ++i) {
    absl::StrAppend(&csv, "c", i, ",", i * 7 % 50, ",", i < 20 ? "2026-05-31" : "2026-06-01", "\n");
  }
  const Outcome fit = Fit({folder.Write("list.csv", csv), "--as", "spend=numeric", "--as-of",
                           "2026-06-30", "--filter", "demo > today - 30d", "--segments", "1",
                           "--stability", "0", "--format", "json"});
  ASSERT_EQ(fit.code, 0) << fit.err;
  EXPECT_EQ(json::parse(fit.out)["solutions"][0]["sizes"], json({40}));
}

TEST(Fit, LooksWhetherItCanWriteBeforeItFits) {
  const ScratchFolder folder;
  const std::string list = folder.Write("list.csv", TwoKinds());
  const std::string nowhere = folder.Path("none/out");
  for (const char* const option : {"--assignments", "--output", "--export-matrix"}) {
    const Outcome fit = Fit({list, option, nowhere});
    EXPECT_EQ(fit.code, 1);
    EXPECT_EQ(fit.err, absl::StrCat("cible: ", nowhere,
                                    " cannot be written; name a file in a folder that can\n"));
  }
  EXPECT_EQ(Fit({list, "--output", list}).err,
            "cible: --output would overwrite the input; name another file\n");
  EXPECT_EQ(folder.Read("list.csv"), TwoKinds());
}

// "size: read as text" of a column that --as calls ordinal.
TEST(Fit, SaysNothingOfHowItWouldHaveReadWhatAsSays) {
  const ScratchFolder folder;
  std::string csv = "one,two,age\n";
  for (int i = 0; i < 40; ++i) absl::StrAppend(&csv, "7,8,", 20 + i * 7 % 40, "\n");
  const Outcome fit = Fit({folder.Write("list.csv", csv), "--id-column", "-", "--as", "one=numeric",
                           "--segments", "2", "--stability", "0"});
  EXPECT_THAT(fit.err, HasSubstr("notice: two: every known value is the same: set aside"));
  EXPECT_THAT(fit.err, Not(HasSubstr("notice: one:")));
}

TEST(Fit, ProposesNoBlockThatAsTakesApart) {
  const ScratchFolder folder;
  std::string csv = "id,MntWines,MntFruits,MntFish,age\n";
  for (int i = 0; i < 60; ++i) {
    absl::StrAppend(&csv, "c", i, ",", i * 7 % 41, ",", i * 11 % 37, ",", i * 13 % 43, ",",
                    20 + i * 17 % 50, "\n");
  }
  const std::vector<std::string> arguments = {folder.Write("list.csv", csv), "--segments", "2",
                                              "--stability", "0"};
  EXPECT_THAT(Fit(arguments).err, HasSubstr("proposed as block \"spend\""));
  const auto apart = With(arguments, {"--as", "MntWines=numeric", "--as", "MntFruits=numeric"});
  EXPECT_THAT(Fit(apart).err, Not(HasSubstr("proposed as block")));
}

// Personas came by size, their ids by the weight of the mixture's components.
TEST(Fit, ListsPersonasByTheirIds) {
  const ScratchFolder folder;
  const Outcome fit = Fit(With(kTypes, {folder.Write("list.csv", TwoKinds()), "--segments", "3..6",
                                        "--stability", "1", "--format", "json"}));
  ASSERT_EQ(fit.code, 0) << fit.err;
  const json result = json::parse(fit.out);
  const int recommended = result["recommended"];
  const json& solution = result["solutions"][static_cast<std::size_t>(recommended - 3)];
  const json& personas = result["personas"];
  ASSERT_EQ(personas.size(), solution["sizes"].size());
  for (std::size_t i = 0; i < personas.size(); ++i) {
    EXPECT_EQ(personas[i]["segment"], absl::StrCat("s", i + 1));
    EXPECT_EQ(personas[i]["contact_count"], solution["sizes"][i]);
  }
}

bool IsSnakeCase(const std::string& name) {
  return std::none_of(name.begin(), name.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
}

TEST(FitJson, WritesPersonasInSnakeCase) {
  const ScratchFolder folder;
  const Outcome fit = Fit(With(kTypes, {folder.Write("list.csv", TwoKinds()), "--segments", "2",
                                        "--stability", "0", "--format", "json"}));
  ASSERT_EQ(fit.code, 0) << fit.err;
  const json persona = json::parse(fit.out)["personas"][0];
  for (const char* name :
       {"segment", "display_name", "summary", "contact_count", "share", "traits"}) {
    EXPECT_TRUE(persona.contains(name)) << name;
  }
  EXPECT_EQ(persona["contact_count"], 30);
  for (const auto& [name, value] : persona.items()) EXPECT_TRUE(IsSnakeCase(name)) << name;
  for (const auto& [name, value] : persona["traits"][0].items()) {
    EXPECT_TRUE(IsSnakeCase(name)) << name;
  }
  EXPECT_TRUE(persona["traits"][0]["population_value"].is_number());
}

TEST(Fit, FindsNoEffectOfAConstant) {
  const ScratchFolder folder;
  std::string csv = "age,one\n";
  for (int i = 0; i < 60; ++i) absl::StrAppend(&csv, i % 2 == 0 ? 30 + i % 7 : 60 + i % 11, ",3\n");
  const Outcome fit =
      Fit({folder.Write("list.csv", csv), "--id-column", "-", "--as", "one=numeric", "--prior", "0",
           "--segments", "2", "--stability", "0", "--format", "json"});
  ASSERT_EQ(fit.code, 0) << fit.err;
  for (const json& persona : json::parse(fit.out)["personas"]) {
    for (const json& trait : persona["traits"]) {
      if (trait["attribute"] != "one") continue;
      EXPECT_EQ(trait["effect"], 0);
    }
  }
}

TEST(Fit, HelpTellsWhereRefusedRowsGo) {
  EXPECT_THAT(Fit({"--help"}).out, HasSubstr("FILE.rejected.csv"));
}

// Contacts of two cities by turns, of any age.
std::string TwoCities() {
  std::string csv = "age,home\n";
  for (int i = 0; i < 120; ++i) {
    const double north = i * 37 % 41 / 200., east = i * 29 % 43 / 200.;
    absl::StrAppend(&csv, 20 + i * 53 % 47, ",\"", (i % 2 == 0 ? 48.8 : 43.2) + north, ",",
                    (i % 2 == 0 ? 2.3 : 5.3) + east, "\"\n");
  }
  return csv;
}

TEST(Fit, DividesByAPlaceThatIsAskedFor) {
  const ScratchFolder folder;
  const std::vector<std::string> arguments = {folder.Write("list.csv", TwoCities()),
                                              "--id-column",
                                              "-",
                                              "--segments",
                                              "2",
                                              "--stability",
                                              "0",
                                              "--format",
                                              "json"};
  const auto latitudes = [&](const std::vector<std::string>& more) {
    const Outcome fit = Fit(With(arguments, more));
    EXPECT_EQ(fit.code, 0) << fit.err;
    const json home = json::parse(fit.out)["solutions"][0]["parameters"]["home"];
    return std::abs(home[0]["latitude"].get<double>() - home[1]["latitude"].get<double>());
  };
  EXPECT_EQ(latitudes({}), 0);
  EXPECT_THAT(json::parse(Fit(arguments).out)["notices"].dump(),
              HasSubstr("home: a place tells no segments apart unless asked to, by --by-location "
                        "or --as home=location"));
  const json asked = json::parse(Fit(With(arguments, {"--by-location"})).out);
  EXPECT_THAT(asked["notices"].dump(), Not(HasSubstr("home:")));
  for (const json& persona : asked["personas"]) {
    EXPECT_THAT(persona["summary"].get<std::string>(), HasSubstr("Place (home): centred 332 km"));
    EXPECT_THAT(persona["display_name"].get<std::string>(),
                StartsWith("Close to the average but for a few figures"));
  }
  EXPECT_NEAR(latitudes({"--as", "home=location"}), 5.6, .05);
  EXPECT_NEAR(latitudes({"--by-location"}), 5.6, .05);
}

// Two numbers that say much the same, in two kinds of contacts.
std::string SaidTwice() {
  std::string csv = "height,weight,channel,tone,plan,pays\n";
  for (int i = 0; i < 400; ++i) {
    const int noise = i * 37 % 101;
    const bool web = i % 2 == 0;
    absl::StrAppend(
        &csv, 1000 + noise, ",", 500 + noise + i * 53 % 97, ",",
        web != (i % 11 == 0) ? "web" : "shop", ",", web != (i % 13 == 0) ? "formal" : "casual", ",",
        web != (i % 17 == 0) ? "basic" : "full", ",", web != (i % 19 == 0) ? "card" : "cash", "\n");
  }
  return csv;
}

// 0 stood for "the default".
TEST(Fit, TakesATolerance) {
  const ScratchFolder folder;
  const std::string list = folder.Write("list.csv", SaidTwice());
  for (const char* const engine : {"kmeans", "mixture"}) {
    const auto iterations = [&](const char* tolerance) {
      const Outcome fit =
          Fit({list, "--id-column", "-", "--segments", "8", "--stability", "0", "--engine", engine,
               "--starts", "1", "--tolerance", tolerance, "--format", "json"});
      EXPECT_EQ(fit.code, 0) << fit.err;
      return json::parse(fit.out)["solutions"][0]["iterations"].get<int>();
    };
    EXPECT_GT(iterations("0"), iterations("1")) << engine;
  }
}

TEST(Fit, NamesAttributesThatDependOnEachOtherInsideSegments) {
  const ScratchFolder folder;
  const std::vector<std::string> arguments = {folder.Write("list.csv", SaidTwice()),
                                              "--id-column",
                                              "-",
                                              "--as",
                                              "height=numeric",
                                              "--as",
                                              "weight=numeric",
                                              "--segments",
                                              "2",
                                              "--stability",
                                              "0"};
  const Outcome fit = Fit(With(arguments, {"--format", "json"}));
  ASSERT_EQ(fit.code, 0) << fit.err;
  const json result = json::parse(fit.out);
  const json& solution = result["solutions"][0];
  const json& residuals = solution["bivariate_residuals"];
  ASSERT_EQ(residuals.size(), 5u);
  EXPECT_EQ(residuals[0]["attributes"], json({"height", "weight"}));
  EXPECT_GT(residuals[0]["value"].get<double>(), 10);
  EXPECT_GT(residuals[0]["strength"].get<double>(), .3);
  EXPECT_LT(residuals[1]["value"].get<double>(), residuals[0]["value"].get<double>() / 2);
  EXPECT_EQ(solution["similar_segments"], json::array());
  const std::string notice = "height and weight depend on each other inside the segments";
  ASSERT_EQ(result["notices"].size(), 1u);
  EXPECT_THAT(result["notices"][0].get<std::string>(),
              AllOf(StartsWith(notice), HasSubstr("put them in one block")));
  EXPECT_THAT(Fit(arguments).out, HasSubstr(absl::StrCat("note: ", notice)));
}

// A list of twelve said that its segments come back.
TEST(Fit, WarnsOfTinyLists) {
  const ScratchFolder folder;
  std::string csv = "age,spend\n";
  for (int i = 0; i < 12; ++i) absl::StrAppend(&csv, 20 + 3 * i, ",", i % 3 * 100 + i, "\n");
  const Outcome fit =
      Fit({folder.Write("list.csv", csv), "--segments", "2..3", "--stability", "2"});
  ASSERT_EQ(fit.code, 0) << fit.err;
  EXPECT_THAT(fit.out, HasSubstr("Only 12 contacts: too few to judge by"));
}

}  // namespace
}  // namespace cible
