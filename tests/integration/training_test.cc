// Training through the server: segments keep their ids, models come and go.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>

#include <chrono>
#include <map>
#include <set>
#include <sstream>
#include <thread>

#include "cible/v1/segmentation_service.pb.h"
#include "tests/integration/real_server.h"

namespace cible {
namespace {

using testing::HasSubstr;

class TrainingTest : public RealServerTest {
 protected:
  void SetUp() override { Start(); }

  // The segment of each contact, as exported.
  std::map<std::string, std::string> Segments(const std::string& filter = "") {
    const Ending exported = Cible({"contacts", "export", "--filter", filter});
    EXPECT_EQ(exported.code, 0) << exported.err;
    return SegmentColumn(exported.out);
  }

  // No cell of the sample holds a comma or a quote, nor does a segment's id;
  // the persona's name comes last and may.
  static std::map<std::string, std::string> SegmentColumn(const std::string& csv) {
    std::istringstream lines(csv);
    std::string line;
    std::getline(lines, line);
    const auto before = std::count(line.begin(), line.begin() + line.find(",segment"), ',') + 1;
    std::map<std::string, std::string> segments;
    while (std::getline(lines, line)) {
      std::istringstream cells(line);
      std::string id, cell;
      std::getline(cells, id, ',');
      for (int column = 1; column <= before; ++column) std::getline(cells, cell, ',');
      segments[id] = cell;
    }
    return segments;
  }

  v1::TrainingRun Get(const std::string& run) {
    v1::GetTrainingRunRequest request;
    request.set_name(run);
    const auto found = client().GetTrainingRun(request);
    EXPECT_TRUE(found.ok()) << found.status();
    return found.ok() ? *found : v1::TrainingRun();
  }

