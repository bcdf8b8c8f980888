#include "server/services/persona_service.h"

#include <gmock/gmock.h>

#include <cmath>
#include <limits>
#include <optional>
#include <string>

#include "server/services/persona_figures.h"
#include "tests/server/services/trained_fixture.h"

namespace cible {
namespace {

class PersonaServiceTest : public TrainedTest {
 protected:
  void SetUp() override {
    ImportSample(500);
    ASSERT_EQ(Train(QuickTraining()).state(), v1::TRAINING_RUN_STATE_SUCCEEDED);
  }

  static v1::MatchLeadRequest Lead() {
    v1::MatchLeadRequest request;
    request.set_segmentation(kSegmentation);
    request.mutable_lead();
    return request;
  }

  static void SetNumber(const std::string& attribute, double number,
                        v1::MatchLeadRequest& request) {
    v1::AttributeValue* value = request.mutable_lead()->add_attributes();
    value->set_attribute(attribute);
    value->set_number(number);
  }
};

TEST_F(PersonaServiceTest, ListsPersonasWithNamesInBothLanguages) {
  v1::ListPersonasRequest request;
  request.set_parent(kSegmentation);
  v1::ListPersonasResponse english, french;
  ASSERT_TRUE(personas_->ListPersonas(call_, request, &english).ok());
  request.set_language_code("fr");
  ASSERT_TRUE(personas_->ListPersonas(call_, request, &french).ok());
  ASSERT_EQ(english.personas_size(), 3);
  for (int i = 0; i < 3; ++i) {
    EXPECT_FALSE(english.personas(i).display_name().empty());
    EXPECT_FALSE(english.personas(i).summary().empty());
    EXPECT_NE(english.personas(i).display_name(), french.personas(i).display_name());
    EXPECT_GT(english.personas(i).traits_size(), 0);
  }
  EXPECT_GE(english.personas(0).contact_count(), english.personas(1).contact_count());
}

TEST_F(PersonaServiceTest, RefusesALanguageItDoesNotSpeak) {
  v1::ListPersonasRequest request;
  request.set_parent(kSegmentation);
  request.set_language_code("de");
  v1::ListPersonasResponse response;
  const absl::Status status = personas_->ListPersonas(call_, request, &response);
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(status.message(), "language_code must be `en` or `fr`");
}

TEST_F(PersonaServiceTest, AnswersALeadOfWhichNothingIsKnownWithThePriorAndQuestions) {
  v1::MatchLeadResponse response;
  ASSERT_TRUE(personas_->MatchLead(call_, Lead(), &response).ok());
  EXPECT_EQ(response.outcome(), v1::MATCH_OUTCOME_NOT_ENOUGH_KNOWN);
  EXPECT_EQ(response.prior(), v1::PRIOR_TRAINING);
  ASSERT_EQ(response.personas_size(), 3);
  double sum = 0;
  for (const auto& persona : response.personas()) sum += persona.probability();
  EXPECT_NEAR(sum, 1, 1e-12);
  EXPECT_GT(response.personas(0).probability(), response.personas(2).probability());
  EXPECT_GT(response.questions_size(), 0);
  EXPECT_FALSE(response.questions(0).question().empty());
  EXPECT_EQ(response.reasons_size(), 0);
}

TEST_F(PersonaServiceTest, ReasonsSumToTheDecision) {
  v1::MatchLeadRequest request = Lead();
  SetNumber("age", 34, request);
  SetNumber("web_visits", 12, request);
  v1::MatchLeadResponse response;
  ASSERT_TRUE(personas_->MatchLead(call_, request, &response).ok());
  double sum = 0;
  for (const v1::Reason& reason : response.reasons()) sum += reason.contribution();
  EXPECT_NEAR(
      sum, std::log(response.personas(0).probability() / response.personas(1).probability()), 1e-9);
}

TEST_F(PersonaServiceTest, RefusesAnUnknownAttributeNaNAndAWrongType) {
  v1::MatchLeadResponse response;
  v1::MatchLeadRequest unknown = Lead();
  SetNumber("shoe_size", 42, unknown);
  EXPECT_EQ(personas_->MatchLead(call_, unknown, &response).code(),
            absl::StatusCode::kInvalidArgument);
  v1::MatchLeadRequest nan = Lead();
  SetNumber("age", std::numeric_limits<double>::quiet_NaN(), nan);
  EXPECT_EQ(personas_->MatchLead(call_, nan, &response).code(), absl::StatusCode::kInvalidArgument);
  v1::MatchLeadRequest wrong = Lead();
  SetNumber("occupation", 3, wrong);
  EXPECT_EQ(personas_->MatchLead(call_, wrong, &response).code(),
            absl::StatusCode::kInvalidArgument);
}

TEST_F(PersonaServiceTest, MatchesAStoredContactAsItsValuesInline) {
  v1::MatchLeadRequest request;
  request.set_segmentation(kSegmentation);
  request.set_name("workspaces/acme/contacts/c000001");
  v1::MatchLeadResponse by_name, inline_answer;
  ASSERT_TRUE(personas_->MatchLead(call_, request, &by_name).ok());
  v1::GetContactRequest get;
  get.set_name(request.name());
  v1::Contact contact;
  ASSERT_TRUE(contacts_->GetContact(call_, get, &contact).ok());
  v1::MatchLeadRequest same = Lead();
  *same.mutable_lead() = contact;
  ASSERT_TRUE(personas_->MatchLead(call_, same, &inline_answer).ok());
  EXPECT_EQ(by_name.SerializeAsString(), inline_answer.SerializeAsString());
}

TEST_F(PersonaServiceTest, AContactOfAnotherWorkspaceIsRefused) {
  v1::MatchLeadRequest request;
  request.set_segmentation(kSegmentation);
  request.set_name("workspaces/default/contacts/c000001");
  v1::MatchLeadResponse response;
  const absl::Status status = personas_->MatchLead(call_, request, &response);
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(status.message(),
            "the contact and the segmentation are of different workspaces; name both in one");
}

TEST_F(PersonaServiceTest, AnAttributeAddedAfterTrainingIsAcceptedAndPassedOver) {
  AddAttributes({{"pets", v1::ATTRIBUTE_TYPE_NUMERIC}});
  v1::MatchLeadRequest plain = Lead();
  SetNumber("age", 34, plain);
  v1::MatchLeadRequest with_pets = plain;
  SetNumber("pets", 2, with_pets);
  v1::MatchLeadResponse expected, response;
  ASSERT_TRUE(personas_->MatchLead(call_, plain, &expected).ok());
  ASSERT_TRUE(personas_->MatchLead(call_, with_pets, &response).ok());
  EXPECT_EQ(response.SerializeAsString(), expected.SerializeAsString());
}

TEST_F(PersonaServiceTest, TablesAnswerAsSingleLeadsAndRefuseBadRowsAlone) {
  ContactTable table{.row_count = 3};
  table.columns = {MakeColumn("age", AttributeType::kNumeric)};
  Append(table.columns[0], 34.0);
  Append(table.columns[0], std::numeric_limits<double>::infinity());
  Append(table.columns[0], std::nullopt);
  v1::MatchLeadsRequest request;
  request.set_segmentation(kSegmentation);
  TableToProto(table, request.mutable_table());
  v1::MatchLeadsResponse response;
  ASSERT_TRUE(personas_->MatchLeads(call_, request, &response).ok());
  ASSERT_EQ(response.matches_size(), 3);
  v1::MatchLeadRequest single = Lead();
  SetNumber("age", 34, single);
  v1::MatchLeadResponse expected;
  ASSERT_TRUE(personas_->MatchLead(call_, single, &expected).ok());
  EXPECT_EQ(response.matches(0).persona(), expected.personas(0).persona());
  EXPECT_DOUBLE_EQ(response.matches(0).probability(), expected.personas(0).probability());
  ASSERT_EQ(response.errors_size(), 1);
  EXPECT_EQ(response.errors(0).row(), 1u);
  EXPECT_EQ(response.matches(1).outcome(), v1::MATCH_OUTCOME_UNSPECIFIED);
  EXPECT_EQ(response.matches(2).persona(), "");
}

TEST_F(PersonaServiceTest, AnswersWithRuleAndFigures) {
  v1::ListPersonasRequest list;
  list.set_parent(kSegmentation);
  v1::ListPersonasResponse personas;
  ASSERT_TRUE(personas_->ListPersonas(call_, list, &personas).ok());
  for (const v1::Persona& persona : personas.personas()) {
    ASSERT_TRUE(persona.has_rule());
    EXPECT_FALSE(persona.rule().description().empty());
    EXPECT_EQ(persona.rule().filter().empty(), persona.rule().quality().empty());
    EXPECT_GE(persona.rule().precision(), persona.rule().precision_low());
    EXPECT_LE(persona.rule().recall(), persona.rule().recall_high());
    EXPECT_FALSE(persona.has_conversion());  // The schema has no outcome.
    EXPECT_EQ(persona.attributes_size(), 0);
  }
  v1::GetPersonaRequest request;
  request.set_name(personas.personas(0).name());
  request.set_language_code("fr");
  v1::Persona persona;
  ASSERT_TRUE(personas_->GetPersona(call_, request, &persona).ok());
  EXPECT_EQ(persona.rule().filter(), personas.personas(0).rule().filter());
  EXPECT_NE(persona.rule().description(), personas.personas(0).rule().description());
  ASSERT_GT(persona.attributes_size(), 0);
  const v1::AttributeProfile& first = persona.attributes(0);
  EXPECT_FALSE(first.attribute().empty());
  EXPECT_GT(first.population().known_count(), first.segment().known_count());
  EXPECT_FALSE(first.has_p_value());
}

TEST_F(PersonaServiceTest, AnUnknownPersonaIsNotFound) {
  v1::GetPersonaRequest request;
  request.set_name(std::string(kSegmentation) + "/personas/s99");
  v1::Persona persona;
  const absl::Status status = personas_->GetPersona(call_, request, &persona);
  EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(status.message(), "there is no such persona; `cible personas` lists them");
}

TEST_F(PersonaServiceTest, SuggestsTheQuestionsOfAMatchAlone) {
  v1::MatchLeadRequest match = Lead();
  SetNumber("age", 34, match);
  match.set_question_count(3);
  v1::MatchLeadResponse expected;
  ASSERT_TRUE(personas_->MatchLead(call_, match, &expected).ok());
  v1::SuggestQuestionsRequest request;
  request.set_segmentation(kSegmentation);
  *request.mutable_lead() = match.lead();
  request.set_question_count(3);
  v1::SuggestQuestionsResponse response;
  const absl::Status status = personas_->SuggestQuestions(call_, request, &response);
  ASSERT_TRUE(status.ok()) << status;
  ASSERT_EQ(response.questions_size(), 3);
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(response.questions(i).SerializeAsString(), expected.questions(i).SerializeAsString());
  }
  EXPECT_EQ(response.information(), expected.information());
  EXPECT_EQ(response.prior(), expected.prior());
  EXPECT_EQ(response.model(), expected.model());
  request.set_question_count(0);
  v1::SuggestQuestionsResponse five;
  ASSERT_TRUE(personas_->SuggestQuestions(call_, request, &five).ok());
  EXPECT_EQ(five.questions_size(), 4);  // Of five: age is known.
}

TEST_F(PersonaServiceTest, RefusesToAskTooMuchOrLessThanNothing) {
  v1::SuggestQuestionsRequest request;
  request.set_segmentation(kSegmentation);
  request.mutable_lead();
  v1::SuggestQuestionsResponse response;
  for (const int count : {-1, 21}) {
    request.set_question_count(count);
    EXPECT_EQ(personas_->SuggestQuestions(call_, request, &response),
              absl::InvalidArgumentError("question_count must lie in 1 to 20; 0 means 5"));
  }
  v1::MatchLeadRequest match = Lead();
  match.set_question_count(21);
  v1::MatchLeadResponse matched;
  EXPECT_EQ(personas_->MatchLead(call_, match, &matched),
            absl::InvalidArgumentError(
                "question_count must lie in 1 to 20; 0 means 5, -1 suggests none"));
}

TEST_F(PersonaServiceTest, MakesATypingToolOfTheStoredContacts) {
  call_.time = clock_.now;  // Dates are measured from it.
  v1::GetTypingToolRequest request;
  request.set_segmentation(kSegmentation);
  v1::TypingTool english, french;
  const absl::Status status = personas_->GetTypingTool(call_, request, &english);
  ASSERT_TRUE(status.ok()) << status;
  EXPECT_EQ(english.personas_size(), 3);
  EXPECT_EQ(english.start_points_size(), 3);
  EXPECT_EQ(english.contact_count(), 250);
  ASSERT_GT(english.questions_size(), 0) << english.DebugString();
  ASSERT_LE(english.questions_size(), 5);
  EXPECT_GT(english.questions(english.questions_size() - 1).accuracy_low(),
            english.start_accuracy());
  for (const v1::TypingQuestion& question : english.questions()) {
    EXPECT_FALSE(question.question().empty());
    ASSERT_GE(question.answers_size(), 2);
    for (const v1::TypingAnswer& answer : question.answers()) {
      EXPECT_FALSE(answer.description().empty());
      EXPECT_EQ(answer.points_size(), 3);
    }
  }
  EXPECT_GT(english.notices_size(), 0);
  request.set_language_code("fr");
  ASSERT_TRUE(personas_->GetTypingTool(call_, request, &french).ok());
  EXPECT_NE(english.questions(0).question(), french.questions(0).question());
  EXPECT_EQ(english.questions(0).accuracy(), french.questions(0).accuracy());
  request.set_question_count(21);
  EXPECT_EQ(personas_->GetTypingTool(call_, request, &french).code(),
            absl::StatusCode::kInvalidArgument);
}

// Levels that one contact alone may have are answered as others, and not listed.
TEST_F(PersonaServiceTest, ATypingToolListsNoRareLevels) {
  call_.time = clock_.now;
  for (int i = 1; i <= 4; ++i) {
    v1::UpdateContactRequest update;
    update.mutable_contact()->set_name("workspaces/acme/contacts/c00000" + std::to_string(i));
    v1::AttributeValue* value = update.mutable_contact()->add_attributes();
    value->set_attribute("occupation");
    value->set_text("astronaut " + std::to_string(i));
    v1::Contact contact;
    ASSERT_TRUE(contacts_->UpdateContact(call_, update, &contact).ok());
  }
  v1::GetTypingToolRequest request;
  request.set_segmentation(kSegmentation);
  request.set_question_count(20);
  v1::TypingTool tool;
  const absl::Status status = personas_->GetTypingTool(call_, request, &tool);
  ASSERT_TRUE(status.ok()) << status;
  int occupations = 0;
  for (const v1::TypingQuestion& question : tool.questions()) {
    if (question.attribute() != "occupation") continue;
    occupations = question.answers_size();
    for (int a = 0; a + 1 < occupations; ++a) EXPECT_EQ(question.answers(a).levels_size(), 1);
    EXPECT_EQ(question.answers(occupations - 1).levels_size(), 0);
    EXPECT_FALSE(question.answers(occupations - 1).description().empty());
  }
  EXPECT_GT(occupations, 2);
}

// A score of who takes the newsletter.
class ScoreLeadsTest : public TrainedTest {
 protected:
  void SetUp() override {
    ImportSample(500, 3, {.outcome_column = "newsletter", .outcome_value = "yes"});
    run_ = Train(QuickTraining());
    ASSERT_EQ(run_.state(), v1::TRAINING_RUN_STATE_SUCCEEDED);
  }

