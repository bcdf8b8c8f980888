// `cible lifecycle` and `cible qualify` against the real service inside this process.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "clients/cli/commands.h"
#include "tests/clients/cli/scratch_file.h"

namespace cible {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

struct Outcome {
  int code = 0;
  std::string out;
  std::string err;
};

// So many days before today in UTC, the zone of the workspace.
std::string DayBefore(int days) {
  return absl::FormatCivilTime(absl::ToCivilDay(absl::Now(), absl::UTCTimeZone()) - days);
}

class LifecycleEmbeddedTest : public testing::Test {
 protected:
  Outcome Cible(std::vector<std::string> arguments) {
    std::istringstream in;
    std::ostringstream out, err;
    Console console{in, out, err, 0, false, false};
    arguments.insert(arguments.end(), {"--embedded", folder_.Path("data")});
    const int code = RunCible(arguments, console);
    return {code, out.str(), err.str()};
  }

  // Ana has bought, Ben wants to see how it works, of Cleo nothing is known but her age.
  void Store() {
    StoreContacts();
    RecordEvents();
  }

  void StoreContacts() {
    const std::string contacts = folder_.Write("people.csv", "id,age\nana,31\nben,42\ncleo,53\n");
    const Outcome imported = Cible({"contacts", "import", contacts});
    ASSERT_EQ(imported.code, 0) << imported.err;
  }

  void RecordEvents() {
    const std::string events = folder_.Write(
        "events.csv", absl::StrCat("contact,type,time,amount,order\n",          //
                                   "ana,purchase,", DayBefore(3), ",120,o1\n",  //
                                   "ben,visit,", DayBefore(2), ",,\nben,form,", DayBefore(2),
                                   ",,\nben,demo,", DayBefore(1), ",,\n"));
    const Outcome recorded = Cible({"events", "import", events});
    ASSERT_EQ(recorded.code, 0) << recorded.err;
  }

  // The policy of the workspace as a file of this name.
  std::string WritePolicy(const std::string& name) {
    const Outcome shown = Cible({"lifecycle", "show", "--output", folder_.Path(name)});
    EXPECT_EQ(shown.code, 0) << shown.err;
    return folder_.Path(name);
  }

  // The file with a text in place of another.
  void Replace(const std::string& name, const std::string& was, const std::string& is) {
    const std::string text = folder_.Read(name);
    EXPECT_THAT(text, HasSubstr(was));
    folder_.Write(name, absl::StrReplaceAll(text, {{was, is}}));
  }

