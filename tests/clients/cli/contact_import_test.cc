#include "clients/cli/contact_import.h"

#include <gtest/gtest.h>

#include <sstream>

#include "tests/clients/cli/scratch_file.h"

namespace cible {
namespace {

// An import without a server: the test plays its part.
class ContactImportTest : public testing::Test {
 protected:
  void Open(const std::string& csv) {
    auto file = ContactFile::Open(folder_.Write("list.csv", csv), {.id_column = "id"});
    ASSERT_TRUE(file.ok()) << file.status();
    file_ = *std::move(file);
    ASSERT_TRUE(
        schema_.Add({.id = "age", .display_name = "age", .type = AttributeType::kNumeric}).ok());
    first_.set_parent("workspaces/default");
    first_.set_stage(v1::STAGE_LEAD);
    rejected_ = std::make_unique<RejectedRows>(*file_);
    import_ = std::make_unique<ContactImport>(*file_, schema_, first_, *rejected_, progress_);
  }

  ScratchFolder folder_;
  std::istringstream in_;
  std::ostringstream out_, err_;
  Console console_{in_, out_, err_, 0, false, false};
  Progress progress_{console_, "importing"};
  std::unique_ptr<ContactFile> file_;
  Schema schema_;
  v1::ImportContactsRequest first_;
  std::unique_ptr<RejectedRows> rejected_;
  std::unique_ptr<ContactImport> import_;
};

TEST_F(ContactImportTest, TellsRefusedRowsInTheFilesOrderWhoeverRefusedThem) {
  Open("id,age\na,1\nb,old\nc,3\nd,4,5\ne,6\n");
  v1::ImportContactsRequest request;
  ASSERT_TRUE(import_->Next(&request));
  EXPECT_EQ(request.parent(), "workspaces/default");
  EXPECT_EQ(request.stage(), v1::STAGE_LEAD);
  EXPECT_EQ(request.sequence(), 1);
  EXPECT_EQ(request.table().row_count(), 3u);
  EXPECT_FALSE(import_->Next(&request));

  v1::ImportContactsResponse response;
  response.set_acknowledged_sequence(1);
  response.set_created_count(2);
  response.set_refused_count(1);
  v1::RowError& error = *response.add_errors();
  error.set_row(1);  // "c", the second that was sent.
  error.set_reason("its id is taken by an organisation");
  ASSERT_TRUE(import_->Answered(response));

  EXPECT_EQ(import_->totals().created, 2);
  EXPECT_EQ(import_->totals().refused, 3);
  ASSERT_TRUE(rejected_->Close().ok());
  const std::string rejected = folder_.Read("list.rejected.csv");
  EXPECT_EQ(rejected,
            "id,age,reason\n"
            "b,old,\"line 3: attribute \"\"age\"\" is NUMERIC; expected a number\"\n"
            "c,3,line 4: its id is taken by an organisation\n"
            "d,4,5,line 5: has 3 cells; the header has 2\n");
}

TEST_F(ContactImportTest, RefusesEveryRowOfAMessageThatIsRefusedAsAWhole) {
  Open("id,age\na,1\nb,2\n");
  v1::ImportContactsRequest request;
  ASSERT_TRUE(import_->Next(&request));
  v1::ImportContactsResponse response;
  response.mutable_error()->set_message("the store is full");
  ASSERT_TRUE(import_->Answered(response));
  EXPECT_EQ(import_->totals().refused, 2);
  ASSERT_TRUE(rejected_->Close().ok());
  EXPECT_EQ(folder_.Read("list.rejected.csv"),
            "id,age,reason\n"
            "a,1,line 2: the server refused it: the store is full\n"
            "b,2,line 3: the server refused it: the store is full\n");
}

// 35,000 rows in order were told as refused, and the cause stood beside each.
TEST_F(ContactImportTest, StopsWhenTheServerCanStoreNothing) {
  Open("id,age\na,1\nb,2\n");
  v1::ImportContactsRequest request;
  ASSERT_TRUE(import_->Next(&request));
  v1::ImportContactsResponse response;
  response.mutable_error()->set_code(static_cast<int>(absl::StatusCode::kResourceExhausted));
  response.mutable_error()->set_message("the disk is full");
  EXPECT_FALSE(import_->Answered(response));
  EXPECT_EQ(import_->store_status(), absl::ResourceExhaustedError("the disk is full"));
  EXPECT_EQ(import_->totals().refused, 0);
  ASSERT_TRUE(rejected_->Close().ok());
  EXPECT_FALSE(folder_.Has("list.rejected.csv"));
}

TEST_F(ContactImportTest, CountsRefusedRowsThatTheServerDoesNotName) {
  Open("id,age\na,1\nb,2\nc,3\n");
  v1::ImportContactsRequest request;
  ASSERT_TRUE(import_->Next(&request));
  v1::ImportContactsResponse response;
  response.set_created_count(1);
  response.set_refused_count(2);
  response.add_errors()->set_reason("because");
  ASSERT_TRUE(import_->Answered(response));
  EXPECT_EQ(import_->totals().refused, 2);
  EXPECT_EQ(rejected_->count(), 1);
}

TEST_F(ContactImportTest, SendsWhatStandsBeforeATornEnd) {
  Open("id,age\na,1\nb,2\nc,\"3");
  v1::ImportContactsRequest request;
  ASSERT_TRUE(import_->Next(&request));
  EXPECT_EQ(request.table().row_count(), 2u);
  EXPECT_FALSE(import_->Next(&request));
  EXPECT_EQ(import_->file_status().code(), absl::StatusCode::kInvalidArgument);
}

TEST_F(ContactImportTest, MakesNoFileWhenNothingIsRefused) {
  Open("id,age\na,1\n");
  v1::ImportContactsRequest request;
  ASSERT_TRUE(import_->Next(&request));
  v1::ImportContactsResponse response;
  response.set_unchanged_count(1);
  ASSERT_TRUE(import_->Answered(response));
  EXPECT_EQ(import_->totals().stored(), 1);
  ASSERT_TRUE(rejected_->Close().ok());
  EXPECT_FALSE(folder_.Has("list.rejected.csv"));
}

TEST(RejectedPath, StandsBesideTheFile) {
  EXPECT_EQ(RejectedPath("data/list.csv"), "data/list.rejected.csv");
  EXPECT_EQ(RejectedPath("list.csv.gz"), "list.rejected.csv");
  EXPECT_EQ(RejectedPath("list.txt"), "list.txt.rejected.csv");
}

}  // namespace
}  // namespace cible
