#include "segmentation/lifecycle/tried_behaviours.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <set>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "segmentation/lifecycle/behaviour_draft.h"
#include "segmentation/lifecycle/choices.h"

namespace cible {
namespace {

// False: it does not go with the steps before.
using Step = std::function<bool(BehaviourDraft&)>;
// Exactly one of its steps is taken.
using Knob = std::vector<Step>;

bool DoNothing(BehaviourDraft&) { return true; }

// The knobs that the measures read, with their edges.
class Knobs {
 public:
  Knobs(const EdgesByMeasure& measures, const AsOf& as_of) : measures_(measures), as_of_(as_of) {}

  std::vector<Knob> All() const {
    std::vector<Knob> knobs = {Histories(), Sales(), Returns(), Satisfactions(), ChannelUses()};
    AddShares(knobs);
    AddActs(knobs);
    AddCategories(knobs);
    knobs.push_back(FirstContacts());
    knobs.push_back(Engagements());
    return knobs;
  }

 private:
  bool Reads(absl::string_view measure) const { return measures_.contains(std::string(measure)); }
  bool ReadsAny(std::initializer_list<absl::string_view> measures) const {
    return std::any_of(measures.begin(), measures.end(), [&](auto each) { return Reads(each); });
  }
  std::set<double> NumbersOf(std::initializer_list<absl::string_view> measures) const;
  std::set<int> AgesOf(std::initializer_list<absl::string_view> measures) const;
  std::set<std::string> CategoriesRead() const;

  Knob Histories() const;
  Knob Sales() const;
  Knob Returns() const;
  Knob Satisfactions() const;
  Knob ChannelUses() const;
  Knob FirstContacts() const;
  Knob Engagements() const;
  void AddShares(std::vector<Knob>& knobs) const;
  void AddActs(std::vector<Knob>& knobs) const;
  void AddCategories(std::vector<Knob>& knobs) const;

