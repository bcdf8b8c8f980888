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
      Refuse(field, absl::StrCat(text.size(), " bytes are too many; shorten it to at most ", most));
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

  Offer OfferAt(absl::string_view place, const v1::Offer& message) {
    return {.id = Text(absl::StrCat(place, ".id"), message.id(), kMostNameBytes),
            .display_name =
                Text(absl::StrCat(place, ".display_name"), message.display_name(), kMostNameBytes),
            .min_price = message.min_price(),
            .max_price = message.max_price(),
            .is_worth_qualifying = !message.not_worth_qualifying(),
            .bought = Condition(absl::StrCat(place, ".bought"), message.bought())};
  }

  ActionRule Action(absl::string_view place, const v1::ActionRule& message) {
    const bool is_known = v1::NextAction_IsValid(message.action());
    if (!is_known || message.action() == v1::NEXT_ACTION_UNSPECIFIED) {
      Refuse(place, "no action is given; give one, such as NURTURE");
    }
    if (message.when().empty()) {
      Refuse(place, "no condition is given; say when the action is to be taken");
    }
    return {.when = Condition(place, message.when()),
            .action = is_known ? static_cast<NextAction>(message.action()) : NextAction::kUnknown};
  }

  SourceRule Source(absl::string_view place, const v1::SourceRule& message) {
    const bool is_known = v1::SourceKind_IsValid(message.kind());
    if (!is_known || message.kind() == v1::SOURCE_KIND_UNSPECIFIED) {
      Refuse(place, "no kind is given; give one, such as FAIR");
    }
    if (message.words().empty()) {
      Refuse(place, "no words are given; name words of the sources it is about");
    }
    SourceRule rule{is_known ? static_cast<SourceKind>(message.kind()) : SourceKind(), {}};
    for (int i = 0; MayRead(place, message.words_size()) && i < message.words_size(); ++i) {
      if (message.words(i).empty()) Refuse(place, "a word is empty; leave it out");
      rule.words.push_back(Text(place, message.words(i), kMostNameBytes));
    }
    return rule;
  }

  // Empty: `default`.
  std::string Segmentation(const std::string& id) {
    if (id.empty()) return "default";
    if (absl::Status sound = CheckResourceId(id); !sound.ok()) {
      Refuse("segmentation", sound.message());
    }
    return id;
  }

  // Whether there are no more entries than a list may have.
  bool MayRead(absl::string_view field, int count) {
    if (count <= kMostEntries) return true;
    Refuse(field, absl::StrCat(count, " entries are too many; give at most ", kMostEntries));
    return false;
  }

 private:
  void Refuse(absl::string_view field, absl::string_view what) {
    status_.Update(absl::InvalidArgumentError(absl::StrCat(field, ": ", what)));
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

// Calls `read` with each entry and its place.
template <typename Messages, typename Read>
void ReadList(PolicyReader& reader, absl::string_view list, const Messages& messages, Read read) {
  if (!reader.MayRead(list, messages.size())) return;
  int line = 0;
  for (const auto& message : messages) read(absl::StrCat(list, ", line ", ++line), message);
}

void ReadLists(PolicyReader& reader, const v1::LifecyclePolicy& message, PolicySettings& settings) {
  ReadList(reader, "offers", message.offers(),
           [&](const std::string& place, const v1::Offer& offer) {
             settings.offers.push_back(reader.OfferAt(place, offer));
           });
  ReadList(reader, "next_actions", message.next_actions(),
           [&](const std::string& place, const v1::ActionRule& rule) {
             settings.next_actions.push_back(reader.Action(place, rule));
           });
  ReadList(reader, "sources", message.sources(),
           [&](const std::string& place, const v1::SourceRule& rule) {
             settings.sources.push_back(reader.Source(place, rule));
           });
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
  settings.segmentation = reader.Segmentation(message.segmentation());
  settings.qualification = ReadQualification(reader, message.qualification());
  settings.main_offer = reader.Text("main_offer", message.main_offer(), kMostNameBytes);
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
      absl::StrCat(place, ": no field is named; name one, such as LIFECYCLE_FIELD_RELATION"));
}

}  // namespace cible
