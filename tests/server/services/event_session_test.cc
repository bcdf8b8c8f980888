#include "server/services/event_session.h"

#include <map>

#include "absl/strings/str_cat.h"
#include "tests/server/services/trained_fixture.h"

namespace cible {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::Pair;

constexpr std::int64_t kDay = 86'400;
constexpr std::int64_t kNow = 1'700'000'000;  // 2023-11-14T22:13:20Z, as the fixture's clock.
constexpr char kAnn[] = "workspaces/acme/contacts/ann";

v1::Event EventOf(const std::string& contact, const std::string& id, v1::EventType type,
                  std::int64_t seconds) {
  v1::Event event;
  event.set_contact(contact);
  event.set_id(id);
  event.set_type(type);
  event.mutable_time()->set_seconds(seconds);
  return event;
}

v1::Event Purchase(const std::string& contact, const std::string& id, const std::string& order,
                   double amount, std::int64_t seconds = kNow - 10 * kDay) {
  v1::Event event = EventOf(contact, id, v1::EVENT_TYPE_PURCHASE, seconds);
  event.set_order(order);
  event.set_amount(amount);
  return event;
}

v1::RecordEventsRequest RequestOf(std::int64_t sequence, const std::vector<v1::Event>& events) {
  v1::RecordEventsRequest request;
  request.set_parent("workspaces/acme");
  request.set_sequence(sequence);
  for (const v1::Event& event : events) *request.add_events() = event;
  return request;
}

class EventsTest : public TrainedTest {
 protected:
  v1::RecordEventsResponse Send(StreamSession& session, const v1::RecordEventsRequest& request) {
    v1::RecordEventsResponse response;
    const absl::Status status = session.Handle(call_, request, &response);
    EXPECT_TRUE(status.ok()) << status;
    return response;
  }

  // In a stream of its own.
  v1::RecordEventsResponse Record(const std::vector<v1::Event>& events) {
    return Send(*contacts_->OpenEvents(), RequestOf(1, events));
  }

  // Why the one event is refused.
  std::string RefusalOf(const v1::Event& event) {
    const auto response = Record({event});
    EXPECT_EQ(response.refused_count(), 1) << response.DebugString();
    EXPECT_EQ(response.recorded_count(), 0);
    return response.errors_size() == 1 ? response.errors(0).reason() : "";
  }

  v1::Contact Get(const std::string& name) {
    v1::GetContactRequest request;
    request.set_name(name);
    v1::Contact contact;
    const absl::Status status = contacts_->GetContact(call_, request, &contact);
    EXPECT_TRUE(status.ok()) << status;
    return contact;
  }

  // The numbers that are known of a contact.
  std::map<std::string, double> NumbersOf(const std::string& name) {
    std::map<std::string, double> numbers;
    const v1::Contact contact = Get(name);
    for (const v1::AttributeValue& value : contact.attributes()) {
      if (value.has_number()) numbers[value.attribute()] = value.number();
    }
    return numbers;
  }

  v1::CancelEventsResponse Cancel(const std::string& contact, const std::string& id) {
    v1::CancelEventsRequest request;
    request.set_parent(contact);
    request.add_ids(id);
    v1::CancelEventsResponse response;
    const absl::Status status = contacts_->CancelEvents(call_, request, &response);
    EXPECT_TRUE(status.ok()) << status;
    return response;
  }

  absl::Status UpdateBehaviour(const v1::BehaviourSettings& settings,
                               const std::string& time_zone = "UTC") {
    v1::UpdateWorkspaceRequest request;
    request.mutable_workspace()->set_name("workspaces/acme");
    request.mutable_workspace()->set_time_zone(time_zone);
    *request.mutable_workspace()->mutable_behaviour() = settings;
    v1::Workspace workspace;
    return workspaces_->UpdateWorkspace(call_, request, &workspace);
  }

