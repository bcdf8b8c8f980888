// `cible events` and what it changes elsewhere, against the real service inside
// this process.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>
#include <vector>

#include "absl/strings/str_cat.h"
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

class EventsEmbeddedTest : public testing::Test {
 protected:
  Outcome Cible(std::vector<std::string> arguments) {
    std::istringstream in;
    std::ostringstream out, err;
    Console console{in, out, err, 0, false, false};
    arguments.insert(arguments.end(), {"--embedded", folder_.Path("data")});
    const int code = RunCible(arguments, console);
    return {code, out.str(), err.str()};
  }

  Outcome Import(const std::string& csv, std::vector<std::string> options = {}) {
    options.insert(options.begin(), {"events", "import", folder_.Write("orders.csv", csv)});
    return Cible(options);
  }

  ScratchFolder folder_;
};

// Two equal lines, a line without a contact, a cancellation.
constexpr const char* kOrders =
    "InvoiceNo,StockCode,Quantity,InvoiceDate,UnitPrice,CustomerID\n"
    "1,A,2,2026-03-28 09:00:00,2.50,ana\n"
    "1,A,2,2026-03-28 09:00:00,2.50,ana\n"
    "2,B,1,2026-03-29 02:30:00,10,ana\n"
    "C2,B,-1,2026-03-30,10,ana\n"
    "3,B,1,2026-03-30 10:00:00,10,\n"
    "4,B,1,2026-03-30 11:00:00,10,bob\n";

TEST_F(EventsEmbeddedTest, ImportsEventsAndImportingTwiceChangesNothing) {
  const Outcome once = Import(kOrders, {"--type", "purchase"});
  EXPECT_EQ(once.code, 0) << once.err;
  EXPECT_THAT(once.out, StartsWith("5 recorded, 0 replaced, 0 unchanged, 0 cancelled before, 0 "
                                   "refused, 1 set aside, 2 contacts created, in "));
  EXPECT_THAT(once.err,
              AllOf(HasSubstr("InvoiceNo is the order, StockCode the item, Quantity the quantity, "
                              "InvoiceDate the time, UnitPrice the unit price, CustomerID the "
                              "contact. To read a column otherwise, give --as COLUMN=ROLE\n"),
                    HasSubstr("1 line without a contact was set aside\n"),
                    HasSubstr("2 contacts were stored as leads, with nothing known of them but "
                              "what they did\n"),
                    HasSubstr("Nothing is trained yet; `cible train --as-of 2026-03-30` finds "
                              "segments in what your "
                              "contacts do, as they stood after the last of these events.\n")));
  const Outcome twice = Import(kOrders, {"--type", "purchase", "--format", "csv"});
  EXPECT_EQ(twice.code, 0) << twice.err;
  EXPECT_THAT(twice.out, StartsWith("recorded,replaced,unchanged,cancelled,refused,set_aside,"
                                    "contacts_created,seconds,rejected_file\n0,0,5,0,0,1,0,"));
  EXPECT_THAT(twice.err, Not(AnyOf(HasSubstr("stored as leads"), HasSubstr("cible train"))));
  // Of 20 in two orders, 10 were cancelled.
  EXPECT_THAT(Cible({"contacts", "get", "ana", "--format", "csv"}).out,
              AllOf(HasSubstr("\nfrequency,2\n"), HasSubstr("\nmonetary,10\n")));
}

TEST_F(EventsEmbeddedTest, TheDossierTellsWhatTheContactDid) {
  ASSERT_EQ(Import(kOrders, {"--type", "purchase"}).code, 0);
  EXPECT_THAT(Cible({"contacts", "dossier", "ana"}).out, HasSubstr("purchase 1 A 5"));
}

TEST_F(EventsEmbeddedTest, AnotherPartIsOtherEvents) {
  ASSERT_EQ(Import(kOrders, {"--type", "purchase", "--part", "january"}).code, 0);
  EXPECT_THAT(Import(kOrders, {"--type", "purchase", "--part", "february"}).out,
              StartsWith("5 recorded, "));
  EXPECT_THAT(Import(kOrders, {"--type", "purchase", "--part", "january"}).out,
              StartsWith("0 recorded, 0 replaced, 5 unchanged, "));
}

