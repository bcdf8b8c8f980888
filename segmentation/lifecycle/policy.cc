#include "segmentation/lifecycle/policy.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <set>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "segmentation/behaviour/behaviour_attributes.h"
#include "segmentation/behaviour/organization_attributes.h"
#include "segmentation/data/filter_grammar.h"
#include "segmentation/personas/words.h"

namespace cible {
namespace {

constexpr int kMostPoints = 1000;
constexpr std::array<absl::string_view, 10> kSourceKinds = {
    "ADVERTISING", "DIRECT_MAIL", "PHONE", "FAIR",    "REFERRAL",
    "PARTNER",     "SOCIAL",      "WEB",   "WALK_IN", "BOUGHT_LIST"};

// What has been found of a contact when a condition is judged: each may read what was
// found before it, and nothing of what it is part of.
enum class Found { kNothing, kStanding, kQualification };

bool IsCriterion(LifecycleField field) {
  return field == LifecycleField::kBudget || field == LifecycleField::kAuthority ||
         field == LifecycleField::kNeed || field == LifecycleField::kTiming;
}

bool IsFound(LifecycleField field, Found found) {
  if (field == LifecycleField::kNextAction || found == Found::kNothing) return false;
  return found == Found::kQualification || !IsCriterion(field);
}

absl::Status Refuse(absl::string_view field, absl::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat(field, ": ", what));
}

// Refuses names of the contact that are not known when the condition is judged.
absl::Status CheckNames(const FilterSyntax& syntax, Found found) {
  for (const FilterSyntax& operand : syntax.operands) {
    if (absl::Status status = CheckNames(operand, found); !status.ok()) return status;
  }
  if (!syntax.operands.empty() || syntax.name.is_quoted) return absl::OkStatus();
  const std::string& name = syntax.name.text;
  if (name == "contact.id" || name == "contact.segment") {
    return FilterError(syntax.name.position,
                       absl::StrCat(name, " is nothing that a policy may read; name attributes"));
  }
  const bool asks_whether = syntax.op == FilterOp::kHas && syntax.value.IsStar();
  if (name == "contact.organization" && !asks_whether) {
    return FilterError(syntax.name.position,
                       "a policy may only ask whether there is an organisation: write "
                       "contact.organization:*, or is_missing(contact.organization)");
  }
  for (const LifecycleField field : kLifecycleFields) {
    if (name != absl::StrCat("contact.", Name(field)) || IsFound(field, found)) continue;
    return FilterError(syntax.name.position,
                       absl::StrCat(name,
                                    " is not known yet when this condition is judged; name "
                                    "attributes instead"));
  }
  return absl::OkStatus();
}

class Compiler {
 public:
  Compiler(const Schema& schema, const std::optional<Offer>& offer) : schema_(schema) {
    context_.drift = DriftsWithin(schema);
    prices_ = context_;
    const auto price = [&](double Offer::*which) {
      return offer.has_value() ? std::optional<double>((*offer).*which) : std::nullopt;
    };
    prices_.numbers = {{"offer.min_price", price(&Offer::min_price)},
                       {"offer.max_price", price(&Offer::max_price)}};
  }

  // Of an empty text one that is never true.
  Condition Bind(const std::string& name, const std::string& text, Found found) {
    return Bind(name, text, found, context_);
  }

  Policy::Criterion BindCriterion(absl::string_view name, const CriterionRule& rule) {
    const std::string field = absl::StrCat("qualification.", name);
    CheckPoints(absl::StrCat(field, ".points"), rule.points);
    return {
        .met = Bind(absl::StrCat(field, ".met"), rule.met, Found::kStanding, prices_),
        .not_met = Bind(absl::StrCat(field, ".not_met"), rule.not_met, Found::kStanding, prices_),
        .question = rule.question,
        .points = rule.points};
  }

  void CheckPoints(absl::string_view field, int points) {
    if (points >= 0 && points <= kMostPoints) return;
    status_.Update(Refuse(field, absl::StrCat("points must lie in 0 to ", kMostPoints)));
  }

  void Check(absl::Status status) { status_.Update(std::move(status)); }
  const absl::Status& status() const { return status_; }
  const std::set<std::string>& attributes() const { return attributes_; }

