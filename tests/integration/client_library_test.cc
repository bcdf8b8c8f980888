// The C++ client library against the real server, and as others get it: installed,
// found by CMake, linked.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <future>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "cible/v1/contact_service.pb.h"
#include "cible/v1/segmentation_service.pb.h"
#include "cible/v1/workspace_service.pb.h"
#include "clients/cpp/assigned_rows.h"
#include "clients/cpp/assignment_batcher.h"
#include "clients/cpp/assignment_stream.h"
#include "clients/cpp/contact_table_builder.h"
#include "tests/integration/real_server.h"

namespace cible {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

class ClientLibraryTest : public RealServerTest {
 protected:
  void SetUp() override {
    Start();
    ImportSample(500);
    Train({"--segments", "3"});
  }

  v1::Schema Schema() {
    v1::GetSchemaRequest request;
    request.set_name(std::string(kWorkspace) + "/schema");
    return *client().GetSchema(request);
  }

  std::vector<v1::Contact> StoredContacts() {
    v1::ListContactsRequest request;
    request.set_parent(kWorkspace);
    request.set_page_size(500);
    const auto page = client().ListContacts(request);
    EXPECT_TRUE(page.ok()) << page.status();
    return {page->contacts().begin(), page->contacts().end()};
  }

  // One call a contact.
  std::vector<SegmentAssignment> AssignEach(const std::vector<v1::Contact>& contacts) {
    std::vector<SegmentAssignment> answers;
    for (const v1::Contact& contact : contacts) {
      v1::AssignSegmentRequest request;
      request.set_segmentation(kSegmentation);
      *request.mutable_contact()->mutable_attributes() = contact.attributes();
      const auto answer = client().AssignSegment(request);
      EXPECT_TRUE(answer.ok()) << answer.status();
      answers.push_back({answer->segment(), answer->probability()});
    }
    return answers;
  }
};

void ExpectSame(const AssignedRow& row, const SegmentAssignment& expected) {
  ASSERT_TRUE(row.ok()) << row.status();
  EXPECT_EQ(row->segment, expected.segment);
  EXPECT_NEAR(row->probability, expected.probability, 1e-12);
}

TEST_F(ClientLibraryTest, BatcherAnswersAsSingleCallsDo) {
  const std::vector<v1::Contact> contacts = StoredContacts();
  ASSERT_EQ(contacts.size(), 500u);
  const std::vector<SegmentAssignment> expected = AssignEach(contacts);
  AssignmentBatcher batcher(client(), kSegmentation);
  std::vector<std::promise<AssignedRow>> answers(contacts.size());
  for (std::size_t i = 0; i < contacts.size(); ++i) {
    batcher.Assign(contacts[i], [&, i](AssignedRow row) { answers[i].set_value(std::move(row)); });
  }
  for (std::size_t i = 0; i < contacts.size(); ++i) {
    ExpectSame(answers[i].get_future().get(), expected[i]);
  }
}

TEST_F(ClientLibraryTest, StreamAnswersAsSingleCallsDo) {
  const std::vector<v1::Contact> contacts = StoredContacts();
  std::vector<AssignedRow> answers;
  AssignmentStream stream(client(), kSegmentation, [&](std::int64_t, const auto& answer) {
    ASSERT_TRUE(answer.ok()) << answer.status();
    const auto rows = AssignedRows(*answer);
    ASSERT_TRUE(rows.ok()) << rows.status();
    answers.insert(answers.end(), rows->begin(), rows->end());
  });
  ContactTableBuilder builder(Schema());
  for (const v1::Contact& contact : contacts) {
    ASSERT_TRUE(builder.Add(contact).ok());
    if (builder.row_count() == 7) {
      ASSERT_TRUE(stream.Write(builder.Build()));
    }
  }
  ASSERT_TRUE(stream.Write(builder.Build()));
  EXPECT_EQ(stream.Finish(), absl::OkStatus());
  const std::vector<SegmentAssignment> expected = AssignEach(contacts);
  ASSERT_EQ(answers.size(), expected.size());
  for (std::size_t i = 0; i < answers.size(); ++i) ExpectSame(answers[i], expected[i]);
}

TEST_F(ClientLibraryTest, BatcherTellsAWrongContactFromTheOthers) {
  AssignmentBatcher batcher(client(), kSegmentation,
                            {.max_rows = 3, .max_delay = std::chrono::hours(1)});
  std::vector<std::promise<AssignedRow>> answers(3);
  const auto ask = [&](std::size_t i, const std::string& attribute, double number) {
    v1::Contact contact;
    contact.add_attributes()->set_attribute(attribute);
    contact.mutable_attributes(0)->set_number(number);
    batcher.Assign(contact, [&, i](AssignedRow row) { answers[i].set_value(std::move(row)); });
  };
  ask(0, "age", 40);
  ask(1, "shoe_size", 40);
  ask(2, "age", std::numeric_limits<double>::infinity());
  EXPECT_TRUE(answers[0].get_future().get().ok());
  EXPECT_THAT(answers[1].get_future().get().status().message(),
              HasSubstr("attribute \"shoe_size\" is not in the schema"));
  EXPECT_THAT(answers[2].get_future().get().status().message(),
              HasSubstr("attribute \"age\" is NUMERIC; expected a finite number"));
}

// The batcher leaves those behind whose attribute this sentence names.
TEST_F(ClientLibraryTest, ServerNamesTheAttributeForWhichItRefusesATable) {
  v1::AssignSegmentsRequest request;
  request.set_segmentation(kSegmentation);
  v1::ContactTable* table = request.mutable_table();
  table->set_row_count(1);
  table->add_columns()->set_attribute("shoe_size");
  table->mutable_columns(0)->mutable_numbers()->add_values(40);
  EXPECT_THAT(std::string(client().AssignSegments(request).status().message()),
              StartsWith("attribute \"shoe_size\" is not in the schema"));
  table->mutable_columns(0)->set_attribute("occupation");
  EXPECT_THAT(std::string(client().AssignSegments(request).status().message()),
              StartsWith("attribute \"occupation\" is CATEGORICAL"));
}

TEST_F(ClientLibraryTest, StreamThatIsAbandonedLeavesTheServerWell) {
  ContactTableBuilder builder(Schema());
  for (const v1::Contact& contact : StoredContacts()) ASSERT_TRUE(builder.Add(contact).ok());
  const v1::ContactTable table = builder.Build();
  {
    AssignmentStream stream(client(), kSegmentation, [](auto, const auto&) {});
    for (int i = 0; i < 4; ++i) EXPECT_TRUE(stream.Write(table));
  }
  EXPECT_TRUE(client().GetServerInfo({}).ok());
}

// What a user of the library does, with CMake alone.
TEST_F(ClientLibraryTest, IsFoundByCMakeOnceInstalledAndItsExamplesRun) {
  constexpr std::chrono::minutes kPatience{CIBLE_TEST_PATIENCE * 8};
  int steps = 0;
  const auto run = [&](const std::string& program, const std::vector<std::string>& arguments) {
    const std::string folder = Path("step" + std::to_string(++steps));
    std::filesystem::create_directory(folder);
    const Ending ending = Process(program, arguments, folder).Wait(kPatience);
    EXPECT_EQ(ending.code, 0) << program << "\n" << ending.out << ending.err;
    return ending.out;
  };
  const std::string prefix = Path("installed");
  run(CIBLE_CMAKE, {"--install", CIBLE_BUILD_DIR, "--component", "client", "--prefix", prefix});
  EXPECT_TRUE(std::filesystem::exists(prefix + "/share/cible/protos/cible/v1/contact.proto"));
  // From a copy: nothing of this tree may be found by accident.
  std::filesystem::copy(CIBLE_SOURCE_DIR "/clients/cpp/examples", Path("examples"));
  run(CIBLE_CMAKE, {"-S", Path("examples"), "-B", Path("built"), "-G", CIBLE_GENERATOR,
                    "-DCMAKE_PREFIX_PATH=" + prefix, "-DCMAKE_CXX_FLAGS=" CIBLE_SANITIZER_FLAGS});
  run(CIBLE_CMAKE, {"--build", Path("built")});
  EXPECT_THAT(run(Path("built/match_lead_example"), {address()}), HasSubstr("  "));
  EXPECT_THAT(run(Path("built/assign_many_example"), {address(), "2000"}), HasSubstr("  s1\n"));
  EXPECT_THAT(run(Path("built/stream_contacts_example"), {address(), "3"}), HasSubstr("  s1\n"));
}

}  // namespace
}  // namespace cible
