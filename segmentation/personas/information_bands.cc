#include "segmentation/personas/information_bands.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>

namespace cible {
namespace {

constexpr double kEnoughOfAll = .9;  // Of the information of the best bands.

// The best bands that end before each bin, by their number.
class BestCuts {
 public:
  BestCuts(const std::vector<Counts>& bins, int most_bands, double least)
      : most_bands_(most_bands), least_(least) {
    Counts sum(bins.empty() ? 0 : bins[0].size());
    before_.push_back(sum);
    for (const Counts& counts : bins) before_.push_back(sum = Sum(sum, counts));
    const int n = static_cast<int>(bins.size());
    told_.assign(most_bands_ + 1, std::vector<double>(n + 1, kNever));
    from_.assign(most_bands_ + 1, std::vector<int>(n + 1, 0));
    told_[0][0] = 0;
    for (int bands = 1; bands <= most_bands_; ++bands) {
      for (int end = 1; end <= n; ++end) Extend(bands, end);
    }
  }

  // The cuts of the fewest bands that tell nearly as much as the most.
  std::vector<int> Choose() const {
    const int n = static_cast<int>(before_.size()) - 1;
    double most = told_[1][n];
    for (int bands = 2; bands <= most_bands_; ++bands) most = std::max(most, told_[bands][n]);
    const double alone = told_[1][n];
    int bands = 1;
    while (told_[bands][n] - alone < kEnoughOfAll * (most - alone)) ++bands;
    std::vector<int> cuts;
    for (int end = n; bands > 0; --bands) {
      end = from_[bands][end];
      if (end > 0) cuts.insert(cuts.begin(), end);
    }
    return cuts;
  }

 private:
  static constexpr double kNever = -std::numeric_limits<double>::infinity();

  // The best last band of `bands` that end before bin `end`.
  void Extend(int bands, int end) {
    for (int begin = 0; begin < end; ++begin) {
      if (told_[bands - 1][begin] == kNever) continue;
      const Counts band = Sum(before_[end], before_[begin], -1);
      if (TotalOf(band) < least_ || TotalOf(band) <= 0) continue;
      const double told = told_[bands - 1][begin] + Told(band);
      if (told <= told_[bands][end]) continue;
      told_[bands][end] = told;
      from_[bands][end] = begin;
    }
  }

  const int most_bands_;
  const double least_;
  std::vector<Counts> before_;             // Of all bins below.
  std::vector<std::vector<double>> told_;  // By bands, and the bin they end before.
  std::vector<std::vector<int>> from_;     // Where the last band of it begins.
};

}  // namespace

double TotalOf(const Counts& counts) {
  double total = 0;
  for (const double count : counts) total += count;
  return total;
}

double Told(const Counts& counts) {
  double told = 0;
  for (const double count : counts) {
    if (count > 0) told += count * std::log(count);
  }
  const double total = TotalOf(counts);
  return total > 0 ? told - total * std::log(total) : 0;
}

Counts Sum(const Counts& a, const Counts& b, double sign) {
  Counts sum = a;
  for (std::size_t k = 0; k < sum.size(); ++k) sum[k] += sign * b[k];
  return sum;
}

std::vector<int> CutIntoBands(const std::vector<Counts>& bins, int most_bands, double least) {
  return BestCuts(bins, most_bands, least).Choose();
}

}  // namespace cible
