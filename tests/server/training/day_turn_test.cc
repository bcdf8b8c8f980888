#include "server/training/day_turn.h"

#include <chrono>
#include <functional>
#include <thread>
#include <utility>
#include <variant>

#include "absl/strings/str_format.h"
#include "server/services/derived_attributes.h"
#include "tests/server/services/trained_fixture.h"
#include "tests/server/training/filling_store.h"

namespace cible {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

constexpr char kZone[] = "Europe/Paris";
constexpr int kPeople = 200;
constexpr int kBlock = 10;

Timestamp Instant(absl::string_view rfc3339) {
  absl::Time time;
  EXPECT_TRUE(absl::ParseTime(absl::RFC3339_full, rfc3339, &time, nullptr)) << rfc3339;
  return {absl::ToUnixMicros(time)};
}

std::string PersonId(int number) { return absl::StrFormat("p%03d", number); }

// Two hundred people who came some days ago, or most of a year ago.
class DayTurnTest : public TrainedTest {
 protected:
  DayTurnTest() {
    workspaces_ = std::make_unique<WorkspaceService>(
        *store_, clock_, nullptr,
        [this](const std::string& workspace) { registry_->ReadAgain(workspace); });
    SetZone(kZone);
    clock_.now = Instant("2024-03-29T12:00:00+01:00");
    filling_.at_commit = [this](const WriteBatch& batch) {
      for (const Operation& operation : batch.operations) {
        const auto* put = std::get_if<PutAssignments>(&operation);
        if (put != nullptr) assigned_count_ += std::ssize(put->entries);
        if (put != nullptr && at_assignment) std::exchange(at_assignment, nullptr)();
      }
    };
  }

  void SetZone(const std::string& zone) {
    v1::UpdateWorkspaceRequest request;
    request.mutable_workspace()->set_name("workspaces/acme");
    request.mutable_workspace()->set_time_zone(zone);
    v1::Workspace workspace;
    const absl::Status status = workspaces_->UpdateWorkspace(call_, request, &workspace);
    ASSERT_TRUE(status.ok()) << status;
    zone_ = zone;
  }

  Date Today() const { return DayIn(zone_, clock_.now); }

  // Of workspaces/acme, as it is in store.
  Schema StoredSchema() { return ReadSchema(**store_->OpenSnapshot(), "acme")->schema; }

  void Put(const std::vector<std::pair<std::string, std::vector<Value>>>& people) {
    const Schema schema = StoredSchema();
    WriteBatch batch{.operations = {}, .time = clock_.now};
    for (const auto& [id, values] : people) {
      ContactTable table{.row_count = 1, .ids = {id}};
      for (std::size_t i = 0; i < values.size(); ++i) {
        const Attribute& attribute = schema.attributes()[i];
        table.columns.push_back(MakeColumn(attribute.id, attribute.type));
        Append(table.columns.back(), values[i]);
      }
      batch.operations.push_back(PutContact{"acme", id, ContactKind::kPerson, std::nullopt,
                                            EncodeRows(table, schema).front()});
    }
    const auto results = store_->Commit(std::move(batch));
    ASSERT_TRUE(results.ok()) << results.status();
  }

  void SetRoles(v1::Role of_last_visit, v1::Role of_age) {
    v1::UpdateSchemaRequest request;
    request.mutable_schema()->set_name("workspaces/acme/schema");
    v1::Attribute& visit = *request.mutable_schema()->add_attributes();
    visit.set_id("last_visit");
    visit.set_type(v1::ATTRIBUTE_TYPE_DATE);
    visit.set_role(of_last_visit);
    v1::Attribute& age = *request.mutable_schema()->add_attributes();
    age.set_id("age");
    age.set_type(v1::ATTRIBUTE_TYPE_NUMERIC);
    age.set_role(of_age);
    v1::Schema schema;
    const absl::Status status = contacts_->UpdateSchema(call_, request, &schema);
    ASSERT_TRUE(status.ok()) << status;
  }

