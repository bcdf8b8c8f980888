// The funnel and the lists that were bought, of contacts whose history was planted.

#include "server/services/funnel.h"

#include <gmock/gmock.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "server/services/journey_walk.h"
#include "tests/server/services/trained_fixture.h"

namespace cible {
namespace {

using ::testing::DoubleNear;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr Relation kLead = Relation::kLead;
constexpr Relation kProspect = Relation::kProspect;
constexpr Relation kCustomer = Relation::kCustomer;

Date On(absl::string_view day) { return *ParseDate(day); }

struct Stood {
  std::string since;
  Relation relation;
};

struct Planted {
  std::string id;
  std::vector<Stood> history;
  std::vector<Provenance> provenances = {};
  std::string email = {};
  LifecycleState now = {};  // Beside the relation.
  std::vector<NamedValue> values = {};
};

Provenance From(const std::string& source, absl::string_view day) {
  return {.source = source, .legal_basis = LegalBasis::kConsent, .date = On(day)};
}

// It is 2023-11-14.
class FunnelTest : public TrainedTest {
 protected:
  FunnelTest() {
    call_.time = clock_.now;
    AddAttributes({{"email", v1::ATTRIBUTE_TYPE_TEXT}, {"city", v1::ATTRIBUTE_TYPE_CATEGORICAL}});
    request_.set_parent("workspaces/acme");
    request_.set_period_count(2);
    request_.set_horizon_days(10);
  }

  void Commit(std::vector<Operation> operations, Timestamp time) {
    const auto results = store_->Commit({.operations = std::move(operations), .time = time});
    ASSERT_TRUE(results.ok()) << results.status();
  }

  std::optional<ContactRecord> Find(const std::string& id) {
    return store_->OpenSnapshot().value()->Lookup("acme", {{id}})->front();
  }

  static PutLifecycles::Entry EntryOf(std::int64_t key, const Planted& planted) {
    PutLifecycles::Entry entry{.key = key, .lifecycle = {}};
    LifecycleState state = planted.now;
    int from = 0;
    for (const Stood& stood : planted.history) {
      const int to = static_cast<int>(stood.relation);
      entry.transitions.push_back({LifecycleField::kRelation, from, to, On(stood.since).days, "x"});
      state.Set(LifecycleField::kRelation, to);
      from = to;
    }
    entry.lifecycle.state = state;
    return entry;
  }

