#include "clients/cli/policy_file.h"

#include <gtest/gtest.h>

#include "tests/clients/cli/scratch_file.h"

namespace cible {
namespace {

constexpr char kPolicy[] =
    "# Mine.\n"
    "customer: \"net_paid > 0\"\n"
    "new_customer: \"a = 1\"\n"
    "dormant_customer: \"b = 1\"\n"
    "dormant_customer_is_prospect_after_days: 0\n"
    "qualification {\n"
    "  budget {\n"
    "    met: \"c = 1\"\n"
    "  }\n"
    "}\n"
    "offers {\n"
    "  id: \"plan\"\n"
    "  max_price: -1\n"
    "  bought: \"d = 1\"\n"
    "}\n"
    "next_actions { action: NEXT_ACTION_THANK  when: \"e = 1\" }\n"
    "next_actions { action: NEXT_ACTION_NURTURE\n"
    "  when: \"f = 1\" }\n";

class PolicyFileTest : public testing::Test {
 protected:
  std::string Placed(const std::string& sentence) {
    const auto file = ReadPolicyFile(folder_.Write("mine.policy", kPolicy));
    if (!file.ok()) return std::string(file.status().message());
    const absl::Status status = AtItsLine(absl::InvalidArgumentError(sentence), *file);
    std::string text(status.message());
    if (text.rfind(file->path, 0) == 0) text = text.substr(file->path.size());
    return text;
  }

  ScratchFolder folder_;
};

TEST_F(PolicyFileTest, PutsTheLineBeforeWhatIsSaidOfAField) {
  EXPECT_EQ(Placed("customer: position 1: there is no attribute \"net_paid\""),
            ", line 2: customer: position 1: there is no attribute \"net_paid\"\n"
            "  2 | customer: \"net_paid > 0\"");
  EXPECT_EQ(Placed("dormant_customer_is_prospect_after_days: a delay is needed"),
            ", line 5: dormant_customer_is_prospect_after_days: a delay is needed\n"
            "  5 | dormant_customer_is_prospect_after_days: 0");
  EXPECT_EQ(Placed("qualification.budget.met: no"),
            ", line 8: qualification.budget.met: no\n  8 |     met: \"c = 1\"");
}

TEST_F(PolicyFileTest, KnowsOffersByIdAndByPosition) {
  EXPECT_EQ(Placed("offers \"plan\".bought: no"),
            ", line 14: offers \"plan\".bought: no\n  14 |   bought: \"d = 1\"");
  EXPECT_EQ(Placed("offers \"plan\": max_price: no"),
            ", line 13: offers \"plan\": max_price: no\n  13 |   max_price: -1");
  EXPECT_EQ(Placed("offers[0].id: no"), ", line 12: offers[0].id: no\n  12 |   id: \"plan\"");
  EXPECT_EQ(Placed("offers has 101 entries"), ", line 11: offers has 101 entries\n  11 | offers {");
}

TEST_F(PolicyFileTest, KnowsNextActionsByLineAndByPosition) {
  EXPECT_EQ(Placed("next_actions, line 1: no"),
            ", line 16: next_actions, line 1: no\n"
            "  16 | next_actions { action: NEXT_ACTION_THANK  when: \"e = 1\" }");
  EXPECT_EQ(Placed("next_actions[1].when: no"),
            ", line 18: next_actions[1].when: no\n  18 |   when: \"f = 1\" }");
}

TEST_F(PolicyFileTest, ShowsBothFieldsThatContradictEachOther) {
  EXPECT_EQ(Placed("new_customer and dormant_customer: both are true"),
            ", line 3: new_customer and dormant_customer: both are true\n"
            "  3 | new_customer: \"a = 1\"\n"
            "  4 | dormant_customer: \"b = 1\"");
}

TEST_F(PolicyFileTest, LeavesOtherErrorsAsTheyAre) {
  EXPECT_EQ(Placed("customers are none"), "customers are none");
  EXPECT_EQ(Placed("hot: not in the file"), "hot: not in the file");
}

TEST_F(PolicyFileTest, SaysWhichFileCannotBeReadAndWhere) {
  const auto missing = ReadPolicyFile("/nowhere.policy");
  EXPECT_EQ(missing.status().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(missing.status().message(), "/nowhere.policy cannot be read; check the name");
  const std::string path = folder_.Write("broken.policy", "hot: net_paid > 0\n");
  const auto broken = ReadPolicyFile(path);
  EXPECT_EQ(broken.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(broken.status().message().substr(path.size(), 18), ", line 1, column 6");
}

}  // namespace
}  // namespace cible