  // And a model of two segments that tells them apart by the days since.
  void TrainOnVisits() {
    SetRoles(v1::ROLE_FEATURE, v1::ROLE_IGNORED);
    std::vector<std::pair<std::string, std::vector<Value>>> people;
    for (int i = 0; i < kPeople; ++i) {
      const int days_ago = i % 2 == 0 ? 3 + i % 7 : 300 + i % 41;
      people.push_back({PersonId(i), {Date{Today().days - days_ago}, 20.0 + i}});
    }
    Put(people);
    TrainTwoSegments();
  }

  void TrainTwoSegments() {
    v1::TrainModelRequest request = QuickTraining();
    request.set_min_segments(2);
    request.set_max_segments(2);
    request.set_activate(true);
    const v1::TrainingRun run = Train(request);
    ASSERT_EQ(run.state(), v1::TRAINING_RUN_STATE_SUCCEEDED) << run.DebugString();
  }

  std::string ActiveId() { return (*registry_->Active("acme", "default"))->name.id; }

  // Ids, in key order, of contacts that the active model has not assigned as of today.
  std::vector<std::string> NotDone() {
    const Schema schema = StoredSchema();
    const auto snapshot = store_->OpenSnapshot();
    ScanRequest request{.workspace = "acme",
                        .schema = &schema,
                        .kind = ContactKind::kPerson,
                        .segmentation = "default",
                        .not_assigned_by = ActiveId(),
                        .or_before = Today()};
    std::vector<std::string> ids;
    const absl::Status status = (*snapshot)->Scan(request, [&](const ContactBlock& block) {
      ids.insert(ids.end(), block.table.ids.begin(), block.table.ids.end());
      return absl::OkStatus();
    });
    EXPECT_TRUE(status.ok()) << status;
    return ids;
  }

  int DoneCount() { return kPeople - static_cast<int>(NotDone().size()); }

  std::string SegmentOf(const std::string& id) {
    const auto assignments = (*store_->OpenSnapshot())->Assignments("acme", {&id, 1});
    EXPECT_TRUE(assignments.ok()) << assignments.status();
    return assignments->front().empty() ? "none" : assignments->front().front().segment;
  }

  void TurnAt(absl::string_view rfc3339) {
    clock_.now = Instant(rfc3339);
    const absl::Status status = turn_.AssignDue({});
    EXPECT_TRUE(status.ok()) << status;
  }

  // What a keeper does at the start of a server, and would else do later.
  void KeepUpOnce() {
    std::stop_source at_its_first_look;
    filling_.at_snapshot = [&] { at_its_first_look.request_stop(); };
    stepped_in_.KeepUp(at_its_first_look.get_token());
    filling_.at_snapshot = nullptr;
  }

