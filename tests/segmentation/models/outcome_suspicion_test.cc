#include "segmentation/models/outcome_suspicion.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "segmentation/models/outcome_fit.h"
#include "tests/segmentation/models/outcome_contacts.h"

namespace cible {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

constexpr int kCount = 1000;

// What is said of a further attribute whose cells follow the outcome by
// `cell(is_outcome, row)`.
template <typename Cell>
std::string Suspicion(Attribute attribute, const Cell& cell) {
  OutcomeContacts contacts = PlantOutcomes(kCount);
  const std::vector<bool> outcomes = contacts.Outcomes();
  contacts.Add(attribute,
               [&](int row) { return cell(outcomes[static_cast<std::size_t>(row)], row); });
  const OutcomeModel model =
      FitOutcome(contacts.table, contacts.schema, contacts.Ones(), kOutcomeDay);
  for (const SetAside& barred : model.barred) {
    if (barred.attribute == attribute.id) {
      EXPECT_THAT(OutcomeNotices(model).at(1), HasSubstr("Set known_before_outcome"));
      return barred.reason;
    }
  }
  return "";
}

bool Chance(int row, double share) { return Uniform(Key(31, row)) < share; }

TEST(SuspectReason, SuspectsACopyOfTheOutcome) {
  const auto copy = [](bool outcome, int row) {
    return std::optional<Value>(outcome != Chance(row, .01));
  };
  EXPECT_THAT(Suspicion({.id = "copy", .type = AttributeType::kBoolean}, copy),
              HasSubstr("it tells the outcome almost by itself"));
  EXPECT_EQ(Suspicion({.id = "copy", .type = AttributeType::kBoolean, .known_before_outcome = true},
                      copy),
            "");
}

TEST(SuspectReason, SuspectsWhatIsKnownOfOneSideAlone) {
  const auto reason = [](bool outcome, int row) {
    return outcome && Chance(row, .3)
               ? std::optional<Value>(std::string(row % 2 ? "price" : "need"))
               : std::nullopt;
  };
  EXPECT_THAT(Suspicion({.id = "why", .type = AttributeType::kCategorical}, reason),
              HasSubstr("contacts on one side of the outcome"));
  const auto lost = [](bool outcome, int row) {
    return !outcome && Chance(row, .2) ? std::optional<Value>(1.0 * row) : std::nullopt;
  };
  EXPECT_THAT(Suspicion({.id = "lost", .type = AttributeType::kNumeric}, lost),
              HasSubstr("contacts on one side of the outcome"));
}

TEST(SuspectReason, SuspectsALevelThatHardlyOccursWithoutTheOutcome) {
  const auto state = [](bool outcome, int row) {
    return std::optional<Value>(std::string(outcome && Chance(row, .5) ? "signed"
                                            : row % 2                  ? "open"
                                                                       : "new"));
  };
  EXPECT_THAT(Suspicion({.id = "state", .type = AttributeType::kCategorical}, state),
              HasSubstr("one of its values hardly ever occurs without the outcome"));
  const auto tags = [](bool outcome, int row) {
    StringSet set;
    if (row % 3 == 0) set.members.push_back("news");
    if (outcome && Chance(row, .5)) set.members.push_back("signed");
    return std::optional<Value>(set);
  };
  EXPECT_THAT(Suspicion({.id = "labels", .type = AttributeType::kSet}, tags),
              HasSubstr("one of its values hardly ever occurs without the outcome"));
}

TEST(SuspectReason, SuspectsANameOfTheAftermathThatTellsMuch) {
  const auto seconds = [](bool outcome, int row) {
    return std::optional<Value>(100 * Normal(Key(5, row)) + (outcome ? 100 : 0));
  };
  EXPECT_THAT(Suspicion({.id = "call_duration", .type = AttributeType::kNumeric}, seconds),
              HasSubstr("its name is that of what is written down"));
  EXPECT_EQ(Suspicion({.id = "time_on_site", .type = AttributeType::kNumeric}, seconds), "");
  const auto noise = [](bool, int row) { return std::optional<Value>(Normal(Key(6, row))); };
  EXPECT_EQ(Suspicion({.id = "call_duration", .type = AttributeType::kNumeric}, noise), "");
}

// The strongest facts of real lists: a source that converts nine in ten, a past
// success that triples the rate.
// Of so many levels each has few contacts: ranked by their own outcomes they rank
// well by chance.
TEST(SuspectReason, DoesNotSuspectManyLevelsOfNoise) {
  const auto noise = [](bool, int row) {
    return std::optional<Value>(absl::StrCat("town ", row % 190));
  };
  EXPECT_EQ(Suspicion({.id = "town", .type = AttributeType::kCategorical}, noise), "");
}

TEST(SuspectReason, DoesNotSuspectWhatIsOnlyStrong) {
  const auto source = [](bool outcome, int row) {
    const bool is_referral = Chance(row, outcome ? .4 : .02);
    return std::optional<Value>(std::string(is_referral ? "referral" : row % 2 ? "ad" : "search"));
  };
  EXPECT_EQ(Suspicion({.id = "source", .type = AttributeType::kCategorical}, source), "");
  EXPECT_THAT(FitOutcome(PlantOutcomes(kCount).table, OutcomeSchema(), PlantOutcomes(kCount).Ones(),
                         kOutcomeDay)
                  .barred,
              IsEmpty());
}

}  // namespace
}  // namespace cible
