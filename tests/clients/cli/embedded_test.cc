// The commands against the real service, inside this process: from a list of
// contacts to personas, matches and exports.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <iterator>
#include <sstream>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "clients/cli/commands.h"
#include "server/server.h"
#include "tests/clients/cli/scratch_file.h"

namespace cible {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

struct Outcome {
  int code = 0;
  std::string out;
  std::string err;
};

long LineCount(const std::string& text) { return std::count(text.begin(), text.end(), '\n'); }

class EmbeddedTest : public testing::Test {
 protected:
  Outcome Cible(std::vector<std::string> arguments) {
    std::istringstream in;
    std::ostringstream out, err;
    Console console{in, out, err, 0, false, false};
    arguments.insert(arguments.end(), {"--embedded", folder_.Path("data")});
    const int code = RunCible(arguments, console);
    return {code, out.str(), err.str()};
  }

  std::string WriteSample(int count) {
    return folder_.Write("sample.csv", Cible({"sample", "--contacts", std::to_string(count)}).out);
  }

  void ImportAndTrain(int count) {
    const Outcome imported = Cible({"contacts", "import", WriteSample(count)});
    ASSERT_EQ(imported.code, 0) << imported.err;
    const Outcome trained = Cible({"train", "--segments", "3", "--stability", "0"});
    ASSERT_EQ(trained.code, 0) << trained.err;
  }

