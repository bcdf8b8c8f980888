// Whether contacts belong to the target, by the personas that people marked, and what to
// ask of those of whom that is unknown.

#include "server/services/fit_questions.h"

#include "server/lifecycle/lifecycle_keeper.h"
#include "server/services/lifecycle_service.h"
#include "tests/server/services/trained_fixture.h"

namespace cible {
namespace {

class FitTest : public TrainedTest {
 protected:
  void SetUp() override {
    ImportSample(500);
    ASSERT_EQ(Train(QuickTraining()).state(), v1::TRAINING_RUN_STATE_SUCCEEDED);
    lifecycles_ = std::make_unique<LifecycleKeeper>(*store_, *registry_, clock_);
    service_ = std::make_unique<LifecycleService>(*store_, clock_, *registry_, *lifecycles_);
  }

  void MarkAll(v1::Targeting targeting) {
    for (const char* id : {"s1", "s2", "s3"}) {
      v1::UpdatePersonaRequest request;
      request.mutable_persona()->set_name(absl::StrCat(kSegmentation, "/personas/", id));
      request.mutable_persona()->set_targeting(targeting);
      v1::Persona persona;
      const absl::Status status = personas_->UpdatePersona(call_, request, &persona);
      ASSERT_TRUE(status.ok()) << status;
    }
  }

  v1::Classification Stored() {
    v1::ClassifyContactsRequest request;
    request.set_parent("workspaces/acme");
    request.add_contacts("workspaces/acme/contacts/c000001");
    v1::ClassifyContactsResponse response;
    const absl::Status status = service_->ClassifyContacts(call_, request, &response);
    EXPECT_TRUE(status.ok()) << status;
    return status.ok() ? response.classifications(0) : v1::Classification();
  }

  // Of a contact of whom nothing is known.
  v1::CriterionReport Unknown(const std::string& language = "en",
                              v1::ContactKind kind = v1::CONTACT_KIND_PERSON) {
    v1::QualifyLeadsRequest request;
    request.set_parent("workspaces/acme");
    request.set_language_code(language);
    request.mutable_contact()->set_kind(kind);
    v1::QualifyLeadsResponse response;
    const absl::Status status = service_->QualifyLeads(call_, request, &response);
    EXPECT_TRUE(status.ok()) << status;
    return response.classifications(0).qualification(4);
  }

  // What the personas' model would ask first of somebody unknown.
  std::string FirstQuestion(const std::string& language) {
    v1::SuggestQuestionsRequest request;
    request.set_segmentation(kSegmentation);
    request.mutable_lead();
    request.set_language_code(language);
    v1::SuggestQuestionsResponse response;
    const absl::Status status = personas_->SuggestQuestions(call_, request, &response);
    EXPECT_TRUE(status.ok()) << status;
    return response.questions(0).question();
  }

  std::unique_ptr<LifecycleKeeper> lifecycles_;
  std::unique_ptr<LifecycleService> service_;
};

TEST_F(FitTest, IsUnknownUntilSomebodyMarksAPersona) {
  EXPECT_EQ(Stored().fit(), v1::FIT_UNSPECIFIED);
  MarkAll(v1::TARGETING_TARGETED);
  EXPECT_EQ(Stored().fit(), v1::FIT_IN_TARGET);
  EXPECT_EQ(Stored().qualification(4).finding(), v1::FINDING_MET);
  EXPECT_EQ(Stored().qualification(4).question(), "");
}

TEST_F(FitTest, ExcludedIsAdviceThatTheNextAnswerGives) {
  MarkAll(v1::TARGETING_EXCLUDED);
  const v1::Classification excluded = Stored();
  EXPECT_EQ(excluded.fit(), v1::FIT_EXCLUDED);
  EXPECT_EQ(excluded.qualification(4).finding(), v1::FINDING_NOT_MET);
  EXPECT_TRUE(excluded.is_advice());
}

TEST_F(FitTest, ThePersonasModelKnowsWhatToAsk) {
  const v1::CriterionReport unmarked = Unknown();
  EXPECT_EQ(unmarked.question(), DefaultPolicy().qualification.fit_question.en);
  MarkAll(v1::TARGETING_TARGETED);
  const v1::CriterionReport report = Unknown();
  EXPECT_EQ(report.finding(), v1::FINDING_UNSPECIFIED);
  EXPECT_EQ(report.question(), FirstQuestion("en"));
  EXPECT_EQ(Unknown("fr").question(), FirstQuestion("fr"));
  EXPECT_NE(report.question(), unmarked.question());
}

TEST_F(FitTest, ContactsOfAnotherKindAreAskedWhatThePolicySays) {
  MarkAll(v1::TARGETING_TARGETED);
  EXPECT_EQ(Unknown("en", v1::CONTACT_KIND_ORGANIZATION).question(),
            DefaultPolicy().qualification.fit_question.en);
}

}  // namespace
}  // namespace cible