  std::vector<std::string> SchemaIds() {
    v1::GetSchemaRequest request;
    request.set_name("workspaces/acme/schema");
    v1::Schema schema;
    EXPECT_TRUE(contacts_->GetSchema(call_, request, &schema).ok());
    std::vector<std::string> ids;
    for (const v1::Attribute& attribute : schema.attributes()) ids.push_back(attribute.id());
    return ids;
  }

  std::vector<std::string> Listed(const std::string& filter) {
    v1::ListContactsRequest request;
    request.set_parent("workspaces/acme");
    request.set_filter(filter);
    v1::ListContactsResponse response;
    const absl::Status status = contacts_->ListContacts(call_, request, &response);
    EXPECT_TRUE(status.ok()) << status;
    std::vector<std::string> names;
    for (const v1::Contact& contact : response.contacts()) names.push_back(contact.name());
    return names;
  }
};

TEST_F(EventsTest, AreAddedUpAndShownAsAttributesOfTheirContact) {
  const auto response = Record({Purchase("ann", "1", "A", 600), Purchase("ann", "2", "A", 50),
                                Purchase("ann", "3", "B", 50, kNow - 2 * kDay),
                                EventOf("ann", "4", v1::EVENT_TYPE_VISIT, kNow - 3 * kDay)});
  EXPECT_EQ(response.recorded_count(), 4) << response.DebugString();
  EXPECT_EQ(response.created_contact_count(), 1);
  EXPECT_EQ(response.acknowledged_sequence(), 1);
  const auto numbers = NumbersOf(kAnn);
  EXPECT_EQ(numbers.at("frequency"), 2);
  EXPECT_EQ(numbers.at("monetary"), 700);
  EXPECT_EQ(numbers.at("net_paid"), 700);
  EXPECT_EQ(numbers.at("average_order"), 350);
  EXPECT_EQ(numbers.at("recency_days"), 2);
  EXPECT_EQ(numbers.at("tenure_days"), 10);
  EXPECT_EQ(numbers.at("visits_90d"), 1);
  EXPECT_DOUBLE_EQ(numbers.at("large_order_share"), 650.0 / 700);
  EXPECT_EQ(Get(kAnn).stage(), v1::STAGE_LEAD);
}

TEST_F(EventsTest, ChangeWithTheDayThoughNothingIsWritten) {
  Record({Purchase("ann", "1", "A", 600), EventOf("ann", "2", v1::EVENT_TYPE_VISIT, kNow)});
  EXPECT_EQ(NumbersOf(kAnn).at("recency_days"), 10);
  clock_.now.micros += 90 * kDay * 1'000'000;
  EXPECT_EQ(NumbersOf(kAnn).at("recency_days"), 100);
  EXPECT_EQ(NumbersOf(kAnn).at("visits_90d"), 0);
  EXPECT_THAT(Listed("recency_days = 100"), ElementsAre(kAnn));
}

TEST_F(EventsTest, SentTwiceCountOnce) {
  Record({Purchase("ann", "1", "A", 600)});
  const std::string etag = Get(kAnn).etag();
  const auto again = Record({Purchase("ann", "1", "A", 600)});
  EXPECT_EQ(again.unchanged_count(), 1);
  EXPECT_EQ(again.recorded_count(), 0);
  EXPECT_EQ(Get(kAnn).etag(), etag);
}

TEST_F(EventsTest, OfAKnownIdTakeThePlaceOfWhatWasRecorded) {
  Record({Purchase("ann", "1", "A", 600)});
  const auto corrected = Record({Purchase("ann", "1", "B", 60, kNow - kDay)});
  EXPECT_EQ(corrected.replaced_count(), 1);
  EXPECT_EQ(NumbersOf(kAnn).at("monetary"), 60);
  EXPECT_EQ(NumbersOf(kAnn).at("frequency"), 1);
  EXPECT_EQ(NumbersOf(kAnn).at("recency_days"), 1);
}

TEST_F(EventsTest, WithoutIdsEqualOnesCountAndASecondStreamDoesNot) {
  const v1::Event line = Purchase("ann", "", "A", 10);
  EXPECT_EQ(Record({line, line}).recorded_count(), 2);
  EXPECT_EQ(NumbersOf(kAnn).at("monetary"), 20);
  EXPECT_EQ(Record({line, line}).unchanged_count(), 2);
  EXPECT_EQ(NumbersOf(kAnn).at("monetary"), 20);
  const auto session = contacts_->OpenEvents();
  Send(*session, RequestOf(1, {line}));
  EXPECT_EQ(Send(*session, RequestOf(2, {line, line})).recorded_count(), 1);
}

TEST_F(EventsTest, APurchaseBelowZeroIsAReturnThatMayComeFirst) {
  Record({Purchase("ann", "1", "C1", -30, kNow - 20 * kDay)});
  EXPECT_EQ(NumbersOf(kAnn).at("frequency"), 0);
  EXPECT_EQ(NumbersOf(kAnn).at("monetary"), -30);
  Record({Purchase("ann", "2", "A", 100)});
  EXPECT_EQ(NumbersOf(kAnn).at("frequency"), 1);
  EXPECT_EQ(NumbersOf(kAnn).at("monetary"), 70);
}

TEST_F(EventsTest, AnAmountThatIsNotGivenIsQuantityTimesPrice) {
  v1::Event event = EventOf("ann", "1", v1::EVENT_TYPE_PURCHASE, kNow);
  event.set_quantity(6);
  event.set_unit_price(2.55);
  Record({event});
  EXPECT_EQ(NumbersOf(kAnn).at("monetary"), 15.3);
}

TEST_F(EventsTest, OutsideTheWindowAreRefusedWithTheReason) {
  EXPECT_EQ(RefusalOf(EventOf("ann", "1", v1::EVENT_TYPE_VISIT, 0)),
            "the event is dated before 2000-01-01, from which on the workspace takes events; mend "
            "the date, or set behaviour.earliest_event_date");
  EXPECT_EQ(RefusalOf(EventOf("ann", "1", v1::EVENT_TYPE_VISIT, 4'102'444'800)),
            "the event is dated after 2023-11-15, up to which the workspace takes events now; mend "
            "the date, or set behaviour.event_lead_days");
  v1::BehaviourSettings settings;
  settings.mutable_earliest_event_date()->set_year(1970);
  settings.mutable_earliest_event_date()->set_month(1);
  settings.mutable_earliest_event_date()->set_day(1);
  ASSERT_TRUE(UpdateBehaviour(settings).ok());
  EXPECT_EQ(Record({EventOf("ann", "1", v1::EVENT_TYPE_VISIT, 0)}).recorded_count(), 1);
}

TEST_F(EventsTest, ThatCannotBeAreRefusedAndSinkNoOther) {
  v1::Event foreign = Purchase("ann", "1", "A", 10);
  foreign.set_currency_code("XYZ");
  v1::Event infinite = Purchase("ann", "2", "A", std::numeric_limits<double>::infinity());
  v1::Event timeless = Purchase("ann", "3", "A", 10);
  timeless.clear_time();
  v1::Event nobodys = Purchase("", "4", "A", 10);
  v1::Event untyped = Purchase("ann", "5", "A", 10);
  untyped.set_type(v1::EVENT_TYPE_UNSPECIFIED);
  v1::Event home = Purchase("ann", "6", "A", 10);
  home.set_currency_code("EUR");
  const auto response = Record({foreign, infinite, timeless, nobodys, untyped, home});
  EXPECT_EQ(response.recorded_count(), 1);
  EXPECT_EQ(response.refused_count(), 5);
  ASSERT_EQ(response.errors_size(), 5);
  EXPECT_EQ(response.errors(0).reason(),
            "the event is in another currency than the workspace's, EUR; convert its amounts, and "
            "leave currency_code out");
  EXPECT_EQ(response.errors(1).reason(), "amount is not a number between -1e12 and 1e12; mend it");
  EXPECT_EQ(response.errors(2).reason(), "the event has neither a time nor a date; give one");
  EXPECT_EQ(response.errors(3).row(), 3u);
  EXPECT_THAT(response.errors(4).reason(), HasSubstr("no type"));
}

TEST_F(EventsTest, OfUnknownContactsAreRefusedWhereTheyShallBe) {
  Record({Purchase("ann", "1", "A", 10)});
  auto request = RequestOf(1, {Purchase("bob", "1", "A", 10), Purchase("ann", "2", "A", 10)});
  request.set_unknown_contacts(v1::UNKNOWN_CONTACTS_REFUSE);
  const auto response = Send(*contacts_->OpenEvents(), request);
  EXPECT_EQ(response.recorded_count(), 1);
  ASSERT_EQ(response.errors_size(), 1);
  EXPECT_EQ(response.errors(0).row(), 0u);
  EXPECT_EQ(response.errors(0).reason(),
            "there is no such contact; store it first, or have it created");
}

TEST_F(EventsTest, OfManyChannelsAreRefusedAndThoseOfOthersAreNot) {
  std::vector<v1::Event> events;
  for (int i = 0; i < 65; ++i) {
    events.push_back(EventOf("ann", absl::StrCat(i), v1::EVENT_TYPE_VISIT, kNow));
    events.back().set_channel(absl::StrCat("page ", i));
  }
  events.push_back(EventOf("bob", "1", v1::EVENT_TYPE_VISIT, kNow));
  const auto response = Record(events);
  EXPECT_EQ(response.recorded_count(), 65);
  EXPECT_EQ(response.refused_count(), 1);
  EXPECT_EQ(response.errors(0).row(), 64u);
  EXPECT_THAT(response.errors(0).reason(), HasSubstr("more than 64 channels"));
}

TEST_F(EventsTest, CancelledCountNoMoreNorDoTheyAgain) {
  Record({Purchase("ann", "1", "A", 600), Purchase("ann", "2", "B", 10)});
  EXPECT_EQ(Cancel(kAnn, "1").cancelled_count(), 1);
  EXPECT_EQ(NumbersOf(kAnn).at("monetary"), 10);
  EXPECT_EQ(NumbersOf(kAnn).at("frequency"), 1);
  EXPECT_EQ(Record({Purchase("ann", "1", "A", 600)}).cancelled_count(), 1);
  EXPECT_EQ(NumbersOf(kAnn).at("monetary"), 10);
  EXPECT_EQ(Cancel(kAnn, "3").unrecorded_count(), 1);
  EXPECT_EQ(Record({Purchase("ann", "3", "A", 600)}).cancelled_count(), 1);
}

TEST_F(EventsTest, AreListedTheLatestFirstInPages) {
  std::vector<v1::Event> events;
  for (int i = 0; i < 7; ++i) {  // Pairs of one instant.
    events.push_back(EventOf("ann", absl::StrCat(i), v1::EVENT_TYPE_VISIT, kNow - i / 2));
  }
  Record(events);
  v1::ListEventsRequest request;
  request.set_parent(kAnn);
  request.set_page_size(3);
  std::vector<std::string> ids;
  for (int page = 0; page < 3; ++page) {
    v1::ListEventsResponse response;
    ASSERT_TRUE(contacts_->ListEvents(call_, request, &response).ok());
    EXPECT_EQ(response.total_size(), 7);
    for (const v1::Event& event : response.events()) ids.push_back(event.id());
    request.set_page_token(response.next_page_token());
  }
  EXPECT_THAT(ids, ElementsAre("0", "1", "2", "3", "4", "5", "6"));
  EXPECT_TRUE(request.page_token().empty());
  request.set_parent("workspaces/acme/contacts/nobody");
  v1::ListEventsResponse response;
  EXPECT_EQ(contacts_->ListEvents(call_, request, &response).code(), absl::StatusCode::kNotFound);
}

// What is cancelled between two pages once shifted the list.
TEST_F(EventsTest, AreListedWholeThoughSomeAreCancelledMeanwhile) {
  std::vector<v1::Event> events;
  for (int i = 0; i < 9; ++i) {
    events.push_back(EventOf("ann", absl::StrCat(i), v1::EVENT_TYPE_VISIT, kNow));
  }
  Record(events);
  v1::ListEventsRequest request;
  request.set_parent(kAnn);
  request.set_page_size(3);
  std::vector<std::string> ids;
  do {
    v1::ListEventsResponse response;
    ASSERT_TRUE(contacts_->ListEvents(call_, request, &response).ok());
    for (const v1::Event& event : response.events()) {
      ids.push_back(event.id());
      Cancel(kAnn, event.id());
    }
    request.set_page_token(response.next_page_token());
  } while (!request.page_token().empty());
  EXPECT_EQ(ids.size(), 9u);
}

TEST_F(EventsTest, AreInTheDossier) {
  Record({Purchase("ann", "1", "A", 600)});
  v1::GetContactDossierRequest request;
  request.set_name(kAnn);
  v1::ContactDossier dossier;
  ASSERT_TRUE(contacts_->GetContactDossier(call_, request, &dossier).ok());
  ASSERT_EQ(dossier.events_size(), 1);
  EXPECT_EQ(dossier.events(0).order(), "A");
  EXPECT_EQ(dossier.events(0).amount(), 600);
  EXPECT_EQ(dossier.event_count(), 1);
}

TEST_F(EventsTest, AddTheirAttributesToTheSchemaWithTheFirst) {
  EXPECT_THAT(SchemaIds(), IsEmpty());
  Record({});
  EXPECT_THAT(SchemaIds(), IsEmpty());
  AddAttributes({{"monetary", v1::ATTRIBUTE_TYPE_NUMERIC}});
  EXPECT_THAT(Record({Purchase("ann", "1", "A", 600)}).left_out_attributes(),
              ElementsAre("monetary"));
  const auto ids = SchemaIds();
  EXPECT_THAT(ids, Contains("recency_days"));
  EXPECT_EQ(ids.front(), "monetary");
  EXPECT_EQ(std::count(ids.begin(), ids.end(), "monetary"), 1);
  EXPECT_FALSE(NumbersOf(kAnn).contains("monetary")) << "it is stated, and nobody stated it";
}

TEST_F(EventsTest, MakeAttributesThatNobodyStores) {
  Record({Purchase("ann", "1", "A", 600)});
  v1::UpdateContactRequest update;
  *update.mutable_contact() = Get(kAnn);
  v1::Contact contact;
  EXPECT_TRUE(contacts_->UpdateContact(call_, update, &contact).ok())
      << "what was read may be sent back";
  EXPECT_EQ(NumbersOf(kAnn).at("monetary"), 600);
  update.mutable_update_mask()->add_paths("attributes.monetary");
  EXPECT_THAT(contacts_->UpdateContact(call_, update, &contact).message(),
              HasSubstr("worked out from events/monetary and cannot be stored"));

  ContactTable table{.row_count = 1, .ids = {"ann"}};
  table.columns = {MakeColumn("frequency", AttributeType::kNumeric)};
  Append(table.columns[0], 3.0);
  v1::ContactTable message;
  TableToProto(table, &message);
  EXPECT_EQ(Import(message).error().message(),
            "attribute \"frequency\" is worked out from events/frequency and cannot be stored; "
            "leave it out");
}

TEST_F(EventsTest, OfNobodyAreUnknownUnlessTheyAreComplete) {
  AddAttributes({{"age", v1::ATTRIBUTE_TYPE_NUMERIC}, {"city", v1::ATTRIBUTE_TYPE_CATEGORICAL}});
  Import(People({"bob"}, {30}, {"Lyon"}));
  Record({Purchase("ann", "1", "A", 600)});
  EXPECT_THAT(NumbersOf("workspaces/acme/contacts/bob"), ElementsAre(Pair("age", 30)));
  v1::BehaviourSettings settings;
  settings.set_events_are_complete(true);
  ASSERT_TRUE(UpdateBehaviour(settings).ok());
  EXPECT_EQ(NumbersOf("workspaces/acme/contacts/bob").at("frequency"), 0);
  EXPECT_THAT(Listed("frequency = 0"), ElementsAre("workspaces/acme/contacts/bob"));
}

TEST_F(EventsTest, AreAddedUpAnewWhenTheRulesChange) {
  Record({Purchase("ann", "1", "A", 600, kNow), Purchase("ann", "2", "B", 400, kNow)});
  EXPECT_DOUBLE_EQ(NumbersOf(kAnn).at("large_order_share"), .6);
  v1::BehaviourSettings settings;
  settings.set_large_order_amount(1000);
  ASSERT_TRUE(UpdateBehaviour(settings).ok());
  EXPECT_EQ(NumbersOf(kAnn).at("large_order_share"), 0);
  const std::string etag = Get(kAnn).etag();
  ASSERT_TRUE(UpdateBehaviour(settings, "Asia/Tokyo").ok());
  EXPECT_NE(Get(kAnn).etag(), etag) << "22:13 UTC is the next day in Tokyo";
  EXPECT_EQ(NumbersOf(kAnn).at("recency_days"), 0);
}

TEST_F(EventsTest, OfNewContactsSayWhereTheseComeFrom) {
  auto request = RequestOf(1, {Purchase("ann", "1", "A", 10)});
  request.mutable_provenance()->set_source("shop");
  request.mutable_provenance()->set_legal_basis(v1::LEGAL_BASIS_CONTRACT);
  EXPECT_EQ(Send(*contacts_->OpenEvents(), request).without_legal_basis_count(), 0);
  ASSERT_EQ(Get(kAnn).provenances_size(), 1);
  EXPECT_EQ(Get(kAnn).provenances(0).source(), "shop");
  EXPECT_EQ(Record({Purchase("bob", "1", "A", 10)}).without_legal_basis_count(), 1);
}

TEST_F(EventsTest, KeepTheCurrencyThatTheyCameIn) {
  v1::UpdateWorkspaceRequest request;
  request.mutable_workspace()->set_name("workspaces/acme");
  request.mutable_workspace()->set_currency_code("JPY");
  v1::Workspace workspace;
  EXPECT_TRUE(workspaces_->UpdateWorkspace(call_, request, &workspace).ok());
  Record({Purchase("ann", "1", "A", 10)});
  request.mutable_workspace()->set_currency_code("EUR");
  const absl::Status status = workspaces_->UpdateWorkspace(call_, request, &workspace);
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(status.message(),
            "events are recorded in JPY, so the currency cannot change; make another workspace for "
            "another one");
}

TEST_F(EventsTest, AreAddedUpAsBeforeWhereAnUpdateDoesNotSayHow) {
  v1::BehaviourSettings settings;
  settings.set_large_order_amount(1000);
  ASSERT_TRUE(UpdateBehaviour(settings).ok());
  v1::UpdateWorkspaceRequest request;
  request.mutable_workspace()->set_name("workspaces/acme");
  request.mutable_workspace()->set_display_name("Acme");
  v1::Workspace workspace;
  ASSERT_TRUE(workspaces_->UpdateWorkspace(call_, request, &workspace).ok());
  EXPECT_EQ(workspace.behaviour().large_order_amount(), 1000);
}

TEST_F(EventsTest, ReadOtherwiseLeaveNoSegmentOfBefore) {
  Record({Purchase("ann", "1", "A", 600)});
  Assign({{.contact = "ann", .segment = "s1", .probability = 1}});
  ASSERT_EQ(Get(kAnn).assignments_size(), 1);
  v1::BehaviourSettings settings;
  settings.set_large_order_amount(500);  // As it is.
  ASSERT_TRUE(UpdateBehaviour(settings).ok());
  EXPECT_EQ(Get(kAnn).assignments_size(), 1);
  settings.set_engagement_half_life_days(7);
  ASSERT_TRUE(UpdateBehaviour(settings).ok());
  EXPECT_EQ(Get(kAnn).assignments_size(), 0) << "until it is assigned anew";
  // What was worked out before it changed comes too late.
  PutAssignments late{"acme", "default", "m1", {{.contact = "ann", .segment = "s1"}}};
  late.view = 1;
  ASSERT_TRUE(store_->Commit({{late}, clock_.now}).ok());
  EXPECT_EQ(Get(kAnn).assignments_size(), 0);
}

TEST_F(EventsTest, OfItemCategoriesHaveAttributesOfTheirOwn) {
  v1::Event wine = Purchase("ann", "1", "A", 30);
  wine.set_item("W-17");
  v1::Event bread = Purchase("ann", "2", "A", 4);
  bread.set_item("bread");
  Record({wine, bread});
  EXPECT_THAT(SchemaIds(), Not(Contains("monetary_wine")));
  v1::BehaviourSettings settings;
  settings.add_item_categories()->set_id("wine");
  settings.mutable_item_categories(0)->add_items("W-*");
  ASSERT_TRUE(UpdateBehaviour(settings).ok());
  EXPECT_EQ(NumbersOf(kAnn).at("monetary_wine"), 30);
  EXPECT_EQ(NumbersOf(kAnn).at("frequency_wine"), 1);
  ASSERT_TRUE(UpdateBehaviour({}).ok());
  EXPECT_THAT(SchemaIds(), Not(Contains("monetary_wine")));
  settings.mutable_item_categories(0)->clear_items();
  EXPECT_THAT(UpdateBehaviour(settings).message(), HasSubstr("give 1 to 10000"));
}

TEST_F(EventsTest, MoveTheirContactToAnotherSegmentBeforeTheyAreAcknowledged) {
  std::vector<v1::Event> events;
  for (int c = 0; c < 300; ++c) {
    const std::string contact = absl::StrCat("c", c);
    const int orders = c % 3 == 0 ? 1 : c % 3 == 1 ? 6 : 30;
    for (int i = 0; i < orders; ++i) {
      events.push_back(Purchase(contact, absl::StrCat(i), absl::StrCat(i), 10 * orders + c % 7,
                                kNow - (c % 3 == 0 ? 200 : 5) * kDay - i * kDay));
    }
  }
  ContactService reacting(*store_, clock_,
                          [this](const std::string& workspace, absl::Span<const std::string> ids) {
                            return keeper_->AssignContacts(workspace, ids);
                          });
  Send(*reacting.OpenEvents(), RequestOf(1, events));
  const auto run = Train(QuickTraining());
  ASSERT_EQ(run.state(), v1::TRAINING_RUN_STATE_SUCCEEDED) << run.DebugString();
  const auto segment_of = [&](const std::string& name) {
    const v1::Contact contact = Get(name);
    return contact.assignments().empty() ? "" : contact.assignments(0).segment();
  };
  const std::string rare = segment_of("workspaces/acme/contacts/c0");
  const std::string frequent = segment_of("workspaces/acme/contacts/c2");
  ASSERT_FALSE(rare.empty());
  ASSERT_NE(rare, frequent);
  std::vector<v1::Event> more;
  for (int i = 0; i < 30; ++i) {
    more.push_back(Purchase("c0", absl::StrCat("n", i), absl::StrCat("n", i), 300,
                            kNow - 5 * kDay - i * kDay));
  }
  Send(*reacting.OpenEvents(), RequestOf(1, more));
  EXPECT_EQ(segment_of("workspaces/acme/contacts/c0"), frequent);
}

}  // namespace
}  // namespace cible