  void WaitFor(const std::string& run, v1::TrainingRunState state) {
    const auto deadline =
        std::chrono::steady_clock::now() + CIBLE_TEST_PATIENCE * std::chrono::seconds(60);
    while (Get(run).state() != state) {
      ASSERT_LT(std::chrono::steady_clock::now(), deadline) << Get(run).DebugString();
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
  }
};

std::set<std::string> Ids(const std::map<std::string, std::string>& segments) {
  std::set<std::string> ids;
  for (const auto& [contact, segment] : segments) ids.insert(segment);
  return ids;
}

double Agreement(const std::map<std::string, std::string>& a,
                 const std::map<std::string, std::string>& b) {
  int same = 0, both = 0;
  for (const auto& [contact, segment] : a) {
    const auto other = b.find(contact);
    if (other == b.end()) continue;
    ++both;
    same += segment == other->second;
  }
  return static_cast<double>(same) / both;
}

TEST_F(TrainingTest, TheExportOfASegmentIsItsAssignment) {
  const std::string sample = ImportSample(600);
  Train({"--segments", "3"});
  const Ending assigned = Cible({"assign", sample});
  ASSERT_EQ(assigned.code, 0) << assigned.err;
  const std::map<std::string, std::string> all = SegmentColumn(assigned.out);
  EXPECT_EQ(all.size(), 600);
  EXPECT_EQ(Segments(), all);
  std::size_t exported = 0;
  for (const std::string segment : {"s1", "s2", "s3"}) {
    const auto of_segment = Segments("contact.segment = \"" + segment + "\"");
    for (const auto& [contact, exported_segment] : of_segment) {
      EXPECT_EQ(exported_segment, segment);
      EXPECT_EQ(all.at(contact), segment);
    }
    EXPECT_GT(of_segment.size(), 0);
    exported += of_segment.size();
  }
  EXPECT_EQ(exported, 600);
}

TEST_F(TrainingTest, ContactsThatComeLaterAreAssignedAsTheyCome) {
  ImportSample(400);
  Train({"--segments", "3"});
  ImportSample(700);  // The first 400 are the same.
  const std::map<std::string, std::string> segments = Segments();
  EXPECT_EQ(segments.size(), 700);
  EXPECT_THAT(Ids(segments), testing::ElementsAre("s1", "s2", "s3"));
}

TEST_F(TrainingTest, RetrainingKeepsTheIdsOfSegments) {
  ImportSample(700);
  Train({"--segments", "4"});
  const auto before = Segments();
  ImportSample(1000);  // 300 more.
  Train({"--segments", "4", "--seed", "11", "--activate"});
  const auto after = Segments();
  EXPECT_EQ(after.size(), 1000);
  EXPECT_THAT(Ids(after), testing::ElementsAre("s1", "s2", "s3", "s4"));
  EXPECT_GT(Agreement(before, after), .9);
}

TEST_F(TrainingTest, ModelsAreActivatedAndRolledBack) {
  ImportSample(400);
  Train({"--segments", "3"});
  const auto of_m1 = Segments();
  Train({"--segments", "2"});
  EXPECT_EQ(Segments(), of_m1) << "a later model waits to be activated";
  EXPECT_EQ(Cible({"models", "activate", "m2"}).code, 0);
  EXPECT_EQ(Ids(Segments()).size(), 2);
  EXPECT_THAT(Cible({"models", "list", "--format", "csv"}).out, HasSubstr("\nm2,true,"));
  EXPECT_EQ(Cible({"models", "rollback"}).code, 0);
  EXPECT_EQ(Segments(), of_m1);
  const Ending again = Cible({"models", "rollback"});
  EXPECT_EQ(again.code, 1);
  EXPECT_THAT(again.err, HasSubstr("no model was active before the present one; there is nothing "
                                   "to roll back to"));
}

// What a model has assigned so far, read beside the server.
class ReassignmentTest : public TrainingTest {
 protected:
  int AssignedBy(const std::string& model) {
    sqlite3* database = nullptr;
    sqlite3_stmt* count = nullptr;
    EXPECT_EQ(
        sqlite3_open_v2(Path("data/cible.db").c_str(), &database, SQLITE_OPEN_READONLY, nullptr),
        SQLITE_OK);
    sqlite3_busy_timeout(database, 1000);
    const std::string sql = "SELECT count(*) FROM assignments WHERE model = '" + model + "'";
    EXPECT_EQ(sqlite3_prepare_v2(database, sql.c_str(), -1, &count, nullptr), SQLITE_OK);
    EXPECT_EQ(sqlite3_step(count), SQLITE_ROW);
    const int assigned = sqlite3_column_int(count, 0);
    sqlite3_finalize(count);
    sqlite3_close(database);
    return assigned;
  }
};

TEST_F(ReassignmentTest, KilledInTheMiddleItIsEndedByTheNextStart) {
  constexpr int kContacts = 50'000;  // Several blocks.
  ImportSample(kContacts);
  Train({"--segments", "3"});
  Train({"--segments", "2"});
  std::string model = "m1";
  ASSERT_EQ(AssignedBy(model), kContacts);
  bool in_the_middle = false;
  for (int attempt = 0; attempt < 20 && !in_the_middle; ++attempt) {
    model = model == "m1" ? "m2" : "m1";
    std::thread activation([&] { Cible({"models", "activate", model}); });
    int assigned = 0;
    while (assigned == 0) assigned = AssignedBy(model);
    in_the_middle = assigned < kContacts;
    if (in_the_middle) Kill();
    activation.join();
  }
  ASSERT_TRUE(in_the_middle) << "every reassignment was over before it was seen";
  EXPECT_LT(AssignedBy(model), kContacts);
  StartAgain();
  const auto deadline =
      std::chrono::steady_clock::now() + CIBLE_TEST_PATIENCE * std::chrono::seconds(60);
  while (AssignedBy(model) < kContacts && std::chrono::steady_clock::now() < deadline) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  EXPECT_EQ(AssignedBy(model), kContacts);
  EXPECT_EQ(Ids(Segments()).size(), model == "m1" ? 3 : 2);
}

TEST_F(TrainingTest, ACancelledRunEndsWithinTwoSecondsAndMakesNoModel) {
  ImportSample(1500);
  v1::TrainModelRequest request;
  request.set_segmentation(kSegmentation);
  request.set_stability_pairs(100);
  const auto run = client().TrainModel(request);
  ASSERT_TRUE(run.ok()) << run.status();
  WaitFor(run->name(), v1::TRAINING_RUN_STATE_RUNNING);
  const auto start = std::chrono::steady_clock::now();
  const Ending cancelled = Cible({"runs", "cancel", "r1"});
  EXPECT_EQ(cancelled.code, 0) << cancelled.err;
  WaitFor(run->name(), v1::TRAINING_RUN_STATE_CANCELLED);
  EXPECT_LT(std::chrono::steady_clock::now() - start,
            CIBLE_TEST_PATIENCE * std::chrono::seconds(2));
  EXPECT_EQ(Get(run->name()).model(), "");
  v1::CancelTrainingRunRequest again;
  again.set_name(run->name());
  EXPECT_EQ(
      client().CancelTrainingRun(again).status(),
      absl::FailedPreconditionError("the training run has ended; there is nothing to cancel"));
  Train({"--segments", "2"});
  EXPECT_THAT(Cible({"models", "list", "--format", "csv"}).out, HasSubstr("\nm1,true,"));
}

TEST_F(TrainingTest, ARunIsWatchedToItsEnd) {
  ImportSample(300);
  v1::TrainModelRequest request;
  request.set_segmentation(kSegmentation);
  request.set_max_segments(4);
  request.set_stability_pairs(2);
  const auto run = client().TrainModel(request);
  ASSERT_TRUE(run.ok()) << run.status();
  std::vector<v1::TrainingRun> seen;
  v1::WatchTrainingRunRequest watch;
  watch.set_name(run->name());
  const absl::Status watched = client().WatchTrainingRun(watch, [&](const v1::TrainingRun& each) {
    seen.push_back(each);
    return true;
  });
  EXPECT_TRUE(watched.ok()) << watched;
  ASSERT_FALSE(seen.empty());
  for (std::size_t i = 1; i < seen.size(); ++i) {
    EXPECT_GE(seen[i].progress(), seen[i - 1].progress());
  }
  EXPECT_EQ(seen.back().state(), v1::TRAINING_RUN_STATE_SUCCEEDED);
  EXPECT_EQ(seen.back().candidates_size(), 3);
  EXPECT_EQ(seen.back().progress(), 1);
}

}  // namespace
}  // namespace cible
