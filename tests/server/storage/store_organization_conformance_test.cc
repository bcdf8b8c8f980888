// What every store must do with persons who belong to organisations.

#include <gmock/gmock.h>

#include <algorithm>
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "server/storage/record_rows.h"
#include "server/storage/row_decoder.h"
#include "tests/server/storage/store_conformance.h"

namespace cible {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

constexpr AsOf kAsOf{.day = Date{20'000}};
constexpr std::int64_t kDayMicros = 86'400'000'000;

// sector and size of organisations, what persons have of them, and what persons add
// up to.
Schema CompanySchema() {
  Schema schema;
  EXPECT_TRUE(schema.Add({.id = "sector", .type = AttributeType::kCategorical}).ok());
  EXPECT_TRUE(
      schema
          .Add(
              {.id = "orders", .type = AttributeType::kNumeric, .derived_from = "events/frequency"})
          .ok());
  EXPECT_TRUE(schema
                  .Add({.id = "organization_sector",
                        .type = AttributeType::kCategorical,
                        .derived_from = "organization/sector"})
                  .ok());
  EXPECT_TRUE(schema
                  .Add({.id = "organization_orders",
                        .type = AttributeType::kNumeric,
                        .derived_from = "organization/orders"})
                  .ok());
  for (Attribute& attribute : PeopleAttributes("EUR")) {
    EXPECT_TRUE(schema.Add(std::move(attribute)).ok());
  }
  return schema;
}

std::string Sector(const std::string& sector) { return EncodeValues({{1, sector}}); }

PutContact Company(const std::string& id, const std::string& values = "") {
  PutContact put = Person(id, values);
  put.kind = ContactKind::kOrganization;
  return put;
}

PutContact Employee(const std::string& id, const std::string& organization,
                    std::optional<BuyingRole> role = std::nullopt) {
  PutContact put = Person(id, "");
  put.organization = organization;
  put.buying_role = role;
  return put;
}

// An event of the day, of 100 where it pays.
PutEvents Act(const std::string& contact, EventType type, std::int32_t day,
              const std::string& id = "e1") {
  Event event{.id = id, .type = type, .time = {day * kDayMicros}, .is_date = true};
  if (IsOfAnOrder(type)) event.amount = 100 * kMoneyUnit;
  return {.workspace = "default", .contact = contact, .events = {event}};
}

Operation Assigned(std::vector<std::string> ids) {
  PutAssignments put{.workspace = "default", .segmentation = "s", .model = "m1", .entries = {}};
  for (std::string& id : ids) {
    put.entries.push_back({.contact = std::move(id), .segment = "s1", .probability = 1});
  }
  return put;
}

MergeContacts Merge(std::vector<std::string> ids) { return {"default", std::move(ids)}; }

std::vector<std::string> RelatedIds(const OperationResult& result) {
  std::vector<std::string> ids;
  for (const RelatedContact& related : result.related) ids.push_back(related.id);
  return ids;
}

// Those of the contacts that have an assignment.
std::vector<std::string> AssignedOf(Snapshot& snapshot, const std::vector<std::string>& ids) {
  const auto assignments = snapshot.Assignments("default", ids);
  EXPECT_TRUE(assignments.ok()) << assignments.status();
  std::vector<std::string> assigned;
  for (std::size_t i = 0; i < ids.size(); ++i) {
    if (!(*assignments)[i].empty()) assigned.push_back(ids[i]);
  }
  return assigned;
}

std::optional<Value> LookedUp(Snapshot& snapshot, const Schema& schema, const std::string& id,
                              const std::string& attribute, const AsOf& as_of) {
  const auto records = snapshot.Lookup("default", {id});
  EXPECT_TRUE(records.ok() && records->front().has_value()) << id;
  RowDecoder decoder(std::vector<const Attribute*>{schema.Find(attribute)}, as_of, &schema);
  const absl::Status status = AppendRecord(snapshot, "default", *records->front(), decoder);
  EXPECT_TRUE(status.ok()) << status;
  return Get(decoder.TakeColumns().front(), 0);
}

// The values of the attribute by contact, as a scan gives them: those that are
// known. Looking each contact up must give the same.
std::map<std::string, Value> Values(Snapshot& snapshot, const std::string& attribute,
                                    const AsOf& as_of = kAsOf) {
  const Schema schema = CompanySchema();
  std::map<std::string, Value> values;
  const ScanRequest request{.workspace = "default",
                            .schema = &schema,
                            .attributes = {attribute},
                            .block_rows = 2,
                            .as_of = as_of};
  const absl::Status status = snapshot.Scan(request, [&](const ContactBlock& block) {
    for (int row = 0; row < block.table.row_count; ++row) {
      const std::string& id = block.table.ids[static_cast<std::size_t>(row)];
      const auto value = Get(block.table.columns[0], row);
      EXPECT_EQ(value, LookedUp(snapshot, schema, id, attribute, as_of)) << id;
      if (value.has_value()) values.emplace(id, *value);
    }
    return absl::OkStatus();
  });
  EXPECT_TRUE(status.ok()) << status;
  return values;
}

// --- Who belongs where ---

TEST_P(StoreConformance, APersonBelongsToAnOrganisationWithARole) {
  Commit({Company("acme"), Employee("ana", "acme", BuyingRole::kDecides)});
  EXPECT_EQ(Find("ana")->organization, "acme");
  EXPECT_EQ(Find("ana")->buying_role, BuyingRole::kDecides);
  // What is not said stays as it was.
  CommitOne(Person("ana", Age(34)));
  EXPECT_EQ(Find("ana")->organization, "acme");
  EXPECT_EQ(Find("ana")->buying_role, BuyingRole::kDecides);
  CommitOne(Employee("ana", ""));
  EXPECT_EQ(Find("ana")->organization, "");
}

TEST_P(StoreConformance, ScansTellTheOrganisationAndTheRole) {
  Commit({Company("acme"), Employee("ana", "acme", BuyingRole::kAdvises), Person("ben", "")});
  const Schema schema = CompanySchema();
  std::vector<std::pair<std::string, BuyingRole>> found;
  const absl::Status status = OpenSnapshot()->Scan(
      {.workspace = "default", .schema = &schema}, [&](const ContactBlock& block) {
        for (const ContactRecord& record : block.records) {
          found.emplace_back(record.organization, record.buying_role);
        }
        return absl::OkStatus();
      });
  EXPECT_TRUE(status.ok()) << status;
  EXPECT_THAT(found, ElementsAre(Pair("", BuyingRole::kUnknown), Pair("acme", BuyingRole::kAdvises),
                                 Pair("", BuyingRole::kUnknown)));
}

TEST_P(StoreConformance, AFilterFindsThoseOfAnOrganisation) {
  Commit({Company("acme"), Company("bolt"), Employee("ana", "acme"), Employee("ben", "bolt"),
          Person("cleo", "")});
  const Schema schema = CompanySchema();
  ScanRequest request{.workspace = "default", .schema = &schema};
  request.filter = *Filter::Parse("contact.organization = \"bolt\"", schema);
  EXPECT_THAT(ScannedIds(request), ElementsAre("ben"));
  // Of those who belong to none it is not known, as anything that is not known.
  request.filter = *Filter::Parse("NOT contact.organization = \"bolt\"", schema);
  EXPECT_THAT(ScannedIds(request), ElementsAre("ana"));
}

TEST_P(StoreConformance, AnOrganisationThatIsNotStoredIsStoredAsComingFromThere) {
  PutContact ana = Employee("ana", "acme");
  ana.provenance = {"fair", LegalBasis::kContract, Date{20'000}};
  const OperationResult result = CommitOne(ana);
  ASSERT_EQ(result.related.size(), 1u);
  EXPECT_EQ(result.related[0].id, "acme");
  EXPECT_EQ(result.related[0].effect, Effect::kCreated);
  const auto acme = Find("acme");
  EXPECT_EQ(acme->kind, ContactKind::kOrganization);
  EXPECT_EQ(acme->key, result.related[0].key);
  EXPECT_EQ(acme->values, EncodeValues({}));
  EXPECT_TRUE(acme->has_legal_basis);
  EXPECT_EQ(CommitOne(ana).effect, Effect::kUnchanged);
}

TEST_P(StoreConformance, AnOrganisationDoesNotBelongToItselfNorToAnother) {
  CommitOne(Company("bolt"));
  PutContact acme = Company("acme");
  for (const char* organization : {"acme", "bolt"}) {
    acme.organization = organization;
    const absl::Status status = CommitStatus({acme});
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
    EXPECT_EQ(status.message(), "only persons belong to organisations");
    EXPECT_EQ(FailedOperation(status), 0);
  }
  EXPECT_FALSE(Find("acme").has_value());
  // Whose kind is not said is what is stored.
  PutContact bolt{.workspace = "default", .id = "bolt", .kind = std::nullopt};
  bolt.organization = "bolt";
  EXPECT_EQ(CommitStatus({bolt}).code(), absl::StatusCode::kInvalidArgument);
  PutContact with_role = Company("bolt");
  with_role.buying_role = BuyingRole::kUses;
  EXPECT_EQ(CommitStatus({with_role}).message(), "only persons have a buying role");
  // To belong to none is no demand.
  acme.organization = "";
  acme.buying_role = BuyingRole::kUnknown;
  EXPECT_EQ(CommitOne(acme).effect, Effect::kCreated);
}

TEST_P(StoreConformance, NobodyBelongsToAPerson) {
  CommitOne(Person("ben", ""));
  for (const char* organization : {"ben", "ana"}) {  // "ana": herself, not stored yet.
    const absl::Status status = CommitStatus({Employee("ana", organization)});
    EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
    EXPECT_EQ(status.message(),
              "the organisation that the person is to belong to is a PERSON; name an ORGANIZATION");
  }
  EXPECT_FALSE(Find("ana").has_value());
}

// --- What changes with it ---

TEST_P(StoreConformance, ALinkIsAChangeOfThePersonAndOfBothOrganisations) {
  Commit({Company("acme"), Company("bolt"), Employee("ana", "acme"), Employee("ben", "acme")});
  CommitOne(Assigned({"acme", "bolt", "ana", "ben"}));
  const Revision acme = Find("acme")->revision;
  const OperationResult result = CommitOne(Employee("ana", "bolt"));
  EXPECT_EQ(result.effect, Effect::kUpdated);
  EXPECT_EQ(result.revision, Find("ana")->revision);
  EXPECT_THAT(RelatedIds(result), ElementsAre("acme", "bolt"));
  EXPECT_GT(Find("acme")->revision, acme);
  EXPECT_THAT(AssignedOf(*OpenSnapshot(), {"acme", "bolt", "ana", "ben"}), ElementsAre("ben"));
}

TEST_P(StoreConformance, ARoleIsAChangeThatLeavesThePersonWhereItBelongs) {
  Commit({Company("acme"), Employee("ana", "acme")});
  CommitOne(Assigned({"acme", "ana"}));
  const Revision ana = Find("ana")->revision;
  EXPECT_THAT(RelatedIds(CommitOne(Employee("ana", "acme", BuyingRole::kDecides))),
              ElementsAre("acme"));
  EXPECT_GT(Find("ana")->revision, ana);
  EXPECT_THAT(AssignedOf(*OpenSnapshot(), {"acme", "ana"}), ElementsAre("ana"));
}

TEST_P(StoreConformance, WhatIsKnownOfAnOrganisationIsAChangeOfItsPersons) {
  Commit({Company("acme"), Employee("ana", "acme"), Employee("ben", "acme"), Person("cleo", "")});
  CommitOne(Assigned({"acme", "ana", "ben", "cleo"}));
  const OperationResult result = CommitOne(Company("acme", Sector("retail")));
  EXPECT_THAT(RelatedIds(result), ElementsAre("ana", "ben"));
  EXPECT_THAT(AssignedOf(*OpenSnapshot(), {"acme", "ana", "ben", "cleo"}), ElementsAre("cleo"));
  EXPECT_THAT(RelatedIds(CommitOne(Company("acme", Sector("retail")))), IsEmpty());
  CommitOne(Assigned({"acme", "ana", "ben"}));
  EXPECT_THAT(RelatedIds(CommitOne(Act("acme", EventType::kPurchase, 19'990))),
              ElementsAre("ana", "ben"));
}

// Retention reads the time of the last change as the last that was heard.
TEST_P(StoreConformance, AnOrganisationThatChangesDoesNotProlongTheStayOfItsPersons) {
  Commit({Company("acme"), Employee("ana", "acme")});
  now_ = {2'000'000};
  CommitOne(Company("acme", Sector("retail")));
  EXPECT_EQ(Find("ana")->update_time, Timestamp{1'000'000});
  CommitOne(Act("ana", EventType::kVisit, 19'990));
  now_ = {3'000'000};
  CommitOne(Act("ana", EventType::kVisit, 19'991, "e2"));
  EXPECT_EQ(Find("acme")->update_time, now_);
}

TEST_P(StoreConformance, EventsOfAPersonAreAChangeOfItsOrganisation) {
  Commit({Company("acme"), Employee("ana", "acme"), Employee("ben", "acme"), Person("cleo", "")});
  CommitOne(Assigned({"acme", "ana", "ben"}));
  const Revision acme = Find("acme")->revision;
  const OperationResult put = CommitOne(Act("ana", EventType::kVisit, 19'990));
  EXPECT_THAT(RelatedIds(put), ElementsAre("acme"));
  EXPECT_EQ(put.related[0].effect, Effect::kUnchanged);
  EXPECT_GT(Find("acme")->revision, acme);
  EXPECT_THAT(AssignedOf(*OpenSnapshot(), {"acme", "ana", "ben"}), ElementsAre("ben"));
  EXPECT_THAT(RelatedIds(CommitOne(Act("ana", EventType::kVisit, 19'990))), IsEmpty());
  EXPECT_THAT(RelatedIds(CommitOne(CancelEvents{"default", "ana", {"e1"}})), ElementsAre("acme"));
  EXPECT_THAT(RelatedIds(CommitOne(Act("cleo", EventType::kVisit, 19'990))), IsEmpty());
}

TEST_P(StoreConformance, OtherRulesOfBehaviourReachTheOrganisationsToo) {
  Commit({Company("acme"), Employee("ana", "acme")});
  CommitOne(Act("ana", EventType::kPurchase, 19'990));
  CommitOne(Assigned({"acme", "ana"}));
  BehaviourRules rules;
  rules.large_order = 50 * kMoneyUnit;
  EXPECT_THAT(RelatedIds(CommitOne(PutBehaviourRules{"default", rules})), ElementsAre("acme"));
  EXPECT_THAT(AssignedOf(*OpenSnapshot(), {"acme", "ana"}), IsEmpty());
}

TEST_P(StoreConformance, ManyPersonsOfABatchReachTheirOrganisationOnce) {
  CommitOne(Company("acme"));
  const auto results =
      Commit({Employee("ana", "acme"), Employee("ben", "acme"), Company("acme", Sector("retail"))});
  EXPECT_THAT(RelatedIds(results[0]), ElementsAre("acme"));
  EXPECT_THAT(RelatedIds(results[1]), IsEmpty());
  // The revisions told are those in store, though what follows raised them.
  EXPECT_EQ(results[2].revision, Find("acme")->revision);
  EXPECT_EQ(results[0].revision, Find("ana")->revision);
  EXPECT_EQ(OpenSnapshot()->revision(), std::max(Find("acme")->revision, Find("ben")->revision));
}

TEST_P(StoreConformance, ABatchThatFailsReachesNobody) {
  Commit({Company("acme"), Employee("ana", "acme")});
  CommitOne(Assigned({"acme", "ana"}));
  EXPECT_FALSE(
      CommitStatus({Act("ana", EventType::kVisit, 19'990), DeleteContact{"default", "nobody"}})
          .ok());
  CommitOne(Person("dan", ""));
  EXPECT_THAT(AssignedOf(*OpenSnapshot(), {"acme", "ana"}), ElementsAre("acme", "ana"));
}

TEST_P(StoreConformance, WhoBelongsToOneIsKnownAgainAfterAReopening) {
  Commit({Company("acme"), Employee("ana", "acme")});
  Reopen();
  CommitOne(Assigned({"acme", "ana"}));
  EXPECT_THAT(RelatedIds(CommitOne(Company("acme", Sector("retail")))), ElementsAre("ana"));
  EXPECT_THAT(AssignedOf(*OpenSnapshot(), {"acme", "ana"}), IsEmpty());
}

// --- Erasures and merges ---

TEST_P(StoreConformance, AnErasedOrganisationIsThatOfNobody) {
  Commit({Company("acme"), Employee("ana", "acme", BuyingRole::kUses)});
  CommitOne(Assigned({"ana"}));
  const Revision ana = Find("ana")->revision;
  const OperationResult result = CommitOne(DeleteContact{"default", "acme"});
  ASSERT_EQ(result.related.size(), 1u);
  EXPECT_EQ(result.related[0].id, "ana");
  EXPECT_EQ(result.related[0].effect, Effect::kUpdated);
  EXPECT_EQ(Find("ana")->organization, "");
  EXPECT_EQ(Find("ana")->buying_role, BuyingRole::kUnknown);
  EXPECT_GT(Find("ana")->revision, ana);
  EXPECT_THAT(AssignedOf(*OpenSnapshot(), {"ana"}), IsEmpty());
}

TEST_P(StoreConformance, AnErasedPersonIsAChangeOfItsOrganisation) {
  Commit({Company("acme"), Employee("ana", "acme")});
  CommitOne(Assigned({"acme"}));
  EXPECT_THAT(RelatedIds(CommitOne(DeleteContact{"default", "ana"})), ElementsAre("acme"));
  EXPECT_THAT(AssignedOf(*OpenSnapshot(), {"acme"}), IsEmpty());
}

TEST_P(StoreConformance, AMergedPersonBelongsWhereTheOldestThatBelongsDoes) {
  Commit({Person("ana", ""), Company("acme"), Company("bolt"), Employee("ben", "bolt"),
          Employee("cleo", "acme", BuyingRole::kDecides),
          Employee("dan", "bolt", BuyingRole::kUses)});
  CommitOne(Assigned({"acme", "bolt"}));
  EXPECT_THAT(RelatedIds(CommitOne(Merge({"ana", "ben", "cleo", "dan"}))),
              ElementsAre("acme", "bolt"));
  EXPECT_EQ(Find("ana")->organization, "bolt");
  // The role of another organisation is none of this one.
  EXPECT_EQ(Find("ana")->buying_role, BuyingRole::kUses);
  EXPECT_THAT(AssignedOf(*OpenSnapshot(), {"acme", "bolt"}), IsEmpty());
  EXPECT_EQ(OpenSnapshot()->PeopleOf(Find("acme")->key, kAsOf)->headcount(), 0);
  EXPECT_EQ(OpenSnapshot()->PeopleOf(Find("bolt")->key, kAsOf)->headcount(), 1);
}

TEST_P(StoreConformance, PersonsOfMergedOrganisationsBelongToTheOneThatIsKept) {
  Commit({Company("acme", Sector("retail")), Company("bolt"),
          Employee("ana", "bolt", BuyingRole::kAdvises), Employee("ben", "acme")});
  CommitOne(Assigned({"ana", "ben"}));
  EXPECT_THAT(RelatedIds(CommitOne(Merge({"acme", "bolt"}))), ElementsAre("ana", "ben"));
  EXPECT_EQ(Find("ana")->organization, "acme");
  EXPECT_EQ(Find("ana")->buying_role, BuyingRole::kAdvises);
  EXPECT_THAT(AssignedOf(*OpenSnapshot(), {"ana", "ben"}), IsEmpty());
  EXPECT_THAT(Values(*OpenSnapshot(), "organization_sector"),
              ElementsAre(Pair("ana", Value("retail")), Pair("ben", Value("retail"))));
  // The id of the one that is gone leads to it.
  CommitOne(Employee("cleo", "bolt"));
  EXPECT_EQ(Find("cleo")->organization, "acme");
}

TEST_P(StoreConformance, TheAuditTrailTellsWhoWasChangedByAnother) {
  const auto commit = [&](Operation operation) {
    WriteBatch batch{.operations = {std::move(operation)}, .time = now_};
    batch.author = Author{"someone", "Change"};
    EXPECT_TRUE(store_->Commit(std::move(batch)).ok());
  };
  commit(Employee("ana", "acme"));
  commit(Act("ana", EventType::kVisit, 19'990));
  const auto entries_of = [&](const std::string& id) {
    return OpenSnapshot()
        ->Audit({.workspace = "default", .contact_key = Find(id)->key, .limit = 9})
        ->size();
  };
  EXPECT_EQ(entries_of("acme"), 1u);  // That it was stored; not what is derived of it.
  EXPECT_EQ(entries_of("ana"), 2u);
  commit(DeleteContact{"default", "acme"});
  EXPECT_EQ(entries_of("ana"), 3u);  // It belongs to none since.
}

// --- Values ---

TEST_P(StoreConformance, PersonsHaveWhatIsKnownOfTheirOrganisation) {
  Commit({Company("acme", Sector("retail")), Company("bolt"), Employee("ana", "acme"),
          Employee("ben", "bolt"), Person("cleo", Sector("of her own")), Employee("dan", "acme")});
  CommitOne(Act("acme", EventType::kPurchase, 19'990));
  EXPECT_THAT(Values(*OpenSnapshot(), "organization_sector"),
              ElementsAre(Pair("ana", Value("retail")), Pair("dan", Value("retail"))));
  EXPECT_THAT(Values(*OpenSnapshot(), "organization_orders"),
              ElementsAre(Pair("ana", Value(1.0)), Pair("dan", Value(1.0))));
  // Of the organisation's events, not of the person's.
  CommitOne(Act("ben", EventType::kPurchase, 19'990));
  EXPECT_EQ(Values(*OpenSnapshot(), "organization_orders").count("ben"), 0u);
  CommitOne(Company("acme", Sector("industry")));
  EXPECT_EQ(Values(*OpenSnapshot(), "organization_sector").at("ana"), Value("industry"));
}

TEST_P(StoreConformance, CompleteEventsAreThoseOfOrganisationsToo) {
  Commit({Company("acme"), Employee("ana", "acme"), Person("cleo", "")});
  AsOf complete = kAsOf;
  complete.events_are_complete = true;
  // Who belongs to none has no organisation that did nothing.
  EXPECT_THAT(Values(*OpenSnapshot(), "organization_orders", complete),
              ElementsAre(Pair("ana", Value(0.0))));
  EXPECT_THAT(Values(*OpenSnapshot(), "people_engagement", complete),
              ElementsAre(Pair("acme", Value(0.0))));
}

TEST_P(StoreConformance, OrganisationsHaveWhatTheirPersonsAddUpTo) {
  Commit({Company("acme"), Company("bolt"), Company("cork"), Employee("ana", "acme"),
          Employee("ben", "acme"), Employee("dan", "bolt"), Person("eve", "")});
  Commit({Act("ana", EventType::kVisit, 20'000), Act("ben", EventType::kPurchase, 19'970),
          Act("acme", EventType::kPurchase, 19'990), Act("eve", EventType::kVisit, 20'000)});
  EXPECT_THAT(
      Values(*OpenSnapshot(), "headcount_known"),
      ElementsAre(Pair("acme", Value(2.0)), Pair("bolt", Value(1.0)), Pair("cork", Value(0.0))));
  // A visit today counts 1, a purchase of a half-life ago half of 5.
  EXPECT_THAT(Values(*OpenSnapshot(), "people_engagement"), ElementsAre(Pair("acme", Value(3.5))));
  EXPECT_THAT(Values(*OpenSnapshot(), "people_net_paid"), ElementsAre(Pair("acme", Value(200.0))));
  EXPECT_THAT(Values(*OpenSnapshot(), "people_frequency"), ElementsAre(Pair("acme", Value(2.0))));
  EXPECT_THAT(Values(*OpenSnapshot(), "people_contacts_made"),
              ElementsAre(Pair("acme", Value(3.0))));
  EXPECT_THAT(Values(*OpenSnapshot(), "people_first_purchase_date"),
              ElementsAre(Pair("acme", Value(Date{19'970}))));
  EXPECT_THAT(Values(*OpenSnapshot(), "people_last_purchase_date"),
              ElementsAre(Pair("acme", Value(Date{19'990}))));
  EXPECT_THAT(Values(*OpenSnapshot(), "people_last_interest_date"), IsEmpty());
}

TEST_P(StoreConformance, TheBestDecisionMakerIsTheOneMostEngagedThenMostActiveThenFirst) {
  Commit({Company("acme"), Employee("zoe", "acme", BuyingRole::kDecides),
          Employee("ana", "acme", BuyingRole::kDecides), Employee("ben", "acme")});
  // Of equals the id tells, though "zoe" was there before.
  EXPECT_THAT(Values(*OpenSnapshot(), "best_decision_maker"),
              ElementsAre(Pair("acme", Value("ana"))));
  CommitOne(Act("zoe", EventType::kComplaint, 19'999));  // An event that is no interest.
  EXPECT_THAT(Values(*OpenSnapshot(), "best_decision_maker"),
              ElementsAre(Pair("acme", Value("zoe"))));
  CommitOne(Act("ana", EventType::kVisit, 19'999));
  EXPECT_THAT(Values(*OpenSnapshot(), "best_decision_maker"),
              ElementsAre(Pair("acme", Value("ana"))));
  CommitOne(Act("ben", EventType::kDemo, 19'999));  // Who does not decide.
  EXPECT_THAT(Values(*OpenSnapshot(), "best_decision_maker"),
              ElementsAre(Pair("acme", Value("ana"))));
  CommitOne(Employee("ana", "acme", BuyingRole::kUses));
  EXPECT_THAT(Values(*OpenSnapshot(), "best_decision_maker"),
              ElementsAre(Pair("acme", Value("zoe"))));
}

TEST_P(StoreConformance, WhoObjectsIsCountedAndNothingElse) {
  Commit({Company("acme"), Employee("ana", "acme", BuyingRole::kDecides)});
  CommitOne(Act("ana", EventType::kPurchase, 20'000));
  CommitOne(Assigned({"acme"}));
  EXPECT_THAT(RelatedIds(CommitOne(PutObjection{"default", "ana"})), ElementsAre("acme"));
  EXPECT_THAT(AssignedOf(*OpenSnapshot(), {"acme"}), IsEmpty());
  EXPECT_THAT(Values(*OpenSnapshot(), "headcount_known"), ElementsAre(Pair("acme", Value(1.0))));
  EXPECT_THAT(Values(*OpenSnapshot(), "people_engagement"), IsEmpty());
  EXPECT_THAT(Values(*OpenSnapshot(), "people_net_paid"), IsEmpty());
  EXPECT_THAT(Values(*OpenSnapshot(), "best_decision_maker"), IsEmpty());
  CommitOne(PutObjection{"default", "ana", false});
  EXPECT_THAT(Values(*OpenSnapshot(), "people_net_paid"), ElementsAre(Pair("acme", Value(100.0))));
}

TEST_P(StoreConformance, WhoLacksARequiredLegalBasisIsCountedAndNothingElse) {
  PutContact based = Employee("ben", "acme", BuyingRole::kDecides);
  based.provenance = Provenance{.source = "shop", .legal_basis = LegalBasis::kContract};
  Commit({Company("acme"), Employee("ana", "acme", BuyingRole::kDecides), based});
  CommitOne(Act("ana", EventType::kPurchase, 20'000));
  AsOf strict = kAsOf;
  strict.requires_legal_basis = true;
  const auto people = *OpenSnapshot()->PeopleOf(Find("acme")->key, strict);
  EXPECT_EQ(people.headcount(), 2);
  EXPECT_EQ(people.totals().net_paid, 0);
  EXPECT_EQ(people.best_decision_maker(), "ben");
  EXPECT_EQ(OpenSnapshot()->PeopleOf(Find("acme")->key, kAsOf)->best_decision_maker(), "ana");
}

TEST_P(StoreConformance, WithoutADayNothingIsDerived) {
  Commit({Company("acme", Sector("retail")), Employee("ana", "acme")});
  const Schema schema = CompanySchema();
  const absl::Status status =
      OpenSnapshot()->Scan({.workspace = "default",
                            .schema = &schema,
                            .attributes = {"organization_sector", "headcount_known"}},
                           [&](const ContactBlock& block) {
                             for (const Column& column : block.table.columns) {
                               EXPECT_THAT(column.validity, ElementsAre(0, 0)) << column.attribute;
                             }
                             return absl::OkStatus();
                           });
  EXPECT_TRUE(status.ok()) << status;
}

}  // namespace
}  // namespace cible