  // Created on the day, by default that of the clock.
  void Plant(const Planted& planted, absl::string_view created = "2023-11-14") {
    PutContact put{.workspace = "acme", .id = planted.id};
    const auto schema = ReadSchema(**store_->OpenSnapshot(), "acme");
    std::vector<NamedValue> values = planted.values;
    if (!planted.email.empty()) values.push_back({"email", planted.email});
    if (!values.empty()) {
      const auto table = TableFromValues(values, schema->schema);
      put.values = EncodeRows(*table, schema->schema).front();
    }
    std::vector<Operation> operations = {put};
    for (const Provenance& provenance : planted.provenances) {
      put.provenance = provenance;
      if (operations.size() == 1 && !std::get<PutContact>(operations[0]).provenance) {
        operations[0] = put;
      } else {
        operations.push_back(put);
      }
    }
    Commit(std::move(operations), {On(created).days * 86'400'000'000});
    Commit({PutLifecycles{.workspace = "acme",
                          .entries = {EntryOf(Find(planted.id)->key, planted)},
                          .read_at = store_->OpenSnapshot().value()->revision()}},
           clock_.now);
  }

  template <typename Change>
  void ChangeAttributes(const Change& change) {
    v1::GetSchemaRequest get;
    get.set_name("workspaces/acme/schema");
    v1::UpdateSchemaRequest update;
    ASSERT_TRUE(contacts_->GetSchema(call_, get, update.mutable_schema()).ok());
    for (v1::Attribute& attribute : *update.mutable_schema()->mutable_attributes()) {
      change(attribute);
    }
    v1::Schema schema;
    const absl::Status status = contacts_->UpdateSchema(call_, update, &schema);
    ASSERT_TRUE(status.ok()) << status;
  }

  void MarkEmailAsIdentity() {
    ChangeAttributes([](v1::Attribute& attribute) {
      if (attribute.id() == "email") attribute.set_role(v1::ROLE_IDENTITY);
    });
  }

  absl::StatusOr<v1::Funnel> Ask() {
    PolicySettings policy = DefaultPolicy();
    policy.sources = {{SourceKind::kBoughtList, {"list"}},
                      {SourceKind::kFair, {"fair", "salon"}},
                      {SourceKind::kWeb, {"web"}}};
    const auto rules =
        ReadLifecycleRules(**store_->OpenSnapshot(), *registry_, "acme", clock_.now, &policy);
    if (!rules.ok()) return rules.status();
    v1::Funnel funnel;
    const absl::Status status = FunnelOf(*store_, *registry_, call_, request_, *rules, &funnel);
    if (!status.ok()) return status;
    return funnel;
  }

  v1::Funnel Funnel() {
    auto funnel = Ask();
    EXPECT_TRUE(funnel.ok()) << funnel.status();
    return funnel.value_or(v1::Funnel());
  }

  absl::Status Refusal() { return Ask().status(); }

  v1::GetFunnelRequest request_;
};

// "label contacts/prospects/customers"
std::vector<std::string> In(const google::protobuf::RepeatedPtrField<v1::Cohort>& cohorts) {
  std::vector<std::string> lines;
  for (const v1::Cohort& cohort : cohorts) {
    lines.push_back(absl::StrCat(cohort.label(), " ", cohort.to_customer().contact_count(), "/",
                                 cohort.to_prospect().converted_count(), "/",
                                 cohort.to_customer().converted_count()));
  }
  return lines;
}

// "source received: unusable duplicate in_target qualified converted"
std::vector<std::string> In(const google::protobuf::RepeatedPtrField<v1::BoughtList>& lists) {
  std::vector<std::string> lines;
  for (const v1::BoughtList& list : lists) {
    lines.push_back(absl::StrCat(list.source(), " ", list.received_count(), ": ",
                                 list.unusable_count(), " ", list.duplicate_count(), " ",
                                 list.in_target_count(), " ", list.qualified_count(), " ",
                                 list.converted_count()));
  }
  return lines;
}

TEST_F(FunnelTest, CountsContactsOverTimeAndHowTheyWentOn) {
  Plant({"ana", {{"2023-10-02", kLead}, {"2023-10-09", kProspect}, {"2023-11-01", kCustomer}}});
  Plant({"ben", {{"2023-10-20", kLead}, {"2023-10-23", kCustomer}}});
  Plant({"cleo", {{"2023-11-05", kLead}}});
  Plant({"never classified", {}});
  const v1::Funnel funnel = Funnel();
  ASSERT_THAT(funnel.periods(), SizeIs(2));
  EXPECT_EQ(funnel.periods(0).first_day().month(), 10);
  EXPECT_EQ(funnel.periods(0).last_day().day(), 31);
  EXPECT_EQ(funnel.periods(0).prospect_count(), 1);
  EXPECT_EQ(funnel.periods(0).active_count(), 1);
  EXPECT_EQ(funnel.periods(1).last_day().day(), 14);
  EXPECT_EQ(funnel.periods(1).lead_count(), 1);
  EXPECT_EQ(funnel.periods(1).active_count(), 2);
  // Ana was a customer after 30 days; Cleo is known for 9.
  EXPECT_THAT(In(funnel.cohorts()), ElementsAre("2023-10-01 2/2/1", "2023-11-01 1/0/0"));
  EXPECT_THAT(funnel.cohorts(0).to_customer().share(), DoubleNear(.5, 1e-12));
  EXPECT_FALSE(funnel.cohorts(1).to_customer().has_share());
  EXPECT_EQ(funnel.all().to_customer().contact_count(), 3);
  EXPECT_EQ(funnel.all().to_customer().median_days(), 3);
  EXPECT_EQ(funnel.all().to_loyal().contact_count(), 2);
  EXPECT_EQ(funnel.as_of().day(), 14);
  EXPECT_EQ(funnel.horizon_days(), 10);
}

TEST_F(FunnelTest, TellsSourcesByKindElseByTheirWordsMostContactsFirst) {
  Plant({"1", {{"2023-11-01", kLead}}, {From("Salon de Lyon", "2023-11-01")}});
  Plant({"2", {{"2023-11-01", kCustomer}}, {From("Paris fair", "2023-11-01")}});
  Plant({"3", {{"2023-11-01", kLead}}, {From("my notes", "2023-11-01")}});
  Plant({"4", {{"2023-11-01", kLead}}});
  Plant({"5", {{"2023-11-01", kLead}}, {From("", "2023-11-01")}});
  Plant({"6", {{"2023-11-01", kLead}}});
  EXPECT_THAT(In(Funnel().sources()),
              ElementsAre("unknown source 3/0/0", "FAIR 2/1/1", "my notes 1/0/0"));
}

TEST_F(FunnelTest, TakesTheEarliestProvenanceForTheSource) {
  Plant({"1",
         {{"2023-11-01", kLead}},
         {From("web form", "2023-11-05"), From("fair", "2023-11-01"), From("", "2023-01-01")}});
  Plant({"2", {{"2023-11-01", kLead}}, {From("web", "2023-11-05"), From("fair", "2023-11-05")}});
  EXPECT_THAT(In(Funnel().sources()), ElementsAre("FAIR 1/0/0", "WEB 1/0/0"));
}

TEST_F(FunnelTest, TakesAnAttributeForTheSourceWhereNoProvenanceSaysIt) {
  AddAttributes({{"origin_score", v1::ATTRIBUTE_TYPE_NUMERIC},
                 {"source", v1::ATTRIBUTE_TYPE_CATEGORICAL},
                 {"heard_of_us", v1::ATTRIBUTE_TYPE_TEXT}});
  const auto with = [](const std::string& source) {
    return std::vector<NamedValue>{{"source", source}, {"heard_of_us", "a salon"}};
  };
  Plant({.id = "1", .history = {{"2023-11-01", kLead}}, .values = with("web form")});
  Plant({.id = "2", .history = {{"2023-11-01", kLead}}, .values = with("my notes")});
  Plant({.id = "3", .history = {{"2023-11-01", kLead}}, .values = {{"heard_of_us", "salon"}}});
  Plant({.id = "4",
         .history = {{"2023-11-01", kLead}},
         .provenances = {From("fair", "2023-11-01")},
         .values = with("web")});
  Plant({.id = "5",
         .history = {{"2023-11-01", kLead}},
         .provenances = {From("", "2023-11-01")},
         .values = with("the web")});
  EXPECT_THAT(In(Funnel().sources()), ElementsAre("unknown source 4/0/0", "FAIR 1/0/0"));
  ChangeAttributes([](v1::Attribute& attribute) {
    const bool is_old = attribute.id() == "email" || attribute.id() == "city";
    if (!is_old) attribute.set_criterion(v1::CRITERION_ACQUISITION);
  });
  EXPECT_THAT(In(Funnel().sources()),
              ElementsAre("WEB 2/0/0", "FAIR 1/0/0", "my notes 1/0/0", "unknown source 1/0/0"));
}

TEST_F(FunnelTest, IsOfTheContactsThatTheFilterPasses) {
  Plant({"ana", {{"2023-11-01", kLead}}, {From("fair", "2023-11-01")}});
  Plant({"ben", {{"2023-11-01", kCustomer}}, {From("list", "2023-11-01")}});
  request_.set_filter("contact.id = \"ana\"");
  const v1::Funnel funnel = Funnel();
  EXPECT_THAT(In(funnel.sources()), ElementsAre("FAIR 1/0/0"));
  EXPECT_THAT(funnel.bought_lists(), IsEmpty());
  request_.set_filter("contact.relation = CUSTOMER");
  EXPECT_THAT(In(Funnel().sources()), ElementsAre("BOUGHT_LIST 1/1/1"));
}

TEST_F(FunnelTest, LeavesOutThoseWhoObjectAsListsDo) {
  Plant({"ana", {{"2023-11-01", kLead}}});
  Plant({"ben", {{"2023-11-01", kLead}}, {From("list", "2023-11-01")}});
  Commit({PutObjection{"acme", "ben"}}, clock_.now);
  const v1::Funnel funnel = Funnel();
  EXPECT_EQ(funnel.all().to_customer().contact_count(), 1);
  EXPECT_THAT(funnel.bought_lists(), IsEmpty());
}

// A purchase of October is imported today.
TEST_F(FunnelTest, BeginsWithWhatEventsTellOfThePast) {
  Plant({"ana", {{"2023-11-14", kCustomer}}});
  Event purchase{.id = "p1", .type = EventType::kPurchase};
  purchase.time = {On("2023-10-05").days * 86'400'000'000};
  purchase.is_date = true;
  purchase.amount = 30'000'000;
  Commit({PutEvents{.workspace = "acme", .contact = "ana", .events = {purchase}}}, clock_.now);
  const v1::Funnel funnel = Funnel();
  EXPECT_THAT(In(funnel.cohorts()), ElementsAre("2023-10-01 1/1/1", "2023-11-01 0/0/0"));
  EXPECT_EQ(funnel.periods(0).new_count(), 1);
}

TEST_F(FunnelTest, DoesNotCountWhoIsNotClassifiedWhateverTheEventsTell) {
  Plant({"ana", {}});
  Event purchase{.id = "p1", .type = EventType::kPurchase};
  purchase.time = {On("2023-10-05").days * 86'400'000'000};
  purchase.is_date = true;
  purchase.amount = 30'000'000;
  Commit({PutEvents{.workspace = "acme", .contact = "ana", .events = {purchase}}}, clock_.now);
  EXPECT_EQ(Funnel().all().to_customer().contact_count(), 0);
}

// What a person of Acme bought in October tells of Acme, unless it is too much to read.
TEST_F(FunnelTest, TellsNoPastOfOrganizationsThatHaveTooManyEvents) {
  Commit({PutContact{.workspace = "acme", .id = "acme inc", .kind = ContactKind::kOrganization},
          PutContact{.workspace = "acme", .id = "ana", .organization = "acme inc"}},
         clock_.now);
  Event purchase{.id = "p1", .type = EventType::kPurchase};
  purchase.time = {On("2023-10-05").days * 86'400'000'000};
  purchase.is_date = true;
  purchase.amount = 30'000'000;
  Commit({PutEvents{.workspace = "acme", .contact = "ana", .events = {purchase}}}, clock_.now);
  const auto snapshot = store_->OpenSnapshot().value();
  const auto rules = ReadLifecycleRules(*snapshot, *registry_, "acme", clock_.now);
  ASSERT_TRUE(rules.ok()) << rules.status();
  const auto first_days = [&](std::int64_t most_events) {
    const auto past = PastJourneys::Read(*snapshot, *rules, call_.cancelled, most_events);
    ScanRequest scan{
        .workspace = "acme", .kind = ContactKind::kOrganization, .as_of = rules->as_of};
    past->AskFor(scan);
    std::vector<std::string> days;
    const absl::Status status = snapshot->Scan(scan, [&](const ContactBlock& block) {
      std::vector<Journey::Step> steps;
      const absl::Status added = past->AddTo(block, 0, steps);
      if (!steps.empty()) days.push_back(FormatDate(Date{steps.front().day}));
      return added;
    });
    EXPECT_TRUE(status.ok()) << status;
    return days;
  };
  EXPECT_THAT(first_days(1), ElementsAre("2023-10-05"));
  EXPECT_THAT(first_days(0), IsEmpty());
}

TEST_F(FunnelTest, StopsToReadThePastOfOrganizationsWhenTheCallerHasGone) {
  Commit({PutContact{.workspace = "acme", .id = "acme inc", .kind = ContactKind::kOrganization}},
         clock_.now);
  const auto snapshot = store_->OpenSnapshot().value();
  const auto rules = ReadLifecycleRules(*snapshot, *registry_, "acme", clock_.now);
  ASSERT_TRUE(rules.ok()) << rules.status();
  EXPECT_EQ(PastJourneys::Read(*snapshot, *rules, [] { return true; }).status(),
            absl::CancelledError("the caller has gone"));
}

TEST_F(FunnelTest, IsOfNobodyInAnEmptyWorkspace) {
  const v1::Funnel funnel = Funnel();
  EXPECT_THAT(funnel.periods(), SizeIs(2));
  EXPECT_THAT(funnel.cohorts(), SizeIs(2));
  EXPECT_THAT(funnel.sources(), IsEmpty());
  EXPECT_EQ(funnel.all().to_customer().contact_count(), 0);
  EXPECT_FALSE(funnel.all().to_customer().has_share());
}

TEST_F(FunnelTest, TellsPersonasByTheirNames) {
  ImportSample(600);
  ASSERT_EQ(Train(QuickTraining()).state(), v1::TRAINING_RUN_STATE_SUCCEEDED);
  Plant({"in", {{"2023-11-01", kCustomer}}});
  Plant({"in none", {{"2023-11-01", kLead}}});
  Commit({PutAssignments{"acme", "default", "m1", {{"in", "s2", .9}}}}, clock_.now);
  v1::GetPersonaRequest get;
  get.set_name(absl::StrCat(kSegmentation, "/personas/s2"));
  get.set_language_code("fr");
  v1::Persona persona;
  ASSERT_TRUE(personas_->GetPersona(call_, get, &persona).ok());
  request_.set_language_code("fr");
  EXPECT_THAT(In(Funnel().personas()), ElementsAre(absl::StrCat(persona.display_name(), " 1/1/1")));
}

TEST_F(FunnelTest, TellsPersonasByTheirSegmentWhereNoModelServes) {
  Plant({"in", {{"2023-11-01", kLead}}});
  Commit({PutAssignments{"acme", "default", "m1", {{"in", "s2", .9}}}}, clock_.now);
  EXPECT_THAT(In(Funnel().personas()), ElementsAre("s2 1/0/0"));
}

// --- Lists that were bought ---

TEST_F(FunnelTest, ReportsOnEachListThatWasBought) {
  MarkEmailAsIdentity();
  LifecycleState in_target, qualified;
  in_target.Set(LifecycleField::kFit, Fit::kInTarget);
  qualified.Set(LifecycleField::kBudget, Finding::kMet);
  qualified.Set(LifecycleField::kNeed, Finding::kMet);
  const Provenance list = From("list A", "2023-11-01"), other = From("list B", "2023-11-10");
  Plant({"1", {{"2023-11-01", kLead}}, {list}, "a@x.test", in_target}, "2023-11-01");
  Plant({"2", {{"2023-11-01", kLead}, {"2023-11-03", kCustomer}}, {list}, "", qualified},
        "2023-11-01");
  Plant({"3", {{"2023-11-01", kLead}}, {list, other}, "c@x.test"}, "2023-11-01");
  // 2 is unusable, 3 is new on A and known on B.
  EXPECT_THAT(In(Funnel().bought_lists()),
              ElementsAre("list A 3: 1 0 1 1 1", "list B 1: 0 1 0 0 0"));
}

TEST_F(FunnelTest, CallsQualifiedThoseWhoMeetTwoCriteriaNotOfWhomTwoAreKnown) {
  const auto plant = [&](const std::string& id, Fit fit, Finding need, Finding timing) {
    LifecycleState now;
    now.Set(LifecycleField::kFit, fit);
    now.Set(LifecycleField::kNeed, need);
    now.Set(LifecycleField::kTiming, timing);
    Plant({id, {{"2023-11-01", kLead}}, {From("list", "2023-11-01")}, "", now}, "2023-11-01");
  };
  plant("meets none", Fit::kExcluded, Finding::kNotMet, Finding::kNotMet);
  plant("meets one", Fit::kOutOfTarget, Finding::kMet, Finding::kNotMet);
  EXPECT_EQ(Funnel().bought_lists(0).qualified_count(), 0);
  plant("meets two", Fit::kUnknown, Finding::kMet, Finding::kMet);
  plant("is in target and meets one", Fit::kInTarget, Finding::kMet, Finding::kUnknown);
  EXPECT_EQ(Funnel().bought_lists(0).qualified_count(), 2);
}

TEST_F(FunnelTest, CallsAllUsableWhereNoAttributeTellsWhoTheyAre) {
  Plant({"1", {{"2023-11-01", kLead}}, {From("list", "2023-11-01")}}, "2023-11-01");
  EXPECT_THAT(In(Funnel().bought_lists()), ElementsAre("list 1: 0 0 0 0 0"));
}

TEST_F(FunnelTest, CallsDuplicatesThoseWhoWereKnownBeforeOrMerged) {
  const Provenance list = From("list", "2023-11-05");
  Plant({"from the fair", {}, {From("fair", "2023-11-01"), list}}, "2023-11-05");
  Plant({"at the fair later", {}, {list, From("fair", "2023-11-06")}}, "2023-11-05");
  EXPECT_EQ(Funnel().bought_lists(0).duplicate_count(), 1);
  Plant({"stored before", {}, {list}}, "2023-11-04");
  EXPECT_EQ(Funnel().bought_lists(0).duplicate_count(), 2);
  Plant({"first", {}}, "2023-11-05");
  Plant({"second", {}, {list}}, "2023-11-05");
  EXPECT_EQ(Funnel().bought_lists(0).duplicate_count(), 2);
  Commit({MergeContacts{"acme", {"first", "second"}}}, clock_.now);
  EXPECT_EQ(Funnel().bought_lists(0).duplicate_count(), 3);
  EXPECT_EQ(Funnel().bought_lists(0).received_count(), 4);
}

// The evening of the import is by UTC the next day.
TEST_F(FunnelTest, CountsWhoBecameACustomerSinceTheEveningBeforeTheListNotBefore) {
  const Provenance list = From("list", "2023-11-05");
  Plant({"before", {{"2023-11-01", kLead}, {"2023-11-03", kCustomer}}, {list}});
  Plant({"the evening before", {{"2023-11-04", kLead}, {"2023-11-04", kCustomer}}, {list}});
  Plant({"on the day", {{"2023-11-01", kLead}, {"2023-11-05", kCustomer}}, {list}});
  Plant({"again",
         {{"2023-11-01", kCustomer}, {"2023-11-06", kProspect}, {"2023-11-07", kCustomer}},
         {list}});
  EXPECT_EQ(Funnel().bought_lists(0).converted_count(), 3);
}

// --- Bad input ---

TEST_F(FunnelTest, RefusesPeriodsAndHorizonsOutOfRange) {
  request_.set_period_count(121);
  EXPECT_EQ(Refusal(),
            absl::InvalidArgumentError("period_count is 121; give 1 to 120, or 0 for 12"));
  request_.set_period_count(0);
  request_.set_period_days(-1);
  EXPECT_EQ(Refusal(), absl::InvalidArgumentError(
                           "period_days is -1; give 1 to 366, or 0 for months of the calendar"));
  request_.set_period_days(366);
  request_.set_horizon_days(3661);
  EXPECT_EQ(Refusal(),
            absl::InvalidArgumentError("horizon_days is 3661; give 1 to 3660, or 0 for 90"));
  request_.set_horizon_days(0);
  const v1::Funnel funnel = Funnel();
  EXPECT_THAT(funnel.periods(), SizeIs(12));
  EXPECT_EQ(funnel.horizon_days(), 90);
}

TEST_F(FunnelTest, RefusesFiltersLanguagesAndNamesThatMeanNothing) {
  request_.set_filter("shoe_size > 3");
  EXPECT_THAT(std::string(Refusal().message()), HasSubstr("shoe_size"));
  request_.clear_filter();
  request_.set_language_code("xx");
  EXPECT_EQ(Refusal().code(), absl::StatusCode::kInvalidArgument);
  request_.clear_language_code();
  request_.set_segmentation("workspaces/acme/segmentations/none");
  EXPECT_EQ(Refusal(), absl::NotFoundError("there is no workspaces/acme/segmentations/none"));
  request_.clear_segmentation();
  request_.set_parent("workspaces/nobodys");
  EXPECT_EQ(Refusal().code(), absl::StatusCode::kNotFound);
}

TEST_F(FunnelTest, EndsWhenTheCallerHasGone) {
  Plant({"ana", {{"2023-11-01", kLead}}});
  call_.cancelled = [] { return true; };
  EXPECT_EQ(Refusal(), absl::CancelledError("the caller has gone"));
}

// --- Few contacts ---

TEST_F(FunnelTest, WithholdsWhatIsOfFewFromThoseWhoMayNotReadContacts) {
  SetAnonymity(3);
  for (int i = 0; i < 4; ++i) {
    Plant({absl::StrCat("f", i), {{"2023-11-01", kLead}}, {From("fair", "2023-11-01")}});
    Plant({absl::StrCat("w", i), {{"2023-11-01", kLead}}, {From("web", "2023-11-01")}});
  }
  Plant({"one", {{"2023-11-01", kLead}}, {From("told by Jo", "2023-11-01")}});
  EXPECT_THAT(Funnel().sources(), SizeIs(3));
  call_.may_read_contacts = false;
  const v1::Funnel funnel = Funnel();
  // With the web's number the difference to all would tell the one.
  EXPECT_THAT(In(funnel.sources()), ElementsAre("FAIR 0/0/0", "WEB 4/0/0"));
  EXPECT_TRUE(funnel.sources(0).to_customer().withheld());
  EXPECT_FALSE(funnel.sources(1).to_customer().withheld());
  EXPECT_EQ(funnel.all().to_customer().contact_count(), 9);
}

TEST_F(FunnelTest, RefusesFiltersOfThoseWhoMayNotReadContacts) {
  call_.may_read_contacts = false;
  EXPECT_TRUE(Ask().ok());
  request_.set_filter("contact.id = \"ana\"");
  EXPECT_EQ(Refusal(),
            absl::PermissionDeniedError(
                "how many contacts pass a filter would tell of them, and you may not read "
                "contacts; ask for the right to, or leave the filter out"));
}

// --- Journeys ---

TEST(StepsOf, BeginWithTheFirstRelationAndGoNeverBack) {
  const auto transition = [](LifecycleField field, int to, std::int32_t day) {
    RecordedTransition recorded;
    recorded.transition = {.field = field, .from = 0, .to = to, .day = day, .reason = ""};
    return recorded;
  };
  const auto to = [](auto value) { return static_cast<int>(value); };
  const std::vector<RecordedTransition> transitions = {
      transition(LifecycleField::kTemperature, to(Temperature::kHot), 90),
      transition(LifecycleField::kCustomerStage, to(CustomerStage::kNone), 95),
      transition(LifecycleField::kRelation, to(kLead), 100),
      transition(LifecycleField::kNeed, to(Finding::kMet), 105),
      transition(LifecycleField::kRelation, to(kCustomer), 110),
      transition(LifecycleField::kCustomerStage, to(CustomerStage::kNew), 108)};
  std::vector<std::string> steps;
  for (const Journey::Step& step : StepsOf(transitions)) {
    steps.push_back(absl::StrCat(
        step.day, " ",
        ValueName(LifecycleField::kRelation, step.state.Get(LifecycleField::kRelation)), " ",
        ValueName(LifecycleField::kCustomerStage, step.state.Get(LifecycleField::kCustomerStage))));
  }
  EXPECT_THAT(steps, ElementsAre("100 LEAD NONE", "110 CUSTOMER NONE", "110 CUSTOMER NEW"));
}

}  // namespace
}  // namespace cible
