#include <gmock/gmock.h>

#include <cmath>
#include <string>

#include "absl/strings/str_format.h"
#include "tests/server/services/trained_fixture.h"

namespace cible {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class PersonaEditsTest : public TrainedTest {
 protected:
  void SetUp() override {
    ImportSample(500);
    call_.principal = "marie";
    call_.time = clock_.now;
  }

  void TrainQuickly() {
    ASSERT_EQ(Train(QuickTraining()).state(), v1::TRAINING_RUN_STATE_SUCCEEDED);
  }

  static v1::CreatePersonaRequest YoungOnTheWeb() {
    v1::CreatePersonaRequest request;
    request.set_parent(kSegmentation);
    request.set_persona_id("young-web");
    v1::Persona& persona = *request.mutable_persona();
    persona.set_display_name("Young and on the web");
    v1::PersonaCriterion* age = persona.add_criteria();
    age->set_attribute("age");
    age->set_low(18);
    age->set_high(36);
    v1::PersonaCriterion* channel = persona.add_criteria();
    channel->set_attribute("channels");
    channel->add_levels("web");
    channel->add_levels("app");
    channel->set_preference(true);
    return request;
  }

  absl::Status Create(const v1::CreatePersonaRequest& request) {
    v1::Persona persona;
    return personas_->CreatePersona(call_, request, &persona);
  }

  static std::string NameOf(const std::string& id) {
    return std::string(kSegmentation) + "/personas/" + id;
  }

  v1::Persona Get(const std::string& id, const std::string& language = "en") {
    v1::GetPersonaRequest request;
    request.set_name(NameOf(id));
    request.set_language_code(language);
    v1::Persona persona;
    const absl::Status status = personas_->GetPersona(call_, request, &persona);
    EXPECT_TRUE(status.ok()) << status;
    return persona;
  }

  static v1::UpdatePersonaRequest Rename(const std::string& id, const std::string& name) {
    v1::UpdatePersonaRequest request;
    request.mutable_persona()->set_name(NameOf(id));
    request.mutable_persona()->set_display_name(name);
    return request;
  }

  absl::Status Update(const v1::UpdatePersonaRequest& request) {
    v1::Persona persona;
    return personas_->UpdatePersona(call_, request, &persona);
  }

  absl::Status Target(const std::string& id, v1::Targeting targeting) {
    v1::UpdatePersonaRequest request;
    request.mutable_persona()->set_name(NameOf(id));
    request.mutable_persona()->set_targeting(targeting);
    return Update(request);
  }

