#include "server/wire/policy_wire.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "server/wire/resource_name.h"

namespace cible {
namespace {

constexpr int kMostEntries = 100;
constexpr std::size_t kMostConditionBytes = 64 * 1024;
constexpr std::size_t kMostTextBytes = 1024;
constexpr std::size_t kMostNameBytes = 256;

static_assert(static_cast<int>(Relation::kCustomer) == v1::RELATION_CUSTOMER);
static_assert(static_cast<int>(CustomerStage::kDormant) == v1::CUSTOMER_STAGE_DORMANT);
static_assert(static_cast<int>(Awareness::kInterested) == v1::AWARENESS_INTERESTED);
static_assert(static_cast<int>(Temperature::kHot) == v1::TEMPERATURE_HOT);
static_assert(static_cast<int>(Fit::kExcluded) == v1::FIT_EXCLUDED);
static_assert(static_cast<int>(Finding::kNotMet) == v1::FINDING_NOT_MET);
static_assert(static_cast<int>(NextAction::kLeaveAlone) == v1::NEXT_ACTION_LEAVE_ALONE);
static_assert(static_cast<int>(SourceKind::kBoughtList) == v1::SOURCE_KIND_BOUGHT_LIST);
static_assert(static_cast<int>(LifecycleField::kNextAction) == v1::LIFECYCLE_FIELD_NEXT_ACTION);

// Finds the first fault of a policy, field by field.
class PolicyReader {
 public:
  const absl::Status& status() const { return status_; }

  std::string Text(absl::string_view field, const std::string& text, std::size_t most) {
    if (text.size() > most) {
      Refuse(absl::StrCat(field, " has ", text.size(), " bytes; at most ", most,
                          " are allowed, shorten it"));
    }
    return text;
  }
  std::string Condition(absl::string_view field, const std::string& text) {
    return Text(field, text, kMostConditionBytes);
  }

  Question Asked(absl::string_view field, const v1::Question& message) {
    return {.en = Text(absl::StrCat(field, ".en"), message.en(), kMostTextBytes),
            .fr = Text(absl::StrCat(field, ".fr"), message.fr(), kMostTextBytes)};
  }

  CriterionRule Criterion(absl::string_view field, const v1::CriterionRule& message) {
    return {.met = Condition(absl::StrCat(field, ".met"), message.met()),
            .not_met = Condition(absl::StrCat(field, ".not_met"), message.not_met()),
            .question = Asked(absl::StrCat(field, ".question"), message.question()),
            .points = message.points()};
  }

  Offer OfferAt(absl::string_view field, const v1::Offer& message) {
    if (absl::Status id = CheckResourceId(message.id()); !id.ok()) {
      Refuse(absl::StrCat(field, ".id: ", id.message()));
    }
    return {.id = message.id(),
            .display_name =
                Text(absl::StrCat(field, ".display_name"), message.display_name(), kMostNameBytes),
            .min_price = message.min_price(),
            .max_price = message.max_price(),
            .is_worth_qualifying = !message.not_worth_qualifying(),
            .bought = Condition(absl::StrCat(field, ".bought"), message.bought())};
  }

  ActionRule Action(absl::string_view field, const v1::ActionRule& message) {
    const bool is_known = v1::NextAction_IsValid(message.action());
    if (!is_known || message.action() == v1::NEXT_ACTION_UNSPECIFIED) {
      Refuse(absl::StrCat(field, ".action is not said; give one, such as NURTURE"));
    }
    if (message.when().empty()) {
      Refuse(absl::StrCat(field, ".when is empty; say when the action is to be taken"));
    }
    return {.when = Condition(absl::StrCat(field, ".when"), message.when()),
            .action = is_known ? static_cast<NextAction>(message.action()) : NextAction::kUnknown};
  }

  SourceRule Source(absl::string_view field, const v1::SourceRule& message) {
    const bool is_known = v1::SourceKind_IsValid(message.kind());
    if (!is_known || message.kind() == v1::SOURCE_KIND_UNSPECIFIED) {
      Refuse(absl::StrCat(field, ".kind is not said; give one, such as FAIR"));
    }
    if (message.words().empty()) {
      Refuse(absl::StrCat(field, ".words is empty; name words of the sources it is about"));
    }
    CheckCount(absl::StrCat(field, ".words"), message.words_size());
    SourceRule rule{is_known ? static_cast<SourceKind>(message.kind()) : SourceKind(), {}};
    for (int i = 0; i < message.words_size(); ++i) {
      const std::string place = absl::StrCat(field, ".words[", i, "]");
      if (message.words(i).empty()) {
        Refuse(absl::StrCat(place, " is empty, which every source has; leave it out"));
      }
      rule.words.push_back(Text(place, message.words(i), kMostNameBytes));
    }
    return rule;
  }