  ScratchFolder folder_;
};

TEST_F(EmbeddedTest, SaysThatAFileTellsNothing) {
  const Outcome ids = Cible({"contacts", "import", folder_.Write("ids.csv", "id,age\na,\nb,NA\n")});
  EXPECT_EQ(ids.code, 1);
  EXPECT_THAT(ids.err, HasSubstr("ids.csv: the file tells nothing about the contacts: beside their "
                                 "ids, every column is blank. Give a file with at least one "
                                 "attribute\n"));
}

// There was no way on from here.
TEST_F(EmbeddedTest, CompaniesGetASegmentationOfTheirOwn) {
  const std::string sample = WriteSample(200);
  ASSERT_EQ(Cible({"contacts", "import", sample, "--kind", "organization"}).code, 0);
  const Outcome refused = Cible({"train", "--segments", "3"});
  EXPECT_EQ(refused.code, 1);
  EXPECT_THAT(refused.err, HasSubstr("`cible segmentations create ID --kind organization`"));
  const Outcome created = Cible({"segmentations", "create", "companies", "--kind", "organization"});
  EXPECT_EQ(created.code, 0) << created.err;
  const Outcome listed = Cible({"segmentations", "list", "--format", "csv"});
  EXPECT_EQ(listed.out,
            "id,contact_kind,active_model\ndefault,persons,\ncompanies,organizations,\n");
  const Outcome trained =
      Cible({"train", "--segments", "3", "--stability", "0", "--segmentation", "companies"});
  EXPECT_EQ(trained.code, 0) << trained.err;
}

// The second to add the schema was told to read it again.
TEST_F(EmbeddedTest, PersonsBelongToTheCompaniesThatAFileNames) {
  const std::string companies =
      folder_.Write("companies.csv",
                    "id,sector\nbolt,retail\ncork,health\nd,retail\ne,health\n"
                    "f,retail\ng,health\nh,retail\ni,health\n");
  ASSERT_EQ(Cible({"contacts", "import", companies, "--kind", "organization"}).code, 0);
  const std::string people = folder_.Write("people.csv",
                                           "id,age,company,role\nana,31,bolt,Décideur\n"
                                           "ben,42,bolt,chief\ncleo,53,dust,uses\n");
  const Outcome imported = Cible({"contacts", "import", people, "--infer", "--organization-column",
                                  "company", "--role-column", "role"});
  EXPECT_EQ(imported.code, 0) << imported.err;
  EXPECT_THAT(imported.out, HasSubstr("3 created"));
  EXPECT_THAT(imported.err, HasSubstr("1 buying role is none that is known"));
  EXPECT_THAT(imported.err, Not(HasSubstr("set aside")));
  const Outcome ana = Cible({"contacts", "get", "ana", "--format", "csv"});
  EXPECT_THAT(ana.out, HasSubstr("contact.organization,bolt\n"));
  EXPECT_THAT(ana.out, HasSubstr("contact.buying_role,decides\n"));
  EXPECT_THAT(ana.out, Not(HasSubstr("company")));
  EXPECT_THAT(Cible({"contacts", "get", "dust", "--format", "csv"}).out,
              HasSubstr("contact.kind,ORGANIZATION\n"));

  // An attribute of the companies as one of their persons.
  const std::string schema =
      folder_.Write("derived.schema",
                    "name: \"workspaces/default/schema\"\nattributes { id: \"organization_sector\" "
                    "type: ATTRIBUTE_TYPE_CATEGORICAL derived_from: \"organization/sector\" }\n");
  const Outcome set = Cible({"schema", "set", schema});
  EXPECT_EQ(set.code, 0) << set.err;
  const Outcome with_sector = Cible({"contacts", "get", "ana", "--format", "csv"});
  EXPECT_THAT(with_sector.out, HasSubstr("organization_sector,retail\n")) << with_sector.out;
  EXPECT_THAT(Cible({"contacts", "get", "bolt", "--format", "csv"}).out,
              HasSubstr("headcount_known,2\n"));
  const Outcome exported = Cible({"contacts", "export", "--filter", "contact.organization = bolt"});
  EXPECT_EQ(LineCount(exported.out), 3) << exported.out;
  EXPECT_THAT(exported.out, HasSubstr("segment,persona,organization,buying_role\n"));
  EXPECT_THAT(exported.out, HasSubstr(",bolt,decides\n"));

  const Outcome moved =
      Cible({"contacts", "update", "ana", "--organization", "cork", "--role", "uses"});
  EXPECT_EQ(moved.code, 0) << moved.err;
  EXPECT_THAT(Cible({"contacts", "get", "ana", "--format", "csv"}).out,
              HasSubstr("organization_sector,health\n"));
  EXPECT_EQ(Cible({"contacts", "update", "ana", "--organization", "-"}).code, 0);
  EXPECT_THAT(Cible({"contacts", "get", "ana", "--format", "csv"}).out,
              Not(HasSubstr("contact.organization")));
  // Ids and organisations alone tell something.
  const std::string links = folder_.Write("links.csv", "id,company\nana,cork\nben,cork\n");
  const Outcome linked = Cible({"contacts", "import", links, "--organization-column", "company"});
  EXPECT_EQ(linked.code, 0) << linked.err;
  EXPECT_THAT(Cible({"contacts", "get", "cork", "--format", "csv"}).out,
              HasSubstr("headcount_known,2\n"));
  const Outcome itself = Cible({"contacts", "update", "bolt", "--organization", "bolt"});
  EXPECT_EQ(itself.code, 1);
  EXPECT_THAT(itself.err, HasSubstr("only persons belong to organisations"));
}

TEST_F(EmbeddedTest, FirstImportsAtTheSameTimeAllSucceed) {
  auto server = Server::Start({.data_dir = folder_.Path("shared"), .listen = "127.0.0.1:0"});
  ASSERT_TRUE(server.ok()) << server.status();
  const std::string sample = WriteSample(300);
  std::vector<int> codes(4, -1);
  std::vector<std::thread> importers;
  for (int& code : codes) {
    importers.emplace_back([&] {
      std::istringstream in;
      std::ostringstream out, err;
      Console console{in, out, err, 0, false, false};
      code = RunCible({"contacts", "import", sample, "--server", (*server)->address()}, console);
    });
  }
  for (std::thread& importer : importers) importer.join();
  EXPECT_THAT(codes, testing::Each(0));
}

TEST_F(EmbeddedTest, ImportingTwiceChangesNothing) {
  const std::string sample = WriteSample(500);
  const Outcome once = Cible({"contacts", "import", sample});
  EXPECT_EQ(once.code, 0) << once.err;
  EXPECT_THAT(once.out, StartsWith("500 created, 0 updated, 0 unchanged, 0 refused, in "));
  EXPECT_THAT(once.err, HasSubstr("attributes inferred from 500 rows"));
  const Outcome twice = Cible({"contacts", "import", sample});
  EXPECT_EQ(twice.code, 0) << twice.err;
  EXPECT_THAT(twice.out, StartsWith("0 created, 0 updated, 500 unchanged, 0 refused, in "));
}

TEST_F(EmbeddedTest, ImportStoresTheGoodRowsAndTellsTheBadOnes) {
  std::string csv = "id,age,city\n";
  for (int i = 0; i < 60; ++i) {
    csv += "c" + std::to_string(i) + "," + std::to_string(20 + i) + "," +
           (i % 3 ? "Lyon" : "Lille") + "\n";
  }
  ASSERT_EQ(Cible({"contacts", "import", folder_.Write("list.csv", csv)}).code, 0);
  const Outcome more = Cible({"contacts", "import",
                              folder_.Write("more.csv",
                                            "id,age,city,shoe\n"
                                            "d1,31,Lyon,42\n"
                                            "d2,old,Lyon,43\n"
                                            "d3,33,Lille,44\n")});
  EXPECT_EQ(more.code, 3) << more.err;
  EXPECT_THAT(more.out, StartsWith("2 created, 0 updated, 0 unchanged, 1 refused, in "));
  EXPECT_THAT(more.err, HasSubstr("set aside, since not in the schema: shoe"));
  EXPECT_THAT(folder_.Read("more.rejected.csv"),
              StartsWith("id,age,city,shoe,reason\nd2,old,Lyon,43,\"line 3: "));
  EXPECT_THAT(Cible({"contacts", "get", "d1"}).out, HasSubstr("31"));
  EXPECT_EQ(Cible({"contacts", "get", "d2"}).code, 1);
}

TEST_F(EmbeddedTest, ImportAddsColumnsWhenAskedTo) {
  ASSERT_EQ(Cible({"contacts", "import", WriteSample(100)}).code, 0);
  const std::string more = folder_.Write("more.csv", "contact_id,age,shoe\nx1,31,42\nx2,32,43\n");
  ASSERT_EQ(Cible({"contacts", "import", more, "--id-column", "contact_id", "--infer"}).code, 0);
  EXPECT_THAT(Cible({"schema", "show", "--format", "csv"}).out, HasSubstr("\nshoe,shoe,NUMERIC,"));
}

TEST_F(EmbeddedTest, UpdatesAContact) {
  const std::string list = "id,age,city\na1,31,Lyon\na2,32,Lille\na3,33,Lyon\n";
  ASSERT_EQ(Cible({"contacts", "import", folder_.Write("list.csv", list)}).code, 0);
  const Outcome updated = Cible({"contacts", "update", "a1", "--set", "age=34", "--unset", "city",
                                 "--stage", "customer", "--format", "csv"});
  EXPECT_EQ(updated.code, 0) << updated.err;
  EXPECT_EQ(
      updated.out,
      "attribute,value\ncontact.id,a1\ncontact.kind,PERSON\ncontact.stage,CUSTOMER\nage,34\n");
  EXPECT_EQ(Cible({"contacts", "get", "a1", "--format", "csv"}).out, updated.out);
  const Outcome absent = Cible({"contacts", "update", "new", "--set", "city=Nice"});
  EXPECT_EQ(absent.code, 1);
  EXPECT_THAT(absent.err, HasSubstr("there is no such contact; add --create to store a new one"));
  EXPECT_EQ(Cible({"contacts", "update", "new", "--set", "city=Nice", "--create"}).code, 0);
  EXPECT_THAT(Cible({"contacts", "get", "new"}).out, HasSubstr("Nice"));
}

TEST_F(EmbeddedTest, SaysWhyAnUpdateIsNone) {
  const std::string list = "id,age,city\na1,31,Lyon\na2,32,Lille\na3,33,Lyon\n";
  ASSERT_EQ(Cible({"contacts", "import", folder_.Write("list.csv", list)}).code, 0);
  const auto refused = [&](std::vector<std::string> options) {
    options.insert(options.begin(), {"contacts", "update", "a1"});
    const Outcome outcome = Cible(options);
    return absl::StrCat(outcome.code, " ", outcome.err);
  };
  EXPECT_THAT(refused({}), HasSubstr("2 cible: nothing is to be changed; give --set, --unset, "
                                     "--stage, --organization or --role"));
  EXPECT_THAT(refused({"--set", "age=34", "--unset", "age"}),
              HasSubstr("2 cible: \"age\" is named twice; set it or unset it"));
  EXPECT_THAT(refused({"--set", "age=NA"}), HasSubstr("use --unset ATTRIBUTE instead"));
  EXPECT_THAT(refused({"--unset", "shoe"}),
              HasSubstr("1 cible: the schema has no attribute \"shoe\""));
  EXPECT_THAT(refused({"--set", "city=a\x07"}), HasSubstr("text without control characters"));
  EXPECT_EQ(Cible({"contacts", "update"}).code, 2);
  EXPECT_THAT(Cible({"contacts", "update", "--help"}).out,
              HasSubstr("cible contacts update c00042 --set age=34 --unset income"));
}

TEST_F(EmbeddedTest, MatchesExplainsAndAsks) {
  ImportAndTrain(500);
  EXPECT_THAT(Cible({"personas"}).out, StartsWith("s"));
  EXPECT_THAT(Cible({"personas", "--language", "fr", "--format", "json"}).out,
              HasSubstr("\"displayName\""));
  EXPECT_EQ(LineCount(Cible({"segments"}).out), 4);
  EXPECT_THAT(Cible({"persona", "show", "s1"}).out,
              AllOf(HasSubstr("WHAT STANDS OUT"), HasSubstr("RULE")));
  EXPECT_THAT(Cible({"persona", "show", "s1", "--language", "fr"}).out,
              AllOf(HasSubstr("CE QUI RESSORT"), HasSubstr("RÈGLE")));
  EXPECT_THAT(Cible({"persona", "show", "s1", "--format", "json"}).out,
              AllOf(HasSubstr("\"rule\""), HasSubstr("\"attributes\"")));
  EXPECT_THAT(Cible({"segment", "show", "s1"}).out, HasSubstr("HOW IT DIFFERS FROM EVERYONE"));

  const Outcome match = Cible({"match", "--set", "age=34", "--set", "web_visits=12"});
  EXPECT_EQ(match.code, 0) << match.err;
  EXPECT_THAT(match.out, HasSubstr("PROBABILITY"));
  EXPECT_THAT(match.out, HasSubstr("Model m1"));

  const Outcome nothing = Cible({"match"});
  EXPECT_EQ(nothing.code, 0) << nothing.err;
  EXPECT_THAT(nothing.out, HasSubstr("Not enough is known to tell."));

  const Outcome unknown = Cible({"match", "--set", "shoe=42"});
  EXPECT_EQ(unknown.code, 1);
  EXPECT_THAT(unknown.err, HasSubstr("the schema has no attribute \"shoe\""));
}

TEST_F(EmbeddedTest, MatchesAndAssignsFilesAlikeWithExport) {
  ImportAndTrain(500);
  const std::string sample = folder_.Path("sample.csv");
  ASSERT_EQ(Cible({"match", sample, "--output", folder_.Path("m.csv")}).code, 0);
  const std::string matched = folder_.Read("m.csv");
  EXPECT_EQ(LineCount(matched), 501);
  EXPECT_THAT(matched, StartsWith("id,persona,probability,runner_up,typical,in_target,reasons,"));
  const Outcome assigned = Cible({"assign", sample});
  EXPECT_EQ(assigned.code, 0) << assigned.err;
  EXPECT_EQ(LineCount(assigned.out), 501);
  const Outcome exported = Cible({"contacts", "export", "--filter", "contact.segment = \"s2\""});
  EXPECT_EQ(exported.code, 0) << exported.err;
  long in_s2 = 0;
  for (std::size_t at = assigned.out.find(",s2,"); at != std::string::npos;
       at = assigned.out.find(",s2,", at + 1)) {
    ++in_s2;
  }
  EXPECT_GT(in_s2, 0);
  EXPECT_EQ(LineCount(exported.out), in_s2 + 1);
  EXPECT_THAT(exported.out, Not(HasSubstr(",s1,")));
}

TEST_F(EmbeddedTest, RanksTheSegmentsInBothLanguages) {
  const Outcome imported = Cible({"contacts", "import", WriteSample(300), "--stage", "customer"});
  ASSERT_EQ(imported.code, 0) << imported.err;
  ASSERT_EQ(Cible({"train", "--segments", "3", "--stability", "0"}).code, 0);
  const Outcome english = Cible({"core-target", "--retention", ".8"});
  EXPECT_EQ(english.code, 0) << english.err;
  EXPECT_THAT(english.out, HasSubstr("\n3  "));
  EXPECT_THAT(english.out, HasSubstr("× 80% who stay"));
  EXPECT_THAT(Cible({"core-target", "--language", "fr"}).out, HasSubstr("qui restent"));
  EXPECT_THAT(Cible({"core-target", "--format", "csv"}).out,
              StartsWith("rank,display_name,persona,customer_count,margin,"));
  const Outcome refused = Cible({"core-target", "--retention", "1.5"});
  EXPECT_EQ(refused.code, 1);
  EXPECT_THAT(refused.err, HasSubstr("retention must lie in 0 to 1"));
  EXPECT_THAT(Cible({"persona", "show", "s1"}).out, HasSubstr("\nTYPICAL MEMBER\n"));
  EXPECT_THAT(Cible({"persona", "show", "s1", "--winnable-competitors", "2"}).err,
              HasSubstr("winnable_competitor_share"));
}

TEST_F(EmbeddedTest, ScoresTheLeadsOfAFile) {
  const std::string sample = WriteSample(600);
  ASSERT_EQ(Cible({"contacts", "import", sample, "--outcome", "newsletter=yes"}).code, 0);
  const Outcome trained = Cible({"train", "--segments", "3", "--stability", "0"});
  ASSERT_EQ(trained.code, 0) << trained.err;
  EXPECT_THAT(trained.out, HasSubstr("score of newsletter: trained on "));
  const std::string leads =
      folder_.Write("leads.csv",
                    "contact_id,age,occupation,newsletter,shoe\n"
                    "l1,34,student,what?,42\nl2,old,employee,yes,40\nl3,70,retired,,41\n");
  const Outcome scored = Cible({"score", leads, "--output", folder_.Path("scores.csv")});
  EXPECT_EQ(scored.code, 3) << scored.err;
  EXPECT_THAT(scored.err, HasSubstr("set aside, since it is the outcome: newsletter"));
  EXPECT_THAT(scored.err, HasSubstr("set aside, since not in the schema: shoe"));
  EXPECT_THAT(scored.err, HasSubstr("newsletter = yes: "));
  EXPECT_THAT(scored.err, HasSubstr(" at training\n"));
  const std::string scores = folder_.Read("scores.csv");
  EXPECT_EQ(LineCount(scores), 3);
  EXPECT_THAT(scores, StartsWith("id,probability,reasons\nl1,0."));
  EXPECT_THAT(scores, HasSubstr("\nl3,0."));
  EXPECT_THAT(scores, HasSubstr(",base "));
  EXPECT_THAT(folder_.Read("leads.rejected.csv"), HasSubstr("l2"));
}

TEST_F(EmbeddedTest, AFileThatFailsLeavesNoAnswerBehind) {
  ASSERT_EQ(Cible({"contacts", "import", WriteSample(50)}).code, 0);
  const std::string old = folder_.Write("old.csv", "mine\n");
  for (const char* command : {"match", "score", "assign"}) {
    const Outcome failed =
        Cible({command, folder_.Path("sample.csv"), "--output", folder_.Path("new.csv")});
    EXPECT_EQ(failed.code, 1) << command;  // Nothing was trained.
    EXPECT_FALSE(folder_.Has("new.csv")) << command;
    EXPECT_EQ(Cible({command, folder_.Path("sample.csv"), "--output", old}).code, 1);
    EXPECT_EQ(folder_.Read("old.csv"), "mine\n") << command;
  }
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder_.Path("")), {}), 3)
      << "data, sample.csv and old.csv";
}

