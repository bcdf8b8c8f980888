#include "clients/load/load_options.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace cible::load {
namespace {

ParsedCommandLine Parse(std::vector<const char*> arguments) {
  arguments.insert(arguments.begin(), "cible-load");
  return ParseCommandLine(static_cast<int>(arguments.size()), arguments.data());
}

TEST(ParseCommandLine, DefaultsToSixtyFourUnaryCallsInFlight) {
  const auto parsed = Parse({});
  ASSERT_TRUE(parsed.options.has_value());
  EXPECT_EQ(parsed.options->mix.front().kind, CallKind::kUnary);
  EXPECT_EQ(parsed.options->shape.in_flight, 64);
  EXPECT_FALSE(parsed.options->shape.rate.has_value());
  EXPECT_EQ(parsed.options->SegmentationName(), "workspaces/default/segmentations/default");
}

TEST(ParseCommandLine, AStreamIsOneStreamUnlessSaidOtherwise) {
  EXPECT_EQ(Parse({"--call", "stream"}).options->shape.in_flight, 1);
  EXPECT_EQ(Parse({"--call", "stream", "--in-flight", "3"}).options->shape.in_flight, 3);
}

TEST(ParseCommandLine, RowsOfAMessageDependOnTheKind) {
  const auto plain = Parse({});
  EXPECT_EQ(plain.options->RowsOf(CallKind::kUnary), 1);
  EXPECT_EQ(plain.options->RowsOf(CallKind::kRows), 256);
  EXPECT_EQ(plain.options->RowsOf(CallKind::kTable), 4096);
  EXPECT_EQ(Parse({"--rows", "100"}).options->RowsOf(CallKind::kTable), 100);
}

TEST(ParseCommandLine, SoManyCallsTakeAsLongAsTheyTake) {
  EXPECT_TRUE(std::isinf(Parse({"--calls", "50", "--rate", "0.5"}).options->shape.duration));
  EXPECT_EQ(Parse({"--calls", "50", "--duration", "3"}).options->shape.duration, 3);
}

TEST(ParseCommandLine, VerifyingAFileMeansAllOfIt) {
  EXPECT_EQ(Parse({"--contacts", "c.csv"}).options->contacts.count, 1000);
  EXPECT_GT(Parse({"--contacts", "c.csv", "--verify"}).options->contacts.count, 1'000'000);
  EXPECT_EQ(
      Parse({"--contacts", "c.csv", "--verify", "--contact-count", "7"}).options->contacts.count,
      7);
}

TEST(ParseCommandLine, WrongUsageEndsWithTwo) {
  const std::vector<std::vector<const char*>> wrong = {
      {"--bogus"},
      {"--call", "nonsense"},
      {"--rate", "5", "--in-flight", "5"},
      {"--rate", "0"},
      {"--call", "stream", "--rate", "5"},
      {"--call", "stream", "--deadline-ms", "5"},
      {"--call", "unary=1,table=1", "--compare-echo"},
      {"--duration", "0"},
      {"--expect", "out.csv"},
      {"--rounds", "3"},
      {"--format", "xml"},
  };
  for (const auto& arguments : wrong) {
    const auto parsed = Parse(arguments);
    EXPECT_FALSE(parsed.options.has_value()) << arguments[0];
    EXPECT_EQ(parsed.exit_code, 2) << arguments[0];
  }
}

TEST(ParseCommandLine, HelpIsNoError) {
  const auto parsed = Parse({"--help"});
  EXPECT_FALSE(parsed.options.has_value());
  EXPECT_EQ(parsed.exit_code, 0);
}

}  // namespace
}  // namespace cible::load
