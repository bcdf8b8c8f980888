// The ideal customer and lookalikes through the service.

#include <gmock/gmock.h>

#include <cmath>
#include <string>
#include <vector>

#include "tests/segmentation/personas/planted_customers.h"
#include "tests/server/services/trained_fixture.h"

namespace cible {
namespace {

using testing::HasSubstr;
using testing::SizeIs;

class IdealCustomersTest : public TrainedTest {
 protected:
  IdealCustomersTest() {
    call_.principal = "ada";
    call_.time = clock_.now;
  }

  // Replaces all that acme has.
  void Store(const PlantedCustomers& planted, ContactKind kind = ContactKind::kPerson) {
    auto snapshot = store_->OpenSnapshot();
    const auto stored = ReadSchema(**snapshot, "acme");
    snapshot->reset();
    WriteBatch batch{.operations = {}, .time = clock_.now};
    batch.operations.push_back(SchemaWrite("acme", {planted.schema, stored->revision}));
    const std::vector<std::string> blobs = EncodeRows(planted.table, planted.schema);
    for (std::size_t row = 0; row < blobs.size(); ++row) {
      batch.operations.push_back(
          PutContact{"acme", planted.table.ids[row], kind, planted.stages[row], blobs[row]});
    }
    const auto results = store_->Commit(std::move(batch));
    ASSERT_TRUE(results.ok()) << results.status();
  }

  absl::StatusOr<v1::IdealCustomerProfile> Ideal(const std::string& language = "") {
    v1::GetIdealCustomerProfileRequest request;
    request.set_segmentation(kSegmentation);
    request.set_language_code(language);
    v1::IdealCustomerProfile profile;
    const absl::Status status = personas_->GetIdealCustomerProfile(call_, request, &profile);
    if (!status.ok()) return status;
    return profile;
  }

  absl::StatusOr<v1::IdealCustomerProfile> Confirm(bool withdraw = false) {
    v1::ConfirmNegativeProfileRequest request;
    request.set_segmentation(kSegmentation);
    request.set_withdraw(withdraw);
    v1::IdealCustomerProfile profile;
    const absl::Status status = personas_->ConfirmNegativeProfile(call_, request, &profile);
    if (!status.ok()) return status;
    return profile;
  }