  ScratchFolder folder_;
};

TEST_F(LifecycleEmbeddedTest, ThePolicyIsShownAsTextThatIsTakenBack) {
  const Outcome shown = Cible({"lifecycle", "show"});
  EXPECT_EQ(shown.code, 0) << shown.err;
  EXPECT_EQ(shown.err, "notice: nobody has changed the policy; this is the default one\n");
  EXPECT_THAT(shown.out, HasSubstr("\nname: \"workspaces/default/lifecyclePolicy\"\n"));
  const Outcome of_nobody = Cible({"lifecycle", "show", "--default"});
  EXPECT_EQ(of_nobody.err, "");
  EXPECT_EQ(absl::StrReplaceAll(shown.out, {{"workspaces/default/lifecyclePolicy", ""}}),
            of_nobody.out);
  EXPECT_THAT(Cible({"lifecycle", "show", "--format", "csv"}).out,
              AllOf(StartsWith("field,was,is\ncustomer,,"), HasSubstr("\nhot,,")));
  const Outcome set = Cible({"lifecycle", "set", WritePolicy("mine.policy")});
  EXPECT_EQ(set.code, 0) << set.err;
  EXPECT_EQ(set.err, "The policy is this one already; nothing changes.\n");
}

TEST_F(LifecycleEmbeddedTest, SettingAPolicyTellsWhatChanged) {
  const std::string path = WritePolicy("mine.policy");
  Replace("mine.policy", "_after_days: 730", "_after_days: 365");
  const std::string differences =
      "dormant_customer_is_prospect_after_days\n  was  730\n  is   365\n";
  const Outcome checked = Cible({"lifecycle", "set", path, "--validate-only"});
  EXPECT_EQ(checked.code, 0) << checked.err;
  EXPECT_EQ(checked.out, differences);
  EXPECT_THAT(checked.err, StartsWith("Nothing is wrong with it. Nothing was changed; "));
  const Outcome set = Cible({"lifecycle", "set", path});
  EXPECT_EQ(set.out, differences);
  EXPECT_EQ(set.err, "The policy counts from now on; contacts are classified anew.\n");
  EXPECT_THAT(Cible({"lifecycle", "show"}).out, HasSubstr("_after_days: 365\n"));
}

TEST_F(LifecycleEmbeddedTest, ARefusedPolicyIsShownTheLineToMend) {
  const std::string path = WritePolicy("mine.policy");
  Replace("mine.policy", "ambassador: \"referrals > 0\"", "ambassador: \"refferals > 0\"");
  for (const char* command : {"set", "preview"}) {
    const Outcome refused = Cible({"lifecycle", command, path});
    EXPECT_EQ(refused.code, 1);
    EXPECT_THAT(refused.err,
                AllOf(StartsWith(absl::StrCat("cible: ", path, ", line ")),
                      HasSubstr(": ambassador: filter, position 1: attribute \"refferals\" is not "
                                "in the schema"),
                      HasSubstr(" | ambassador: \"refferals > 0\"\n")));
  }
}

TEST_F(LifecycleEmbeddedTest, APolicyThatSomebodyChangedMeanwhileIsNotOverwritten) {
  WritePolicy("first.policy");
  Replace("first.policy", "_after_days: 730", "_after_days: 365");
  ASSERT_EQ(Cible({"lifecycle", "set", folder_.Path("first.policy")}).code, 0);
  const std::string mine = WritePolicy("mine.policy");
  Replace("first.policy", "_after_days: 365", "_after_days: 100");
  ASSERT_EQ(Cible({"lifecycle", "set", folder_.Path("first.policy")}).code, 0);
  const Outcome refused = Cible({"lifecycle", "set", mine});
  EXPECT_EQ(refused.code, 1);
  EXPECT_EQ(refused.err,
            absl::StrCat("cible: the policy was changed since ", mine,
                         " was written; `cible lifecycle show --output FILE` writes it as it is "
                         "now. To put yours in its place, take the line with the etag out of the "
                         "file\n"));
  const std::string text = folder_.Read("mine.policy");
  folder_.Write("mine.policy", text.substr(0, text.find("etag: ")));
  EXPECT_EQ(Cible({"lifecycle", "set", mine}).code, 0);
}

TEST_F(LifecycleEmbeddedTest, APreviewCountsWhoWouldChangeAndNamesSome) {
  Store();
  const std::string path = WritePolicy("mine.policy");
  EXPECT_EQ(Cible({"lifecycle", "preview", path}).out,
            absl::StrCat("None of 3 contacts would change, as of ", DayBefore(0), ".\n"));
  Replace("mine.policy", "hot: \"engagement >= 8", "hot: \"engagement >= 100");
  const Outcome preview = Cible({"lifecycle", "preview", path});
  EXPECT_EQ(preview.code, 0) << preview.err;
  EXPECT_EQ(preview.out, absl::StrCat("1 of 3 contacts would change, as of ", DayBefore(0),
                                      ".\n\n"
                                      "FIELD        FROM            TO       CONTACTS  SUCH AS\n"
                                      "temperature  hot          →  warm            1  ben\n"
                                      "next action  contact now  →  qualify         1  ben\n"));
  EXPECT_EQ(Cible({"lifecycle", "preview", path, "--format", "csv"}).out,
            "field,from,to,contacts,samples\ntemperature,HOT,WARM,1,ben\n"
            "next_action,CONTACT_NOW,QUALIFY,1,ben\n");
  EXPECT_THAT(Cible({"qualify", "ben"}).out, HasSubstr("temperature          hot\n"));
}

TEST_F(LifecycleEmbeddedTest, OneContactIsToldAtLengthSeveralALineEach) {
  Store();
  const Outcome ben = Cible({"qualify", "ben"});
  EXPECT_EQ(ben.code, 0) << ben.err;
  EXPECT_THAT(ben.out, AllOf(StartsWith("ben\n  relation             prospect\n"
                                        "  temperature          hot\n"),
                             HasSubstr("\nNEXT\n  Contact now"), HasSubstr("\nWHY\n"),
                             HasSubstr("      interest_shown: 2\n"),
                             Not(HasSubstr("FOR THE CONTACT CONCERNED"))));
  const Outcome explained = Cible({"qualify", "ben", "--explain", "--language", "fr"});
  EXPECT_THAT(explained.out, HasSubstr("\nPOUR LE CONTACT CONCERNÉ\n"));
  const Outcome both = Cible({"qualify", "ana", "ben"});
  EXPECT_THAT(both.out, AllOf(StartsWith("ID   RELATION      TEMPERATURE"),
                              HasSubstr("\nana  new customer  "), HasSubstr("\nben  prospect ")));
  const Outcome reasons = Cible({"qualify", "ana", "ben", "--reasons"});
  EXPECT_THAT(reasons.out, AllOf(StartsWith("ana\n"), HasSubstr("\n\nben\n")));
  const Outcome nobody = Cible({"qualify", "dora"});
  EXPECT_EQ(nobody.code, 1);
}

TEST_F(LifecycleEmbeddedTest, WithoutArgumentsThoseWhoNeedAttentionAreListed) {
  EXPECT_EQ(Cible({"qualify"}).out,
            "No stored contact is to be contacted now or to be qualified.\n");
  Store();
  const Outcome listed = Cible({"qualify"});
  EXPECT_EQ(listed.code, 0) << listed.err;
  EXPECT_THAT(listed.out, AllOf(StartsWith("1 to contact now, 1 to qualify.\n\nID "),
                                HasSubstr("\nben "), HasSubstr("\ncleo "), Not(HasSubstr("ana"))));
  EXPECT_LT(listed.out.find("\nben "), listed.out.find("\ncleo "));
  EXPECT_THAT(Cible({"qualify", "--limit", "1"}).out, Not(HasSubstr("\ncleo ")));
  EXPECT_THAT(Cible({"qualify", "--format", "csv"}).out, StartsWith("id,relation,"));
}

TEST_F(LifecycleEmbeddedTest, ALeadIsQualifiedAgainstTheOfferOfTheMoment) {
  Store();
  const Outcome unknown = Cible({"qualify", "--set", "average_order=300"});
  EXPECT_EQ(unknown.code, 0) << unknown.err;
  EXPECT_THAT(unknown.out, HasSubstr("  budget               ? unknown "));
  const Outcome met =
      Cible({"qualify", "--set", "average_order=300", "--min-price", "200", "--max-price", "500"});
  EXPECT_EQ(met.code, 0) << met.err;
  EXPECT_THAT(met.out, AllOf(StartsWith("  relation             lead\n"),
                             HasSubstr("  budget               ✓ met         +25\n")));
  const Outcome empty =
      Cible({"qualify", "--set", "age=30", "--min-price", "600", "--max-price", "500"});
  EXPECT_EQ(empty.code, 1);
  EXPECT_THAT(empty.err, HasSubstr("the range of prices is empty"));
  EXPECT_EQ(Cible({"qualify", "--set", "age=30", "--offer", "nothing"}).code, 1);
}

TEST_F(LifecycleEmbeddedTest, AFileIsAnsweredRowByRow) {
  Store();
  const std::string leads =
      folder_.Write("leads.csv", "id,age,average_order\nx1,30,300\nx2,old,\nx3,,\n");
  const std::string output = folder_.Path("out.csv");
  const Outcome answered = Cible({"qualify", leads, "--output", output, "--max-price", "500"});
  EXPECT_EQ(answered.code, 3) << answered.err;
  EXPECT_THAT(answered.err, HasSubstr("leads.rejected.csv has it, with the reason"));
  EXPECT_THAT(folder_.Read("out.csv"),
              AllOf(StartsWith("id,relation,customer_stage,awareness,temperature,fit,budget,"
                               "authority,need,timing,score,next_action,next_action_text,offers,"),
                    HasSubstr("\nx1,LEAD,NONE,"), HasSubstr(",MET,,,,25,QUALIFY,"),
                    HasSubstr("\nx3,LEAD,NONE,"), Not(HasSubstr("\nx2,"))));
  EXPECT_THAT(folder_.Read("leads.rejected.csv"), HasSubstr("\nx2,old,,"));
  EXPECT_THAT(Cible({"qualify", leads, "--reasons"}).out,
              HasSubstr("relation LEAD: no first contact is known"));
}

TEST_F(LifecycleEmbeddedTest, WhatDoesNotGoTogetherIsWrongUsage) {
  const auto said = [&](const std::vector<std::string>& arguments) {
    const Outcome outcome = Cible(arguments);
    EXPECT_EQ(outcome.code, 2);
    return outcome.err;
  };
  EXPECT_THAT(said({"qualify", "ana", "--offer", "plan"}),
              HasSubstr("stored contacts are qualified as of today against main_offer"));
  EXPECT_THAT(said({"qualify", "ana", "ben", "--output", "out.csv"}),
              HasSubstr("--output goes with one FILE"));
  EXPECT_THAT(said({"qualify", "--set", "age=30", "--explain"}),
              HasSubstr("--explain is a text for a contact that is stored"));
  EXPECT_THAT(said({"lifecycle", "override", "ana", "relation", "--author", "A", "--reason", "R"}),
              HasSubstr("an override needs FIELD=VALUE"));
  EXPECT_THAT(said({"lifecycle", "override", "ana", "relation=lead"}), HasSubstr("--author"));
}

TEST_F(LifecycleEmbeddedTest, WhatAPersonSaysCountsUntilItIsTakenBack) {
  Store();
  const std::vector<std::string> by = {"--author", "Ana Ruiz", "--reason", "on the phone"};
  std::vector<std::string> arguments = {"lifecycle",       "override", "cleo",
                                        "temperature=hot", "--until",  DayBefore(-7)};
  arguments.insert(arguments.end(), by.begin(), by.end());
  const Outcome said = Cible(arguments);
  EXPECT_EQ(said.code, 0) << said.err;
  EXPECT_THAT(
      said.out,
      AllOf(HasSubstr("  temperature          hot (Ana Ruiz said so)\n"),
            HasSubstr(absl::StrCat(", until ", DayBefore(-8), " 00:00 UTC: on the phone\n"))));
  arguments = {"lifecycle", "override", "cleo", "temperature", "--withdraw"};
  arguments.insert(arguments.end(), by.begin(), by.end());
  const Outcome withdrawn = Cible(arguments);
  EXPECT_EQ(withdrawn.code, 0) << withdrawn.err;
  EXPECT_THAT(withdrawn.out, HasSubstr("  temperature          unknown\n"));
}

TEST_F(LifecycleEmbeddedTest, HistoryTellsWhatChangedAndWhy) {
  EXPECT_THAT(Cible({"lifecycle", "history"}).err, HasSubstr("nothing has changed yet"));
  StoreContacts();
  ASSERT_EQ(Cible({"qualify", "ana"}).code, 0);  // How they stand is noted by then.
  RecordEvents();
  const Outcome of_ana =
      Cible({"lifecycle", "history", "--contact", "ana", "--field", "relation", "--format", "csv"});
  EXPECT_EQ(of_ana.code, 0) << of_ana.err;
  EXPECT_THAT(of_ana.out, AllOf(StartsWith("day,contact,field,from,to,reason,create_time\n"),
                                HasSubstr(",ana,relation,LEAD,CUSTOMER,customer: "),
                                Not(HasSubstr("ben")), Not(HasSubstr("temperature"))));
  const Outcome latest = Cible({"lifecycle", "history", "--limit", "1"});
  EXPECT_THAT(latest.err, HasSubstr("there are earlier ones; raise --limit"));
  EXPECT_THAT(latest.out, StartsWith("DAY         CONTACT  FIELD"));
}

}  // namespace
}  // namespace cible