TEST_F(EmbeddedTest, MakesACallScript) {
  ImportAndTrain(600);
  const Outcome english = Cible({"typing-tool", "--questions", "3"});
  EXPECT_EQ(english.code, 0) << english.err;
  EXPECT_THAT(english.out, AllOf(HasSubstr("HOW TO ADD UP"), HasSubstr("\n1. "),
                                 HasSubstr("after question 1"), Not(HasSubstr("\n4. "))));
  const Outcome french = Cible({"typing-tool", "--language", "fr"});
  EXPECT_THAT(french.out, AllOf(HasSubstr("COMMENT COMPTER"), HasSubstr("après la question 1")));
  EXPECT_THAT(Cible({"typing-tool", "--format", "csv"}).out,
              StartsWith("question,attribute,answer,levels,low,high,points_s1,points_s2,points_s3,"
                         "accuracy,accuracy_low,accuracy_high\n0,,,,,,"));
  EXPECT_THAT(Cible({"typing-tool", "--format", "json"}).out, HasSubstr("\"startPoints\""));
  EXPECT_EQ(Cible({"typing-tool", "--questions", "21"}).code, 2);
}

TEST_F(EmbeddedTest, AnswersAFileInFrench) {
  ImportAndTrain(200);
  const Outcome matched = Cible({"match", folder_.Path("sample.csv"), "--language", "fr"});
  EXPECT_EQ(matched.code, 0) << matched.err;
  EXPECT_THAT(matched.err, HasSubstr("200 contacts traités en "));
  const std::string leads =
      folder_.Write("leads.csv", "contact_id,age,shoe\nl1,34,42\nl2,old,40\n");
  const Outcome refused = Cible({"match", leads, "--language", "fr"});
  EXPECT_EQ(refused.code, 3) << refused.err;
  EXPECT_THAT(refused.err,
              AllOf(HasSubstr("remarque\u202f: colonnes laissées de côté, car absentes du "
                              "schéma\u202f: shoe"),
                    HasSubstr("1 ligne refusée\u202f; elle est dans "), Not(HasSubstr("notice"))));
}