 private:
  Condition Bind(const std::string& name, const std::string& text, Found found,
                 const FilterContext& context) {
    if (text.find_first_not_of(" \t\r\n\v\f") == std::string::npos) return {};
    const auto syntax = ParseFilterSyntax(text);
    absl::Status status = syntax.ok() ? CheckNames(*syntax, found) : syntax.status();
    auto filter = status.ok() ? Filter::Parse(text, schema_, context)
                              : absl::StatusOr<Filter>(std::move(status));
    if (!filter.ok()) {
      status_.Update(Refuse(name, filter.status().message()));
      return {};
    }
    attributes_.insert(filter->attributes().begin(), filter->attributes().end());
    return {name, text, *std::move(filter)};
  }

  const Schema& schema_;
  FilterContext context_;
  FilterContext prices_;  // The same with those of the offer.
  std::set<std::string> attributes_;
  absl::Status status_;
};

absl::Status CheckDelay(const PolicySettings& settings) {
  const int days = settings.dormant_customer_is_prospect_after_days;
  if (days >= 1 && days <= kLongestDelayDays) return absl::OkStatus();
  return Refuse("dormant_customer_is_prospect_after_days",
                absl::StrCat("a delay of 1 to ", kLongestDelayDays,
                             " days is needed; an endless one would keep customers for ever"));
}

absl::Status CheckOffers(const PolicySettings& settings) {
  std::set<std::string> ids;
  for (const Offer& offer : settings.offers) {
    if (absl::Status status = CheckOffer(offer); !status.ok()) {
      return Refuse(absl::StrCat("offers \"", offer.id, "\""), status.message());
    }
    if (!ids.insert(offer.id).second) {
      return Refuse("offers", absl::StrCat("the id \"", offer.id, "\" is given twice; rename one"));
    }
  }
  if (settings.main_offer.empty() || ids.contains(settings.main_offer)) return absl::OkStatus();
  return Refuse("main_offer",
                "none of the offers has this id; add it to the offers, or name one of "
                "them");
}

const Offer* MainOffer(const PolicySettings& settings) {
  const auto found = std::find_if(settings.offers.begin(), settings.offers.end(),
                                  [&](const Offer& o) { return o.id == settings.main_offer; });
  return found == settings.offers.end() ? nullptr : &*found;
}

bool IsOfferId(absl::string_view id) {
  return !id.empty() && id.size() <= 63 && absl::ascii_islower(id[0]) &&
         std::all_of(id.begin(), id.end(), [](char c) {
           return absl::ascii_islower(c) || absl::ascii_isdigit(c) || c == '-';
         });
}

std::vector<std::string> Union(std::initializer_list<const Condition*> conditions) {
  std::set<std::string> ids;
  for (const Condition* condition : conditions) {
    if (condition->is_empty()) continue;
    const auto& read = condition->filter().attributes();
    ids.insert(read.begin(), read.end());
  }
  return {ids.begin(), ids.end()};
}

void AddMissing(std::vector<Attribute> derived, Schema& schema) {
  const auto& known = schema.attributes();
  for (Attribute& attribute : derived) {
    const bool is_there = std::any_of(known.begin(), known.end(), [&](const Attribute& other) {
      return other.derived_from == attribute.derived_from || other.id == attribute.id;
    });
    if (!is_there) schema.Add(std::move(attribute)).IgnoreError();
  }
}

}  // namespace

absl::Status CheckOffer(const Offer& offer) {
  if (!IsOfferId(offer.id)) {
    return Refuse("id",
                  "an offer needs an id such as \"annual-plan\": a small letter, then small "
                  "letters, digits and dashes, at most 63");
  }
  if (!std::isfinite(offer.min_price) || offer.min_price < 0) {
    return Refuse("min_price", "a price is 0 or more");
  }
  if (!std::isfinite(offer.max_price) || offer.max_price <= 0 ||
      offer.max_price < offer.min_price) {
    return Refuse("max_price",
                  "the range of prices is empty; give a max_price above 0 that is not "
                  "below min_price");
  }
  return absl::OkStatus();
}

absl::string_view Name(SourceKind kind) {
  const auto position = static_cast<std::size_t>(kind);
  return position >= 1 && position <= kSourceKinds.size() ? kSourceKinds[position - 1] : "";
}

