// LifecycleService: stored contacts, what people say of them, and how they stood.

#include "server/services/lifecycle_service.h"

#include <functional>

#include "server/wire/instant_wire.h"
#include "tests/server/services/lifecycle_fixture.h"

namespace cible {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

class LifecycleServiceTest : public LifecycleTest {
 protected:
  LifecycleServiceTest() { EXPECT_TRUE(Update(Policy()).ok()); }

  absl::StatusOr<v1::ListTransitionsResponse> List(const v1::ListTransitionsRequest& request) {
    v1::ListTransitionsResponse response;
    const absl::Status status = service_->ListTransitions(call_, request, &response);
    if (!status.ok()) return status;
    return response;
  }

  static v1::ListTransitionsRequest ListRequest(
      const std::string& contact = "", v1::LifecycleField field = v1::LIFECYCLE_FIELD_UNSPECIFIED) {
    v1::ListTransitionsRequest request;
    request.set_parent("workspaces/acme");
    if (!contact.empty()) request.set_contact(Name(contact));
    request.set_field(field);
    return request;
  }

  // "2026-06-01 ada LEAD>PROSPECT"
  static std::vector<std::string> Lines(const v1::ListTransitionsResponse& response) {
    std::vector<std::string> lines;
    for (const v1::Transition& each : response.transitions()) {
      lines.push_back(absl::StrCat(Day(each.day()), " ", each.contact().substr(Name("").size()),
                                   " ", each.from(), ">", each.to()));
    }
    return lines;
  }

