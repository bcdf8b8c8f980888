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
  explicit Knobs(const MeasureEdges& edges) : edges_(edges) {}

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

  const MeasureEdges& edges_;
};

Knob Knobs::Histories() const {
  const bool reads_first = edges_.ReadsAny({"first_purchase_date", "tenure_days"});
  const bool reads_last = edges_.ReadsAny({"last_purchase_date", "recency_days"});
  const std::set<int> ages =
      edges_.AgesOf({"first_purchase_date", "last_purchase_date", "recency_days", "tenure_days"});
  std::set<std::int64_t> orders = {1, 2};
  for (const std::int64_t count : CountsAt(edges_.NumbersOf({"frequency"}))) orders.insert(count);
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

// Amounts at the edges of money, by what `put` makes of a sale with each: of one amount
// in all, or of each order.
template <typename Put>
std::vector<Sale> SalesAt(const MeasureEdges& edges, const Put& put) {
  std::vector<Sale> sales = {{}};
  if (edges.ReadsAny({"monetary", "net_paid"}) || !edges.Categories().empty()) {
    for (const double amount : NumbersAt(edges.NumbersOf({"monetary", "net_paid"}))) {
      sales.push_back(put(amount, false));
    }
  }
  if (edges.ReadsAny({"average_order"})) {
    for (const double amount : NumbersAt(edges.NumbersOf({"average_order"}))) {
      sales.push_back(put(amount, true));
    }
  }
  return sales;
}

// How many orders are signed; where nothing tells, none.
std::set<std::int64_t> SignaturesAt(const MeasureEdges& edges) {
  std::set<std::int64_t> signatures = {0};
  if (edges.ReadsAny({"monetary", "net_paid", "average_order", "signed_orders"}) ||
      !edges.Categories().empty()) {
    signatures.insert({Sale::kAsManyAsOrders, 1});
  }
  for (const std::int64_t count : CountsAt(edges.NumbersOf({"signed_orders"}))) {
    signatures.insert(count);
  }
  return signatures;
}

// What is paid, and what is signed for besides: each at its edges.
Knob Knobs::Sales() const {
  const auto nets = SalesAt(edges_, [](double amount, bool is_of_each) {
    return Sale{.net = amount, .is_of_each = is_of_each};
  });
  const auto contracts = SalesAt(
      edges_, [](double amount, bool) { return Sale{.contract = amount, .is_with_net = true}; });
  Knob knob;
  const auto add = [&](Sale sale) {
    if (!sale.is_paid && sale.net == kUsualAmount) sale.net = 0;
    knob.push_back([sale](BehaviourDraft& draft) { return draft.Sell(sale); });
  };
  for (Sale sale : nets) {
    add(sale);
    for (const std::int64_t signatures : SignaturesAt(edges_)) {
      if (signatures == 0) continue;
      sale.signatures = signatures;
      for (const Sale& contract : contracts) {
        sale.contract = contract.contract;
        sale.is_with_net = contract.is_with_net;
        for (const bool is_paid : {true, false}) {
          sale.is_paid = is_paid;
          add(sale);
        }
      }
    }
  }
  return knob;
}

Knob Knobs::Returns() const {
  Knob knob = {DoNothing};
  std::set<std::int64_t> counts;
  if (edges_.ReadsAny({"returns"})) counts.insert(1);
  for (const std::int64_t count : CountsAt(edges_.NumbersOf({"returns"}))) counts.insert(count);
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
  if (edges_.ReadsAny({"satisfaction"})) {
    for (const double score : NumbersAt(edges_.NumbersOf({"satisfaction"}))) {
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
  if (!edges_.ReadsAny({"channels", "favourite_channel"})) return {DoNothing};
  std::set<std::string> channels = edges_.TextsOf({"channels", "favourite_channel"});
  channels.insert("another");
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
  for (const int age : edges_.AgesOf({"recency_days", "tenure_days"})) {
    knob.push_back(
        [age, is_told = edges_.ReadsAny({"recency_days", "tenure_days"})](BehaviourDraft& draft) {
          if (!draft.behaviour.is_empty() && !is_told) return false;
          draft.Act(EventType::kCampaignSent, age, 1);
          return true;
        });
  }
  return knob;
}

Knob Knobs::Engagements() const {
  Knob knob = {DoNothing};
  if (!edges_.ReadsAny({"engagement"})) return knob;
  for (const double wanted : NumbersAt(edges_.NumbersOf({"engagement"}))) {
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
  if (edges_.ReadsAny({"large_order_share"})) {
    knobs.push_back(
        ShareKnob(edges_.NumbersOf({"large_order_share"}), [](double share, Behaviour& made) {
          const double revenue = InCurrency(made.revenue);
          made.large_revenue = InMillionths(share * revenue);
          return revenue > 0;
        }));
    knobs.back().push_back([](BehaviourDraft& draft) {
      draft.behaviour.revenue = 0;  // Unknown: all was given back.
      return draft.behaviour.monetary <= 0;
    });
  }
  if (edges_.ReadsAny({"full_price_share"})) {
    knobs.push_back(
        ShareKnob(edges_.NumbersOf({"full_price_share"}), [whole](double share, Behaviour& made) {
          made.priced = whole;
          made.full_price = InMillionths(share * kUsualAmount);
          return made.orders > 0;
        }));
  }
  if (edges_.ReadsAny({"margin_rate"})) {
    knobs.push_back(
        ShareKnob(edges_.NumbersOf({"margin_rate"}), [whole](double rate, Behaviour& made) {
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
      Counted{EventType::kComplaint, {"contacts_made"}},  // Says nothing of interest.
      Counted{EventType::kPageView, {"pages_90d"}}, Counted{EventType::kReferral, {"referrals"}},
      Counted{EventType::kForm, {"interest_shown", "last_interest_date", "contacts_made"}}};
  for (const auto& [type, measures] : counted) {
    if (!edges_.ReadsAny(measures)) continue;
    std::set<std::int64_t> counts = {1};
    for (const std::int64_t count : CountsAt(edges_.NumbersOf(measures))) counts.insert(count);
    counts.erase(0);
    Knob knob;
    for (const std::int64_t count : counts) {
      for (const int age : edges_.AgesOf({"last_interest_date"})) {
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
  for (const std::string& id : edges_.Categories()) {
    std::vector<double> amounts = NumbersAt(edges_.NumbersOf({"monetary"}));
    std::set<std::int64_t> counts = {1};
    for (const std::int64_t count : CountsAt(edges_.NumbersOf({"frequency"}))) counts.insert(count);
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
  const MeasureEdges edges(measures, as_of);
  const std::vector<Knob> knobs = Knobs(edges).All();
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
