#include "clients/cli/event_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "absl/strings/str_cat.h"
#include "segmentation/data/date_text.h"
#include "server/wire/instant_wire.h"
#include "tests/clients/cli/scratch_file.h"

namespace cible {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

EventFileOptions Purchases() {
  return {.choices = {}, .type = EventTypeText{v1::EVENT_TYPE_PURCHASE, ""}, .part = ""};
}

std::string When(const v1::Event& event) {
  if (event.has_date()) {
    return absl::StrCat(event.date().year(), "-", event.date().month(), "-", event.date().day());
  }
  return FormatTimestamp(*TimestampFromProto(event.time()));
}

class EventFileTest : public testing::Test {
 protected:
  EventFileTest() { EXPECT_TRUE(absl::LoadTimeZone("Europe/Paris", &paris_)); }

  void Open(const std::string& csv, const EventFileOptions& options = Purchases()) {
    auto file = EventFile::Open(folder_.Write("events.csv", csv), options);
    ASSERT_TRUE(file.ok()) << file.status();
    file_ = *std::move(file);
  }

  // All of the file, read in Paris.
  EventBlock ReadAll() {
    EventBlock all;
    while (!all.at_end) {
      auto block = file_->Read(paris_);
      EXPECT_TRUE(block.ok()) << block.status();
      if (!block.ok()) return all;
      all.events.MergeFrom(block->events);
      all.refused.insert(all.refused.end(), block->refused.begin(), block->refused.end());
      all.without_contact += block->without_contact;
      all.custom += block->custom;
      all.at_end = block->at_end;
    }
    return all;
  }

  std::vector<std::string> Times(const std::string& csv) {
    Open(csv);
    std::vector<std::string> times;
    for (const v1::Event& event : ReadAll().events) times.push_back(When(event));
    return times;
  }

  std::vector<std::string> Reasons(const std::string& csv,
                                   const EventFileOptions& options = Purchases()) {
    Open(csv, options);
    std::vector<std::string> reasons;
    for (const RefusedRow& row : ReadAll().refused) {
      reasons.push_back(absl::StrCat(row.line, " ", row.reason));
    }
    return reasons;
  }