  absl::StatusOr<v1::FindLookalikesResponse> Lookalikes(int limit = 0, double min = 0) {
    v1::FindLookalikesRequest request;
    request.set_segmentation(kSegmentation);
    request.set_limit(limit);
    request.set_min_similarity(min);
    v1::FindLookalikesResponse response;
    const absl::Status status = personas_->FindLookalikes(call_, request, &response);
    if (!status.ok()) return status;
    return response;
  }
};

TEST_F(IdealCustomersTest, AnswersWithoutAModel) {
  Store(PlantCustomers(300));
  const auto profile = Ideal();
  ASSERT_TRUE(profile.ok()) << profile.status();
  EXPECT_EQ(profile->basis(), v1::PROFILE_BASIS_FULL);
  EXPECT_EQ(profile->customer_count(), 300);
  EXPECT_EQ(profile->ideal_count(), 60);
  EXPECT_GT(profile->ideal_value(), profile->value_threshold());
  EXPECT_GT(profile->value_threshold(), profile->other_value());
  EXPECT_EQ(profile->value_definition(), "Net margin a year: margin");
  EXPECT_THAT(profile->summary(), HasSubstr("The best fifth, 60 of 300 customers, bring"));
  ASSERT_GT(profile->statements_size(), 0);
  for (const v1::ProfileStatement& statement : profile->statements()) {
    EXPECT_NE(statement.attribute(), "margin");
    EXPECT_TRUE(statement.lift_low() > 1 || statement.lift_high() < 1);
    EXPECT_FALSE(statement.description().empty());
  }
  EXPECT_FALSE(profile->has_negative_confirmed_by());
  EXPECT_FALSE(profile->has_full_price());
  const auto french = Ideal("fr");
  EXPECT_THAT(french->summary(), HasSubstr("Le meilleur cinquième, 60 sur 300 clients"));
}

TEST_F(IdealCustomersTest, SaysHowToMarkAValue) {
  PlantedCustomers planted = PlantCustomers(100);
  planted.Update("margin", [](Attribute& a) { a.value = ValueMark::kNone; });
  Store(planted);
  for (const absl::Status& status : {Ideal().status(), Confirm().status(), Lookalikes().status()}) {
    EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
    EXPECT_THAT(status.message(), HasSubstr("`value: VALUE_MARK_MARGIN`"));
    EXPECT_THAT(status.message(), HasSubstr("cible schema set F"));
  }
}

TEST_F(IdealCustomersTest, SaysHowFewThereAre) {
  Store(PlantCustomers(1, 20));
  const auto profile = Ideal();
  ASSERT_TRUE(profile.ok()) << profile.status();
  EXPECT_EQ(profile->basis(), v1::PROFILE_BASIS_TOO_FEW);
  EXPECT_EQ(profile->summary(),
            "1 customer of known value: too few for a profile, which takes 30, and 75 to be full.");
  EXPECT_EQ(profile->statements_size(), 0);
  const auto found = Lookalikes();
  ASSERT_TRUE(found.ok()) << found.status();
  EXPECT_EQ(found->basis(), v1::PROFILE_BASIS_TOO_FEW);
  EXPECT_EQ(found->lookalikes_size(), 0);
  EXPECT_EQ(found->candidate_count(), 20);
  ASSERT_EQ(found->notices_size(), 1);
  EXPECT_THAT(found->notices(0), HasSubstr("which takes 30"));
}

TEST_F(IdealCustomersTest, DatesAreDaysBeforeTheDay) {
  PlantedCustomers planted = PlantCustomers(400);
  // The margin rises with how long they have been here.
  const Date today = DayOf(clock_.now);
  planted.Add({.id = "since", .type = AttributeType::kDate}, [&](int row) -> Value {
    const double margin = std::get<double>(*Get(*planted.table.Find("margin"), row));
    return Date{today.days - static_cast<int>(margin)};
  });
  Store(planted);
  const auto profile = Ideal();
  ASSERT_TRUE(profile.ok()) << profile.status();
  bool found = false;
  for (const v1::ProfileStatement& statement : profile->statements()) {
    if (statement.attribute() != "since") continue;
    found = true;
    EXPECT_TRUE(statement.has_low());
    EXPECT_FALSE(statement.has_high());
    EXPECT_GT(statement.low(), 50);
    EXPECT_LT(statement.low(), 180);
  }
  EXPECT_TRUE(found);
}

TEST_F(IdealCustomersTest, TheNegativeProfileIsAdviceUntilSomebodyConfirmsIt) {
  Store(PlantCustomers(300));
  const auto confirmed = Confirm();
  ASSERT_TRUE(confirmed.ok()) << confirmed.status();
  EXPECT_EQ(confirmed->negative_confirmed_by().author(), "ada");
  const auto profile = Ideal();
  EXPECT_EQ(profile->negative_confirmed_by().author(), "ada");
  EXPECT_FALSE(profile->negative_changed());
  // A day later, the same customers: the same conditions.
  call_.time = Timestamp{call_.time.micros + 86'400'000'000};
  EXPECT_FALSE(Ideal()->negative_changed());
  const auto withdrawn = Confirm(true);
  ASSERT_TRUE(withdrawn.ok()) << withdrawn.status();
  EXPECT_FALSE(withdrawn->has_negative_confirmed_by());
  EXPECT_FALSE(Ideal()->has_negative_confirmed_by());
  EXPECT_TRUE(Confirm(true).ok());  // Nothing is left to take back.
}

TEST_F(IdealCustomersTest, TellsThatTheNegativeProfileHasChanged) {
  PlantedCustomers planted = PlantCustomers(300);
  Store(planted);
  ASSERT_TRUE(Confirm().ok());
  planted.Update("plan", [](Attribute& a) { a.role = Role::kIgnored; });
  planted.Update("turnover", [](Attribute& a) { a.role = Role::kIgnored; });
  Store(planted);
  const auto profile = Ideal();
  EXPECT_TRUE(profile->has_negative_confirmed_by());
  EXPECT_TRUE(profile->negative_changed());
}

// Neither the value of one customer nor how many there are, by a refusal.
TEST_F(IdealCustomersTest, TheNegativeProfileIsConfirmedAsItWasRead) {
  Store(PlantCustomers(300));
  const auto read = Ideal();
  ASSERT_TRUE(read.ok()) << read.status();
  ASSERT_FALSE(read->etag().empty());
  v1::ConfirmNegativeProfileRequest request;
  request.set_segmentation(kSegmentation);
  request.set_etag(read->etag() + "x");
  v1::IdealCustomerProfile profile;
  EXPECT_EQ(personas_->ConfirmNegativeProfile(call_, request, &profile).code(),
            absl::StatusCode::kAborted);
  request.set_etag(read->etag());
  const absl::Status status = personas_->ConfirmNegativeProfile(call_, request, &profile);
  EXPECT_TRUE(status.ok()) << status;
  EXPECT_EQ(profile.etag(), read->etag());
}

TEST_F(IdealCustomersTest, StrangersAreToldNoThresholdAndConfirmNothing) {
  Store(PlantCustomers(300));
  call_.may_read_contacts = false;
  const auto profile = Ideal();
  ASSERT_TRUE(profile.ok()) << profile.status();
  EXPECT_TRUE(profile->withheld());
  EXPECT_EQ(profile->ideal_count(), 60);
  EXPECT_EQ(profile->value_threshold(), 0);
  for (const bool withdraw : {false, true}) {
    EXPECT_EQ(Confirm(withdraw).status().code(), absl::StatusCode::kPermissionDenied);
  }
  EXPECT_THAT(Confirm().status().message(), HasSubstr("ask for the right to"));
}

TEST_F(IdealCustomersTest, NothingIsNotConfirmed) {
  Store(PlantCustomers(10));
  const auto confirmed = Confirm();
  EXPECT_EQ(confirmed.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(confirmed.status().message(),
              HasSubstr("no negative profile to confirm: the value of 10 "));
}

TEST_F(IdealCustomersTest, AConfirmationIsInTheAuditTrail) {
  Store(PlantCustomers(300));
  ASSERT_TRUE(Confirm().ok());
  v1::ListAuditEntriesRequest request;
  request.set_parent("workspaces/acme");
  v1::ListAuditEntriesResponse entries;
  ASSERT_TRUE(workspaces_->ListAuditEntries(call_, request, &entries).ok());
  bool found = false;
  for (const v1::AuditEntry& entry : entries.audit_entries()) {
    found = found || entry.action() == "ConfirmNegativeProfile";
  }
  EXPECT_TRUE(found);
}

TEST_F(IdealCustomersTest, NamesLookalikesWithReasonsAndReach) {
  Store(PlantCustomers(300, 100));
  const auto found = Lookalikes(5);
  ASSERT_TRUE(found.ok()) << found.status();
  EXPECT_EQ(found->candidate_count(), 100);
  EXPECT_EQ(found->customer_count(), 300);
  EXPECT_EQ(found->ideal_count(), 60);
  ASSERT_EQ(found->lookalikes_size(), 5);
  for (const v1::Lookalike& lookalike : found->lookalikes()) {
    EXPECT_THAT(lookalike.contact(), HasSubstr("workspaces/acme/contacts/c1003"));
    double sum = 0;
    for (const v1::ScoreReason& reason : lookalike.reasons()) sum += reason.contribution();
    EXPECT_NEAR(sum, std::log(lookalike.similarity() / (1 - lookalike.similarity())), 1e-9);
  }
  EXPECT_EQ(found->reach(found->reach_size() - 1).contact_count(), 100);
  EXPECT_GT(found->notices_size(), 0);
  EXPECT_EQ(Lookalikes(0)->lookalikes_size(), 100);
}

TEST_F(IdealCustomersTest, SaysThatEverybodyIsACustomer) {
  Store(PlantCustomers(100));
  const auto found = Lookalikes();
  ASSERT_TRUE(found.ok()) << found.status();
  EXPECT_EQ(found->candidate_count(), 0);
  ASSERT_EQ(found->notices_size(), 1);
  EXPECT_EQ(found->notices(0), "Every contact is a customer already: there is nobody to compare.");
}

TEST_F(IdealCustomersTest, RefusesWhatItCannotDo) {
  Store(PlantCustomers(100));
  EXPECT_EQ(Lookalikes(-1).status().message(), "limit must lie in 0 to 10000; 0 names 100");
  EXPECT_EQ(Lookalikes(10'001).status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(Lookalikes(1, NAN).status().message(), "min_similarity must lie in 0 to 1");
  EXPECT_EQ(Lookalikes(1, 1.1).status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(Ideal("de").status().message(), "language_code must be `en` or `fr`");
  v1::GetIdealCustomerProfileRequest request;
  request.set_segmentation("workspaces/acme/segmentations/none");
  v1::IdealCustomerProfile profile;
  EXPECT_EQ(personas_->GetIdealCustomerProfile(call_, request, &profile).code(),
            absl::StatusCode::kNotFound);
}

TEST_F(IdealCustomersTest, ASegmentationOfOrganisationsIsAboutThem) {
  Store(PlantCustomers(100), ContactKind::kOrganization);
  EXPECT_EQ(Ideal()->customer_count(), 0);  // `default` is of persons.
  v1::CreateSegmentationRequest request;
  request.set_parent("workspaces/acme");
  request.set_segmentation_id("companies");
  request.mutable_segmentation()->set_contact_kind(v1::CONTACT_KIND_ORGANIZATION);
  v1::Segmentation segmentation;
  ASSERT_TRUE(segmentations_->CreateSegmentation(call_, request, &segmentation).ok());
  v1::GetIdealCustomerProfileRequest ideal;
  ideal.set_segmentation(segmentation.name());
  v1::IdealCustomerProfile profile;
  ASSERT_TRUE(personas_->GetIdealCustomerProfile(call_, ideal, &profile).ok());
  EXPECT_EQ(profile.customer_count(), 100);
  // What was confirmed goes with its segmentation.
  v1::ConfirmNegativeProfileRequest confirm;
  confirm.set_segmentation(segmentation.name());
  ASSERT_TRUE(personas_->ConfirmNegativeProfile(call_, confirm, &profile).ok());
  v1::DeleteSegmentationRequest deletion;
  deletion.set_name(segmentation.name());
  google::protobuf::Empty nothing;
  ASSERT_TRUE(segmentations_->DeleteSegmentation(call_, deletion, &nothing).ok());
  ASSERT_TRUE(segmentations_->CreateSegmentation(call_, request, &segmentation).ok());
  v1::IdealCustomerProfile anew;
  ASSERT_TRUE(personas_->GetIdealCustomerProfile(call_, ideal, &anew).ok());
  EXPECT_FALSE(anew.has_negative_confirmed_by());
}

}  // namespace
}  // namespace cible
