// What the tests of LifecycleService stand on: a workspace that says of its own
// attributes what its words mean.

#ifndef CIBLE_TESTS_SERVER_SERVICES_LIFECYCLE_FIXTURE_H_
#define CIBLE_TESTS_SERVER_SERVICES_LIFECYCLE_FIXTURE_H_

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "segmentation/data/date_text.h"
#include "server/lifecycle/lifecycle_keeper.h"
#include "server/registry/model_registry.h"
#include "server/services/contact_dossier.h"
#include "server/services/lifecycle_service.h"
#include "tests/server/services/service_fixture.h"

namespace cible {

class LifecycleTest : public ServiceTest {
 protected:
  static constexpr char kPolicyName[] = "workspaces/acme/lifecyclePolicy";

  LifecycleTest() {
    registry_ = std::make_unique<ModelRegistry>(*store_);
    EXPECT_TRUE(registry_->LoadAll().ok());
    keeper_ = std::make_unique<LifecycleKeeper>(*store_, *registry_, clock_);
    service_ = std::make_unique<LifecycleService>(*store_, clock_, *registry_, *keeper_);
    contacts_ = std::make_unique<ContactService>(
        *store_, clock_,
        [](const std::string&, absl::Span<const std::string>) { return absl::OkStatus(); },
        ExplainAssignmentsFn(), SchemaChangedFn(),
        [this](const std::string& workspace) { return keeper_->CatchUp(workspace); },
        [this](const ResourceName& contact, Language language, v1::ContactDossier* dossier) {
          return TellLifecycle(*store_, *keeper_, contact, language, dossier);
        });
    AddAttributes({{"paid", v1::ATTRIBUTE_TYPE_NUMERIC},
                   {"visits", v1::ATTRIBUTE_TYPE_NUMERIC},
                   {"income", v1::ATTRIBUTE_TYPE_NUMERIC},
                   {"last_bought", v1::ATTRIBUTE_TYPE_DATE},
                   {"demo", v1::ATTRIBUTE_TYPE_DATE},
                   {"has_club", v1::ATTRIBUTE_TYPE_BOOLEAN}});
    SetToday("2026-06-01");
  }

  void SetToday(absl::string_view day) {
    constexpr std::int64_t kDayMicros = 86'400'000'000;
    clock_.now = Timestamp{ParseDate(day)->days * kDayMicros + kDayMicros / 2};
  }

  static v1::LifecyclePolicy Policy() {
    v1::LifecyclePolicy policy;
    policy.set_name(kPolicyName);
    policy.set_customer("paid > 0");
    policy.set_prospect("visits > 0");
    policy.set_new_customer("last_bought > today - 30d");
    policy.set_dormant_customer("last_bought <= today - 365d");
    policy.set_dormant_customer_is_prospect_after_days(730);
    policy.set_aware("visits > 0");
    policy.set_warm("visits >= 3");
    policy.set_hot("demo > today - 30d");
    v1::QualificationRules& rules = *policy.mutable_qualification();
    Set("income >= offer.min_price", "income < offer.min_price", "What budget?", "Quel budget ?",
        25, rules.mutable_purchasing_power());
    Set("visits >= 3", "", "What for?", "Pour quoi ?", 20, rules.mutable_need());
    Set("demo > today - 30d", "", "When?", "Quand ?", 10, rules.mutable_timing());
    v1::Offer& club = *policy.add_offers();
    club.set_id("club");
    club.set_min_price(1000);
    club.set_max_price(2000);
    club.set_bought("has_club = true");
    policy.set_main_offer("club");
    Add("contact.relation = CUSTOMER", v1::NEXT_ACTION_UPSELL, &policy);
    Add("contact.temperature = HOT", v1::NEXT_ACTION_CONTACT_NOW, &policy);
    Add("contact.relation = LEAD", v1::NEXT_ACTION_LEAVE_ALONE, &policy);
    return policy;
  }

  static void Set(const std::string& met, const std::string& not_met, const std::string& en,
                  const std::string& fr, int points, v1::CriterionRule* rule) {
    rule->set_met(met);
    rule->set_not_met(not_met);
    rule->mutable_question()->set_en(en);
    rule->mutable_question()->set_fr(fr);
    rule->set_points(points);
  }

  static void Add(const std::string& when, v1::NextAction action, v1::LifecyclePolicy* policy) {
    v1::ActionRule* rule = policy->add_next_actions();
    rule->set_when(when);
    rule->set_action(action);
  }

