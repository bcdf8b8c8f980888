// A server whose clock the test sets, and what it does as days go by.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <thread>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "cible/v1/contact_service.pb.h"
#include "cible/v1/segmentation_service.pb.h"
#include "cible/v1/workspace_service.pb.h"
#include "tests/integration/real_server.h"

namespace cible {
namespace {

using testing::HasSubstr;

class ClockTest : public RealServerTest {
 protected:
  void SetUp() override {
    std::ofstream(Path("server.textproto"))
        << "testing { clock_file: \"" << Path("clock") << "\" }";
    SetTime("2024-03-29T12:00:00Z");
  }

  void StartWithClock() { Start({"--config", Path("server.textproto"), "--testing"}); }

  void SetTime(const std::string& rfc3339) {
    std::ofstream(Path("next")) << rfc3339 << "\n";
    std::filesystem::rename(Path("next"), Path("clock"));
  }
  void SetTime(absl::Time time) {
    SetTime(absl::FormatTime(absl::RFC3339_full, time, absl::UTCTimeZone()));
  }

  v1::Contact Get(const std::string& id) {
    v1::GetContactRequest request;
    request.set_name(absl::StrCat(kWorkspace, "/contacts/", id));
    const auto contact = client().GetContact(request);
    EXPECT_TRUE(contact.ok()) << contact.status();
    return contact.ok() ? *contact : v1::Contact();
  }

  void Import(const std::string& name, const std::string& csv) {
    std::ofstream(Path(name)) << csv;
    const Ending imported = Cible({"contacts", "import", Path(name), "--id-column", "id"});
    ASSERT_EQ(imported.code, 0) << imported.err;
  }
};

TEST_F(ClockTest, ItIsWhatTimeTheFileSays) {
  StartWithClock();
  EXPECT_THAT(server().Err(), HasSubstr("says: this server is for tests alone"));
  const auto info = client().GetServerInfo({});
  ASSERT_TRUE(info.ok()) << info.status();
  EXPECT_EQ(info->start_time().seconds(), 1'711'713'600);
  SetTime("2024-03-29T12:30:00Z");
  Import("people.csv", "id,age\nann,30\nbob,40\n");
  EXPECT_EQ(Get("ann").create_time().seconds(), 1'711'713'600 + 1'800);
}

TEST_F(ClockTest, OnlyAServerThatIsForTestsTakesIt) {
  const Ending refused = SecondServer({"--config", Path("server.textproto")});
  EXPECT_EQ(refused.code, 1);
  EXPECT_THAT(refused.err, HasSubstr("`testing` is for tests alone; take it out, or start the "
                                     "server with --testing"));
  SetTime("noon");
  const Ending without_time = SecondServer({"--config", Path("server.textproto"), "--testing"});
  EXPECT_EQ(without_time.code, 1);
  EXPECT_THAT(without_time.err, HasSubstr("holds no time; write one such as"));
}

class DayTurnTest : public ClockTest {
 protected:
  // Two hundred people who came some days ago, or most of a year ago, and two
  // segments that tell them apart.
  void SetUp() override {
    ClockTest::SetUp();
    StartWithClock();
    v1::UpdateWorkspaceRequest request;
    request.mutable_workspace()->set_name(kWorkspace);
    request.mutable_workspace()->set_time_zone("Europe/Paris");
    const auto workspace = client().UpdateWorkspace(request);
    ASSERT_TRUE(workspace.ok()) << workspace.status();
    std::string csv = "id,last_visit\n";
    for (int i = 0; i < 200; ++i) {
      const absl::CivilDay visit = kDay - (i % 2 == 0 ? 3 + i % 7 : 300 + i % 41);
      csv += absl::StrFormat("p%03d,%s\n", i, absl::FormatCivilTime(visit));
    }
    Import("people.csv", csv);
    Train({"--segments", "2"});
  }

  // Id.
  std::string StoredSegment(const std::string& id) {
    const v1::Contact contact = Get(id);
    if (contact.assignments().empty()) return "";
    const std::string& name = contact.assignments(0).segment();
    return name.substr(name.rfind('/') + 1);
  }

  std::string SegmentOn(absl::CivilDay day, const std::string& id) {
    v1::AssignSegmentRequest request;
    request.set_segmentation(kSegmentation);
    request.set_name(absl::StrCat(kWorkspace, "/contacts/", id));
    request.mutable_as_of()->set_year(static_cast<int>(day.year()));
    request.mutable_as_of()->set_month(day.month());
    request.mutable_as_of()->set_day(day.day());
    const auto response = client().AssignSegment(request);
    EXPECT_TRUE(response.ok()) << response.status();
    return response.ok() ? response->segment() : "";
  }

  // The first day on which the contact belongs elsewhere.
  absl::CivilDay DayOfChange(const std::string& id) {
    absl::CivilDay day = kDay;
    while (day < kDay + 300 && SegmentOn(day, id) == SegmentOn(kDay, id)) ++day;
    return day;
  }

  static constexpr absl::CivilDay kDay{2024, 3, 29};
};

TEST_F(DayTurnTest, SegmentsInStoreFollowTheDayOfTheWorkspacesZone) {
  const std::string before = StoredSegment("p000");
  ASSERT_NE(before, "");
  const absl::CivilDay day = DayOfChange("p000");
  ASSERT_LT(day, kDay + 300);
  absl::TimeZone paris;
  ASSERT_TRUE(absl::LoadTimeZone("Europe/Paris", &paris));
  const absl::Time midnight = absl::FromCivil(day, paris);
  SetTime(midnight - absl::Seconds(10));
  std::this_thread::sleep_for(std::chrono::seconds(3));  // In which nothing is to change.
  EXPECT_EQ(StoredSegment("p000"), before);
  SetTime(midnight + absl::Seconds(10));
  const auto deadline =
      std::chrono::steady_clock::now() + CIBLE_TEST_PATIENCE * std::chrono::seconds(30);
  while (StoredSegment("p000") == before && std::chrono::steady_clock::now() < deadline) {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  EXPECT_EQ(StoredSegment("p000"), SegmentOn(day, "p000"));
  EXPECT_EQ(StoredSegment("p001"), SegmentOn(day, "p001"));
  EXPECT_NE(StoredSegment("p000"), before);
  EXPECT_EQ(Stop().code, 0);
}

}  // namespace
}  // namespace cible