TEST_F(EmbeddedTest, SaysHowToComeToAScore) {
  ImportAndTrain(200);
  const Outcome scored = Cible({"score", folder_.Path("sample.csv")});
  EXPECT_EQ(scored.code, 1);
  EXPECT_THAT(scored.err, HasSubstr("import with --outcome COLUMN=VALUE"));
}

TEST_F(EmbeddedTest, ModelsAreKeptActivatedAndRolledBack) {
  ImportAndTrain(300);
  const Outcome second = Cible({"train", "--segments", "4", "--stability", "0", "--seed", "5"});
  ASSERT_EQ(second.code, 0) << second.err;
  EXPECT_THAT(second.err, HasSubstr("cible models activate m2"));
  EXPECT_EQ(Cible({"models", "activate", "m2"}).code, 0);
  EXPECT_THAT(Cible({"models", "list", "--format", "csv"}).out, HasSubstr("\nm2,true,mixture,4,"));
  EXPECT_EQ(Cible({"models", "rollback"}).code, 0);
  EXPECT_THAT(Cible({"models", "list", "--format", "csv"}).out, HasSubstr("\nm1,true,mixture,3,"));
  EXPECT_EQ(LineCount(Cible({"runs", "list"}).out), 3);
}

TEST_F(EmbeddedTest, SchemaIsShownEditedAndSet) {
  ASSERT_EQ(Cible({"contacts", "import", WriteSample(100)}).code, 0);
  ASSERT_EQ(Cible({"schema", "show", "--output", folder_.Path("s.schema")}).code, 0);
  std::string text = folder_.Read("s.schema");
  const std::string role = "role: ROLE_FEATURE";
  text.replace(text.find(role), role.size(), "role: ROLE_IGNORED");
  EXPECT_EQ(Cible({"schema", "set", folder_.Write("s.schema", text), "--check"}).code, 0);
  EXPECT_THAT(Cible({"schema", "show"}).out, Not(HasSubstr("IGNORED")));
  EXPECT_EQ(Cible({"schema", "set", folder_.Path("s.schema")}).code, 0);
  EXPECT_THAT(Cible({"schema", "show"}).out, HasSubstr("IGNORED"));
  // Its etag is now out of date.
  EXPECT_EQ(Cible({"schema", "set", folder_.Path("s.schema")}).code, 1);
}

