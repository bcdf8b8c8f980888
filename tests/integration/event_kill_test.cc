// A server killed in the middle of a stream of events, and told them again: nothing
// that it acknowledged is lost, nothing counts twice.

#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <chrono>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "cible/v1/contact_service.grpc.pb.h"
#include "tests/integration/real_server.h"

namespace cible {
namespace {

constexpr int kMessages = 60;
constexpr int kEventsAMessage = 40;
constexpr int kContacts = 6;

// What is to be recorded in a round, message by message.
using Messages = std::vector<v1::RecordEventsRequest>;

enum class Ids { kGiven, kLeftOut };

// A line of an order of four, of so many units.
v1::Event LineOf(int number, const std::string& contact) {
  v1::Event event;
  event.set_contact(contact);
  event.set_type(v1::EVENT_TYPE_PURCHASE);
  event.mutable_time()->set_seconds(1'780'000'000 + number / 100);
  event.set_order(absl::StrCat("order", number / (4 * kContacts)));
  event.set_amount(1 + number % 5);
  return event;
}

// Without ids, many lines are equal: those of one order and amount.
Messages MakeMessages(int round, Ids ids) {
  Messages messages(kMessages);
  for (int i = 0; i < kMessages; ++i) {
    v1::RecordEventsRequest& message = messages[static_cast<std::size_t>(i)];
    message.set_parent(kWorkspace);
    for (int k = 0; k < kEventsAMessage; ++k) {
      const int number = i * kEventsAMessage + k;
      v1::Event event = LineOf(number, absl::StrCat("r", round, "-", number % kContacts));
      if (ids == Ids::kGiven) event.set_id(absl::StrCat("e", number));
      *message.add_events() = event;
    }
  }
  return messages;
}

// What events add up to.
struct Totals {
  int events = 0;
  double amount = 0;
  std::set<std::string> orders;

  void Add(const v1::Event& event) {
    ++events;
    amount += event.amount();
    orders.insert(event.order());
  }
};

using TotalsByContact = std::map<std::string, Totals>;

TotalsByContact TotalsOf(const Messages& messages, std::size_t count) {
  TotalsByContact totals;
  for (std::size_t i = 0; i < count; ++i) {
    for (const v1::Event& event : messages[i].events()) totals[event.contact()].Add(event);
  }
  return totals;
}

class EventKillTest : public RealServerTest {
 protected:
  void SetUp() override { Start(); }

  void KillRounds(int rounds) {
    std::mt19937 random(20261130);
    for (int round = 0; round < rounds && !HasFailure(); ++round) {
      SCOPED_TRACE(absl::StrCat("round ", round));
      const bool sends_all = round % 2 == 1;
      // Those who leave ids out send all of it again: occurrences are counted anew.
      const Messages messages = MakeMessages(round, sends_all ? Ids::kLeftOut : Ids::kGiven);
      const int kill_after = std::uniform_int_distribution<int>(1, kMessages - 10)(random);
      const std::size_t acknowledged = SendAndKill(messages, kill_after);
      ASSERT_GE(acknowledged, static_cast<std::size_t>(kill_after));
      StartAgain();
      Expect(TotalsOf(messages, acknowledged), "before they are sent again", /*exactly=*/false);
      SendAll(messages, sends_all ? 0 : acknowledged);
      Expect(TotalsOf(messages, messages.size()), "at last", /*exactly=*/true);
      interrupted_ += acknowledged < messages.size() ? 1 : 0;
    }
    EXPECT_GT(interrupted_, rounds / 2) << "the kills came too late to tell anything";
  }

 private:
  using Stream = grpc::ClientReaderWriter<v1::RecordEventsRequest, v1::RecordEventsResponse>;

  std::unique_ptr<v1::ContactService::Stub> Stub() {
    return v1::ContactService::NewStub(
        grpc::CreateChannel(address(), grpc::InsecureChannelCredentials()));
  }

  // Sends without waiting, and kills once so many messages are acknowledged; how many
  // were in the end.
  std::size_t SendAndKill(const Messages& messages, int kill_after) {
    const auto stub = Stub();
    grpc::ClientContext context;
    const auto stream = stub->RecordEvents(&context);
    std::thread writer([&] {
      for (std::size_t i = 0; i < messages.size(); ++i) {
        v1::RecordEventsRequest message = messages[i];
        message.set_sequence(static_cast<std::int64_t>(i + 1));
        if (!stream->Write(message)) return;
      }
      stream->WritesDone();
    });
    std::int64_t acknowledged = 0;
    std::thread killer;
    v1::RecordEventsResponse response;
    while (stream->Read(&response)) {
      EXPECT_FALSE(response.has_error()) << response.error().message();
      EXPECT_EQ(response.refused_count(), 0);
      acknowledged = response.acknowledged_sequence();
      // Beside, so that acknowledgements go on being read.
      if (acknowledged >= kill_after && !killer.joinable()) killer = std::thread([&] { Kill(); });
    }
    if (killer.joinable()) killer.join();
    writer.join();
    EXPECT_FALSE(stream->Finish().ok() && acknowledged < std::ssize(messages));
    return static_cast<std::size_t>(acknowledged);
  }

  void SendAll(const Messages& messages, std::size_t from) {
    const auto stub = Stub();
    grpc::ClientContext context;
    const auto stream = stub->RecordEvents(&context);
    v1::RecordEventsResponse response;
    std::int64_t sequence = 0;
    for (std::size_t i = from; i < messages.size(); ++i) {
      v1::RecordEventsRequest message = messages[i];
      message.set_sequence(++sequence);
      ASSERT_TRUE(stream->Write(message));
      ASSERT_TRUE(stream->Read(&response));
      ASSERT_EQ(response.acknowledged_sequence(), sequence) << response.error().message();
    }
    stream->WritesDone();
    EXPECT_TRUE(stream->Finish().ok());
  }

  // That events, amounts and orders are at least, or exactly, those; and in any case
  // that what is derived is what the listed events add up to.
  void Expect(const TotalsByContact& totals, const char* when, bool exactly) {
    for (const auto& [contact, expected] : totals) {
      const Totals stored = StoredOf(contact);
      if (exactly) {
        EXPECT_EQ(stored.events, expected.events) << contact << " " << when;
        EXPECT_EQ(stored.amount, expected.amount) << contact << " " << when;
        EXPECT_EQ(stored.orders, expected.orders) << contact << " " << when;
      }
      EXPECT_GE(stored.events, expected.events) << "acknowledged events are lost " << when;
      EXPECT_EQ(Number(contact, "monetary"), stored.amount) << contact << " " << when;
      EXPECT_EQ(Number(contact, "frequency"), static_cast<double>(stored.orders.size()));
    }
  }

  Totals StoredOf(const std::string& contact) {
    Totals totals;
    v1::ListEventsRequest request;
    request.set_parent(absl::StrCat(kWorkspace, "/contacts/", contact));
    request.set_page_size(1000);
    do {
      const auto page = client().ListEvents(request);
      EXPECT_TRUE(page.ok()) << page.status();
      if (!page.ok()) break;
      for (const v1::Event& event : page->events()) totals.Add(event);
      request.set_page_token(page->next_page_token());
    } while (!request.page_token().empty());
    return totals;
  }

  double Number(const std::string& contact, const std::string& attribute) {
    v1::GetContactRequest request;
    request.set_name(absl::StrCat(kWorkspace, "/contacts/", contact));
    const auto stored = client().GetContact(request);
    EXPECT_TRUE(stored.ok()) << stored.status();
    if (!stored.ok()) return -1;
    for (const v1::AttributeValue& value : stored->attributes()) {
      if (value.attribute() == attribute) return value.number();
    }
    ADD_FAILURE() << attribute << " is unknown";
    return -1;
  }

  int interrupted_ = 0;
};

TEST_F(EventKillTest, NothingAcknowledgedIsLostAndNothingCountsTwice) { KillRounds(5); }

class EventKillSlowTest : public EventKillTest {};

TEST_F(EventKillSlowTest, NothingAcknowledgedIsLostAndNothingCountsTwiceInAHundredKills) {
  KillRounds(100);
}

}  // namespace
}  // namespace cible