  std::string zone_;
  FillingStore filling_{*store_};
  AssignmentKeeper stepped_in_{filling_, *registry_, clock_};
  DayTurn turn_{filling_, *registry_, stepped_in_, clock_, kBlock};
  std::int64_t assigned_count_ = 0;     // Entries written through filling_.
  std::function<void()> at_assignment;  // Before the next commit of them there.
};

std::vector<std::string> PeopleFrom(int number) {
  std::vector<std::string> ids;
  for (; number < kPeople; ++number) ids.push_back(PersonId(number));
  return ids;
}

TEST_F(DayTurnTest, SpreadsContactsOverTheFirstTwentyHours) {
  TrainOnVisits();
  EXPECT_EQ(DoneCount(), kPeople);  // By the training's day.
  TurnAt("2024-03-30T00:00:00+01:00");
  EXPECT_EQ(DoneCount(), 0);
  TurnAt("2024-03-30T00:00:01+01:00");
  EXPECT_EQ(DoneCount(), kBlock);
  // At most a block ahead.
  for (const auto& [time, share] :
       {std::pair("06:00:00", 0.3), {"09:30:00", 0.475}, {"12:00:00", 0.6}, {"19:00:00", 0.95}}) {
    TurnAt(absl::StrFormat("2024-03-30T%s+01:00", time));
    EXPECT_GE(DoneCount(), share * kPeople) << time;
    EXPECT_LE(DoneCount(), share * kPeople + kBlock) << time;
    EXPECT_EQ(NotDone(), PeopleFrom(DoneCount())) << time;
  }
  TurnAt("2024-03-30T20:00:00+01:00");
  EXPECT_EQ(DoneCount(), kPeople);
  TurnAt("2024-03-30T23:59:59+01:00");
  EXPECT_EQ(assigned_count_, kPeople);  // None twice.
}

TEST_F(DayTurnTest, AContactChangesItsSegmentOnTheDayThatItsDateCrossesTheBoundary) {
  TrainOnVisits();
  const SegmentationModel& model = *(*registry_->Active("acme", "default"))->model;
  ContactTable table{.row_count = 1};
  table.columns.push_back(MakeColumn("last_visit", AttributeType::kDate));
  Append(table.columns.front(), Value(Date{Today().days - 3}));
  const auto winner = [&](int days_on) {
    return model.Assign(table, {Today().days + days_on}).front().winner;
  };
  int days_on = 1;
  while (days_on < 300 && winner(days_on) == winner(0)) ++days_on;
  ASSERT_LT(days_on, 300);
  const std::string recent = SegmentOf(PersonId(0));
  const std::string long_ago = SegmentOf(PersonId(1));
  ASSERT_NE(recent, long_ago);
  const Timestamp noon = clock_.now;
  const auto turn_on = [&](int days) {
    clock_.now = {noon.micros + days * std::int64_t{86'400'000'000}};
    EXPECT_TRUE(turn_.AssignDue({}).ok());
  };
  turn_on(days_on - 1);
  EXPECT_EQ(SegmentOf(PersonId(0)), recent);  // Who came three days before the training.
  turn_on(days_on);
  EXPECT_EQ(SegmentOf(PersonId(0)), long_ago);
  EXPECT_EQ(SegmentOf(PersonId(1)), long_ago);
}

TEST_F(DayTurnTest, ADayOfTwentyThreeHoursIsSpreadOverAsMuchOfIt) {
  TrainOnVisits();
  TurnAt("2024-03-31T00:00:00+01:00");
  EXPECT_EQ(DoneCount(), 0);
  TurnAt("2024-03-31T06:00:00+02:00");  // After five hours of 23: .261.
  EXPECT_EQ(DoneCount(), 60);
  TurnAt("2024-03-31T20:05:00+02:00");  // Five minutes before 20/24 of 23 hours.
  EXPECT_EQ(DoneCount(), kPeople);
  TurnAt("2024-03-31T20:10:00+02:00");
  EXPECT_EQ(assigned_count_, kPeople);
  TurnAt("2024-04-01T06:00:00+02:00");
  EXPECT_THAT(DoneCount(), testing::AllOf(testing::Ge(60), testing::Le(60 + kBlock)));
}

TEST_F(DayTurnTest, ADayOfTwentyFiveHoursIsSpreadOverAsMuchOfIt) {
  TrainOnVisits();
  TurnAt("2024-10-27T02:30:00+02:00");  // After two and a half hours of 25: .12.
  EXPECT_EQ(DoneCount(), 30);
  TurnAt("2024-10-27T02:30:00+01:00");  // The same time of day, an hour later: .168.
  EXPECT_EQ(DoneCount(), 40);
  TurnAt("2024-10-27T19:00:00+01:00");  // After twenty of 25: .96.
  EXPECT_EQ(DoneCount(), kPeople);
  TurnAt("2024-10-27T23:59:59+01:00");
  EXPECT_EQ(assigned_count_, kPeople);
}

TEST_F(DayTurnTest, WhatIsLateIsDoneAtOnce) {
  TrainOnVisits();
  TurnAt("2024-04-02T15:00:00+02:00");
  EXPECT_GE(DoneCount(), 150);
  EXPECT_LE(DoneCount(), 150 + kBlock);
}

TEST_F(DayTurnTest, ARestartGoesOnWhereTheStoreSays) {
  TrainOnVisits();
  TurnAt("2024-03-30T12:00:00+01:00");
  const int done = DoneCount();
  EXPECT_GE(done, 120);
  DayTurn restarted(filling_, *registry_, stepped_in_, clock_, kBlock);
  EXPECT_TRUE(restarted.AssignDue({}).ok());
  EXPECT_LE(DoneCount(), done + kBlock);
  clock_.now = Instant("2024-03-30T13:00:00+01:00");
  EXPECT_TRUE(restarted.AssignDue({}).ok());
  EXPECT_GE(DoneCount(), 130);
  EXPECT_EQ(NotDone(), PeopleFrom(DoneCount()));
  clock_.now = Instant("2024-03-30T20:00:00+01:00");
  EXPECT_TRUE(restarted.AssignDue({}).ok());
  EXPECT_EQ(DoneCount(), kPeople);
  EXPECT_EQ(assigned_count_, kPeople);
}

TEST_F(DayTurnTest, ContactsAssignedTodayForAnotherReasonAreNotDoneAgain) {
  TrainOnVisits();
  clock_.now = Instant("2024-03-30T00:30:00+01:00");
  const std::vector<std::string> written = PeopleFrom(50);
  ASSERT_TRUE(keeper_->AssignContacts("acme", written).ok());
  TurnAt("2024-03-30T20:00:00+01:00");
  EXPECT_EQ(DoneCount(), kPeople);
  EXPECT_EQ(assigned_count_, 50);
}

TEST_F(DayTurnTest, ATrainingOfTheDayLeavesNothingToDo) {
  TrainOnVisits();
  TurnAt("2024-03-30T06:00:00+01:00");
  const std::int64_t before = assigned_count_;
  TrainTwoSegments();  // And activates the model, by a keeper of its own.
  EXPECT_THAT(NotDone(), IsEmpty());
  TurnAt("2024-03-30T20:00:00+01:00");
  EXPECT_EQ(assigned_count_, before);
  TurnAt("2024-03-31T12:00:00+02:00");  // By the new model.
  EXPECT_GE(DoneCount(), 110);
  EXPECT_LT(DoneCount(), kPeople);
}

TEST_F(DayTurnTest, AModelSwappedWhileABlockIsWrittenGoesOnFromTheFirst) {
  TrainOnVisits();
  at_assignment = [this] { TrainTwoSegments(); };
  TurnAt("2024-03-30T00:00:01+01:00");
  EXPECT_EQ(ActiveId(), "m2");
  EXPECT_THAT(NotDone(), IsEmpty());
}

TEST_F(DayTurnTest, AModelWithoutDatesSwappedWhileABlockIsWrittenIsCaughtUpWith) {
  TrainOnVisits();
  KeepUpOnce();
  at_assignment = [this] {
    SetRoles(v1::ROLE_IGNORED, v1::ROLE_FEATURE);
    TrainTwoSegments();
  };
  TurnAt("2024-03-30T00:00:01+01:00");
  EXPECT_EQ(ActiveId(), "m2");
  EXPECT_THAT(NotDone(), SizeIs(kBlock));  // Written by the model before.
  std::jthread thread([this](std::stop_token stop) { stepped_in_.KeepUp(stop); });
  for (int i = 0; i < 1000 && !NotDone().empty(); ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  EXPECT_THAT(NotDone(), IsEmpty());
}

// A write that began before midnight may be committed after the first blocks.
TEST_F(DayTurnTest, WhatWasWrittenAsOfYesterdayBehindTheTurnIsDoneLaterInTheDay) {
  TrainOnVisits();
  TurnAt("2024-03-30T06:00:00+01:00");
  const std::string id = PersonId(5);
  clock_.now = Instant("2024-03-29T23:59:59+01:00");
  ASSERT_TRUE(keeper_->AssignContacts("acme", {&id, 1}).ok());
  clock_.now = Instant("2024-03-30T06:00:00+01:00");
  ASSERT_EQ(NotDone().front(), id);
  TurnAt("2024-03-30T20:00:00+01:00");
  EXPECT_THAT(NotDone(), IsEmpty());
}

// A model kept the zone that it was loaded with.
TEST_F(DayTurnTest, TheDayTurnsWhereTheWorkspaceHasMovedTo) {
  TrainOnVisits();
  TurnAt("2024-03-29T15:59:59+01:00");
  EXPECT_EQ(DoneCount(), kPeople);
  SetZone("Asia/Tokyo");
  TurnAt("2024-03-29T16:30:00+01:00");  // Half past midnight there.
  EXPECT_EQ(DoneCount(), kBlock);
  TurnAt("2024-03-30T12:00:00+01:00");
  EXPECT_EQ(DoneCount(), kPeople);
}

// It was read with the default half-life, and unknown of contacts without events.
TEST_F(DayTurnTest, WhatIsDerivedFromEventsFollowsTheDayAsTheWorkspaceReadsIt) {
  ASSERT_TRUE(PutDerivedAttributes(*store_, clock_, "acme", DerivedAttributes::kAdd, nullptr).ok());
  WriteBatch batch{.operations = {}, .time = clock_.now};
  for (int i = 0; i < kPeople; ++i) {
    const int days_ago = i % 2 == 0 ? 3 + i % 7 : 300 + i % 41;
    const Timestamp time{(Today().days - days_ago) * std::int64_t{86'400'000'000}};
    const Event visit{.id = "1", .type = EventType::kVisit, .time = time, .is_date = true};
    const Event purchase{.id = "2",
                         .type = EventType::kPurchase,
                         .time = time,
                         .is_date = true,
                         .amount = 5'000'000};
    batch.operations.push_back(PutEvents{"acme", PersonId(i), {visit, purchase}, true});
  }
  ASSERT_TRUE(store_->Commit(std::move(batch)).ok());
  Put({{"silent", {}}});
  TrainTwoSegments();
  EXPECT_EQ(DoneCount(), kPeople);
  v1::UpdateWorkspaceRequest reading;
  reading.mutable_workspace()->set_name("workspaces/acme");
  reading.mutable_workspace()->set_time_zone(kZone);
  reading.mutable_workspace()->mutable_behaviour()->set_engagement_half_life_days(5);
  reading.mutable_workspace()->mutable_behaviour()->set_events_are_complete(true);
  v1::Workspace workspace;
  ASSERT_TRUE(workspaces_->UpdateWorkspace(call_, reading, &workspace).ok());
  TurnAt("2024-06-15T20:00:00+02:00");
  EXPECT_EQ(assigned_count_, kPeople + 1);
  for (const std::string id : {"p000", "p001", "p002", "p003", "silent"}) {
    v1::AssignSegmentRequest request;
    request.set_segmentation(kSegmentation);
    request.set_name("workspaces/acme/contacts/" + id);
    DateToProto(Today(), request.mutable_as_of());
    v1::AssignSegmentResponse now;
    ASSERT_TRUE(segmentations_->AssignSegment(call_, request, &now).ok());
    const auto stored = (*store_->OpenSnapshot())->Assignments("acme", {&id, 1});
    ASSERT_TRUE(stored.ok()) << stored.status();
    EXPECT_EQ(stored->front().front().segment, now.segment());
    EXPECT_EQ(stored->front().front().probability, now.probability());
  }
}

TEST_F(DayTurnTest, AModelWithoutDatesCostsNothing) {
  ImportThreePeople();
  TrainTwoSegments();
  int snapshots = 0;
  filling_.at_snapshot = [&] { ++snapshots; };
  TurnAt("2024-03-30T12:00:00+01:00");
  TurnAt("2024-03-30T20:00:00+01:00");
  EXPECT_EQ(snapshots, 0);
  EXPECT_EQ(assigned_count_, 0);
}

TEST_F(DayTurnTest, WhoComesOfAgeIsAssignedThatDay) {
  v1::UpdateSchemaRequest request;
  request.mutable_schema()->set_name("workspaces/acme/schema");
  v1::Attribute& age = *request.mutable_schema()->add_attributes();
  age.set_id("visits");
  age.set_type(v1::ATTRIBUTE_TYPE_NUMERIC);
  v1::Attribute& birth = *request.mutable_schema()->add_attributes();
  birth.set_id("born");
  birth.set_type(v1::ATTRIBUTE_TYPE_DATE);
  birth.set_role(v1::ROLE_DESCRIPTOR);
  birth.set_birth(v1::BIRTH_DATE);
  v1::Schema schema;
  ASSERT_TRUE(contacts_->UpdateSchema(call_, request, &schema).ok());
  const Date birthday = DayIn(kZone, Instant("2006-03-30T12:00:00+02:00"));
  Put({{"ann", {1.0, Date{birthday.days - 4000}}},
       {"bob", {1.5, Date{birthday.days - 4000}}},
       {"cleo", {9.0, Date{birthday.days - 4000}}},
       {"dan", {9.5, Date{birthday.days - 4000}}},
       {"young", {9.2, birthday}},
       {"child", {9.2, Date{birthday.days + 1}}}});
  TrainTwoSegments();
  EXPECT_EQ(SegmentOf("young"), "none");
  TurnAt("2024-03-29T20:00:00+01:00");
  EXPECT_EQ(SegmentOf("young"), "none");
  TurnAt("2024-03-30T20:00:00+01:00");
  EXPECT_EQ(SegmentOf("young"), SegmentOf("dan"));
  EXPECT_EQ(SegmentOf("child"), "none");
  EXPECT_EQ(assigned_count_, 1);  // Those who were of age before are not done again.
}

TEST_F(DayTurnTest, AFullDiskDelaysItAndLosesNothing) {
  TrainOnVisits();
  filling_.commits_left = 3;
  clock_.now = Instant("2024-03-30T20:00:00+01:00");
  EXPECT_EQ(turn_.AssignDue({}).code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(DoneCount(), 3 * kBlock);
  filling_.commits_left = 1000;
  TurnAt("2024-03-30T20:00:10+01:00");
  EXPECT_THAT(NotDone(), IsEmpty());
}

TEST_F(DayTurnTest, EndsSoonWhenToldTo) {
  TrainOnVisits();
  clock_.now = Instant("2024-03-30T20:00:00+01:00");
  std::stop_source stop;
  at_assignment = [&] { stop.request_stop(); };
  EXPECT_EQ(turn_.AssignDue(stop.get_token()).code(), absl::StatusCode::kCancelled);
  EXPECT_EQ(DoneCount(), kBlock);
  stepped_in_.Stop();
  EXPECT_EQ(turn_.AssignDue({}).code(), absl::StatusCode::kCancelled);
  EXPECT_EQ(DoneCount(), kBlock);
}

TEST_F(DayTurnTest, LooksAtTheClockAsTimeGoesBy) {
  TrainOnVisits();
  clock_.now = Instant("2024-03-30T20:00:00+01:00");
  std::jthread thread([this](std::stop_token stop) { turn_.KeepTurning(stop); });
  for (int i = 0; i < 1000 && !NotDone().empty(); ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  EXPECT_THAT(NotDone(), IsEmpty());
}

}  // namespace
}  // namespace cible