TEST_F(EmbeddedTest, ExportMatrixWritesAllContacts) {
  ImportAndTrain(300);
  const Outcome exported = Cible({"export-matrix", folder_.Path("x.npy"), "--labels",
                                  folder_.Path("y.npy"), "--names", folder_.Path("names.txt")});
  ASSERT_EQ(exported.code, 0) << exported.err;
  EXPECT_THAT(folder_.Read("y.npy"), HasSubstr("'shape': (300,)"));
  EXPECT_THAT(folder_.Read("x.npy"),
              HasSubstr("(300, " + std::to_string(LineCount(folder_.Read("names.txt"))) + ")"));
}

TEST_F(EmbeddedTest, SaysThatAServerHasTheFolder) {
  const auto server = Server::Start({.data_dir = folder_.Path("data"), .listen = ""});
  ASSERT_TRUE(server.ok()) << server.status();
  const Outcome personas = Cible({"personas"});
  EXPECT_EQ(personas.code, 1);
  EXPECT_EQ(personas.err,
            "cible: a server runs on this folder; use --server ADDR to ask it, or stop it first\n");
}

TEST_F(EmbeddedTest, BeforeTrainingEveryCommandSaysWhatToDo) {
  ASSERT_EQ(Cible({"contacts", "import", WriteSample(50)}).code, 0);
  for (const char* command : {"personas", "segments", "match", "typing-tool", "core-target"}) {
    const Outcome outcome = Cible({command});
    EXPECT_EQ(outcome.code, 1) << command;
    EXPECT_THAT(outcome.err, HasSubstr("train")) << command;
  }
  EXPECT_EQ(Cible({"contacts", "export"}).code, 0);
}

