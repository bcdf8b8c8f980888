#include "segmentation/lifecycle/measure_edges.h"

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace cible {

bool MeasureEdges::ReadsAny(Names measures) const {
  return std::any_of(measures.begin(), measures.end(), [&](absl::string_view measure) {
    return measures_.contains(std::string(measure));
  });
}

std::set<double> MeasureEdges::NumbersOf(Names measures) const {
  std::set<double> numbers;
  for (const auto& [name, edges] : measures_) {
    const absl::string_view measure = absl::string_view(name).substr(0, name.find('/'));
    if (std::find(measures.begin(), measures.end(), measure) == measures.end()) continue;
    numbers.insert(edges.numbers.begin(), edges.numbers.end());
  }
  return numbers;
}

std::set<std::string> MeasureEdges::TextsOf(Names measures) const {
  std::set<std::string> texts;
  for (const absl::string_view measure : measures) {
    const auto edges = measures_.find(std::string(measure));
    if (edges == measures_.end()) continue;
    texts.insert(edges->second.texts.begin(), edges->second.texts.end());
  }
  return texts;
}

std::set<int> MeasureEdges::AgesOf(Names measures) const {
  constexpr double kForgotten = 40;  // Half-lives.
  std::set<int> ages = {0};
  if (ReadsAny({"engagement"})) {
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

std::set<std::string> MeasureEdges::Categories() const {
  std::set<std::string> categories;
  for (const auto& [name, edges] : measures_) {
    const auto slash = name.find('/');
    if (slash != std::string::npos) categories.insert(name.substr(slash + 1));
  }
  return categories;
}

}  // namespace cible
