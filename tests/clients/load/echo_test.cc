// The load against both flavours of the bare server: the loops themselves.

#include <gtest/gtest.h>

#include <string>

#include "clients/load/echo_server.h"
#include "clients/load/first_answer.h"
#include "clients/load/load_run.h"
#include "clients/load/made_contacts.h"
#include "tests/clients/load/every_type.h"

namespace cible::load {
namespace {

constexpr int kRows = 32;

// Answers that differ by kind.
CannedAnswers Answers() {
  CannedAnswers answers;
  answers.unary.set_segment("unary");
  answers.name.set_segment("name");
  answers.match.set_information(0.5);
  for (int i = 0; i < kRows; ++i) {
    answers.rows.add_probabilities(0.25);
    answers.table.add_probabilities(0.5);
    answers.stream.add_probabilities(0.75);
  }
  return answers;
}

std::string Expected(CallKind kind) {
  const CannedAnswers answers = Answers();
  switch (kind) {
    case CallKind::kUnary: return answers.unary.SerializeAsString();
    case CallKind::kName: return answers.name.SerializeAsString();
    case CallKind::kMatch: return answers.match.SerializeAsString();
    case CallKind::kRows: return answers.rows.SerializeAsString();
    case CallKind::kTable: return answers.table.SerializeAsString();
    case CallKind::kStream: return answers.stream.SerializeAsString();
  }
  return "";
}

class EchoTest : public testing::TestWithParam<EchoFlavour> {
 protected:
  void SetUp() override {
    ASSERT_NE(server_->port(), 0);
    auto channels = Connect("127.0.0.1:" + std::to_string(server_->port()), 2);
    ASSERT_TRUE(channels.ok()) << channels.status();
    channels_ = *std::move(channels);
  }

  static Workload Make(const std::vector<MixPart>& mix) {
    LoadOptions options;
    options.rows = kRows;
    return MakeWorkload(
        options, mix, {MakeContacts({.count = 50}, EveryType(), {}), {"workspaces/w/contacts/c"}});
  }

  const CannedAnswers answers_ = Answers();
  const std::unique_ptr<EchoServer> server_ = StartEcho(GetParam(), answers_);
  Channels channels_;
};

TEST_P(EchoTest, AnswersTheBytesOfEachKind) {
  for (const CallKind kind : {CallKind::kUnary, CallKind::kName, CallKind::kMatch, CallKind::kRows,
                              CallKind::kTable, CallKind::kStream}) {
    const PreparedCalls calls = Make({{kind, 1}}).parts.front();
    const auto bytes =
        AnswerTo(channels_.front(), kind, calls.requests.front(), calls.contacts_per_call);
    ASSERT_TRUE(bytes.ok()) << Name(kind) << ": " << bytes.status();
    EXPECT_EQ(*bytes, Expected(kind)) << Name(kind);
  }
}

TEST_P(EchoTest, AClosedLoopEndsAfterSoManyCalls) {
  const LoadShape shape{.in_flight = 8, .duration = 60, .warm_up = 0, .calls = 200, .threads = 2};
  const Workload workload = Make({{CallKind::kUnary, 0.5}, {CallKind::kTable, 0.5}});
  const LoadFigures figures = RunLoad(channels_, workload, shape, false);
  EXPECT_EQ(figures.Total().ok, 200);
  EXPECT_EQ(figures.Total().error_count(), 0);
  EXPECT_EQ(figures.Total().latency.count(), 200);
  EXPECT_GT(figures.parts[0].ok, 0);
  EXPECT_GT(figures.parts[1].ok, 0);
  EXPECT_GT(figures.seconds, 0);
  EXPECT_LT(figures.seconds, 60);
}

TEST_P(EchoTest, AnOpenLoopSendsEveryCallThatIsDue) {
  const LoadShape shape{.rate = 200, .duration = 0.5, .warm_up = 0.1, .threads = 2};
  const LoadFigures figures = RunLoad(channels_, Make({{CallKind::kUnary, 1}}), shape, false);
  const CallFigures total = figures.Total();
  EXPECT_EQ(total.ok + total.error_count() + total.not_sent, 100);
  EXPECT_EQ(total.not_sent, 0);
  EXPECT_EQ(total.latency_from_send.count(), total.ok);
}

TEST_P(EchoTest, WhatExceedsTheOutstandingIsCountedAsNotSent) {
  const LoadShape shape{.rate = 20'000, .max_outstanding = 1, .duration = 0.2, .warm_up = 0};
  const CallFigures total = RunLoad(channels_, Make({{CallKind::kTable, 1}}), shape, false).Total();
  EXPECT_EQ(total.calls() + total.not_sent, 4'000);
  EXPECT_GT(total.not_sent, 0);
}

TEST_P(EchoTest, StreamsCountMessages) {
  const LoadShape shape{.in_flight = 3, .duration = 60, .warm_up = 0, .calls = 100};
  const LoadFigures figures = RunLoad(channels_, Make({{CallKind::kStream, 1}}), shape, false);
  EXPECT_EQ(figures.Total().ok, 100);
  EXPECT_EQ(figures.Total().error_count(), 0);
}

TEST_P(EchoTest, ShortAnswersOfAStreamAreReadAsRefusals) {
  // A table of more contacts than the echo has probabilities for.
  LoadOptions options;
  options.rows = 2 * kRows;
  const Workload workload =
      MakeWorkload(options, {{CallKind::kStream, 1}}, {MakeContacts({}, EveryType(), {}), {}});
  const LoadShape shape{.in_flight = 1, .duration = 60, .warm_up = 0, .calls = 10};
  EXPECT_EQ(RunLoad(channels_, workload, shape, false).Total().error_count(), 10);
}

INSTANTIATE_TEST_SUITE_P(Flavours, EchoTest,
                         testing::Values(EchoFlavour::kCallback, EchoFlavour::kQueue),
                         [](const auto& instance) { return std::string(Name(instance.param)); });

TEST(Connect, SaysWhatToDoWhereNoServerIs) {
  // Port 1 is nobody's.
  const auto channels = Connect("127.0.0.1:1", 1);
  EXPECT_EQ(channels.status().code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(channels.status().message(),
            "no server answers at 127.0.0.1:1; start one (cible-server), or say where it listens "
            "(--server HOST:PORT)");
}

}  // namespace
}  // namespace cible::load