TEST_F(EventsEmbeddedTest, ListsEventsInTheZoneOfTheWorkspace) {
  ASSERT_EQ(Cible({"workspace", "set", "--time-zone", "Europe/Paris"}).code, 0);
  ASSERT_EQ(Import(kOrders, {"--type", "purchase"}).code, 0);
  const Outcome listed = Cible({"events", "list", "ana", "--format", "csv"});
  EXPECT_EQ(listed.code, 0) << listed.err;
  EXPECT_THAT(listed.out, StartsWith("time,type,order,item,amount,channel,id\n"
                                     "2026-03-30,return,C2,B,-10,,"));
  EXPECT_THAT(listed.out, HasSubstr("\n2026-03-29T03:30:00+02:00,purchase,2,B,10,,"));
  EXPECT_THAT(listed.out, HasSubstr("\n2026-03-28T09:00:00+01:00,purchase,1,A,5,,"));
  const Outcome some = Cible({"events", "list", "ana", "--limit", "2"});
  EXPECT_THAT(some.out, AllOf(HasSubstr("2026-03-29 03:30:00  purchase"), Not(HasSubstr("  A  "))));
  EXPECT_THAT(some.err, HasSubstr("these are the latest 2 of 4 events; raise --limit"));
  EXPECT_EQ(Cible({"events", "list", "nobody"}).code, 1);
}

TEST_F(EventsEmbeddedTest, CancelsEventsForGood) {
  const std::string csv =
      "event_id,client,date,type,amount\ne1,ana,2026-03-28,achat,5\ne2,ana,2026-03-28,achat,7\n";
  ASSERT_EQ(Import(csv).code, 0);
  const Outcome cancelled = Cible({"events", "cancel", "ana", "e1", "e9", "--format", "csv"});
  EXPECT_EQ(cancelled.code, 0) << cancelled.err;
  EXPECT_EQ(cancelled.out, "cancelled,unrecorded\n1,1\n");
  EXPECT_THAT(cancelled.err, HasSubstr("1 id is of no event that is recorded; one that comes "
                                       "under it later will not count"));
  EXPECT_THAT(Import(csv).out, StartsWith("0 recorded, 0 replaced, 1 unchanged, 1 cancelled"));
  EXPECT_THAT(Cible({"events", "list", "ana", "--format", "csv"}).out,
              AllOf(HasSubstr(",e2\n"), Not(HasSubstr(",e1\n"))));
}

TEST_F(EventsEmbeddedTest, RefusesUnknownContactsWhereAskedTo) {
  ASSERT_EQ(
      Cible({"contacts", "import", folder_.Write("list.csv", "id,age\nana,31\ncarol,40\n")}).code,
      0);
  const std::string csv = "client,date,type\nana,2026-03-28,visite\nbob,2026-03-28,visite\n";
  const Outcome refused = Import(csv, {"--unknown-contacts", "refuse"});
  EXPECT_EQ(refused.code, 3) << refused.err;
  EXPECT_THAT(refused.out, StartsWith("1 recorded, 0 replaced, 0 unchanged, 0 cancelled before, 1 "
                                      "refused, 0 set aside, 0 contacts created"));
  EXPECT_THAT(folder_.Read("orders.rejected.csv"),
              HasSubstr("bob,2026-03-28,visite,\"line 3: there is no such contact"));
  const Outcome none =
      Import("client,date,type\nbob,2026-03-28,visite\n", {"--unknown-contacts", "refuse"});
  EXPECT_EQ(none.code, 1);
  EXPECT_THAT(none.err, HasSubstr("no event was stored; "));
}

TEST_F(EventsEmbeddedTest, TellsWhatIsOddAboutAFile) {
  const Outcome imported = Import(
      "client,date,type,commande\nana,2026-03-28,achat,1\nbob,2026-03-28,achat,1\n"
      "bob,2026-03-28,Loyalty card,\n");
  EXPECT_EQ(imported.code, 0) << imported.err;
  EXPECT_THAT(imported.err, HasSubstr("1 order has lines of several contacts: each contact has its "
                                      "own lines, as an order of its own"));
  EXPECT_THAT(imported.err, HasSubstr("1 event is of a type that Cible does not know: stored as "
                                      "custom, under the word it has"));
  EXPECT_THAT(Cible({"events", "list", "bob"}).out, HasSubstr("Loyalty card"));
}

TEST_F(EventsEmbeddedTest, SaysWhatIsWrongWithTheArguments) {
  EXPECT_EQ(Import(kOrders).code, 1);
  EXPECT_THAT(Import(kOrders).err,
              HasSubstr("orders.csv: nothing says what happened; give --type"));
  const Outcome role = Import(kOrders, {"--as", "CustomerID=customer"});
  EXPECT_EQ(role.code, 2);
  EXPECT_THAT(role.err, HasSubstr("--as takes COLUMN=ROLE; ROLE is order, contact, "));
}

