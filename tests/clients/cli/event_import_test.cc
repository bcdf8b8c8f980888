#include "clients/cli/event_import.h"

#include <gtest/gtest.h>

#include <memory>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "tests/clients/cli/scratch_file.h"

namespace cible {
namespace {

// An import without a server: the test plays its part.
class EventImportTest : public testing::Test {
 protected:
  void Open(const std::string& csv) {
    auto file = EventFile::Open(
        folder_.Write("list.csv", csv),
        {.choices = {}, .type = EventTypeText{v1::EVENT_TYPE_PURCHASE, ""}, .part = ""});
    ASSERT_TRUE(file.ok()) << file.status();
    file_ = *std::move(file);
    first_.set_parent("workspaces/default");
    first_.set_unknown_contacts(v1::UNKNOWN_CONTACTS_REFUSE);
    rejected_ = std::make_unique<RejectedRows>(file_->path(), file_->header(), file_->delimiter());
    import_ =
        std::make_unique<EventImport>(*file_, absl::UTCTimeZone(), first_, *rejected_, progress_);
  }

  ScratchFolder folder_;
  std::istringstream in_;
  std::ostringstream out_, err_;
  Console console_{in_, out_, err_, 0, false, false};
  Progress progress_{console_, "importing"};
  std::unique_ptr<EventFile> file_;
  v1::RecordEventsRequest first_;
  std::unique_ptr<RejectedRows> rejected_;
  std::unique_ptr<EventImport> import_;
};

TEST_F(EventImportTest, TellsRefusedLinesInTheFilesOrderWhoeverRefusedThem) {
  Open("client,date\na,2026-11-01\nb,once\n,2026-11-02\nc,1970-01-01\nd,2026-11-04,5\n");
  v1::RecordEventsRequest request;
  ASSERT_TRUE(import_->Next(&request));
  EXPECT_EQ(request.parent(), "workspaces/default");
  EXPECT_EQ(request.unknown_contacts(), v1::UNKNOWN_CONTACTS_REFUSE);
  EXPECT_EQ(request.sequence(), 1);
  ASSERT_EQ(request.events_size(), 2);
  EXPECT_EQ(request.events(1).contact(), "c");
  EXPECT_FALSE(import_->Next(&request));

  v1::RecordEventsResponse response;
  response.set_acknowledged_sequence(1);
  response.set_recorded_count(1);
  response.set_refused_count(1);
  response.set_created_contact_count(1);
  v1::RowError& error = *response.add_errors();
  error.set_row(1);
  error.set_reason("happened before 2000-01-01");
  ASSERT_TRUE(import_->Answered(response));

  const EventTotals totals = import_->totals();
  EXPECT_EQ(totals.recorded, 1);
  EXPECT_EQ(totals.refused, 3);
  EXPECT_EQ(totals.set_aside, 1);
  EXPECT_EQ(totals.created_contacts, 1);
  ASSERT_TRUE(rejected_->Close().ok());
  EXPECT_EQ(folder_.Read("list.rejected.csv"),
            "client,date,reason\n"
            "b,once,\"line 3: \"\"date\"\" is not a date, nor a date with a time\"\n"
            "c,1970-01-01,line 5: happened before 2000-01-01\n"
            "d,2026-11-04,5,line 6: has 3 cells; the header has 2\n");
}

TEST_F(EventImportTest, SendsAFileInMessagesOfBlocks) {
  std::string csv = "client,date\n";
  for (int i = 0; i < 10'000; ++i) absl::StrAppend(&csv, "c", i, ",2026-11-01\n");
  Open(csv);
  v1::RecordEventsRequest request;
  std::vector<int> sizes;
  while (import_->Next(&request)) {
    EXPECT_EQ(request.sequence(), static_cast<std::int64_t>(sizes.size()) + 1);
    EXPECT_EQ(request.parent().empty(), !sizes.empty());
    sizes.push_back(request.events_size());
    request.Clear();
  }
  EXPECT_EQ(sizes, std::vector<int>({4096, 4096, 1808}));
  for (int i = 0; i < 3; ++i) {
    v1::RecordEventsResponse response;
    response.set_unchanged_count(sizes[static_cast<std::size_t>(i)]);
    ASSERT_TRUE(import_->Answered(response));
  }
  EXPECT_EQ(import_->totals().unchanged, 10'000);
  EXPECT_FALSE(import_->Answered({}));  // To nothing that was sent.
}

TEST_F(EventImportTest, RefusesEveryEventOfAMessageThatIsRefusedAsAWhole) {
  Open("client,date\na,2026-11-01\n");
  v1::RecordEventsRequest request;
  ASSERT_TRUE(import_->Next(&request));
  v1::RecordEventsResponse response;
  response.mutable_error()->set_code(static_cast<int>(absl::StatusCode::kInvalidArgument));
  response.mutable_error()->set_message("the message has too many events");
  ASSERT_TRUE(import_->Answered(response));
  EXPECT_EQ(import_->totals().refused, 1);
  ASSERT_TRUE(rejected_->Close().ok());
  EXPECT_EQ(folder_.Read("list.rejected.csv"),
            "client,date,reason\n"
            "a,2026-11-01,line 2: the server refused it: the message has too many events\n");
}

TEST_F(EventImportTest, StopsWhenTheServerCanStoreNothing) {
  Open("client,date\na,2026-11-01\n");
  v1::RecordEventsRequest request;
  ASSERT_TRUE(import_->Next(&request));
  v1::RecordEventsResponse response;
  response.mutable_error()->set_code(static_cast<int>(absl::StatusCode::kResourceExhausted));
  response.mutable_error()->set_message("the disk is full");
  EXPECT_FALSE(import_->Answered(response));
  EXPECT_EQ(import_->store_status(), absl::ResourceExhaustedError("the disk is full"));
  EXPECT_EQ(import_->totals().refused, 0);
  ASSERT_TRUE(rejected_->Close().ok());
  EXPECT_FALSE(folder_.Has("list.rejected.csv"));
}

TEST_F(EventImportTest, CountsRefusedEventsThatTheServerDoesNotName) {
  Open("client,date\na,2026-11-01\nb,2026-11-01\nc,2026-11-01\n");
  v1::RecordEventsRequest request;
  ASSERT_TRUE(import_->Next(&request));
  v1::RecordEventsResponse response;
  response.set_replaced_count(1);
  response.set_refused_count(2);
  response.add_errors()->set_reason("because");
  ASSERT_TRUE(import_->Answered(response));
  EXPECT_EQ(import_->totals().refused, 2);
  EXPECT_EQ(import_->totals().stored(), 1);
  EXPECT_EQ(rejected_->count(), 1);
}

// A server of another version may say more than was asked.
TEST_F(EventImportTest, PassesOverErrorsOfNoEventThatWasSent) {
  Open("client,date\na,2026-11-01\n");
  v1::RecordEventsRequest request;
  ASSERT_TRUE(import_->Next(&request));
  v1::RecordEventsResponse response;
  response.set_refused_count(1);
  response.add_errors()->set_row(4'000'000'000u);
  ASSERT_TRUE(import_->Answered(response));
  EXPECT_EQ(rejected_->count(), 0);
}

}  // namespace
}  // namespace cible
