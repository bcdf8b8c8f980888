#include "clients/cli/commands.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "tests/clients/cli/scratch_file.h"

namespace cible {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

struct Outcome {
  int code = 0;
  std::string out;
  std::string err;
};

Outcome Cible(const std::vector<std::string>& arguments) {
  std::istringstream in;
  std::ostringstream out, err;
  Console console{in, out, err, 0, false, false};
  const int code = RunCible(arguments, console);
  return {code, out.str(), err.str()};
}

std::string Sample(const ScratchFolder& folder, const std::string& count) {
  const Outcome sample = Cible({"sample", "--contacts", count, "--seed", "1"});
  EXPECT_EQ(sample.code, 0) << sample.err;
  return folder.Write("sample.csv", sample.out);
}

TEST(Usage, IsExplainedWithExamples) {
  const Outcome help = Cible({"contacts", "import", "--help"});
  EXPECT_EQ(help.code, 0);
  EXPECT_THAT(help.out, HasSubstr("cible contacts import customers.csv"));
  EXPECT_THAT(Cible({"--help"}).out, HasSubstr("First steps"));
}

TEST(Usage, ErrorsGiveExitCode2) {
  EXPECT_EQ(Cible({}).code, 2);
  EXPECT_EQ(Cible({"frobnicate"}).code, 2);
  EXPECT_EQ(Cible({"contacts"}).code, 2);
  EXPECT_EQ(Cible({"sample", "--contacts", "many"}).code, 2);
  EXPECT_EQ(Cible({"personas", "--format", "yaml"}).code, 2);
  EXPECT_EQ(Cible({"personas", "--language", "de"}).code, 2);
  EXPECT_EQ(Cible({"contacts", "import", "x.csv", "--stage", "friend"}).code, 2);
  EXPECT_EQ(Cible({"match", "x.csv", "--set", "age=3"}).code, 2);
  EXPECT_EQ(Cible({"personas", "--server", "x:1", "--embedded", "y"}).code, 2);
}

TEST(Usage, ValuesThatAreNoneGiveExitCode2Too) {
  for (const std::vector<std::string>& wrong : std::vector<std::vector<std::string>>{
           {"--segments", "0"}, {"--weight", "colour=2"}, {"--as-of", "31/12/2025"}}) {
    std::vector<std::string> arguments = {"train", wrong[0], wrong[1]};
    const Outcome train = Cible(arguments);
    EXPECT_EQ(train.code, 2) << wrong[0];
    EXPECT_THAT(train.err, StartsWith("cible: " + wrong[0] + " takes ")) << wrong[0];
  }
}

TEST(Usage, SaysWhichWordsAnOptionTakes) {
  EXPECT_THAT(Cible({"personas", "--format", "yaml"}).err,
              StartsWith("--format: yaml not in {table,json,csv}"));
  EXPECT_THAT(Cible({"contacts", "import", "x.csv", "--kind", "dog"}).err,
              StartsWith("--kind: dog not in {person,organization}"));
  EXPECT_THAT(Cible({"train", "--seed", "0"}).err,
              StartsWith("--seed: takes a whole number from 1 on"));
}

TEST(Funnel, RefusesAPeriodThatIsNone) {
  for (const char* period : {"week", "0", "-7", "7d"}) {
    const Outcome outcome = Cible({"funnel", absl::StrCat("--period=", period)});
    EXPECT_EQ(outcome.code, 2) << period;
    EXPECT_EQ(
        outcome.err,
        "cible: --period is neither `month` nor a number of days above 0; give one of these\n");
  }
}

TEST(Usage, NamesTheCommandThatIsNone) {
  EXPECT_EQ(Cible({"frobnicate"}).err,
            "cible: there is no command \"frobnicate\" here; --help lists those there are\n");
  EXPECT_EQ(Cible({"contacts", "imprt", "x.csv"}).err,
            "cible: there is no command \"imprt\" here; --help lists those there are\n");
}

TEST(Usage, ChecksWorkspaceAndSegmentationBeforeItAsks) {
  const Outcome list = Cible({"contacts", "list", "--workspace", "ACME"});
  EXPECT_EQ(list.code, 2);
  EXPECT_THAT(list.err, StartsWith("cible: --workspace: an id has 1 to 63 characters"));
}

TEST(Usage, EveryCommandHasAnExample) {
  for (const char* words :
       {"contacts import",      "contacts list", "contacts get", "contacts delete",
        "contacts export",      "train",         "runs list",    "runs watch",
        "runs cancel",          "segments",      "segment show", "personas",
        "persona show",         "match",         "assign",       "score",
        "typing-tool",          "core-target",   "models list",  "models activate",
        "models rollback",      "export-matrix", "schema infer", "schema show",
        "schema set",           "fit",           "sample",       "segmentations list",
        "segmentations create", "server",        "funnel"}) {
    std::vector<std::string> arguments = absl::StrSplit(words, ' ');
    arguments.push_back("--help");
    const Outcome help = Cible(arguments);
    EXPECT_EQ(help.code, 0) << words;
    EXPECT_THAT(help.out, HasSubstr(std::string("  cible ") + words)) << words;
  }
}

TEST(Server, ThatDoesNotAnswerIsSaidWithWhatToDo) {
  // Port 9 of the loopback: nothing listens there.
  const Outcome personas = Cible({"personas", "--server", "127.0.0.1:9"});
  EXPECT_EQ(personas.code, 1);
  EXPECT_EQ(personas.err,
            "cible: no server answers at 127.0.0.1:9; start one with cible-server, or use "
            "--embedded DIR to work without\n");
}

TEST(SampleCommand, WritesTheSameContactsForTheSameSeed) {
  const Outcome once = Cible({"sample", "--contacts", "50", "--seed", "7"});
  EXPECT_EQ(once.code, 0);
  EXPECT_EQ(once.out, Cible({"sample", "--seed", "7", "--contacts", "50"}).out);
  EXPECT_NE(once.out, Cible({"sample", "--seed", "8", "--contacts", "50"}).out);
  EXPECT_EQ(std::count(once.out.begin(), once.out.end(), '\n'), 51);
}

TEST(SampleCommand, WritesTheTruthBeside) {
  const ScratchFolder folder;
  EXPECT_EQ(Cible({"sample", "--contacts", "10", "--labels", folder.Path("truth.csv")}).code, 0);
  const std::string truth = folder.Read("truth.csv");
  EXPECT_EQ(std::count(truth.begin(), truth.end(), '\n'), 11);
  EXPECT_THAT(truth, HasSubstr(",persona,best_guess,description\n"));
}

TEST(SampleCommand, WritesNothingWhenTheTruthCannotBeWritten) {
  const Outcome sample = Cible({"sample", "--contacts", "10", "--labels", "/no/such/truth.csv"});
  EXPECT_EQ(sample.code, 1);
  EXPECT_EQ(sample.out, "");
}

TEST(SchemaInfer, ShowsWhatEachColumnIs) {
  const ScratchFolder folder;
  const Outcome inferred = Cible({"schema", "infer", Sample(folder, "300"), "--format", "csv"});
  EXPECT_EQ(inferred.code, 0) << inferred.err;
  EXPECT_THAT(inferred.out,
              StartsWith("column,attribute,type,criterion,role,block,known,notice\n"));
  EXPECT_THAT(inferred.out, HasSubstr(",the id,"));
  EXPECT_THAT(inferred.out, HasSubstr(",NUMERIC,"));
}

TEST(SchemaInfer, WritesAFileThatFitReads) {
  const ScratchFolder folder;
  const std::string sample = Sample(folder, "300");
  ASSERT_EQ(Cible({"schema", "infer", sample, "--output", folder.Path("s.schema")}).code, 0);
  EXPECT_THAT(folder.Read("s.schema"), StartsWith("# What contacts are described by."));
  const Outcome fit =
      Cible({"fit", sample, "--schema", folder.Path("s.schema"), "--segments", "3"});
  EXPECT_EQ(fit.code, 0) << fit.err;
}

TEST(SchemaInfer, SaysWhatIsWrongWithTheOutcome) {
  const ScratchFolder folder;
  const Outcome inferred =
      Cible({"schema", "infer", Sample(folder, "30"), "--outcome", "subscribed"});
  EXPECT_EQ(inferred.code, 2);
  EXPECT_EQ(inferred.err, "cible: --outcome needs COLUMN=VALUE, e.g. --outcome subscribed=yes\n");
}

TEST(Files, ThatAreMissingAreNamed) {
  const Outcome fit = Cible({"fit", "/nowhere/contacts.csv"});
  EXPECT_EQ(fit.code, 1);
  EXPECT_THAT(fit.err, StartsWith("cible: "));
  EXPECT_THAT(fit.err, HasSubstr("/nowhere/contacts.csv"));
}

TEST(Fit, FindsSegmentsPortraysThemAndWritesMatrixAndLabels) {
  const ScratchFolder folder;
  const std::string sample = Sample(folder, "400");
  const Outcome fit =
      Cible({"fit", sample, "--segments", "2..4", "--stability", "2", "--output",
             folder.Path("segments.csv"), "--export-matrix", folder.Path("x.npy"), "--labels",
             folder.Path("y.npy"), "--names", folder.Path("names.txt")});
  ASSERT_EQ(fit.code, 0) << fit.err;
  EXPECT_THAT(fit.out, HasSubstr("◀ chosen"));
  EXPECT_THAT(fit.out, HasSubstr("s1  "));
  const std::string segments = folder.Read("segments.csv");
  EXPECT_THAT(segments, StartsWith("id,segment,probability\n"));
  EXPECT_EQ(std::count(segments.begin(), segments.end(), '\n'), 401);
  EXPECT_THAT(folder.Read("y.npy"), HasSubstr("'shape': (400,)"));
  const std::string names = folder.Read("names.txt");
  const auto features = std::count(names.begin(), names.end(), '\n');
  EXPECT_THAT(folder.Read("x.npy"), HasSubstr("'shape': (400, " + std::to_string(features) + ")"));
}

TEST(Fit, TrainsOnWhatPassesTheFilter) {
  const ScratchFolder folder;
  std::string csv = "id,age,spend\n";
  for (int i = 0; i < 60; ++i) {
    csv +=
        "c" + std::to_string(i) + "," + std::to_string(20 + i) + "," + std::to_string(i * i) + "\n";
  }
  const Outcome fit = Cible({"fit", folder.Write("list.csv", csv), "--filter", "age < 50",
                             "--segments", "2", "--output", folder.Path("segments.csv")});
  ASSERT_EQ(fit.code, 0) << fit.err;
  const std::string segments = folder.Read("segments.csv");
  EXPECT_EQ(std::count(segments.begin(), segments.end(), '\n'), 31);
  EXPECT_EQ(segments.find("c30,"), std::string::npos);
}

TEST(Fit, EndsWith3WhenRowsAreRefused) {
  const ScratchFolder folder;
  std::string csv = "id,age,spend\n";
  for (int i = 0; i < 60; ++i) {
    csv +=
        "c" + std::to_string(i) + "," + std::to_string(20 + i) + "," + std::to_string(i * i) + "\n";
  }
  csv += "c60,44\n";
  const Outcome fit = Cible({"fit", folder.Write("list.csv", csv), "--segments", "2"});
  EXPECT_EQ(fit.code, 3) << fit.err;
  EXPECT_THAT(folder.Read("list.rejected.csv"), HasSubstr("c60,44,,line 62: has 2 cells"));
}

}  // namespace
}  // namespace cible