  static v1::ScoreLeadsRequest Request(const ContactTable& table) {
    v1::ScoreLeadsRequest request;
    request.set_segmentation(kSegmentation);
    TableToProto(table, request.mutable_table());
    return request;
  }

  v1::TrainingRun run_;
};

TEST_F(ScoreLeadsTest, TheRunSaysWhatTheScoreWasTrainedOn) {
  EXPECT_THAT(run_.notices(),
              testing::Contains(testing::StartsWith("score of newsletter: trained on ")));
}

TEST_F(ScoreLeadsTest, EachRowGetsAProbabilityAndReasonsThatSumToIt) {
  ContactTable table{.row_count = 3, .ids = {}, .columns = {}};
  table.columns = {MakeColumn("age", AttributeType::kNumeric),
                   MakeColumn("newsletter", AttributeType::kBoolean)};
  for (const std::optional<Value>& age :
       {std::optional<Value>(34.0), std::optional<Value>(std::numeric_limits<double>::infinity()),
        std::optional<Value>()}) {
    Append(table.columns[0], age);
    Append(table.columns[1], true);
  }
  v1::ScoreLeadsResponse response;
  const absl::Status status = personas_->ScoreLeads(call_, Request(table), &response);
  ASSERT_TRUE(status.ok()) << status;
  EXPECT_EQ(response.outcome_attribute(), "newsletter");
  EXPECT_EQ(response.outcome_value(), "yes");
  EXPECT_GT(response.outcome_count(), 0);
  EXPECT_GT(response.other_count(), 0);
  EXPECT_DOUBLE_EQ(response.base_rate(),
                   response.outcome_count() / (response.outcome_count() + response.other_count()));
  EXPECT_GT(response.notices_size(), 0);
  EXPECT_EQ(response.model(), std::string(kSegmentation) + "/models/m1");
  ASSERT_EQ(response.errors_size(), 1);
  EXPECT_EQ(response.errors(0).row(), 1u);
  ASSERT_EQ(response.scores_size(), 3);
  EXPECT_FALSE(response.scores(1).has_probability());
  for (const int row : {0, 2}) {
    const v1::LeadScore& score = response.scores(row);
    double sum = 0;
    for (const v1::ScoreReason& reason : score.reasons()) sum += reason.contribution();
    EXPECT_NEAR(sum, std::log(score.probability() / (1 - score.probability())), 1e-9);
    EXPECT_LE(score.reasons_size(), 7);
    EXPECT_EQ(score.reasons(0).attribute(), "");
  }
}

// What the table says of the outcome is not what the score goes by.
TEST_F(ScoreLeadsTest, TheOutcomeItselfIsPassedOver) {
  ContactTable without{.row_count = 1, .ids = {}, .columns = {}};
  without.columns = {MakeColumn("age", AttributeType::kNumeric)};
  Append(without.columns[0], 34.0);
  ContactTable with = without;
  with.columns.push_back(MakeColumn("newsletter", AttributeType::kBoolean));
  Append(with.columns[1], true);
  v1::ScoreLeadsResponse first, second;
  ASSERT_TRUE(personas_->ScoreLeads(call_, Request(without), &first).ok());
  ASSERT_TRUE(personas_->ScoreLeads(call_, Request(with), &second).ok());
  EXPECT_EQ(first.scores(0).probability(), second.scores(0).probability());
}

TEST_F(PersonaServiceTest, SaysHowToComeToAScoreWhereThereIsNoOutcome) {
  v1::ScoreLeadsRequest request;
  request.set_segmentation(kSegmentation);
  v1::ScoreLeadsResponse response;
  EXPECT_EQ(personas_->ScoreLeads(call_, request, &response),
            absl::FailedPreconditionError(
                "the active model knows of no outcome to score by: import with --outcome "
                "COLUMN=VALUE, or give the attribute the role OUTCOME and its outcome_value in the "
                "schema, and train again"));
}

// --- Callers who may not read contacts ---------------------------------------

class AnonymityTest : public PersonaServiceTest {
 protected:
  void SetUp() override {
    PersonaServiceTest::SetUp();
    stranger_ = call_;
    stranger_.may_read_contacts = false;
  }

