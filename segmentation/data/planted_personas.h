// The personas that MakeSample plants, as tables: for each column of a
// retailer's list, what is typical of each persona.

#ifndef CIBLE_SEGMENTATION_DATA_PLANTED_PERSONAS_H_
#define CIBLE_SEGMENTATION_DATA_PLANTED_PERSONAS_H_

#include <array>
#include <cstdint>
#include <vector>

namespace cible::planted {

// Every table below has one entry a persona, in this order.
inline constexpr int kMostPersonas = 8;
using PerPersona = std::array<double, kMostPersonas>;

inline constexpr std::array<const char*, kMostPersonas> kPersonas = {
    "Web-first families attentive to offers",
    "Loyal gourmets who come to the store",
    "Young occasional shoppers on social networks",
    "Catalogue shoppers who order by mail",
    "Professionals with few large baskets",
    "Store regulars attentive to offers",
    "Fashion lovers who order often",
    "Home improvers who ask for advice by phone",
};

// Relative sizes; a sample with fewer personas takes the first ones. Those
// with the widest spread are smaller, so that when one more segment is asked
// for than there are personas, none is the obvious one to cut.
inline constexpr PerPersona kSizes = {23, 25, 28, 26, 22, 21, 20, 19};

// How far personas keep from their common average, by persona count: 1 is the
// tables as they stand. Tuned so that the Bayes-optimal adjusted Rand index is
// about .9 at every count.
inline constexpr std::array<double, kMostPersonas + 1> kContrast = {0,   0,   .55, .61, .67,
                                                                    .71, .75, .82, .88};

enum class Scale { kLinear, kLog };  // kLog: log(1 + x) is Gaussian.
enum class Format { kWhole, kShare, kDaysAgo, kLevel };

// A Gaussian, rounded and clamped.
struct NumberColumn {
  const char* header;
  Scale scale;
  Format format;
  double lowest, highest, step;
  double deviation;    // Inside a persona, on the scale.
  PerPersona typical;  // Mean on the scale, as the number itself.
};

inline constexpr std::array<NumberColumn, 9> kNumbers = {{
    {"age", Scale::kLinear, Format::kWhole, 18, 95, 1, 11, {38, 55, 24, 70, 47, 44, 30, 58}},
    {"children", Scale::kLog, Format::kWhole, 0, 7, 1, .40, {2.2, .5, .1, .2, 1.0, 1.4, .4, .8}},
    {"customer_since",
     Scale::kLog,
     Format::kDaysAgo,
     1,
     9000,
     1,
     .45,
     {900, 2400, 350, 3000, 1200, 1500, 600, 1900}},
    {"web_visits", Scale::kLog, Format::kWhole, 0, 90, 1, .70, {11, 1.5, 6, .6, 5, 1.5, 12, 3}},
    {"store_visits", Scale::kLog, Format::kWhole, 0, 60, 1, .55, {1.5, 8, 1.0, 1.5, 1, 9, 3, 4}},
    {"orders", Scale::kLog, Format::kWhole, 0, 120, 1, .50, {14, 20, 4, 8, 4, 18, 22, 7}},
    {"offers_used", Scale::kLog, Format::kWhole, 0, 60, 1, .60, {9, 1.2, 3, 3, .3, 11, 4, 1.5}},
    {"discount_share",
     Scale::kLinear,
     Format::kShare,
     0,
     .95,
     .01,
     .12,
     {.40, .12, .28, .22, .06, .45, .25, .15}},
    {"satisfaction",
     Scale::kLinear,
     Format::kLevel,
     1,
     5,
     1,
     .85,
     {3.2, 4.6, 2.6, 4.2, 3.4, 2.7, 4.0, 3.8}},
}};
inline constexpr std::array<const char*, 5> kSatisfaction = {"very low", "low", "medium", "high",
                                                             "very high"};
inline constexpr std::int32_t kToday = 20269;  // 2025-06-30: "days ago" counts from here.

// Monthly spend in EUR: nothing with a probability, else log-normal, and
// correlated with the other spends.
struct SpendColumn {
  const char* header;
  PerPersona nothing;  // Probability of 0.
  PerPersona typical;  // Median of the others.
};
inline constexpr double kSpendDeviation = .80;    // Of log spend.
inline constexpr double kSpendCorrelation = .22;  // Between two log spends.
inline constexpr std::array<SpendColumn, 4> kSpends = {{
    {"spend_fresh", {.02, .01, .05, .03, .05, .02, .03, .03}, {45, 70, 8, 26, 30, 40, 20, 20}},
    {"spend_wine", {.06, .02, .06, .04, .02, .06, .05, .04}, {7, 45, 5, 12, 36, 6, 10, 11}},
    {"spend_home", {.02, .05, .06, .02, .02, .04, .05, .01}, {38, 14, 5, 24, 50, 10, 12, 70}},
    {"spend_fashion", {.03, .06, .02, .05, .04, .05, .01, .06}, {26, 10, 20, 7, 30, 9, 60, 6}},
}};

// One of several levels, with these relative odds.
inline constexpr int kMostLevels = 7;
struct ChoiceColumn {
  const char* header;
  int level_count;
  std::array<const char*, kMostLevels> levels;
  std::array<std::array<double, kMostLevels>, kMostPersonas> odds;
};
inline constexpr std::array<ChoiceColumn, 5> kChoices = {{
    {"occupation",
     6,
     {"employee", "manager", "self-employed", "student", "retired", "tradesperson"},
     {{{77, 9, 4, 1, 1, 8},
       {8, 67, 10, 1, 12, 2},
       {16, 1, 2, 77, 0, 4},
       {2, 2, 2, 0, 92, 2},
       {4, 22, 72, 0, 1, 1},
       {43, 1, 1, 1, 8, 46},
       {57, 24, 4, 14, 0, 1},
       {6, 6, 10, 0, 26, 52}}}},
    {"area",
     4,
     {"city", "suburb", "town", "countryside"},
     {{{9, 75, 12, 4},
       {70, 13, 15, 2},
       {78, 10, 10, 2},
       {2, 7, 25, 66},
       {60, 28, 9, 3},
       {5, 20, 70, 5},
       {77, 16, 6, 1},
       {1, 18, 23, 58}}}},
    {"preferred_contact",
     4,
     {"email", "phone", "post", "app"},
     {{{81, 2, 2, 15},
       {30, 43, 24, 3},
       {10, 1, 1, 88},
       {3, 15, 81, 1},
       {66, 32, 1, 1},
       {18, 6, 62, 14},
       {40, 1, 1, 58},
       {10, 81, 8, 1}}}},
    {"newsletter",
     2,
     {"yes", "no"},
     {{{95, 5}, {92, 8}, {13, 87}, {22, 78}, {11, 89}, {78, 22}, {96, 4}, {22, 78}}}},
    {"source",
     6,
     {"advertising", "direct mail", "referral", "social", "web", "walk-in"},
     {{{25, 3, 4, 6, 60, 2},
       {3, 3, 38, 1, 1, 54},
       {4, 1, 9, 78, 7, 1},
       {10, 78, 7, 0, 1, 4},
       {4, 1, 70, 1, 23, 1},
       {47, 25, 2, 2, 1, 23},
       {6, 1, 10, 57, 25, 1},
       {8, 8, 27, 1, 5, 51}}}},
}};

// Channels used: each with its own probability, at least one.
inline constexpr std::array<const char*, 5> kChannels = {"mail", "phone", "social", "store", "web"};
inline constexpr std::array<PerPersona, 5> kChannelUse = {{
    {.10, .20, .04, .88, .05, .40, .04, .20},
    {.08, .30, .05, .50, .60, .08, .05, .85},
    {.40, .05, .88, .03, .15, .10, .80, .05},
    {.35, .95, .30, .30, .20, .95, .50, .70},
    {.95, .20, .80, .08, .85, .15, .92, .30},
}};

// Noise: the same for everyone. Lucky numbers peak in the middle: a flat
// column would be worth cutting in two.
inline constexpr int kLuckyNumbers = 49;
inline constexpr std::array<const char*, 6> kColours = {"blue",   "green", "orange",
                                                        "purple", "red",   "yellow"};

inline constexpr double kMissing = .20;

// One persona, ready to draw from.
struct Profile {
  double log_share = 0;
  std::array<double, kNumbers.size()> means;  // On each column's scale.
  std::array<double, kSpends.size()> nothing;
  std::array<double, kSpends.size()> log_spends;
  std::array<std::array<double, kMostLevels>, kChoices.size()> levels;  // Sum to 1.
  std::array<double, kChannels.size()> channels;
};

// A number on the scale on which it is Gaussian.
double OnScale(Scale scale, double x);

// The first `count` personas, drawn towards their average by kContrast.
// REQUIRES: 2 <= count <= kMostPersonas.
std::vector<Profile> MakeProfiles(int count);

}  // namespace cible::planted

#endif  // CIBLE_SEGMENTATION_DATA_PLANTED_PERSONAS_H_