// Everything that was known of its contacts came from events.
TEST_F(EventsEmbeddedTest, TheFirstContactsAfterEventsAreInferredAllTheSame) {
  ASSERT_EQ(Import(kOrders, {"--type", "purchase"}).code, 0);
  const Outcome imported =
      Cible({"contacts", "import", folder_.Write("list.csv", "id,age\nana,31\nbob,40\n")});
  EXPECT_EQ(imported.code, 0) << imported.err;
  EXPECT_THAT(imported.out, StartsWith("0 created, 2 updated"));
  EXPECT_THAT(imported.err, HasSubstr("1 attribute inferred from 2 rows"));
  EXPECT_THAT(Cible({"contacts", "get", "ana", "--format", "csv"}).out,
              AllOf(HasSubstr("\nage,31\n"), HasSubstr("\nfrequency,2\n")));
}

TEST_F(EventsEmbeddedTest, AnExportReadBackSetsWhatIsDerivedAside) {
  ASSERT_EQ(
      Cible({"contacts", "import", folder_.Write("list.csv", "id,age\nana,31\nbob,40\n")}).code, 0);
  ASSERT_EQ(Import(kOrders, {"--type", "purchase"}).code, 0);
  const Outcome exported = Cible({"contacts", "export", "--output", folder_.Path("export.csv")});
  ASSERT_EQ(exported.code, 0) << exported.err;
  ASSERT_THAT(folder_.Read("export.csv"), HasSubstr("frequency"));
  const Outcome imported = Cible({"contacts", "import", folder_.Path("export.csv")});
  EXPECT_EQ(imported.code, 0) << imported.err;
  EXPECT_THAT(imported.out, StartsWith("0 created, 0 updated, 2 unchanged, 0 refused"));
  EXPECT_THAT(imported.err, AllOf(HasSubstr("set aside, since derived from events: "),
                                  HasSubstr("frequency"), Not(HasSubstr("frequency: "))));
}

// "segment" and "persona" became attributes of contacts of whom nothing was stated.
TEST_F(EventsEmbeddedTest, AnExportOfWhatIsDerivedAddsNothing) {
  ASSERT_EQ(Import(kOrders, {"--type", "purchase"}).code, 0);
  ASSERT_EQ(Cible({"contacts", "export", "--output", folder_.Path("export.csv")}).code, 0);
  const std::string schema = Cible({"schema", "show", "--format", "csv"}).out;
  const Outcome imported = Cible({"contacts", "import", folder_.Path("export.csv")});
  EXPECT_EQ(imported.code, 1);
  EXPECT_THAT(
      imported.err,
      AllOf(HasSubstr("set aside, since derived from events: recency_days, frequency"),
            HasSubstr("set aside, since not in the schema: segment, persona; --infer"),
            HasSubstr("export.csv: nothing of it can be stored: beside the ids, its columns are "
                      "derived or not in the schema; --infer adds those that are not "
                      "derived\n")));
  EXPECT_EQ(Cible({"schema", "show", "--format", "csv"}).out, schema);
}

TEST_F(EventsEmbeddedTest, WorkspaceSetKeepsWhatIsNotGiven) {
  const Outcome set =
      Cible({"workspace", "set", "--large-order", "20", "--item-category", "tea=A,T*"});
  EXPECT_EQ(set.code, 0) << set.err;
  ASSERT_EQ(Cible({"workspace", "set", "--half-life", "14", "--events-complete", "yes"}).code, 0);
  const Outcome shown = Cible({"workspace", "show", "--format", "csv"});
  EXPECT_THAT(shown.out, AllOf(HasSubstr("\nlarge_order_amount,20 EUR\n"),
                               HasSubstr("\nengagement_half_life_days,14 days\n"),
                               HasSubstr("\nevents_are_complete,yes\n"),
                               HasSubstr("\nearliest_event_date,2000-01-01 (the default)\n"),
                               HasSubstr("\nevent_lead_days,1 day from now (the default)\n"),
                               HasSubstr("\nitem_categories.tea,\"A, T*\"\n")));
  ASSERT_EQ(Import(kOrders, {"--type", "purchase"}).code, 0);
  EXPECT_THAT(Cible({"contacts", "get", "ana", "--format", "csv"}).out,
              HasSubstr("\nmonetary_tea,10\n"));
  EXPECT_THAT(Cible({"workspace", "set", "--item-category", "tea="}).out,
              Not(HasSubstr("items of tea")));
}

}  // namespace
}  // namespace cible