SourceKind KindOfSource(absl::string_view source, const std::vector<SourceRule>& rules) {
  const std::vector<std::string> words = LowerWords(source);
  for (const SourceRule& rule : rules) {
    for (const std::string& word : rule.words) {
      const std::vector<std::string> wanted = LowerWords(word);
      const bool has = !wanted.empty() && std::search(words.begin(), words.end(), wanted.begin(),
                                                      wanted.end()) != words.end();
      if (has) return rule.kind;
    }
  }
  return SourceKind::kUnspecified;
}

Schema SchemaForPolicies(const Schema& schema) {
  Schema extended = schema;
  AddMissing(BehaviourAttributes({}, ""), extended);
  AddMissing(PeopleAttributes(""), extended);
  return extended;
}

Truths Condition::Judge(const ContactTable& table, const ContactFacts& facts) const {
  if (is_empty()) return Truths(static_cast<std::size_t>(table.row_count), kIsFalse);
  return filter_->Judge(table, facts);
}

absl::StatusOr<Policy> Policy::Compile(const PolicySettings& settings, const Schema& schema,
                                       const Offer* offer) {
  Policy policy;
  policy.settings_ = std::make_shared<const PolicySettings>(settings);
  if (offer == nullptr) offer = MainOffer(settings);
  if (offer != nullptr) policy.offer_ = *offer;
  Compiler compiler(schema, policy.offer_);
  compiler.Check(CheckDelay(settings));
  compiler.Check(CheckOffers(settings));
  const auto bind = [&](const char* name, const std::string& text) {
    return compiler.Bind(name, text, Found::kNothing);
  };
  policy.customer = bind("customer", settings.customer);
  policy.prospect = bind("prospect", settings.prospect);
  policy.ambassador = bind("ambassador", settings.ambassador);
  policy.new_customer = bind("new_customer", settings.new_customer);
  policy.loyal_customer = bind("loyal_customer", settings.loyal_customer);
  policy.dormant_customer = bind("dormant_customer", settings.dormant_customer);
  policy.aware = bind("aware", settings.aware);
  policy.interested = bind("interested", settings.interested);
  policy.warm = bind("warm", settings.warm);
  policy.hot = bind("hot", settings.hot);
  const QualificationRules& rules = settings.qualification;
  policy.budget = compiler.BindCriterion("budget", rules.budget);
  policy.purchasing_power = compiler.BindCriterion("purchasing_power", rules.purchasing_power);
  policy.authority = compiler.BindCriterion("authority", rules.authority);
  policy.need = compiler.BindCriterion("need", rules.need);
  policy.timing = compiler.BindCriterion("timing", rules.timing);
  compiler.CheckPoints("qualification.fit_points", rules.fit_points);
  for (const Offer& each : settings.offers) {
    const std::string name = absl::StrCat("offers \"", each.id, "\".bought");
    policy.offers.push_back({each, compiler.Bind(name, each.bought, Found::kNothing)});
  }
  for (std::size_t i = 0; i < settings.next_actions.size(); ++i) {
    const ActionRule& action = settings.next_actions[i];
    const std::string name = absl::StrCat("next_actions, line ", i + 1);
    policy.next_actions.push_back(
        {compiler.Bind(name, action.when, Found::kQualification), action.action});
  }
  if (!compiler.status().ok()) return compiler.status();
  policy.attributes_.assign(compiler.attributes().begin(), compiler.attributes().end());
  policy.dormancy_attributes_ = Union({&policy.dormant_customer});
  return policy;
}

std::vector<const Condition*> Policy::Conditions() const {
  std::vector<const Condition*> all = {
      &customer,         &prospect, &ambassador, &new_customer, &loyal_customer,
      &dormant_customer, &aware,    &interested, &warm,         &hot};
  for (const Criterion* criterion : {&budget, &purchasing_power, &authority, &need, &timing}) {
    all.push_back(&criterion->met);
    all.push_back(&criterion->not_met);
  }
  for (const BoughtOffer& offer : offers) all.push_back(&offer.bought);
  for (const Action& action : next_actions) all.push_back(&action.when);
  std::erase_if(all, [](const Condition* condition) { return condition->is_empty(); });
  return all;
}

}  // namespace cible
