#include "clients/cpp/assigned_rows.h"

#include <gtest/gtest.h>

#include "cible/v1/segmentation_service.pb.h"

namespace cible {
namespace {

// Two rows: "s1" of 0.75, and one of which nothing is known.
v1::AssignSegmentsResponse TwoRows() {
  v1::AssignSegmentsResponse response;
  v1::Codes* segments = response.mutable_segments();
  segments->set_width(2);
  segments->set_codes(std::string("\1\0\0\0", 4));
  segments->mutable_dictionary()->set_data("s1");
  segments->mutable_dictionary()->add_ends(0);
  segments->mutable_dictionary()->add_ends(2);
  response.add_probabilities(0.75);
  response.add_probabilities(0);
  return response;
}

TEST(AssignedRows, AreTheSegmentsAndProbabilitiesInOrder) {
  const auto rows = AssignedRows(TwoRows());
  ASSERT_TRUE(rows.ok()) << rows.status();
  ASSERT_EQ(rows->size(), 2u);
  EXPECT_EQ((*rows)[0]->segment, "s1");
  EXPECT_EQ((*rows)[0]->probability, 0.75);
  EXPECT_EQ((*rows)[1]->segment, "");
}

TEST(AssignedRows, OfRefusedRowsAreTheirReasons) {
  v1::AssignSegmentsResponse response = TwoRows();
  v1::RowError* error = response.add_errors();
  error->set_row(1);
  error->set_reason("expected a number");
  const auto rows = AssignedRows(response);
  ASSERT_TRUE(rows.ok()) << rows.status();
  EXPECT_TRUE((*rows)[0].ok());
  EXPECT_EQ((*rows)[1].status(), absl::InvalidArgumentError("expected a number"));
}

TEST(AssignedRows, OfNoRowsAreNone) {
  EXPECT_EQ(AssignedRows(v1::AssignSegmentsResponse())->size(), 0u);
}

TEST(AssignedRows, AreRefusedWhenTheAnswerContradictsItself) {
  const auto changed = [](auto change) {
    v1::AssignSegmentsResponse response = TwoRows();
    change(response);
    return AssignedRows(response).status().code();
  };
  constexpr auto kDataLoss = absl::StatusCode::kDataLoss;
  EXPECT_EQ(changed([](auto& r) { r.add_probabilities(1); }), kDataLoss);
  EXPECT_EQ(changed([](auto& r) { r.mutable_segments()->set_width(0); }), kDataLoss);
  EXPECT_EQ(changed([](auto& r) { r.mutable_segments()->set_width(4'000'000'000); }), kDataLoss);
  EXPECT_EQ(changed([](auto& r) { r.mutable_segments()->set_codes(std::string(4, '\2')); }),
            kDataLoss);
  EXPECT_EQ(changed([](auto& r) { r.mutable_segments()->mutable_dictionary()->set_ends(1, 3); }),
            kDataLoss);
  EXPECT_EQ(changed([](auto& r) { r.add_errors()->set_row(2); }), kDataLoss);
}

}  // namespace
}  // namespace cible
