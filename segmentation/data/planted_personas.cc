#include "segmentation/data/planted_personas.h"

#include <cmath>
#include <cstddef>

namespace cible::planted {
namespace {

Profile ProfileFromTables(std::size_t persona) {
  Profile profile;
  for (std::size_t c = 0; c < kNumbers.size(); ++c) {
    profile.means[c] = OnScale(kNumbers[c].scale, kNumbers[c].typical[persona]);
  }
  for (std::size_t c = 0; c < kSpends.size(); ++c) {
    profile.nothing[c] = kSpends[c].nothing[persona];
    profile.log_spends[c] = std::log(kSpends[c].typical[persona]);
  }
  for (std::size_t c = 0; c < kChoices.size(); ++c) {
    profile.levels[c] = kChoices[c].odds[persona];
    double sum = 0;
    for (const double odds : profile.levels[c]) sum += odds;
    for (double& odds : profile.levels[c]) odds /= sum;
  }
  for (std::size_t c = 0; c < kChannels.size(); ++c) profile.channels[c] = kChannelUse[c][persona];
  return profile;
}

// Calls `visit` with every parameter of a profile, in a fixed order.
template <typename Visit>
void ForEachParameter(Profile& profile, const Visit& visit) {
  for (double& x : profile.means) visit(x);
  for (double& x : profile.nothing) visit(x);
  for (double& x : profile.log_spends) visit(x);
  for (auto& column : profile.levels) {
    for (double& x : column) visit(x);
  }
  for (double& x : profile.channels) visit(x);
}

}  // namespace

double OnScale(Scale scale, double x) { return scale == Scale::kLog ? std::log1p(x) : x; }

std::vector<Profile> MakeProfiles(int count) {
  std::vector<Profile> profiles;
  std::vector<std::vector<double*>> parameters;
  double total = 0;
  for (int k = 0; k < count; ++k) {
    profiles.push_back(ProfileFromTables(static_cast<std::size_t>(k)));
    total += kSizes[static_cast<std::size_t>(k)];
  }
  for (Profile& profile : profiles) {
    ForEachParameter(profile,
                     [&, &own = parameters.emplace_back()](double& x) { own.push_back(&x); });
  }
  const double contrast = kContrast[static_cast<std::size_t>(count)];
  for (std::size_t p = 0; p < parameters.front().size(); ++p) {
    double mean = 0;
    for (const auto& own : parameters) mean += *own[p] / count;
    for (const auto& own : parameters) *own[p] = mean + contrast * (*own[p] - mean);
  }
  for (std::size_t k = 0; k < profiles.size(); ++k) {
    profiles[k].log_share = std::log(kSizes[k] / total);
  }
  return profiles;
}

}  // namespace cible::planted
