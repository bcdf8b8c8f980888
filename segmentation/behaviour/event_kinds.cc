#include "segmentation/behaviour/event_kinds.h"

#include <algorithm>

namespace cible {

bool IsPurchase(EventType type) {
  return type == EventType::kPurchase || type == EventType::kSignedOrder;
}

bool IsContactMade(EventType type) {
  switch (type) {
    case EventType::kPurchase:
    case EventType::kSignedOrder:
    case EventType::kReturn:
    case EventType::kVisit:
    case EventType::kForm:
    case EventType::kBrochure:
    case EventType::kSample:
    case EventType::kTrial:
    case EventType::kDemo:
    case EventType::kCampaignAnswered:
    case EventType::kComplaint:
    case EventType::kSatisfaction:
    case EventType::kReferral:
    case EventType::kCall: return true;
    case EventType::kPageView:
    case EventType::kCampaignSent:
    case EventType::kCampaignOpened:
    case EventType::kCampaignClicked:
    case EventType::kCustom: return false;
  }
  return false;
}

bool IsInterestShown(EventType type) {
  switch (type) {
    case EventType::kForm:
    case EventType::kBrochure:
    case EventType::kSample:
    case EventType::kTrial:
    case EventType::kDemo:
    case EventType::kCampaignAnswered: return true;
    default: return false;
  }
}

double InterestOf(EventType type) {
  switch (type) {
    case EventType::kPageView: return 0.2;
    case EventType::kVisit:
    case EventType::kCampaignOpened:
    case EventType::kSatisfaction:
    case EventType::kCustom: return 1;
    case EventType::kBrochure:
    case EventType::kSample:
    case EventType::kCampaignClicked:
    case EventType::kCall: return 3;
    case EventType::kForm:
    case EventType::kCampaignAnswered:
    case EventType::kPurchase:
    case EventType::kReferral: return 5;
    case EventType::kTrial: return 8;
    case EventType::kDemo:
    case EventType::kSignedOrder: return 10;
    case EventType::kReturn:
    case EventType::kCampaignSent:
    case EventType::kComplaint: return 0;
  }
  return 0;
}

std::int64_t EventsOf(EventKind kind, const Behaviour& behaviour, DayRange range) {
  std::int64_t events = 0;
  for (const Behaviour::DayCount& count : behaviour.days) {
    const bool is_within = range.first <= count.day && count.day <= range.last;
    if (is_within && kind(count.type)) events += count.events;
  }
  return events;
}

std::optional<Date> FirstDayOf(EventKind kind, const Behaviour& behaviour) {
  const auto first = std::find_if(behaviour.days.begin(), behaviour.days.end(),
                                  [&](const auto& count) { return kind(count.type); });
  if (first == behaviour.days.end()) return std::nullopt;
  return Date{first->day};
}

std::optional<Date> LastDayOf(EventKind kind, const Behaviour& behaviour) {
  const auto last = std::find_if(behaviour.days.rbegin(), behaviour.days.rend(),
                                 [&](const auto& count) { return kind(count.type); });
  if (last == behaviour.days.rend()) return std::nullopt;
  return Date{last->day};
}

}  // namespace cible
