// Single updates, by many callers at once, through the end of the server.

#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "cible/v1/contact_service.pb.h"
#include "tests/integration/real_server.h"

namespace cible {
namespace {

constexpr int kCallers = 64;

class UpdatesTest : public RealServerTest {
 protected:
  // What a caller was answered.
  struct Caller {
    int acknowledged = 0;  // The last age that was.
    std::string etag;      // After it.
  };

  void SetUp() override {
    Start();
    v1::UpdateSchemaRequest request;
    request.mutable_schema()->set_name("workspaces/default/schema");
    v1::Attribute& age = *request.mutable_schema()->add_attributes();
    age.set_id("age");
    age.set_type(v1::ATTRIBUTE_TYPE_NUMERIC);
    const auto schema = client().UpdateSchema(request);
    ASSERT_TRUE(schema.ok()) << schema.status();
  }

  static std::string Name(int caller) {
    return std::string(kWorkspace) + "/contacts/c" + std::to_string(caller);
  }

  static v1::UpdateContactRequest Request(int caller, int age) {
    v1::UpdateContactRequest request;
    request.mutable_contact()->set_name(Name(caller));
    v1::AttributeValue& value = *request.mutable_contact()->add_attributes();
    value.set_attribute("age");
    value.set_number(age);
    request.set_allow_missing(true);
    request.set_request_id(std::to_string(caller) + "/" + std::to_string(age));
    return request;
  }

  v1::Contact Stored(int caller) {
    v1::GetContactRequest request;
    request.set_name(Name(caller));
    const auto contact = client().GetContact(request);
    EXPECT_TRUE(contact.ok()) << contact.status();
    return contact.ok() ? *contact : v1::Contact();
  }

  // Every caller raises the age of a contact of its own, one by one, until the
  // server is killed, after each was answered a few times.
  std::vector<Caller> UpdateUntilKilled() {
    std::vector<Caller> callers(kCallers);
    std::atomic<int> ready = 0;
    std::vector<std::thread> threads;
    for (int c = 0; c < kCallers; ++c) {
      threads.emplace_back([&, c] {
        Caller& caller = callers[static_cast<std::size_t>(c)];
        while (true) {
          const auto contact = client().UpdateContact(Request(c, caller.acknowledged + 1));
          if (!contact.ok()) {
            EXPECT_EQ(contact.status().code(), absl::StatusCode::kUnavailable) << contact.status();
            ready += caller.acknowledged < 3 ? 1 : 0;
            return;
          }
          caller.etag = contact->etag();
          if (++caller.acknowledged == 3) ++ready;
        }
      });
    }
    while (ready < kCallers) std::this_thread::yield();
    Kill();
    for (std::thread& thread : threads) thread.join();
    return callers;
  }
};

TEST_F(UpdatesTest, EveryAcknowledgedUpdateSurvivesAKillAndIsNotMadeAgain) {
  const std::vector<Caller> callers = UpdateUntilKilled();
  StartAgain();
  for (int c = 0; c < kCallers; ++c) {
    const Caller& caller = callers[static_cast<std::size_t>(c)];
    const v1::Contact stored = Stored(c);
    ASSERT_EQ(stored.attributes_size(), 1);
    const int age = static_cast<int>(stored.attributes(0).number());
    // One more may have been written when the answer was lost.
    EXPECT_TRUE(age == caller.acknowledged || age == caller.acknowledged + 1)
        << age << " after " << caller.acknowledged;
    if (age == caller.acknowledged) {
      EXPECT_EQ(stored.etag(), caller.etag);
    }
    // What was acknowledged changes nothing when it is sent again.
    for (const int repeated : {1, caller.acknowledged}) {
      const auto answer = client().UpdateContact(Request(c, repeated));
      ASSERT_TRUE(answer.ok()) << answer.status();
      EXPECT_EQ(answer->SerializeAsString(), stored.SerializeAsString());
    }
    // What was in doubt is made once in all.
    ASSERT_TRUE(client().UpdateContact(Request(c, caller.acknowledged + 1)).ok());
    const v1::Contact after = Stored(c);
    EXPECT_EQ(after.attributes(0).number(), caller.acknowledged + 1);
    if (age == caller.acknowledged + 1) {
      EXPECT_EQ(after.etag(), stored.etag());
    }
  }
}

class TrainedUpdatesTest : public RealServerTest {};

TEST_F(TrainedUpdatesTest, AnAnswerHasTheSegmentOfWhatIsKnownNow) {
  Start();
  ImportSample(300);
  Train({"--segments", "3"});
  v1::GetContactRequest get;
  get.set_name(std::string(kWorkspace) + "/contacts/c000001");
  const auto before = client().GetContact(get);
  ASSERT_TRUE(before.ok()) << before.status();
  ASSERT_EQ(before->assignments_size(), 1);
  v1::UpdateContactRequest request;
  request.mutable_contact()->set_name(get.name());
  v1::AttributeValue& value = *request.mutable_contact()->add_attributes();
  value.set_attribute("age");
  value.set_number(97);
  request.mutable_update_mask()->add_paths("attributes");
  const auto after = client().UpdateContact(request);
  ASSERT_TRUE(after.ok()) << after.status();
  ASSERT_EQ(after->assignments_size(), 1);
  EXPECT_NE(after->assignments(0).segment(), "");
  EXPECT_NE(after->assignments(0).probability(), before->assignments(0).probability());
  EXPECT_EQ(client().GetContact(get)->SerializeAsString(), after->SerializeAsString());
}

TEST_F(UpdatesTest, TheCommandUpdatesAContactOfTheServer) {
  const Ending created = Cible({"contacts", "update", "ana", "--set", "age=34", "--create"});
  EXPECT_EQ(created.code, 0) << created.err;
  const Ending unset =
      Cible({"contacts", "update", "ana", "--unset", "age", "--stage", "lead", "--format", "csv"});
  EXPECT_EQ(unset.code, 0) << unset.err;
  EXPECT_EQ(unset.out,
            "attribute,value\ncontact.id,ana\ncontact.kind,PERSON\ncontact.stage,LEAD\n");
}

}  // namespace
}  // namespace cible