  std::vector<std::string> Contacts(const std::string& filter) {
    v1::ListContactsRequest request;
    request.set_parent("workspaces/acme");
    request.set_filter(filter);
    v1::ListContactsResponse response;
    const absl::Status status = contacts_->ListContacts(call_, request, &response);
    EXPECT_TRUE(status.ok()) << status;
    std::vector<std::string> ids;
    for (const v1::Contact& contact : response.contacts()) {
      ids.push_back(contact.name().substr(Name("").size()));
    }
    return ids;
  }
};

// --- ClassifyContacts ---

TEST_F(LifecycleServiceTest, TellsHowAContactStands) {
  Put("ada", {{"paid", "120"},
              {"last_bought", "2026-05-20"},
              {"visits", "4"},
              {"income", "1500"},
              {"has_club", "no"}});
  const auto response = Classify(Request({"ada"}));
  ASSERT_TRUE(response.ok()) << response.status();
  EXPECT_EQ(response->policy_etag(), Stored().etag());
  const v1::Classification& ada = response->classifications(0);
  EXPECT_EQ(ada.contact(), Name("ada"));
  EXPECT_EQ(ada.relation(), v1::RELATION_CUSTOMER);
  EXPECT_EQ(ada.customer_stage(), v1::CUSTOMER_STAGE_NEW);
  EXPECT_FALSE(ada.former_customer());
  EXPECT_EQ(ada.awareness(), v1::AWARENESS_AWARE);
  EXPECT_EQ(ada.temperature(), v1::TEMPERATURE_WARM);
  EXPECT_EQ(ada.fit(), v1::FIT_UNSPECIFIED);
  EXPECT_EQ(ada.next_action(), v1::NEXT_ACTION_UPSELL);
  EXPECT_THAT(ada.offers(), ElementsAre("club"));
  EXPECT_FALSE(ada.is_advice());
  EXPECT_EQ(Day(ada.as_of()), "2026-06-01");
  EXPECT_EQ(Day(ada.due()), "2026-06-19");  // New for 30 days from the purchase on.
  EXPECT_THAT(ada.fields(), IsEmpty());
  EXPECT_EQ(ada.explanation(), "");
}

TEST_F(LifecycleServiceTest, TheScoreIsTheSumOfItsCriteria) {
  Put("ada", {{"visits", "4"}, {"income", "900"}});
  const auto response = Classify(Request({"ada"}));
  ASSERT_TRUE(response.ok()) << response.status();
  const v1::Classification& ada = response->classifications(0);
  std::vector<std::string> lines;
  for (const v1::CriterionReport& report : ada.qualification()) {
    lines.push_back(absl::StrCat(v1::LifecycleField_Name(report.field()).substr(16), " ",
                                 v1::Finding_Name(report.finding()).substr(8), " ", report.points(),
                                 " ", report.question()));
  }
  EXPECT_THAT(lines, ElementsAre("BUDGET NOT_MET -25 ", "AUTHORITY UNSPECIFIED 0 ", "NEED MET 20 ",
                                 "TIMING UNSPECIFIED 0 When?", "FIT UNSPECIFIED 0 "));
  EXPECT_EQ(ada.score(), -5);
  EXPECT_EQ(ada.best_score(), 5);
}

TEST_F(LifecycleServiceTest, AsksInTheLanguageAskedFor) {
  Put("ada", {{"visits", "4"}});
  EXPECT_EQ(Of("ada", "fr").qualification(3).question(), "Quand ?");
  EXPECT_THAT(Of("ada", "fr").explanation(), Not(Of("ada", "en").explanation()));
  v1::ClassifyContactsRequest request = Request({"ada"});
  request.set_language_code("de");
  EXPECT_EQ(Classify(request).status().code(), absl::StatusCode::kInvalidArgument);
}

TEST_F(LifecycleServiceTest, SaysWhyFieldByField) {
  Put("ada", {{"paid", "120"}, {"last_bought", "2026-05-20"}});
  const v1::Classification ada = Of("ada");
  EXPECT_THAT(ada.fields(), SizeIs(12));
  const v1::FieldReport& relation = Field(ada, v1::LIFECYCLE_FIELD_RELATION);
  EXPECT_EQ(relation.value(), "CUSTOMER");
  EXPECT_EQ(relation.reason(), "customer: paid > 0");
  ASSERT_THAT(relation.evidence(), SizeIs(1));
  EXPECT_EQ(relation.evidence(0).attribute(), "paid");
  EXPECT_EQ(relation.evidence(0).value(), "120");
  EXPECT_FALSE(relation.has_override());
  EXPECT_EQ(Field(ada, v1::LIFECYCLE_FIELD_NEED).value(), "");
  EXPECT_THAT(ada.explanation(), HasSubstr("120"));
}

TEST_F(LifecycleServiceTest, SaysSinceWhen) {
  Put("ada", {{"visits", "1"}});
  EXPECT_EQ(Of("ada").relation(), v1::RELATION_PROSPECT);
  SetToday("2026-06-10");
  Put("ada", {{"paid", "1"}});
  const v1::Classification ada = Of("ada");
  EXPECT_EQ(Day(Field(ada, v1::LIFECYCLE_FIELD_RELATION).since()), "2026-06-10");
  // It has been so ever since the contact became known.
  EXPECT_EQ(Day(Field(ada, v1::LIFECYCLE_FIELD_AWARENESS).since()), "2026-06-01");
}

TEST_F(LifecycleServiceTest, AnswersInTheOrderAskedForAndAsOftenAsAsked) {
  Put("ada", {{"paid", "1"}});
  Put("bob");
  const auto response = Classify(Request({"bob", "ada", "bob"}));
  ASSERT_TRUE(response.ok());
  ASSERT_THAT(response->classifications(), SizeIs(3));
  EXPECT_EQ(response->classifications(0).contact(), Name("bob"));
  EXPECT_EQ(response->classifications(1).relation(), v1::RELATION_CUSTOMER);
  EXPECT_EQ(response->classifications(2).relation(), v1::RELATION_LEAD);
}

TEST_F(LifecycleServiceTest, FollowsWritesAndDaysByTheNextAnswer) {
  Put("ada", {{"paid", "1"}, {"last_bought", "2026-05-20"}});
  EXPECT_EQ(Of("ada").customer_stage(), v1::CUSTOMER_STAGE_NEW);
  SetToday("2026-06-18");
  EXPECT_EQ(Of("ada").customer_stage(), v1::CUSTOMER_STAGE_NEW);
  SetToday("2026-06-19");
  EXPECT_EQ(Of("ada").customer_stage(), v1::CUSTOMER_STAGE_ACTIVE);
  SetToday("2027-05-20");
  EXPECT_EQ(Of("ada").customer_stage(), v1::CUSTOMER_STAGE_DORMANT);
  SetToday("2029-05-18");
  EXPECT_EQ(Of("ada").relation(), v1::RELATION_CUSTOMER);
  SetToday("2029-05-19");
  EXPECT_EQ(Of("ada").relation(), v1::RELATION_PROSPECT);
  EXPECT_TRUE(Of("ada").former_customer());
  Put("ada", {{"last_bought", "2029-05-19"}});
  EXPECT_EQ(Of("ada").customer_stage(), v1::CUSTOMER_STAGE_NEW);
}

TEST_F(LifecycleServiceTest, FollowsAnotherPolicyByTheNextAnswer) {
  Put("ada", {{"paid", "1"}});
  EXPECT_EQ(Of("ada").relation(), v1::RELATION_CUSTOMER);
  v1::LifecyclePolicy policy = Policy();
  policy.set_customer("paid > 50");
  ASSERT_TRUE(Update(policy).ok());
  EXPECT_EQ(Of("ada").relation(), v1::RELATION_PROSPECT);
}

TEST_F(LifecycleServiceTest, PersonsStandAsTheirOrganisation) {
  Put("bolt", {{"paid", "500"}}, "", v1::CONTACT_KIND_ORGANIZATION);
  Put("ada", {}, "bolt");
  const v1::Classification ada = Of("ada");
  EXPECT_EQ(ada.relation(), v1::RELATION_CUSTOMER);
  EXPECT_EQ(Field(ada, v1::LIFECYCLE_FIELD_RELATION).reason(), "as its organisation");
}

TEST_F(LifecycleServiceTest, GivesReasonsInTheLanguageAskedFor) {
  Put("bolt", {{"paid", "500"}}, "", v1::CONTACT_KIND_ORGANIZATION);
  Put("ada", {}, "bolt");
  ASSERT_TRUE(Override("ada", Said(v1::LIFECYCLE_FIELD_TEMPERATURE, "HOT")).ok());
  const v1::Classification ada = Of("ada", "fr");
  EXPECT_EQ(Field(ada, v1::LIFECYCLE_FIELD_RELATION).reason(), "comme son organisation");
  EXPECT_EQ(Field(ada, v1::LIFECYCLE_FIELD_TEMPERATURE).reason(), "une personne l'a indiqué");
}

TEST_F(LifecycleServiceTest, SaysOfWhomItDoesNotClassifyWhy) {
  Put("ada", {{"paid", "1"}});
  v1::ObjectToProfilingRequest request;
  request.set_name(Name("ada"));
  v1::Contact contact;
  ASSERT_TRUE(contacts_->ObjectToProfiling(call_, request, &contact).ok());
  const v1::Classification ada = Of("ada");
  EXPECT_EQ(ada.contact(), Name("ada"));
  EXPECT_THAT(ada.left_out_reason(), HasSubstr("objects to profiling"));
  EXPECT_EQ(ada.relation(), v1::RELATION_UNSPECIFIED);
  EXPECT_THAT(ada.fields(), IsEmpty());
  EXPECT_EQ(ada.explanation(), "");
}

TEST_F(LifecycleServiceTest, RefusesWhatItCannotAnswer) {
  EXPECT_EQ(Classify(Request({})).status(),
            absl::InvalidArgumentError("the request names 0 contacts; name 1 to 1000"));
  EXPECT_EQ(Classify(Request(std::vector<std::string>(1001, "ada"))).status(),
            absl::InvalidArgumentError("the request names 1001 contacts; name 1 to 1000"));
  Put("ada");
  EXPECT_EQ(Classify(Request({"nobody"})).status(),
            absl::NotFoundError("there is no such contact"));
  EXPECT_EQ(Classify(Request({"ada", "nobody"})).status(),
            absl::NotFoundError("there is no such contact as number 2"));
  v1::ClassifyContactsRequest request = Request({"ada"});
  request.add_contacts("workspaces/default/contacts/bob");
  EXPECT_EQ(Classify(request).status(),
            absl::InvalidArgumentError(
                "a contact is of another workspace than the request; name all in one"));
  request.set_parent("workspaces/nowhere");
  request.mutable_contacts()->Clear();
  request.add_contacts("workspaces/nowhere/contacts/bob");
  EXPECT_EQ(Classify(request).status(),
            absl::NotFoundError("there is no workspaces/nowhere; make it with CreateWorkspace"));
}

TEST_F(LifecycleServiceTest, SingleContactsAreForThoseWhoMayReadThem) {
  Put("ada");
  call_.may_read_contacts = false;
  const absl::Status denied = absl::PermissionDeniedError(
      "how single contacts stand is for those who may read contacts, and you may not; ask for the "
      "right to, or for the funnel");
  EXPECT_EQ(Classify(Request({"ada"})).status(), denied);
  EXPECT_EQ(List(ListRequest()).status(), denied);
  EXPECT_EQ(Override("ada", Said(v1::LIFECYCLE_FIELD_FIT, "EXCLUDED")), denied);
}

// --- Filters ---

TEST_F(LifecycleServiceTest, ListsAreOfHowContactsStandNow) {
  Put("ada", {{"paid", "1"}, {"last_bought", "2026-05-20"}});
  Put("bob", {{"visits", "3"}});
  Put("cleo");
  EXPECT_THAT(Contacts("contact.relation = CUSTOMER"), ElementsAre("ada"));
  EXPECT_THAT(Contacts("contact.relation != CUSTOMER"), ElementsAre("bob", "cleo"));
  EXPECT_THAT(Contacts("contact.temperature = WARM AND contact.qualification.need = MET"),
              ElementsAre("bob"));
  EXPECT_THAT(Contacts("contact.customer_stage = ACTIVE"), IsEmpty());
  SetToday("2026-06-19");
  EXPECT_THAT(Contacts("contact.customer_stage = ACTIVE"), ElementsAre("ada"));
}

// --- OverrideLifecycle ---

TEST_F(LifecycleServiceTest, WhatAPersonSaysCountsBesideWhatWasFound) {
  Put("ada", {{"visits", "1"}, {"has_club", "no"}});
  ASSERT_TRUE(Override("ada", Said(v1::LIFECYCLE_FIELD_RELATION, "CUSTOMER")).ok());
  EXPECT_EQ(classification_.relation(), v1::RELATION_CUSTOMER);
  EXPECT_EQ(classification_.next_action(), v1::NEXT_ACTION_UPSELL);
  const v1::Classification ada = Of("ada");
  const v1::FieldReport& relation = Field(ada, v1::LIFECYCLE_FIELD_RELATION);
  EXPECT_EQ(relation.value(), "CUSTOMER");
  EXPECT_EQ(relation.found_value(), "PROSPECT");
  EXPECT_EQ(relation.reason(), "a person said so");
  EXPECT_EQ(relation.override().author(), "Zoé Martin");
  EXPECT_EQ(relation.override().reason(), "she told me");
  EXPECT_TRUE(relation.override().has_create_time());
  EXPECT_FALSE(relation.override().has_expire_time());
  EXPECT_THAT(Contacts("contact.relation = CUSTOMER"), ElementsAre("ada"));
}

TEST_F(LifecycleServiceTest, AnOverrideIsTakenBackByAnEmptyValue) {
  Put("ada", {{"visits", "1"}});
  ASSERT_TRUE(Override("ada", Said(v1::LIFECYCLE_FIELD_RELATION, "CUSTOMER")).ok());
  ASSERT_TRUE(Override("ada", Said(v1::LIFECYCLE_FIELD_RELATION, "")).ok());
  EXPECT_EQ(classification_.relation(), v1::RELATION_PROSPECT);
  EXPECT_FALSE(Field(Of("ada"), v1::LIFECYCLE_FIELD_RELATION).has_override());
}

TEST_F(LifecycleServiceTest, AnOverrideEndsWithItsExpiry) {
  Put("ada", {{"visits", "1"}});
  v1::LifecycleOverride said = Said(v1::LIFECYCLE_FIELD_RELATION, "CUSTOMER");
  TimestampToProto(Timestamp{clock_.now.micros + 86'400'000'000}, said.mutable_expire_time());
  ASSERT_TRUE(Override("ada", said).ok());
  EXPECT_EQ(Of("ada").relation(), v1::RELATION_CUSTOMER);
  EXPECT_TRUE(Field(Of("ada"), v1::LIFECYCLE_FIELD_RELATION).override().has_expire_time());
  SetToday("2026-06-03");
  EXPECT_EQ(Of("ada").relation(), v1::RELATION_PROSPECT);
  EXPECT_FALSE(Field(Of("ada"), v1::LIFECYCLE_FIELD_RELATION).has_override());
}

TEST_F(LifecycleServiceTest, LeavingAloneIsAdviceUntilAPersonConfirmsIt) {
  Put("ada");
  EXPECT_EQ(Of("ada").next_action(), v1::NEXT_ACTION_LEAVE_ALONE);
  EXPECT_TRUE(Of("ada").is_advice());
  ASSERT_TRUE(Override("ada", Said(v1::LIFECYCLE_FIELD_NEXT_ACTION, "LEAVE_ALONE")).ok());
  EXPECT_FALSE(classification_.is_advice());
  ASSERT_TRUE(Override("ada", Said(v1::LIFECYCLE_FIELD_NEXT_ACTION, "")).ok());
  EXPECT_TRUE(classification_.is_advice());
}

TEST_F(LifecycleServiceTest, AnOverrideIsAudited) {
  Put("ada");
  call_.principal = "zoe";
  ASSERT_TRUE(Override("ada", Said(v1::LIFECYCLE_FIELD_NEED, "MET")).ok());
  v1::ListAuditEntriesRequest request;
  request.set_parent("workspaces/acme");
  v1::ListAuditEntriesResponse response;
  ASSERT_TRUE(workspaces_->ListAuditEntries(call_, request, &response).ok());
  const v1::AuditEntry& entry = response.audit_entries(0);
  EXPECT_EQ(entry.action(), "OverrideLifecycle");
  EXPECT_EQ(entry.principal(), "zoe");
  EXPECT_EQ(entry.resource(), Name("ada"));
}

struct BadOverride {
  std::string message;
  std::function<void(v1::LifecycleOverride&)> spoil;
};

TEST_F(LifecycleServiceTest, AnOverrideNamesWhoSaysSoAndWhy) {
  Put("ada");
  const BadOverride bad[] = {
      {"override.field: no field is named; name one, such as LIFECYCLE_FIELD_RELATION",
       [](auto& said) { said.clear_field(); }},
      {"override.value: is none of relation; give one of LEAD, PROSPECT, CUSTOMER, or nothing to "
       "take the override back",
       [](auto& said) { said.set_value("RELATION_CUSTOMER"); }},
      {"override.value: is none of former_customer; give one of false, true, or nothing to take "
       "the override back",
       [](auto& said) {
         said.set_field(v1::LIFECYCLE_FIELD_FORMER_CUSTOMER);
         said.set_value("yes");
       }},
      {"override.author: is empty; name the person who says so",
       [](auto& said) { said.clear_author(); }},
      {"override.author: is empty; name the person who says so",
       [](auto& said) { said.set_author(" \t"); }},
      {"override.author: at most 256 bytes without control characters are allowed; shorten it",
       [](auto& said) { said.set_author(std::string(257, 'x')); }},
      {"override.reason: is empty; say why, for whoever reads it later",
       [](auto& said) { said.clear_reason(); }},
      {"override.reason: at most 1024 bytes without control characters are allowed; shorten it",
       [](auto& said) { said.set_reason(std::string(1025, 'x')); }},
      {"override.reason: at most 1024 bytes without control characters are allowed; shorten it",
       [](auto& said) { said.set_reason("a\x01"); }},
      {"override.expire_time: does not lie in the future; give a later one, or none to have it "
       "count until it is taken back",
       [this](auto& said) { TimestampToProto(clock_.now, said.mutable_expire_time()); }},
  };
  for (const BadOverride& each : bad) {
    v1::LifecycleOverride said = Said(v1::LIFECYCLE_FIELD_RELATION, "CUSTOMER");
    each.spoil(said);
    EXPECT_EQ(Override("ada", said), absl::InvalidArgumentError(each.message));
  }
  EXPECT_EQ(Of("ada").relation(), v1::RELATION_LEAD);
  EXPECT_EQ(Override("nobody", Said(v1::LIFECYCLE_FIELD_RELATION, "CUSTOMER")),
            absl::NotFoundError("there is no such contact"));
}

// --- ListTransitions ---

TEST_F(LifecycleServiceTest, ListsWhatChangedTheLatestFirst) {
  Put("ada", {{"visits", "1"}});
  Put("bob");
  const auto first = List(ListRequest());
  ASSERT_TRUE(first.ok()) << first.status();
  EXPECT_THAT(Lines(*first), ElementsAre("2026-06-01 bob >LEAD", "2026-06-01 ada >PROSPECT"));
  SetToday("2026-06-10");
  Put("ada", {{"paid", "1"}});
  const auto relation = List(ListRequest("ada", v1::LIFECYCLE_FIELD_RELATION));
  ASSERT_TRUE(relation.ok()) << relation.status();
  EXPECT_THAT(Lines(*relation),
              ElementsAre("2026-06-10 ada PROSPECT>CUSTOMER", "2026-06-01 ada >PROSPECT"));
  EXPECT_EQ(relation->transitions(0).reason(), "customer: paid > 0");
  EXPECT_EQ(relation->transitions(0).field(), v1::LIFECYCLE_FIELD_RELATION);
  EXPECT_EQ(relation->transitions(0).create_time().seconds(), clock_.now.micros / 1'000'000);
}

TEST_F(LifecycleServiceTest, ListsInPages) {
  for (const char* id : {"a", "b", "c", "d", "e"}) Put(id);
  v1::ListTransitionsRequest request = ListRequest();
  request.set_page_size(2);
  std::vector<std::string> all;
  int pages = 0;
  do {
    const auto page = List(request);
    ASSERT_TRUE(page.ok()) << page.status();
    for (const std::string& line : Lines(*page)) all.push_back(line);
    request.set_page_token(page->next_page_token());
    ++pages;
  } while (!request.page_token().empty());
  EXPECT_EQ(pages, 3);
  const auto whole = List(ListRequest());
  EXPECT_EQ(all, Lines(*whole));
  EXPECT_EQ(all.size(), 5);
}

TEST_F(LifecycleServiceTest, RefusesListsThatAreNone) {
  Put("ada");
  EXPECT_EQ(List(ListRequest("nobody")).status(), absl::NotFoundError("there is no such contact"));
  v1::ListTransitionsRequest request = ListRequest();
  request.set_contact("workspaces/default/contacts/ada");
  EXPECT_EQ(List(request).status().code(), absl::StatusCode::kInvalidArgument);
  request = ListRequest("", static_cast<v1::LifecycleField>(99));
  EXPECT_EQ(List(request).status(),
            absl::InvalidArgumentError(
                "field: no field is named; name one, such as LIFECYCLE_FIELD_RELATION"));
  request = ListRequest();
  request.set_page_size(-1);
  EXPECT_EQ(List(request).status(),
            absl::InvalidArgumentError(
                "page_size is negative; give 1 to 1000, or 0 for the default of 50"));
  Put("bob");
  request.set_page_size(1);
  const auto page = List(request);
  ASSERT_TRUE(page.ok());
  request = ListRequest("ada");
  request.set_page_token(page->next_page_token());
  EXPECT_EQ(List(request).status().code(), absl::StatusCode::kInvalidArgument);
}

// --- The dossier ---

TEST_F(LifecycleServiceTest, TheDossierTellsHowAContactStandsStoodAndWhatPeopleSaid) {
  Put("ada", {{"visits", "1"}});
  ASSERT_TRUE(Override("ada", Said(v1::LIFECYCLE_FIELD_NEED, "MET")).ok());
  v1::GetContactDossierRequest request;
  request.set_name(Name("ada"));
  request.set_language_code("fr");
  v1::ContactDossier dossier;
  ASSERT_TRUE(contacts_->GetContactDossier(call_, request, &dossier).ok());
  EXPECT_EQ(dossier.lifecycle().relation(), v1::RELATION_PROSPECT);
  EXPECT_THAT(dossier.lifecycle().fields(), SizeIs(12));
  EXPECT_EQ(dossier.lifecycle().explanation(), Of("ada", "fr").explanation());
  ASSERT_FALSE(dossier.transitions().empty());
  EXPECT_EQ(dossier.transitions(dossier.transitions_size() - 1).to(), "PROSPECT");
  ASSERT_THAT(dossier.overrides(), SizeIs(1));
  EXPECT_EQ(dossier.overrides(0).value(), "MET");
  EXPECT_EQ(dossier.overrides(0).author(), "Zoé Martin");
}

}  // namespace
}  // namespace cible