// 200 customers, the more margin the more visits, and 40 leads.
TEST_F(EmbeddedTest, FindsTheIdealCustomerAndLookalikes) {
  std::string customers = "id,margin,visits,city\n";
  for (int i = 0; i < 200; ++i) {
    absl::StrAppend(&customers, "c", i, ",", i, ".5,", i / 10, ",", i % 2 ? "Lyon" : "Nantes",
                    "\n");
  }
  std::string leads = "id,visits,city\n";
  for (int i = 0; i < 40; ++i) absl::StrAppend(&leads, "l", 10 + i, ",", i / 2, ",Lyon\n");
  ASSERT_EQ(Cible({"contacts", "import", folder_.Write("customers.csv", customers), "--stage",
                   "customer"})
                .code,
            0);
  ASSERT_EQ(
      Cible({"contacts", "import", folder_.Write("leads.csv", leads), "--stage", "lead"}).code, 0);
  const Outcome icp = Cible({"icp"});
  EXPECT_EQ(icp.code, 0) << icp.err;
  EXPECT_THAT(icp.out, StartsWith("IDEAL CUSTOMER\n\nThe best fifth, 40 of 200 customers, bring"));
  EXPECT_THAT(icp.out, HasSubstr("Visits of 1"));
  const Outcome confirmed = Cible({"icp", "--confirm-negative", "--language", "fr"});
  EXPECT_THAT(confirmed.out, HasSubstr("Confirmé par ")) << confirmed.err;
  EXPECT_THAT(Cible({"icp", "--withdraw-negative"}).out, HasSubstr("Advice, until somebody"));
  EXPECT_EQ(Cible({"icp", "--confirm-negative", "--withdraw-negative"}).code, 2);
  EXPECT_THAT(Cible({"icp", "--format", "csv"}).out, HasSubstr("\nideal,visits,"));
  EXPECT_THAT(Cible({"icp", "--format", "json"}).out, HasSubstr("PROFILE_BASIS_FULL"));
  const std::string like = folder_.Path("like.csv");
  const Outcome found = Cible({"lookalikes", "--limit", "3", "--output", like});
  EXPECT_EQ(found.code, 0) << found.err;
  EXPECT_THAT(found.out, HasSubstr("HOW FAR A SIMILARITY REACHES"));
  EXPECT_THAT(Cible({"lookalikes", "--limit", "3", "--format", "csv"}).out,
              StartsWith("contact,similarity,reasons\nl4"));
  EXPECT_EQ(Cible({"lookalikes", "--min-similarity", "2"}).code, 2);
}

}  // namespace
}  // namespace cible