  // What is said of a condition that begins with a name that is none.
  static std::string NotInSchema(const std::string& attribute) {
    return absl::StrCat(
        "filter, position 1: attribute \"", attribute,
        "\" is not in the schema; use the id or the display name of one that is, or contact.id, "
        "contact.segment, contact.stage, contact.organization, contact.kind, contact.buying_role, "
        "contact.relation or another of the lifecycle");
  }

  absl::Status Update(const v1::LifecyclePolicy& policy, bool validate_only = false) {
    v1::UpdatePolicyRequest request;
    *request.mutable_policy() = policy;
    request.set_validate_only(validate_only);
    return service_->UpdatePolicy(call_, request, &policy_);
  }

  v1::LifecyclePolicy Stored() {
    v1::GetPolicyRequest request;
    request.set_name(kPolicyName);
    v1::LifecyclePolicy policy;
    EXPECT_TRUE(service_->GetPolicy(call_, request, &policy).ok());
    return policy;
  }

  static std::string Name(const std::string& id) {
    return absl::StrCat("workspaces/acme/contacts/", id);
  }

  // Numbers, dates ("2026-01-31") and "yes".
  using Values = std::vector<std::pair<std::string, std::string>>;
  static void Fill(const Values& values, v1::Contact* contact) {
    for (const auto& [attribute, text] : values) {
      v1::AttributeValue* value = contact->add_attributes();
      value->set_attribute(attribute);
      double number = 0;
      if (text == "yes" || text == "no") {
        value->set_flag(text == "yes");
      } else if (absl::SimpleAtod(text, &number)) {
        value->set_number(number);
      } else {
        DateToProto(*ParseDate(text), value->mutable_date());
      }
    }
  }

  void Put(const std::string& id, const Values& values = {}, const std::string& organization = "",
           v1::ContactKind kind = v1::CONTACT_KIND_PERSON) {
    v1::UpdateContactRequest request;
    request.set_allow_missing(true);
    request.mutable_contact()->set_name(Name(id));
    request.mutable_contact()->set_kind(kind);
    if (!organization.empty()) request.mutable_contact()->set_organization(Name(organization));
    Fill(values, request.mutable_contact());
    v1::Contact contact;
    const absl::Status status = contacts_->UpdateContact(call_, request, &contact);
    ASSERT_TRUE(status.ok()) << status;
  }

  absl::StatusOr<v1::ClassifyContactsResponse> Classify(
      const v1::ClassifyContactsRequest& request) {
    v1::ClassifyContactsResponse response;
    const absl::Status status = service_->ClassifyContacts(call_, request, &response);
    if (!status.ok()) return status;
    return response;
  }

  static v1::ClassifyContactsRequest Request(const std::vector<std::string>& ids) {
    v1::ClassifyContactsRequest request;
    request.set_parent("workspaces/acme");
    for (const std::string& id : ids) request.add_contacts(Name(id));
    return request;
  }

  // With reasons and explanation.
  v1::Classification Of(const std::string& id, const std::string& language = "") {
    v1::ClassifyContactsRequest request = Request({id});
    request.set_with_reasons(true);
    request.set_with_explanation(true);
    request.set_language_code(language);
    const auto response = Classify(request);
    EXPECT_TRUE(response.ok()) << response.status();
    return response.ok() ? response->classifications(0) : v1::Classification();
  }

  static const v1::FieldReport& Field(const v1::Classification& classification,
                                      v1::LifecycleField field) {
    for (const v1::FieldReport& report : classification.fields()) {
      if (report.field() == field) return report;
    }
    return v1::FieldReport::default_instance();
  }

  static std::string Day(const v1::Date& date) {
    return date.year() == 0 ? "" : FormatDate(*DateFromProto(date));
  }

  static v1::LifecycleOverride Said(v1::LifecycleField field, const std::string& value) {
    v1::LifecycleOverride said;
    said.set_field(field);
    said.set_value(value);
    said.set_author("Zoé Martin");
    said.set_reason("she told me");
    return said;
  }

  absl::Status Override(const std::string& id, const v1::LifecycleOverride& said) {
    v1::OverrideLifecycleRequest request;
    request.set_contact(Name(id));
    *request.mutable_override() = said;
    classification_.Clear();
    return service_->OverrideLifecycle(call_, request, &classification_);
  }

  std::unique_ptr<ModelRegistry> registry_;
  std::unique_ptr<LifecycleKeeper> keeper_;
  std::unique_ptr<LifecycleService> service_;
  v1::LifecyclePolicy policy_;
  v1::Classification classification_;
};

}  // namespace cible

#endif  // CIBLE_TESTS_SERVER_SERVICES_LIFECYCLE_FIXTURE_H_
