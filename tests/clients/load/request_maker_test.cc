#include "clients/load/request_maker.h"

#include <gtest/gtest.h>

#include "clients/load/made_contacts.h"
#include "tests/clients/load/every_type.h"

namespace cible::load {
namespace {

constexpr char kSegmentation[] = "workspaces/default/segmentations/default";

Subjects TenContacts() {
  return {MakeContacts({.count = 10}, EveryType(), {}),
          {"workspaces/default/contacts/a", "workspaces/default/contacts/b"}};
}

template <typename Message>
Message Parsed(const grpc::ByteBuffer& buffer) {
  Message message;
  EXPECT_TRUE(message.ParseFromString(BytesOf(buffer)));
  return message;
}

PreparedCalls Make(CallKind kind, const LoadOptions& options = {}) {
  return MakeWorkload(options, {{kind, 1}}, TenContacts()).parts.front();
}

TEST(MakeWorkload, UnaryAsksOfEachContact) {
  const PreparedCalls calls = Make(CallKind::kUnary);
  ASSERT_EQ(calls.requests.size(), 10u);
  EXPECT_EQ(calls.method, "/cible.v1.SegmentationService/AssignSegment");
  const auto request = Parsed<v1::AssignSegmentRequest>(calls.requests[3]);
  EXPECT_EQ(request.segmentation(), kSegmentation);
  EXPECT_EQ(request.contact().DebugString(), TenContacts().contacts.contacts[3].DebugString());
}

TEST(MakeWorkload, NamesAreThoseOfStoredContacts) {
  const PreparedCalls calls = Make(CallKind::kName);
  ASSERT_EQ(calls.requests.size(), 2u);
  EXPECT_EQ(Parsed<v1::AssignSegmentRequest>(calls.requests[1]).name(),
            "workspaces/default/contacts/b");
}

TEST(MakeWorkload, MatchesSayHowManyQuestions) {
  const PreparedCalls calls = Make(CallKind::kMatch);
  EXPECT_EQ(Parsed<v1::MatchLeadRequest>(calls.requests[0]).question_count(), -1);
}

TEST(MakeWorkload, RowsAreAlwaysFull) {
  const PreparedCalls calls = Make(CallKind::kRows, {.rows = 4});
  ASSERT_EQ(calls.requests.size(), 3u);
  EXPECT_EQ(calls.contacts_per_call, 4);
  const auto last = Parsed<v1::AssignSegmentsRequest>(calls.requests[2]);
  ASSERT_EQ(last.contacts_size(), 4);
  const auto& contacts = TenContacts().contacts.contacts;
  EXPECT_EQ(last.contacts(1).DebugString(), contacts[9].DebugString());
  EXPECT_EQ(last.contacts(2).DebugString(), contacts[0].DebugString());
}

TEST(MakeWorkload, TablesGoWithIdsUnlessToldNotTo) {
  const auto with = Make(CallKind::kTable, {.rows = 16});
  EXPECT_EQ(Parsed<v1::AssignSegmentsRequest>(with.requests[0]).table().ids().ends_size(), 16);
  const auto without = Make(CallKind::kStream, {.rows = 16, .ids = false});
  EXPECT_EQ(without.method, "/cible.v1.SegmentationService/StreamAssignments");
  EXPECT_FALSE(Parsed<v1::AssignSegmentsRequest>(without.requests[0]).table().has_ids());
}

}  // namespace
}  // namespace cible::load