  // Empty: `otherwise`.
  std::string Id(absl::string_view field, const std::string& id, absl::string_view otherwise) {
    if (id.empty()) return std::string(otherwise);
    if (absl::Status sound = CheckResourceId(id); !sound.ok()) {
      Refuse(absl::StrCat(field, ": ", sound.message()));
    }
    return id;
  }

  // Whether the entries may be read.
  bool CheckCount(absl::string_view field, int count) {
    if (count <= kMostEntries) return true;
    Refuse(absl::StrCat(field, " has ", count, " entries; give at most ", kMostEntries));
    return false;
  }

 private:
  void Refuse(const std::string& fault) {
    if (status_.ok()) status_ = absl::InvalidArgumentError(fault);
  }

  absl::Status status_;
};

QualificationRules ReadQualification(PolicyReader& reader, const v1::QualificationRules& message) {
  return {.budget = reader.Criterion("qualification.budget", message.budget()),
          .purchasing_power =
              reader.Criterion("qualification.purchasing_power", message.purchasing_power()),
          .authority = reader.Criterion("qualification.authority", message.authority()),
          .need = reader.Criterion("qualification.need", message.need()),
          .timing = reader.Criterion("qualification.timing", message.timing()),
          .fit_points = message.fit_points(),
          .fit_question = reader.Asked("qualification.fit_question", message.fit_question())};
}

void ReadConditions(PolicyReader& reader, const v1::LifecyclePolicy& message,
                    PolicySettings& settings) {
  settings.customer = reader.Condition("customer", message.customer());
  settings.prospect = reader.Condition("prospect", message.prospect());
  settings.ambassador = reader.Condition("ambassador", message.ambassador());
  settings.new_customer = reader.Condition("new_customer", message.new_customer());
  settings.loyal_customer = reader.Condition("loyal_customer", message.loyal_customer());
  settings.dormant_customer = reader.Condition("dormant_customer", message.dormant_customer());
  settings.aware = reader.Condition("aware", message.aware());
  settings.interested = reader.Condition("interested", message.interested());
  settings.warm = reader.Condition("warm", message.warm());
  settings.hot = reader.Condition("hot", message.hot());
}

void ReadLists(PolicyReader& reader, const v1::LifecyclePolicy& message, PolicySettings& settings) {
  const auto place = [](absl::string_view list, int i) { return absl::StrCat(list, "[", i, "]"); };
  for (int i = 0; reader.CheckCount("offers", message.offers_size()) && i < message.offers_size();
       ++i) {
    settings.offers.push_back(reader.OfferAt(place("offers", i), message.offers(i)));
  }
  for (int i = 0; reader.CheckCount("next_actions", message.next_actions_size()) &&
                  i < message.next_actions_size();
       ++i) {
    settings.next_actions.push_back(
        reader.Action(place("next_actions", i), message.next_actions(i)));
  }
  for (int i = 0;
       reader.CheckCount("sources", message.sources_size()) && i < message.sources_size(); ++i) {
    settings.sources.push_back(reader.Source(place("sources", i), message.sources(i)));
  }
}

void QuestionToProto(const Question& question, v1::Question* message) {
  message->set_en(question.en);
  message->set_fr(question.fr);
}

void CriterionToProto(const CriterionRule& rule, v1::CriterionRule* message) {
  message->set_met(rule.met);
  message->set_not_met(rule.not_met);
  if (rule.question != Question{}) QuestionToProto(rule.question, message->mutable_question());
  message->set_points(rule.points);
}

void QualificationToProto(const QualificationRules& rules, v1::QualificationRules* message) {
  CriterionToProto(rules.budget, message->mutable_budget());
  CriterionToProto(rules.purchasing_power, message->mutable_purchasing_power());
  CriterionToProto(rules.authority, message->mutable_authority());
  CriterionToProto(rules.need, message->mutable_need());
  CriterionToProto(rules.timing, message->mutable_timing());
  message->set_fit_points(rules.fit_points);
  if (rules.fit_question != Question{}) {
    QuestionToProto(rules.fit_question, message->mutable_fit_question());
  }
}

void ConditionsToProto(const PolicySettings& settings, v1::LifecyclePolicy* message) {
  message->set_customer(settings.customer);
  message->set_prospect(settings.prospect);
  message->set_ambassador(settings.ambassador);
  message->set_new_customer(settings.new_customer);
  message->set_loyal_customer(settings.loyal_customer);
  message->set_dormant_customer(settings.dormant_customer);
  message->set_aware(settings.aware);
  message->set_interested(settings.interested);
  message->set_warm(settings.warm);
  message->set_hot(settings.hot);
}

}  // namespace

absl::StatusOr<PolicySettings> PolicyFromProto(const v1::LifecyclePolicy& message) {
  PolicyReader reader;
  PolicySettings settings;
  ReadConditions(reader, message, settings);
  settings.dormant_customer_is_prospect_after_days =
      message.dormant_customer_is_prospect_after_days();
  settings.segmentation = reader.Id("segmentation", message.segmentation(), "default");
  settings.qualification = ReadQualification(reader, message.qualification());
  settings.main_offer = reader.Id("main_offer", message.main_offer(), "");
  ReadLists(reader, message, settings);
  if (!reader.status().ok()) return reader.status();
  return settings;
}

void PolicyToProto(const PolicySettings& settings, v1::LifecyclePolicy* message) {
  ConditionsToProto(settings, message);
  message->set_dormant_customer_is_prospect_after_days(
      settings.dormant_customer_is_prospect_after_days);
  message->set_segmentation(settings.segmentation);
  QualificationToProto(settings.qualification, message->mutable_qualification());
  for (const Offer& offer : settings.offers) OfferToProto(offer, message->add_offers());
  message->set_main_offer(settings.main_offer);
  for (const ActionRule& rule : settings.next_actions) {
    v1::ActionRule* added = message->add_next_actions();
    added->set_when(rule.when);
    added->set_action(NextActionToProto(rule.action));
  }
  for (const SourceRule& rule : settings.sources) {
    v1::SourceRule* added = message->add_sources();
    added->set_kind(static_cast<v1::SourceKind>(rule.kind));
    added->mutable_words()->Assign(rule.words.begin(), rule.words.end());
  }
}

absl::StatusOr<Offer> OfferFromProto(const v1::Offer& message, absl::string_view place) {
  PolicyReader reader;
  Offer offer = reader.OfferAt(place, message);
  if (!reader.status().ok()) return reader.status();
  return offer;
}

void OfferToProto(const Offer& offer, v1::Offer* message) {
  message->set_id(offer.id);
  message->set_display_name(offer.display_name);
  message->set_min_price(offer.min_price);
  message->set_max_price(offer.max_price);
  message->set_not_worth_qualifying(!offer.is_worth_qualifying);
  message->set_bought(offer.bought);
}

v1::Relation RelationToProto(Relation relation) { return static_cast<v1::Relation>(relation); }
v1::CustomerStage CustomerStageToProto(CustomerStage stage) {
  return static_cast<v1::CustomerStage>(stage);
}
v1::Awareness AwarenessToProto(Awareness awareness) {
  return static_cast<v1::Awareness>(awareness);
}
v1::Temperature TemperatureToProto(Temperature temperature) {
  return static_cast<v1::Temperature>(temperature);
}
v1::Fit FitToProto(Fit fit) { return static_cast<v1::Fit>(fit); }
v1::Finding FindingToProto(Finding finding) { return static_cast<v1::Finding>(finding); }
v1::NextAction NextActionToProto(NextAction action) { return static_cast<v1::NextAction>(action); }
v1::LifecycleField LifecycleFieldToProto(LifecycleField field) {
  return static_cast<v1::LifecycleField>(field);
}

absl::StatusOr<LifecycleField> LifecycleFieldFromProto(v1::LifecycleField field,
                                                       absl::string_view place) {
  if (v1::LifecycleField_IsValid(field) && field != v1::LIFECYCLE_FIELD_UNSPECIFIED) {
    return static_cast<LifecycleField>(field);
  }
  return absl::InvalidArgumentError(
      absl::StrCat(place, " is not said; name one, such as LIFECYCLE_FIELD_RELATION"));
}

}  // namespace cible