  v1::Persona Get(const CallContext& call, const std::string& id) {
    v1::GetPersonaRequest request;
    request.set_name(std::string(kSegmentation) + "/personas/" + id);
    v1::Persona persona;
    const absl::Status status = personas_->GetPersona(call, request, &persona);
    EXPECT_TRUE(status.ok()) << status;
    return persona;
  }

  CallContext stranger_;
};

TEST_F(AnonymityTest, SegmentsOfFewAreWithheldAndWhatWouldTellThem) {
  v1::ListPersonasRequest request;
  request.set_parent(kSegmentation);
  v1::ListPersonasResponse all, told;
  ASSERT_TRUE(personas_->ListPersonas(call_, request, &all).ok());
  const auto smallest = all.personas(2).contact_count();
  ASSERT_LT(smallest, all.personas(1).contact_count());
  SetAnonymity(static_cast<int>(smallest) + 1);
  ASSERT_TRUE(personas_->ListPersonas(stranger_, request, &told).ok());
  EXPECT_EQ(told.personas(0).contact_count(), all.personas(0).contact_count());
  // The smallest, and the next, from whose count the total would tell it.
  for (const int i : {1, 2}) {
    EXPECT_EQ(told.personas(i).contact_count(), 0);
    EXPECT_EQ(told.personas(i).share(), 0);
    EXPECT_EQ(told.personas(i).traits_size(), 0);
    EXPECT_FALSE(told.personas(i).has_rule());
    EXPECT_EQ(told.personas(i).display_name(), "A small group");
    EXPECT_TRUE(told.personas(i).withheld());
    const v1::Persona one = Get(stranger_, i == 1 ? "s2" : "s3");
    EXPECT_EQ(one.attributes_size(), 0);
    EXPECT_FALSE(one.has_market());
  }
  // Whoever may read contacts is told all the same.
  EXPECT_EQ(Get(call_, "s3").contact_count(), smallest);
  v1::GetSegmentRequest segment;
  segment.set_name(std::string(kSegmentation) + "/segments/s3");
  v1::Segment answer;
  ASSERT_TRUE(segmentations_->GetSegment(stranger_, segment, &answer).ok());
  EXPECT_EQ(answer.contact_count(), 0);
  EXPECT_EQ(answer.traits_size(), 0);
}

// The two of them are "A small group" wherever they are named, without their shares.
TEST_F(AnonymityTest, MatchesTellNoNameNorShareOfSegmentsOfFew) {
  const auto smallest = Get(call_, "s3").contact_count();
  SetAnonymity(static_cast<int>(smallest) + 1);
  const auto check = [](const auto& personas) {
    ASSERT_EQ(personas.size(), 3);
    for (const v1::PersonaProbability& persona : personas) {
      const bool is_few = persona.persona() != "s1";
      EXPECT_EQ(persona.display_name() == "A small group", is_few);
      EXPECT_EQ(persona.probability() == 0, is_few) << persona.persona();
    }
  };
  v1::MatchLeadResponse match;
  ASSERT_TRUE(personas_->MatchLead(stranger_, Lead(), &match).ok());
  check(match.personas());
  v1::AssignSegmentRequest assign;
  assign.set_segmentation(kSegmentation);
  assign.mutable_contact();
  v1::AssignSegmentResponse assigned;
  ASSERT_TRUE(segmentations_->AssignSegment(stranger_, assign, &assigned).ok());
  for (const v1::SegmentProbability& segment : assigned.probabilities()) {
    EXPECT_EQ(segment.probability() == 0, segment.segment() != "s1");
  }
  v1::MatchLeadsRequest table;
  table.set_segmentation(kSegmentation);
  v1::MatchLeadsResponse matches;
  ASSERT_TRUE(personas_->MatchLeads(stranger_, table, &matches).ok());
  check(matches.personas());
  v1::GetTypingToolRequest request;
  request.set_segmentation(kSegmentation);
  v1::TypingTool tool;
  stranger_.time = clock_.now;
  const absl::Status status = personas_->GetTypingTool(stranger_, request, &tool);
  ASSERT_TRUE(status.ok()) << status;
  check(tool.personas());
}

// Of three segments two are withheld, so every decision is about one of them: its
// reasons would start from the odds of its share.
TEST_F(AnonymityTest, ReasonsTellNoShareOfSegmentsOfFew) {
  v1::MatchLeadRequest request = Lead();
  SetNumber("age", 34, request);
  v1::MatchLeadResponse match;
  ASSERT_TRUE(personas_->MatchLead(stranger_, request, &match).ok());
  EXPECT_GT(match.reasons_size(), 0);
  SetAnonymity(static_cast<int>(Get(call_, "s3").contact_count()) + 1);
  v1::MatchLeadResponse told;
  ASSERT_TRUE(personas_->MatchLead(stranger_, request, &told).ok());
  EXPECT_EQ(told.reasons_size(), 0);
  EXPECT_EQ(told.personas(0).probability(), match.personas(0).probability());
  ContactTable table{.row_count = 1};
  table.columns = {MakeColumn("age", AttributeType::kNumeric)};
  Append(table.columns[0], 34.0);
  v1::MatchLeadsRequest many;
  many.set_segmentation(kSegmentation);
  TableToProto(table, many.mutable_table());
  v1::MatchLeadsResponse matches;
  ASSERT_TRUE(personas_->MatchLeads(stranger_, many, &matches).ok());
  EXPECT_EQ(matches.matches(0).reasons_size(), 0);
}

TEST_F(AnonymityTest, ExemplarsTellWhatEnoughOfTheTenKnow) {
  const auto active = registry_->Active("acme", "default");
  ASSERT_TRUE(active.ok());
  ActiveModel model = **active;
  auto& values = *model.stored.mutable_segments(0)->mutable_exemplar();
  ASSERT_GT(values.size(), 2);
  for (auto& value : values) value.set_known(10);
  values[0].set_known(5);
  values[1].set_known(0);  // As models that do not say.
  const auto told = [&](double below) {
    v1::Persona persona;
    ExemplarToProto(model, ToldFigures(model, below), 0, Language::kEnglish, &persona);
    return persona.exemplar_size();
  };
  EXPECT_EQ(told(0), values.size());
  EXPECT_EQ(told(5), values.size() - 1);
  EXPECT_EQ(told(10), values.size() - 2);
  EXPECT_EQ(told(11), 0);
}

// 4 customers of the second, and the third from which the sum would tell them.
TEST_F(AnonymityTest, NoMarketTellsThatOfAnother) {
  const auto active = registry_->Active("acme", "default");
  ASSERT_TRUE(active.ok());
  ActiveModel model = **active;
  constexpr int kCustomers[] = {50, 4, 30};
  for (int i = 0; i < 3; ++i) {
    storage::v1::StoredMarket market;
    market.set_customers(kCustomers[i]);
    market.set_unknown(40);
    *model.stored.mutable_segments(i)->mutable_market() = market;
  }
  const auto is_told = [&](double below, int component) {
    v1::Persona persona;
    MarketToProto(model, ToldFigures(model, below), component, {}, Language::kEnglish, &persona);
    return persona.has_market();
  };
  EXPECT_TRUE(is_told(10, 0));
  EXPECT_FALSE(is_told(10, 1));
  EXPECT_FALSE(is_told(10, 2));
  EXPECT_TRUE(is_told(0, 1));
}

// Whom a rule misses of its segment, and whom it selects of others, are told by its
// precision and recall.
TEST_F(AnonymityTest, NoRuleIsToldThatMissesFew) {
  int checked = 0;
  for (const std::string id : {"s1", "s2", "s3"}) {
    const v1::Persona full = Get(call_, id);
    const v1::SegmentRule& rule = full.rule();
    if (rule.filter().empty()) continue;
    const double size = full.share() * rule.contact_count();
    const double members = size * rule.recall();
    for (const double few : {size - members, members / rule.precision() - members}) {
      if (few < 1e-6 || few + 1 > members) continue;
      SetAnonymity(static_cast<int>(few) + 1);
      EXPECT_FALSE(Get(stranger_, id).has_rule()) << id << " " << few;
      ++checked;
    }
  }
  EXPECT_GT(checked, 0);
  SetAnonymity(1);
  EXPECT_TRUE(Get(stranger_, "s1").has_rule());
}

TEST_F(AnonymityTest, NoShareIsOfFew) {
  constexpr double kLeast = 40;
  SetAnonymity(kLeast);
  int withheld = 0;
  for (const std::string id : {"s1", "s2", "s3"}) {
    const v1::Persona full = Get(call_, id), told = Get(stranger_, id);
    ASSERT_EQ(told.attributes_size(), full.attributes_size());
    for (int i = 0; i < told.attributes_size(); ++i) {
      const v1::AttributeFigures& figures = told.attributes(i).segment();
      withheld += full.attributes(i).segment().levels_size() - figures.levels_size();
      for (const v1::LevelShare& level : figures.levels()) {
        const double count = level.share() * figures.known_count();
        EXPECT_TRUE(count < .5 || count >= kLeast - .5)
            << told.attributes(i).attribute() << " " << level.level();
      }
    }
  }
  EXPECT_GT(withheld, 0);
}

}  // namespace
}  // namespace cible