  const EdgesByMeasure& measures_;
  const AsOf& as_of_;
};

// Those of a measure and of the same by category.
std::set<double> Knobs::NumbersOf(std::initializer_list<absl::string_view> measures) const {
  std::set<double> numbers;
  for (const auto& [name, edges] : measures_) {
    const absl::string_view measure = absl::string_view(name).substr(0, name.find('/'));
    if (std::find(measures.begin(), measures.end(), measure) == measures.end()) continue;
    numbers.insert(edges.numbers.begin(), edges.numbers.end());
  }
  return numbers;
}

// At and next to each edge, and 0; where engagement is read one at which acts have
// lost theirs.
std::set<int> Knobs::AgesOf(std::initializer_list<absl::string_view> measures) const {
  constexpr double kForgotten = 40;  // Half-lives.
  std::set<int> ages = {0};
  if (Reads("engagement")) {
    ages.insert(static_cast<int>(std::lround(kForgotten * as_of_.half_life_days)));
  }
  for (const std::int64_t age : CountsAt(NumbersOf(measures))) ages.insert(static_cast<int>(age));
  for (const absl::string_view measure : measures) {
    const auto edges = measures_.find(std::string(measure));
    if (edges == measures_.end()) continue;
    for (const std::int32_t day : edges->second.DaysAsOf(as_of_.day)) {
      const int age = as_of_.day.days - day;
      ages.insert({age - 1, age, age + 1});
    }
  }
  std::erase_if(ages, [](int age) { return age < 0; });
  return ages;
}

std::set<std::string> Knobs::CategoriesRead() const {
  std::set<std::string> categories;
  for (const auto& [name, edges] : measures_) {
    const auto slash = name.find('/');
    if (slash != std::string::npos) categories.insert(name.substr(slash + 1));
  }
  return categories;
}

Knob Knobs::Histories() const {
  const bool reads_first = ReadsAny({"first_purchase_date", "tenure_days"});
  const bool reads_last = ReadsAny({"last_purchase_date", "recency_days"});
  const std::set<int> ages =
      AgesOf({"first_purchase_date", "last_purchase_date", "recency_days", "tenure_days"});
  std::set<std::int64_t> orders = {1, 2};
  for (const std::int64_t count : CountsAt(NumbersOf({"frequency"}))) orders.insert(count);
  orders.erase(0);
  Knob knob;
  for (const std::int64_t count : orders) {
    for (const int last : ages) {
      for (const int first : ages) {
        const bool are_apart = reads_first && reads_last && count > 1 && first > last;
        if (first != last && !are_apart) continue;
        knob.push_back([=](BehaviourDraft& draft) {
          draft.orders = count;
          draft.first_age = first;
          draft.last_age = last;
          return true;
        });
      }
    }
  }
  knob.push_back(DoNothing);
  return knob;
}

// Amounts paid, and what was signed for besides: each at its edges.
Knob Knobs::Sales() const {
  const bool reads_money = ReadsAny({"monetary", "net_paid"}) || !CategoriesRead().empty();
  std::vector<Sale> nets = {{}}, contracts = {{}};
  if (reads_money) {
    for (const double net : NumbersAt(NumbersOf({"monetary", "net_paid"}))) {
      nets.push_back({.net = net});
      contracts.push_back({.contract = net, .is_with_net = true});
    }
  }
  if (Reads("average_order")) {
    for (const double each : NumbersAt(NumbersOf({"average_order"}))) {
      nets.push_back({.net = each, .is_of_each = true});
      contracts.push_back({.contract = each, .is_with_net = true});
    }
  }
  std::set<std::int64_t> signatures = {0};
  if (reads_money || ReadsAny({"signed_orders", "average_order"})) {
    signatures.insert({Sale::kAsManyAsOrders, 1});
  }
  for (const std::int64_t count : CountsAt(NumbersOf({"signed_orders"}))) signatures.insert(count);
  Knob knob;
  for (const bool is_paid : {true, false}) {
    for (const std::int64_t signed_for : signatures) {
      if (!is_paid && signed_for == 0) continue;
      for (Sale sale : nets) {
        sale.is_paid = is_paid;
        sale.signatures = signed_for;
        if (!is_paid && sale.net == kUsualAmount) sale.net = 0;
        for (const Sale& contract : contracts) {
          if (signed_for == 0 && contract != Sale()) continue;
          sale.contract = contract.contract;
          sale.is_with_net = contract.is_with_net;
          knob.push_back([=](BehaviourDraft& draft) { return draft.Sell(sale); });
        }
      }
    }
  }
  return knob;
}

Knob Knobs::Returns() const {
  Knob knob = {DoNothing};
  std::set<std::int64_t> counts;
  if (Reads("returns")) counts.insert(1);
  for (const std::int64_t count : CountsAt(NumbersOf({"returns"}))) counts.insert(count);
  counts.erase(0);
  for (const std::int64_t count : counts) {
    knob.push_back([=](BehaviourDraft& draft) {
      draft.Act(EventType::kReturn, draft.last_age, count);
      return true;
    });
  }
  return knob;
}

Knob Knobs::Satisfactions() const {
  Knob knob;
  if (Reads("satisfaction")) {
    for (const double score : NumbersAt(NumbersOf({"satisfaction"}))) {
      knob.push_back([=](BehaviourDraft& draft) {
        draft.Act(EventType::kSatisfaction, 0, 1);
        draft.behaviour.scored = 1;
        draft.behaviour.scores = InMillionths(score);
        return true;
      });
    }
  }
  knob.push_back(DoNothing);
  return knob;
}

// Sets of channels, each of them being the favourite one.
Knob Knobs::ChannelUses() const {
  if (!ReadsAny({"channels", "favourite_channel"})) return {DoNothing};
  std::set<std::string> channels = {"another"};
  for (const char* const measure : {"channels", "favourite_channel"}) {
    const auto edges = measures_.find(measure);
    if (edges == measures_.end()) continue;
    channels.insert(edges->second.texts.begin(), edges->second.texts.end());
  }
  Knob knob;
  for (const StringSet& set : SetsAt(channels)) {
    for (const std::string& favourite : set.members) {
      knob.push_back([=](BehaviourDraft& draft) {
        for (const std::string& channel : set.members) {
          const int uses = channel == favourite ? 2 : 1;
          draft.Act(EventType::kCampaignSent, 0, uses);
          draft.behaviour.channels.push_back({channel, uses});
        }
        return true;
      });
    }
  }
  knob.push_back(DoNothing);
  return knob;
}

// Since when a contact is known: of those without other acts, and where it is measured.
Knob Knobs::FirstContacts() const {
  Knob knob = {DoNothing};
  for (const int age : AgesOf({"recency_days", "tenure_days"})) {
    knob.push_back(
        [age, is_told = ReadsAny({"recency_days", "tenure_days"})](BehaviourDraft& draft) {
          if (!draft.behaviour.is_empty() && !is_told) return false;
          draft.Act(EventType::kCampaignSent, age, 1);
          return true;
        });
  }
  return knob;
}

Knob Knobs::Engagements() const {
  Knob knob = {DoNothing};
  if (!Reads("engagement")) return knob;
  for (const double wanted : NumbersAt(NumbersOf({"engagement"}))) {
    knob.push_back([wanted](BehaviourDraft& draft) { return draft.Engage(wanted); });
  }
  return knob;
}

// Of what is in [0, 1]: `put` has the share in hand. Nothing where it is unknown.
template <typename Put>
Knob ShareKnob(const std::set<double>& edges, const Put& put) {
  Knob knob;
  for (const double share : NumbersAt(edges)) {
    if (share < 0 || share > 1) continue;
    knob.push_back([=](BehaviourDraft& draft) { return put(share, draft.behaviour); });
  }
  knob.push_back(DoNothing);
  return knob;
}

void Knobs::AddShares(std::vector<Knob>& knobs) const {
  const absl::int128 whole = InMillionths(kUsualAmount);
  if (Reads("large_order_share")) {
    knobs.push_back(ShareKnob(NumbersOf({"large_order_share"}), [](double share, Behaviour& made) {
      const double revenue = InCurrency(made.revenue);
      made.large_revenue = InMillionths(share * revenue);
      return revenue > 0;
    }));
    knobs.back().push_back([](BehaviourDraft& draft) {
      draft.behaviour.revenue = 0;  // Unknown: all was given back.
      return draft.behaviour.monetary <= 0;
    });
  }
  if (Reads("full_price_share")) {
    knobs.push_back(
        ShareKnob(NumbersOf({"full_price_share"}), [whole](double share, Behaviour& made) {
          made.priced = whole;
          made.full_price = InMillionths(share * kUsualAmount);
          return made.orders > 0;
        }));
  }
  if (Reads("margin_rate")) {
    knobs.push_back(ShareKnob(NumbersOf({"margin_rate"}), [whole](double rate, Behaviour& made) {
      made.margin_base = whole;
      made.margin = InMillionths(rate * kUsualAmount);
      return made.orders > 0;
    }));
  }
}

// Acts that are counted, or of which the last is dated.
void Knobs::AddActs(std::vector<Knob>& knobs) const {
  struct Counted {
    EventType type;
    std::initializer_list<absl::string_view> measures;
  };
  const std::array counted = {
      Counted{EventType::kVisit, {"visits_90d", "contacts_made"}},
      Counted{EventType::kPageView, {"pages_90d"}}, Counted{EventType::kReferral, {"referrals"}},
      Counted{EventType::kForm, {"interest_shown", "last_interest_date", "contacts_made"}}};
  for (const auto& [type, measures] : counted) {
    if (!ReadsAny(measures)) continue;
    std::set<std::int64_t> counts = {1};
    for (const std::int64_t count : CountsAt(NumbersOf(measures))) counts.insert(count);
    counts.erase(0);
    Knob knob;
    for (const std::int64_t count : counts) {
      for (const int age : AgesOf({"last_interest_date"})) {
        knob.push_back([type = type, age, count](BehaviourDraft& draft) {
          draft.Act(type, age, count);
          return true;
        });
      }
    }
    knob.push_back(DoNothing);
    knobs.push_back(std::move(knob));
  }
}

void Knobs::AddCategories(std::vector<Knob>& knobs) const {
  for (const std::string& id : CategoriesRead()) {
    std::vector<double> amounts = NumbersAt(NumbersOf({"monetary"}));
    std::set<std::int64_t> counts = {1};
    for (const std::int64_t count : CountsAt(NumbersOf({"frequency"}))) counts.insert(count);
    counts.erase(0);
    Knob knob;
    for (const std::int64_t count : counts) {
      for (const double amount : amounts) {
        knob.push_back([=](BehaviourDraft& draft) {
          Behaviour& made = draft.behaviour;
          made.categories.push_back({.id = id, .monetary = InMillionths(amount), .orders = count});
          return count <= made.orders && InMillionths(amount) <= made.monetary;
        });
      }
    }
    knob.push_back(DoNothing);
    knobs.push_back(std::move(knob));
  }
}

}  // namespace

TriedBehaviours BehavioursAt(const EdgesByMeasure& measures, const AsOf& as_of, std::int64_t most) {
  const std::vector<Knob> knobs = Knobs(measures, as_of).All();
  std::vector<std::size_t> sizes;
  for (const Knob& knob : knobs) sizes.push_back(knob.size());
  const Choices choices(sizes, most);
  TriedBehaviours tried{.behaviours = {}, .is_complete = choices.is_complete()};
  for (std::int64_t i = 0; i < choices.count(); ++i) {
    const std::vector<std::size_t> steps = choices.At(i);
    BehaviourDraft draft{as_of};
    bool fits = true;
    for (std::size_t k = 0; fits && k < knobs.size(); ++k) fits = knobs[k][steps[k]](draft);
    if (fits && !draft.behaviour.is_empty()) tried.behaviours.push_back(std::move(draft.behaviour));
  }
  tried.behaviours.emplace_back();
  return tried;
}

}  // namespace cible