  v1::MatchLeadResponse Match(double age) {
    v1::MatchLeadRequest request;
    request.set_segmentation(kSegmentation);
    v1::AttributeValue* value = request.mutable_lead()->add_attributes();
    value->set_attribute("age");
    value->set_number(age);
    v1::MatchLeadResponse response;
    const absl::Status status = personas_->MatchLead(call_, request, &response);
    EXPECT_TRUE(status.ok()) << status;
    return response;
  }
};

TEST_F(PersonaEditsTest, APersonaIsAuthoredBeforeAnyTraining) {
  ASSERT_TRUE(Create(YoungOnTheWeb()).ok());
  const v1::Persona persona = Get("young-web");
  EXPECT_EQ(persona.display_name(), "Young and on the web");
  EXPECT_EQ(persona.edited_by().author(), "marie");
  ASSERT_EQ(persona.criteria_size(), 2);
  EXPECT_EQ(persona.criteria(0).description(), "Age 18 to 35");
  EXPECT_THAT(persona.criteria(1).description(), HasSubstr("Rather"));
  EXPECT_GT(persona.criteria(0).population_share(), .05);
  EXPECT_LT(persona.criteria(0).population_share(), .95);
  EXPECT_THAT(Get("young-web", "fr").criteria(0).description(), Not(HasSubstr("to 35")));
  v1::ListPersonasRequest list;
  list.set_parent(kSegmentation);
  v1::ListPersonasResponse personas;
  ASSERT_TRUE(personas_->ListPersonas(call_, list, &personas).ok());
  EXPECT_EQ(personas.authored_personas_size(), 1);
  EXPECT_EQ(personas.personas_size(), 0);
}

TEST_F(PersonaEditsTest, RefusesWhatMakesNoPersona) {
  v1::CreatePersonaRequest request = YoungOnTheWeb();
  request.mutable_persona()->mutable_criteria(0)->set_high(18);
  EXPECT_THAT(Create(request).message(), HasSubstr("has an empty range"));
  request = YoungOnTheWeb();
  request.mutable_persona()->mutable_criteria(0)->set_attribute("shoe_size");
  EXPECT_THAT(Create(request).message(), HasSubstr("the schema does not have"));
  request = YoungOnTheWeb();
  request.mutable_persona()->clear_criteria();
  EXPECT_THAT(Create(request).message(), HasSubstr("at least one criterion"));
  request = YoungOnTheWeb();
  request.set_persona_id("s7");
  EXPECT_THAT(Create(request).message(), HasSubstr("are those of segments"));
  request = YoungOnTheWeb();
  request.mutable_persona()->clear_display_name();
  EXPECT_THAT(Create(request).message(), HasSubstr("needs a display_name"));
  ASSERT_TRUE(Create(YoungOnTheWeb()).ok());
  EXPECT_EQ(Create(YoungOnTheWeb()).code(), absl::StatusCode::kAlreadyExists);
}

TEST_F(PersonaEditsTest, ValidatingWritesNothing) {
  v1::CreatePersonaRequest request = YoungOnTheWeb();
  request.set_validate_only(true);
  ASSERT_TRUE(Create(request).ok());
  v1::GetPersonaRequest get;
  get.set_name(NameOf("young-web"));
  v1::Persona persona;
  EXPECT_FALSE(personas_->GetPersona(call_, get, &persona).ok());
}

TEST_F(PersonaEditsTest, LeadsAreHeldAgainstAuthoredPersonas) {
  TrainQuickly();
  ASSERT_TRUE(Create(YoungOnTheWeb()).ok());
  const v1::MatchLeadResponse young = Match(25), old = Match(70);
  ASSERT_EQ(young.authored_matches_size(), 1);
  const v1::AuthoredMatch& match = young.authored_matches(0);
  EXPECT_EQ(match.criteria(0).state(), v1::CRITERION_STATE_MET);
  EXPECT_EQ(match.criteria(1).state(), v1::CRITERION_STATE_UNKNOWN);
  const double share = Get("young-web").criteria(0).population_share();
  EXPECT_NEAR(match.fit(), std::log(.9 / share), 1e-9);
  EXPECT_NEAR(old.authored_matches(0).fit(), std::log(.1 / (1 - share)), 1e-9);
}

// By a stored contact too, and by an attribute that the model was not trained on.
TEST_F(PersonaEditsTest, StoredContactsAreHeldAgainstAttributesTheModelDoesNotRead) {
  TrainQuickly();
  AddAttributes({{"tier", v1::ATTRIBUTE_TYPE_CATEGORICAL}});
  v1::UpdateContactRequest update;
  v1::Contact& contact = *update.mutable_contact();
  contact.set_name("workspaces/acme/contacts/c000001");
  v1::AttributeValue* value = contact.add_attributes();
  value->set_attribute("tier");
  value->set_text("gold");
  v1::Contact updated;
  const absl::Status status = contacts_->UpdateContact(call_, update, &updated);
  ASSERT_TRUE(status.ok()) << status;
  v1::CreatePersonaRequest request = YoungOnTheWeb();
  request.mutable_persona()->clear_criteria();
  v1::PersonaCriterion* tier = request.mutable_persona()->add_criteria();
  tier->set_attribute("tier");
  tier->add_levels("gold");
  ASSERT_TRUE(Create(request).ok());
  v1::MatchLeadRequest match;
  match.set_segmentation(kSegmentation);
  match.set_name(contact.name());
  v1::MatchLeadResponse response;
  ASSERT_TRUE(personas_->MatchLead(call_, match, &response).ok());
  ASSERT_EQ(response.authored_matches_size(), 1);
  EXPECT_EQ(response.authored_matches(0).criteria(0).state(), v1::CRITERION_STATE_MET);
}

TEST_F(PersonaEditsTest, ANameSurvivesTrainingAndARestart) {
  TrainQuickly();
  const std::string generated = Get("s1").display_name();
  ASSERT_TRUE(Update(Rename("s1", "Sunday readers")).ok());
  v1::TrainModelRequest again = QuickTraining();
  again.set_activate(true);
  again.set_seed(2);
  ASSERT_EQ(Train(again).state(), v1::TRAINING_RUN_STATE_SUCCEEDED);
  for (int start = 0; start < 2; ++start) {
    const v1::Persona persona = Get("s1");
    EXPECT_EQ(persona.display_name(), "Sunday readers");
    EXPECT_EQ(persona.generated_display_name(), generated);
    EXPECT_EQ(persona.edited_by().author(), "marie");
    // A name that a person gave is the persona's own in every language.
    EXPECT_EQ(Get("s1", "fr").display_name(), "Sunday readers");
    const v1::MatchLeadResponse match = Match(30);
    bool named = false;
    for (const auto& one : match.personas()) named |= one.display_name() == "Sunday readers";
    EXPECT_TRUE(named);
    StartServices();
  }
  v1::UpdatePersonaRequest back = Rename("s1", "");
  back.mutable_update_mask()->add_paths("display_name");
  ASSERT_TRUE(Update(back).ok());
  EXPECT_EQ(Get("s1").display_name(), generated);
}

TEST_F(PersonaEditsTest, TargetingSaysWhoIsInTarget) {
  TrainQuickly();
  EXPECT_EQ(Match(30).in_target(), v1::IN_TARGET_UNKNOWN);
  ASSERT_TRUE(Target("s1", v1::TARGETING_TARGETED).ok());
  ASSERT_TRUE(Target("s2", v1::TARGETING_TARGETED).ok());
  ASSERT_TRUE(Target("s3", v1::TARGETING_TARGETED).ok());
  EXPECT_EQ(Get("s1").targeting(), v1::TARGETING_TARGETED);
  EXPECT_EQ(Get("s1").targeted_by().author(), "marie");
  // All are wanted: whoever is typical and known is.
  v1::MatchLeadRequest request;
  request.set_segmentation(kSegmentation);
  request.set_name("workspaces/acme/contacts/c000001");
  v1::MatchLeadResponse response;
  ASSERT_TRUE(personas_->MatchLead(call_, request, &response).ok());
  ASSERT_EQ(response.outcome(), v1::MATCH_OUTCOME_MATCHED);
  EXPECT_EQ(response.in_target(), v1::IN_TARGET_YES);
  const std::string winner = response.personas(0).persona();
  ASSERT_GT(response.personas(0).probability(), .8);
  ASSERT_TRUE(Target(winner, v1::TARGETING_EXCLUDED).ok());
  ASSERT_TRUE(personas_->MatchLead(call_, request, &response).ok());
  EXPECT_EQ(response.in_target(), v1::IN_TARGET_NO);
}

TEST_F(PersonaEditsTest, TellsWhenSomebodyElseWroteInBetween) {
  TrainQuickly();
  v1::UpdatePersonaRequest first = Rename("s1", "One"), second = Rename("s1", "Two");
  first.mutable_persona()->set_etag(Get("s1").etag());
  second.mutable_persona()->set_etag(Get("s1").etag());
  ASSERT_TRUE(Update(first).ok());
  EXPECT_EQ(Update(second).code(), absl::StatusCode::kAborted);
  EXPECT_EQ(Get("s1").display_name(), "One");
}

TEST_F(PersonaEditsTest, RefusesEditsOfWhatIsNotThere) {
  TrainQuickly();
  EXPECT_EQ(Update(Rename("s9", "x")).code(), absl::StatusCode::kNotFound);
  v1::UpdatePersonaRequest criteria = Rename("s1", "x");
  criteria.mutable_persona()->add_criteria()->set_attribute("age");
  EXPECT_EQ(Update(criteria).code(), absl::StatusCode::kFailedPrecondition);
  v1::UpdatePersonaRequest mask = Rename("s1", "x");
  mask.mutable_update_mask()->add_paths("share");
  EXPECT_EQ(Update(mask).code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(Update(Rename("s1", std::string(300, 'x'))).message(), HasSubstr("shorten it"));
  v1::DeletePersonaRequest discovered;
  discovered.set_name(NameOf("s1"));
  google::protobuf::Empty empty;
  EXPECT_EQ(personas_->DeletePersona(call_, discovered, &empty).code(),
            absl::StatusCode::kFailedPrecondition);
}

TEST_F(PersonaEditsTest, DeletedPersonasAreGone) {
  TrainQuickly();
  ASSERT_TRUE(Create(YoungOnTheWeb()).ok());
  v1::DeletePersonaRequest request;
  request.set_name(NameOf("young-web"));
  google::protobuf::Empty empty;
  ASSERT_TRUE(personas_->DeletePersona(call_, request, &empty).ok());
  EXPECT_EQ(Match(25).authored_matches_size(), 0);
  EXPECT_EQ(personas_->DeletePersona(call_, request, &empty).code(), absl::StatusCode::kNotFound);
}

TEST_F(PersonaEditsTest, AuthoredPersonasAreComparedWithTheSegments) {
  TrainQuickly();
  ASSERT_TRUE(Create(YoungOnTheWeb()).ok());
  v1::ComparePersonasRequest request;
  request.set_parent(kSegmentation);
  v1::ComparePersonasResponse response;
  ASSERT_TRUE(personas_->ComparePersonas(call_, request, &response).ok());
  ASSERT_EQ(response.comparisons_size(), 1);
  const v1::AuthoredComparison& comparison = response.comparisons(0);
  ASSERT_EQ(comparison.cells_size(), 3);
  std::int64_t members = 0;
  double share = 0, segments = 0;
  for (int k = 0; k < 3; ++k) {
    members += comparison.cells(k).contact_count();
    share += comparison.cells(k).share();
    segments += response.segments(k).probability();
  }
  EXPECT_EQ(members, comparison.contact_count());
  EXPECT_GT(members, 0);
  EXPECT_NEAR(share, 1, 1e-9);
  EXPECT_NEAR(segments, 1, 1e-9);
  EXPECT_EQ(response.contact_count(), 500);
  EXPECT_THAT(comparison.verdict(), Not(IsEmpty()));
}

// --- Callers who may not read contacts ---------------------------------------

class StrangerEditsTest : public PersonaEditsTest {
 protected:
  void SetUp() override {
    PersonaEditsTest::SetUp();
    TrainQuickly();
    stranger_ = call_;
    stranger_.may_read_contacts = false;
  }

  v1::ComparePersonasResponse Compare(const CallContext& call) {
    v1::ComparePersonasRequest request;
    request.set_parent(kSegmentation);
    v1::ComparePersonasResponse response;
    const absl::Status status = personas_->ComparePersonas(call, request, &response);
    EXPECT_TRUE(status.ok()) << status;
    return response;
  }

  CallContext stranger_;
};

// The share of a criterion, counted for whoever asks, would answer any question.
TEST_F(StrangerEditsTest, StateNoCriteria) {
  v1::CreatePersonaRequest create = YoungOnTheWeb();
  create.set_validate_only(true);
  v1::Persona persona;
  const absl::Status denied = personas_->CreatePersona(stranger_, create, &persona);
  EXPECT_EQ(denied.code(), absl::StatusCode::kPermissionDenied);
  EXPECT_THAT(denied.message(), HasSubstr("you may not read contacts; ask for the right to"));
  ASSERT_TRUE(Create(YoungOnTheWeb()).ok());
  v1::UpdatePersonaRequest update = Rename("young-web", "Young");
  *update.mutable_persona()->add_criteria() = YoungOnTheWeb().persona().criteria(0);
  EXPECT_EQ(personas_->UpdatePersona(stranger_, update, &persona), denied);
  ASSERT_TRUE(personas_->UpdatePersona(stranger_, Rename("young-web", "Young"), &persona).ok());
  EXPECT_EQ(persona.display_name(), "Young");
  EXPECT_FALSE(persona.has_population_share());
}

TEST_F(StrangerEditsTest, AreToldNoSharesOfCriteria) {
  ASSERT_TRUE(Create(YoungOnTheWeb()).ok());
  v1::ListPersonasRequest list;
  list.set_parent(kSegmentation);
  v1::ListPersonasResponse personas;
  ASSERT_TRUE(personas_->ListPersonas(stranger_, list, &personas).ok());
  ASSERT_EQ(personas.authored_personas_size(), 1);
  v1::GetPersonaRequest get;
  get.set_name(NameOf("young-web"));
  v1::Persona one;
  ASSERT_TRUE(personas_->GetPersona(stranger_, get, &one).ok());
  for (const v1::Persona& persona : {one, personas.authored_personas(0)}) {
    EXPECT_TRUE(persona.withheld());
    EXPECT_FALSE(persona.has_population_share());
    ASSERT_EQ(persona.criteria_size(), 2);
    EXPECT_EQ(persona.criteria(0).population_share(), 0);
    EXPECT_EQ(persona.criteria(0).description(), "Age 18 to 35");
  }
  EXPECT_TRUE(Get("young-web").has_population_share());
}

TEST_F(StrangerEditsTest, AreToldFitsByRoundedShares) {
  ASSERT_TRUE(Create(YoungOnTheWeb()).ok());
  const double share = Get("young-web").criteria(0).population_share();
  const double rounded = std::round(share * 10) / 10;
  ASSERT_GT(std::abs(share - rounded), .001);
  call_.may_read_contacts = false;
  const v1::MatchLeadResponse match = Match(25);
  ASSERT_EQ(match.authored_matches_size(), 1);
  EXPECT_NEAR(match.authored_matches(0).fit(), std::log(.9 / rounded), 1e-9);
  EXPECT_NEAR(match.authored_matches(0).criteria(0).contribution(), std::log(.9 / rounded), 1e-9);
}

TEST_F(StrangerEditsTest, AreToldNoSizeOfFew) {
  ASSERT_TRUE(Create(YoungOnTheWeb()).ok());
  const v1::ComparePersonasResponse all = Compare(call_);
  const double smallest = all.segments(2).probability() * 500;
  ASSERT_LT(smallest + 1, all.segments(1).probability() * 500);
  SetAnonymity(static_cast<int>(std::round(smallest)) + 1);
  const v1::ComparePersonasResponse told = Compare(stranger_);
  EXPECT_EQ(told.segments(0).display_name(), all.segments(0).display_name());
  EXPECT_EQ(told.segments(0).probability(), all.segments(0).probability());
  for (const int k : {1, 2}) {
    EXPECT_EQ(told.segments(k).display_name(), "A small group");
    EXPECT_EQ(told.segments(k).probability(), 0);
    EXPECT_TRUE(told.comparisons(0).cells(k).withheld());
    EXPECT_THAT(told.comparisons(0).verdict(), Not(HasSubstr(all.segments(k).display_name())));
  }
  SetAnonymity(501);
  EXPECT_EQ(Compare(stranger_).contact_count(), 0);
}

// Most of a segment meet the persona: those who do not are told by its size.
TEST_F(StrangerEditsTest, AreToldNothingOfTheFewWhoDoNotMeetIt) {
  v1::CreatePersonaRequest request = YoungOnTheWeb();
  request.mutable_persona()->mutable_criteria()->RemoveLast();
  request.mutable_persona()->mutable_criteria(0)->clear_high();
  ASSERT_TRUE(Create(request).ok());
  const v1::ComparePersonasResponse all = Compare(call_);
  int checked = 0;
  for (int k = 0; k < 3; ++k) {
    const auto members = static_cast<int>(all.comparisons(0).cells(k).contact_count());
    const int others = static_cast<int>(std::round(all.segments(k).probability() * 500)) - members;
    if (others == 0 || others >= members) continue;
    SetAnonymity(others + 1);
    const v1::ComparePersonasResponse told = Compare(stranger_);
    EXPECT_GT(told.segments(k).probability(), 0);
    EXPECT_TRUE(told.comparisons(0).cells(k).withheld()) << members << " " << others;
    ++checked;
  }
  EXPECT_GT(checked, 0);
}

// Everybody's lucky number is known but of a few of the last twenty. Half of every
// segment like it low, so that nothing else need be withheld.
TEST_F(StrangerEditsTest, AreToldNotOfHowFewItIsUnknown) {
  for (int i = 0; i < 480; ++i) {
    v1::UpdateContactRequest update;
    update.mutable_contact()->set_name(absl::StrFormat("workspaces/acme/contacts/c%06d", i + 1));
    v1::AttributeValue* value = update.mutable_contact()->add_attributes();
    value->set_attribute("lucky_number");
    value->set_number(i % 2 == 0 ? 40 : 60);
    v1::Contact updated;
    ASSERT_TRUE(contacts_->UpdateContact(call_, update, &updated).ok());
  }
  // Who was changed is assigned at the next activation.
  v1::TrainModelRequest again = QuickTraining();
  again.set_activate(true);
  ASSERT_EQ(Train(again).state(), v1::TRAINING_RUN_STATE_SUCCEEDED);
  v1::CreatePersonaRequest request = YoungOnTheWeb();
  request.mutable_persona()->clear_criteria();
  v1::PersonaCriterion* lucky = request.mutable_persona()->add_criteria();
  lucky->set_attribute("lucky_number");
  lucky->set_high(50);
  ASSERT_TRUE(Create(request).ok());
  const v1::AuthoredComparison all = Compare(call_).comparisons(0);
  const v1::AuthoredComparison told = Compare(stranger_).comparisons(0);
  ASSERT_GT(all.unknown_count(), 0);
  ASSERT_LT(all.unknown_count(), 10);
  for (const v1::ComparisonCell& cell : told.cells()) EXPECT_FALSE(cell.withheld());
  EXPECT_EQ(told.contact_count(), all.contact_count());
  EXPECT_EQ(told.unknown_count(), 0);
}

// The share that a criterion weighs by follows the contacts.
TEST_F(PersonaEditsTest, CriteriaAreCountedAgainAtTraining) {
  TrainQuickly();
  ASSERT_TRUE(Create(YoungOnTheWeb()).ok());
  const double before = Get("young-web").criteria(0).population_share();
  const ContactTable old{
      .row_count = 200,
      .ids =
          [] {
            std::vector<std::string> ids;
            for (int i = 0; i < 200; ++i) ids.push_back("old" + std::to_string(i));
            return ids;
          }(),
      .columns =
          [] {
            std::vector<Column> columns = {MakeColumn("age", AttributeType::kNumeric)};
            for (int i = 0; i < 200; ++i) Append(columns[0], 60. + i % 20);
            return columns;
          }()};
  v1::ContactTable message;
  TableToProto(old, &message);
  ASSERT_EQ(Import(message).created_count(), 200);
  ASSERT_EQ(Train(QuickTraining()).state(), v1::TRAINING_RUN_STATE_SUCCEEDED);
  EXPECT_LT(Get("young-web").criteria(0).population_share(), before - .03);
}

// A schema that refuses a criterion for a while must not cost it.
TEST_F(PersonaEditsTest, ATrainingKeepsCriteriaThatTheSchemaRefuses) {
  TrainQuickly();
  ASSERT_TRUE(Create(YoungOnTheWeb()).ok());
  const auto set_protected = [&](bool is_protected) {
    v1::GetSchemaRequest get;
    get.set_name("workspaces/acme/schema");
    v1::Schema schema, updated;
    ASSERT_TRUE(contacts_->GetSchema(call_, get, &schema).ok());
    v1::UpdateSchemaRequest request;
    *request.mutable_schema() = schema;
    for (v1::Attribute& attribute : *request.mutable_schema()->mutable_attributes()) {
      if (attribute.id() == "age") attribute.set_protected_(is_protected);
    }
    const absl::Status status = contacts_->UpdateSchema(call_, request, &updated);
    ASSERT_TRUE(status.ok()) << status;
  };
  set_protected(true);
  EXPECT_THAT(Get("young-web").criteria(0).description(), HasSubstr("passed over"));
  ASSERT_EQ(Train(QuickTraining()).state(), v1::TRAINING_RUN_STATE_SUCCEEDED);
  set_protected(false);
  const v1::Persona persona = Get("young-web");
  ASSERT_EQ(persona.criteria_size(), 2);
  EXPECT_EQ(persona.criteria(0).description(), "Age 18 to 35");
}

// The etag is of what people wrote: a training that counts the same changes none.
TEST_F(PersonaEditsTest, ATrainingThatCountsTheSameKeepsTheEtag) {
  TrainQuickly();
  ASSERT_TRUE(Create(YoungOnTheWeb()).ok());
  const std::string etag = Get("young-web").etag();
  ASSERT_EQ(Train(QuickTraining()).state(), v1::TRAINING_RUN_STATE_SUCCEEDED);
  EXPECT_EQ(Get("young-web").etag(), etag);
}

TEST_F(PersonaEditsTest, ANameIsTakenBackInEveryLanguage) {
  TrainQuickly();
  const std::string generated = Get("s1").display_name();
  v1::UpdatePersonaRequest french = Rename("s1", "Lecteurs du dimanche");
  french.set_language_code("fr");
  ASSERT_TRUE(Update(french).ok());
  EXPECT_EQ(Get("s1").display_name(), "Lecteurs du dimanche");
  v1::UpdatePersonaRequest back = Rename("s1", "");
  back.mutable_update_mask()->add_paths("display_name");
  ASSERT_TRUE(Update(back).ok());
  EXPECT_EQ(Get("s1").display_name(), generated);
}

// The share a criterion weighs by is everyone's, and leads are all leads,
// whatever a filter leaves for the training.
TEST_F(PersonaEditsTest, AFilterOfATrainingChangesNoShares) {
  TrainQuickly();
  ASSERT_TRUE(Create(YoungOnTheWeb()).ok());
  const double before = Get("young-web").criteria(0).population_share();
  v1::TrainModelRequest young = QuickTraining();
  young.set_filter("age < 40");
  ASSERT_EQ(Train(young).state(), v1::TRAINING_RUN_STATE_SUCCEEDED);
  EXPECT_EQ(Get("young-web").criteria(0).population_share(), before);
}

}  // namespace
}  // namespace cible