  ScratchFolder folder_;
  absl::TimeZone paris_;
  std::unique_ptr<EventFile> file_;
};

TEST_F(EventFileTest, ReadsALineOfAShop) {
  Open(
      "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n"
      "C536379,D,Discount,-1,2010-12-01 09:41:00,27.5,14527.0,United Kingdom\n");
  const EventBlock block = ReadAll();
  ASSERT_EQ(block.events.size(), 1);
  const v1::Event& event = block.events[0];
  EXPECT_EQ(event.contact(), "14527.0");
  EXPECT_EQ(event.order(), "C536379");
  EXPECT_EQ(event.item(), "D");
  EXPECT_EQ(event.quantity(), -1);
  EXPECT_EQ(event.unit_price(), 27.5);
  EXPECT_FALSE(event.has_amount());
  EXPECT_EQ(event.type(), v1::EVENT_TYPE_PURCHASE);
  EXPECT_EQ(When(event), "2010-12-01T08:41:00Z");
  EXPECT_EQ(event.id().size(), 34u);
}

TEST_F(EventFileTest, ReadsEveryRole) {
  Open(
      "event_id,client,date,type,commande,montant,list price,marge,canal,source,campagne,devise\n"
      "e1,ana,2026-11-02,achat,o1,\"12,50\",15,3,web,search,noel,eur\n",
      {});
  const EventBlock block = ReadAll();
  ASSERT_EQ(block.events.size(), 1);
  const v1::Event& event = block.events[0];
  EXPECT_EQ(event.id(), "e1");
  EXPECT_EQ(event.amount(), 12.5);
  EXPECT_EQ(event.list_price(), 15);
  EXPECT_EQ(event.margin(), 3);
  EXPECT_EQ(event.channel(), "web");
  EXPECT_EQ(event.source(), "search");
  EXPECT_EQ(event.campaign(), "noel");
  EXPECT_EQ(event.currency_code(), "EUR");
}

TEST_F(EventFileTest, ReadsEachTimeByWhatStandsInItsCell) {
  EXPECT_THAT(Times("client,date\n"
                    "a,2026-11-02\n"
                    "a,2026-11-02 00:00\n"
                    "a,2026-11-02 00:00Z\n"
                    "a,2026-11-02T08:00:00+05:00\n"
                    "a,2026-03-29 02:30:00\n"
                    "a,2026-10-25 02:30:00\n"),
              ElementsAre("2026-11-2", "2026-11-01T23:00:00Z", "2026-11-02T00:00:00Z",
                          "2026-11-02T03:00:00Z", "2026-03-29T01:30:00Z", "2026-10-25T00:30:00Z"));
  EXPECT_THAT(file_->Notices("Europe/Paris"),
              Contains("date: times without an offset are read in Europe/Paris, the time zone of "
                       "the workspace"));
}

TEST_F(EventFileTest, BelievesAHeaderThatSaysUtc) {
  EXPECT_THAT(Times("client,Time (UTC)\na,2026-11-02 08:00\n"),
              ElementsAre("2026-11-02T08:00:00Z"));
  EXPECT_THAT(file_->Notices("Europe/Paris"),
              Contains("Time (UTC): times without an offset are read in UTC, as its header says"));
}

TEST_F(EventFileTest, SaysNothingOfTheZoneWhereItDoesNotMatter) {
  Open("client,date\na,2026-11-02\nb,2026-11-02T08:00:00Z\n");
  EXPECT_THAT(file_->Notices("Europe/Paris"), Not(Contains(HasSubstr("offset"))));
}

TEST_F(EventFileTest, TakesTheOrderOfDayAndMonthThatTheColumnProves) {
  EXPECT_THAT(Times("client,date\na,03/04/2026\na,11/22/2026\n"),
              ElementsAre("2026-3-4", "2026-11-22"));
  EXPECT_THAT(file_->Notices("UTC"), Not(Contains(HasSubstr("read day first"))));
  EXPECT_THAT(Times("client,date\na,03/04/2026\na,22/11/2026\n"),
              ElementsAre("2026-4-3", "2026-11-22"));
  EXPECT_THAT(Times("client,date\na,03/04/2026\na,05/04/2026\n"),
              ElementsAre("2026-4-3", "2026-4-5"));
  EXPECT_THAT(file_->Notices("UTC"),
              Contains("date: no date tells the day from the month; read day first. If the month "
                       "comes first, write the dates as YYYY-MM-DD"));
}

TEST_F(EventFileTest, TakesTheDecimalMarkThatTheNumbersProve) {
  Open("client;date;montant;marge\na;2026-11-02;1,234;2\nb;2026-11-02;0,5;1,234\n");
  const EventBlock block = ReadAll();
  ASSERT_EQ(block.events.size(), 2);
  EXPECT_EQ(block.events[0].amount(), 1.234);
  EXPECT_EQ(block.events[1].margin(), 1.234);  // As the other column writes them.
  Open("client;date;montant\na;2026-11-02;1,234\nb;2026-11-02;1,234.5\n");
  EXPECT_EQ(ReadAll().events[0].amount(), 1234);
}

TEST_F(EventFileTest, ReadsTypesOfAColumn) {
  Open(
      "client,date,type\n"
      "a,2026-11-02,Achat\na,2026-11-02,page-view\na,2026-11-02,Loyalty card\n"
      "a,2026-11-02,Loyalty card\na,2026-11-02,\n",
      {});
  const EventBlock block = ReadAll();
  ASSERT_EQ(block.events.size(), 4);
  EXPECT_EQ(block.events[0].type(), v1::EVENT_TYPE_PURCHASE);
  EXPECT_EQ(block.events[1].type(), v1::EVENT_TYPE_PAGE_VIEW);
  EXPECT_EQ(block.events[3].type(), v1::EVENT_TYPE_CUSTOM);
  EXPECT_EQ(block.events[3].custom_type(), "Loyalty card");
  EXPECT_EQ(block.custom, 2);
  ASSERT_EQ(block.refused.size(), 1u);
  EXPECT_EQ(block.refused[0].reason, "\"type\" is blank; say it or give --type");
}

TEST_F(EventFileTest, TakesTheTypeGivenWhereTheColumnSaysNone) {
  Open("client,date,type\na,2026-11-02,\na,2026-11-02,call\n",
       {.choices = {{"type", EventRole::kType}},
        .type = EventTypeText{v1::EVENT_TYPE_VISIT, ""},
        .part = ""});
  const EventBlock block = ReadAll();
  ASSERT_EQ(block.events.size(), 2);
  EXPECT_EQ(block.events[0].type(), v1::EVENT_TYPE_VISIT);
  EXPECT_EQ(block.events[1].type(), v1::EVENT_TYPE_CALL);
}

TEST_F(EventFileTest, SetsLinesWithoutAContactAside) {
  Open("client,date\na,2026-11-02\n,2026-11-02\nNaN,2026-11-02\n,yesterday\n");
  const EventBlock block = ReadAll();
  EXPECT_EQ(block.events.size(), 1);
  EXPECT_EQ(block.without_contact, 3);
  EXPECT_THAT(block.refused, IsEmpty());
}

TEST_F(EventFileTest, RefusesWhatItCannotReadWithLineAndReason) {
  EXPECT_THAT(Reasons("client,date,amount,qty\n"
                      "a,2026-11-02,12,1\n"
                      "a,yesterday,12,1\n"
                      "a,,12,1\n"
                      "a,2026-02-30,many,few\n"
                      "a,2026-11-02,NA,\n"
                      "a,2026-11-02\n"),
              ElementsAre("7 has 2 cells; the header has 4",
                          "3 \"date\" is not a date, nor a date with a time",
                          "4 \"date\" is blank; an event needs its time",
                          "5 \"date\" is not a date, nor a date with a time; \"amount\" is not a "
                          "number; \"qty\" is not a number"));
}

TEST_F(EventFileTest, RefusesCellsThatNoEventCanHold) {
  const std::string item(5000, 'x');
  EXPECT_THAT(Reasons("client,date,item\na,2026-11-02," + item + "\n"),
              ElementsAre("2 \"item\" is longer than 4,096 bytes"));
}

// gRPC takes no message above 4 MiB.
TEST_F(EventFileTest, CutsBlocksByRowsAndByBytes) {
  std::string csv = "client,date,item,source,campaign\n";
  const std::string word(1000, 'w');
  for (int i = 0; i < 3000; ++i) {
    absl::StrAppend(&csv, "c", i, ",2026-11-02,", word, ",", word, ",", word, "\n");
  }
  for (int i = 0; i < 9000; ++i) absl::StrAppend(&csv, "d", i, ",2026-11-02,a,b,c\n");
  Open(csv);
  std::set<std::string> contacts;
  int blocks = 0;
  for (bool at_end = false; !at_end; ++blocks) {
    const auto block = file_->Read(paris_);
    ASSERT_TRUE(block.ok()) << block.status();
    ASSERT_EQ(block->events.size(), static_cast<int>(block->source_rows.size()));
    EXPECT_LE(block->events.size(), EventFile::kBlockRows);
    std::size_t bytes = 0;
    for (int i = 0; i < block->events.size(); ++i) {
      bytes += block->events[i].ByteSizeLong();
      contacts.insert(block->events[i].contact());
      const auto row = static_cast<std::size_t>(block->source_rows[static_cast<std::size_t>(i)]);
      EXPECT_EQ(block->text->columns[0][row], block->events[i].contact());
    }
    EXPECT_LT(bytes, 3u << 20);
    at_end = block->at_end;
  }
  EXPECT_EQ(contacts.size(), 12'000u);
  EXPECT_GE(blocks, 7);
  EXPECT_EQ(file_->fraction_read(), 1);
}

TEST_F(EventFileTest, GivesTheLinesBeforeATornEndAndThenTheError) {
  Open("client,date\na,2026-11-02\nb,\"2026");
  const auto block = file_->Read(paris_);
  ASSERT_TRUE(block.ok()) << block.status();
  EXPECT_EQ(block->events.size(), 1);
  const auto end = file_->Read(paris_);
  EXPECT_EQ(end.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(end.status().message(), HasSubstr("events.csv: "));
}

TEST_F(EventFileTest, CountsOrdersOfSeveralContactsOverTheWholeFile) {
  std::string csv = "client,date,order\nana,2026-11-02,o0\n";
  for (int i = 0; i < 10'000; ++i) absl::StrAppend(&csv, "bob,2026-11-02,o", i, "\n");
  Open(csv);
  ReadAll();
  EXPECT_EQ(file_->shared_orders(), 1);
}

// A refused row that comes back with its reason is the same event.
TEST_F(EventFileTest, GivesALineOfTheRejectedFileTheIdOfTheOriginal) {
  Open("client,date\na,2026-11-02\n");
  const std::string id = ReadAll().events[0].id();
  Open("client,date,reason\na,2026-11-02,line 2: is too early\n");
  EXPECT_EQ(ReadAll().events[0].id(), id);
}

TEST_F(EventFileTest, NamesTheFileInItsErrors) {
  const auto file =
      EventFile::Open(folder_.Write("list.csv", "who,date\na,2026-11-02\n"), Purchases());
  EXPECT_EQ(file.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(file.status().message(),
              HasSubstr("list.csv: no column is recognised as the contact"));
}

TEST_F(EventFileTest, TellsHowItIsRead) {
  Open("client,date,amount,Description\na,2026-11-02,12,hat\n");
  EXPECT_THAT(file_->Notices("UTC"),
              ElementsAre("client is the contact, date the time, amount the amount; set aside: "
                          "Description. To read a column otherwise, give --as COLUMN=ROLE"));
}

TEST_F(EventFileTest, ReadsAFileWithoutLines) {
  Open("client,date\n");
  const EventBlock block = ReadAll();
  EXPECT_EQ(block.events.size(), 0);
  EXPECT_TRUE(block.at_end);
}

}  // namespace
}  // namespace cible
