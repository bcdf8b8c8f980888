#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <sstream>
#include <string>
#include <vector>

#include "clients/cli/commands.h"
#include "clients/cli/npy_reader.h"
#include "clients/cli/output/npy.h"
#include "tests/clients/cli/scratch_file.h"

namespace cible {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;

struct Outcome {
  int code = 0;
  std::string out;
  std::string err;
};

Outcome Cible(const std::vector<std::string>& arguments) {
  std::istringstream in;
  std::ostringstream out, err;
  Console console{in, out, err, 0, false, false};
  const int code = RunCible(arguments, console);
  return {code, out.str(), err.str()};
}

std::string WriteMatrix(const ScratchFolder& folder, const std::string& name, int columns,
                        const std::vector<float>& values) {
  auto file = NpyWriter<float>::Open(folder.Path(name), columns);
  EXPECT_TRUE(file.ok() && file->Append(values).ok() && file->Close().ok());
  return folder.Path(name);
}

// Two pairs, and what follows from them by hand.
class ClusterCommand : public testing::Test {
 protected:
  ClusterCommand() : matrix_(WriteMatrix(folder_, "m.npy", 2, {0, 0, 0, 2, 10, 0, 10, 2})) {}

  ScratchFolder folder_;
  const std::string matrix_;
};

TEST_F(ClusterCommand, GivesWhatItFoundAsJson) {
  const Outcome outcome =
      Cible({"cluster", matrix_, "--segments", "2", "--format", "json", "--tolerance", "0"});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("{\"seconds\": "));
  EXPECT_THAT(outcome.out, HasSubstr("\"inertia\": 4, \"sizes\": [2, 2], \"silhouette\": "));
  // a = 4, b = (100 + 104) / 2.
  const std::size_t at = outcome.out.find("\"silhouette\": ") + 14;
  EXPECT_NEAR(std::stod(outcome.out.substr(at)), 98.0 / 102, 1e-12);
}

TEST_F(ClusterCommand, GivesATableForPeople) {
  const Outcome outcome = Cible({"cluster", matrix_, "--segments", "2"});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("50.0 %"));
  EXPECT_THAT(outcome.out, HasSubstr("inertia 4, silhouette 0.961"));
}

TEST_F(ClusterCommand, StartsFromCentroidsAndWritesLabels) {
  const std::string init = WriteMatrix(folder_, "c.npy", 2, {5, 0, 5, 3});
  const Outcome outcome = Cible({"cluster", matrix_, "--segments", "2", "--init", init, "--labels",
                                 folder_.Path("l.npy"), "--threads", "1", "--format", "json"});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  // Those of y = 0, and those of y = 2: where these centroids lead.
  EXPECT_THAT(outcome.out, HasSubstr("\"inertia\": 100, "));
  const std::string bytes = folder_.Read("l.npy");
  std::vector<std::int32_t> labels(4);
  ASSERT_EQ(bytes.size(), 128 + 16u);
  std::memcpy(labels.data(), bytes.data() + 128, 16);
  EXPECT_EQ(labels, (std::vector<std::int32_t>{0, 1, 0, 1}));
}

std::vector<std::int32_t> Labels(const ScratchFolder& folder, const std::string& name) {
  const std::string bytes = folder.Read(name);
  EXPECT_GE(bytes.size(), 128u);
  std::vector<std::int32_t> labels((bytes.size() - 128) / sizeof(std::int32_t));
  std::memcpy(labels.data(), bytes.data() + 128, bytes.size() - 128);
  return labels;
}

// The smaller segment began as row 0, and was given out as label 1.
TEST_F(ClusterCommand, KeepsTheOrderOfTheCentroidsItStartsFrom) {
  const std::string matrix = WriteMatrix(folder_, "m3.npy", 1, {0, 1, 10, 20, 21, 22});
  const std::string init = WriteMatrix(folder_, "c3.npy", 1, {9, 0, 21});
  const Outcome outcome =
      Cible({"cluster", matrix, "--segments", "3", "--init", init, "--labels",
             folder_.Path("l.npy"), "--centroids", folder_.Path("found.npy"), "--format", "json"});
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_EQ(Labels(folder_, "l.npy"), (std::vector<std::int32_t>{1, 1, 0, 2, 2, 2}));
  EXPECT_THAT(outcome.out, HasSubstr("\"sizes\": [1, 2, 3]"));
  const auto found = ReadNpyRows(folder_.Path("found.npy"));
  ASSERT_TRUE(found.ok()) << found.status();
  EXPECT_EQ(std::vector<double>(found->data(), found->data() + 3),
            (std::vector<double>{10, .5, 21}));
}

// Two rows that are distinct leave the third centroid where it was.
TEST_F(ClusterCommand, KeepsARowForACentroidThatNothingCameTo) {
  const std::string matrix = WriteMatrix(folder_, "m1.npy", 1, {0, 0, 4, 4});
  const std::string init = WriteMatrix(folder_, "c1.npy", 1, {100, 0, 4});
  const Outcome outcome =
      Cible({"cluster", matrix, "--segments", "3", "--init", init, "--labels",
             folder_.Path("l.npy"), "--centroids", folder_.Path("found.npy"), "--format", "json"});
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  const auto found = ReadNpyRows(folder_.Path("found.npy"));
  ASSERT_TRUE(found.ok()) << found.status();
  const std::vector<std::int32_t> labels = Labels(folder_, "l.npy");
  for (int i = 0; i < 4; ++i) {
    EXPECT_EQ((*found)(labels[static_cast<std::size_t>(i)], 0), i < 2 ? 0 : 4);
  }
  EXPECT_EQ(found->rows(), 3);
  EXPECT_THAT(outcome.err, HasSubstr("only 2 segments came out"));
}

// Half way between 0 and 1e9, float32 is 32 wide: the inertia was 405.87, not
// 4 + 4 (half the rows of each segment are 1 above, half 1 below).
TEST_F(ClusterCommand, MeasuresAFloat64MatrixInFloat64) {
  auto file = NpyWriter<double>::Open(folder_.Path("far.npy"), 1);
  const std::vector<double> values = {-1, 1, -1, 1, 1e9 - 1, 1e9 + 1, 1e9 - 1, 1e9 + 1};
  ASSERT_TRUE(file.ok() && file->Append(values).ok() && file->Close().ok());
  const Outcome outcome = Cible({"cluster", folder_.Path("far.npy"), "--segments", "2", "--init",
                                 WriteMatrix(folder_, "far_c.npy", 1, {0, 1e9f}), "--centroids",
                                 folder_.Path("found.npy"), "--format", "json"});
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("\"inertia\": 8, "));
  EXPECT_THAT(outcome.err, HasSubstr("rows are compared in float32"));
  const auto found = ReadNpyRows(folder_.Path("found.npy"));
  ASSERT_TRUE(found.ok()) << found.status();
  EXPECT_EQ((*found)(0, 0), 0);
  EXPECT_EQ((*found)(1, 0), 1e9);
}

// It is nearest to 0, of the centroids that have a weight.
TEST_F(ClusterCommand, LabelsARowOfNoWeightWhoseCentroidIsLeftOut) {
  const std::string matrix = WriteMatrix(folder_, "m0.npy", 1, {0, 10, 10, 4});
  const std::string init = WriteMatrix(folder_, "c0.npy", 1, {0, 10, 4});
  const std::string weights = WriteMatrix(folder_, "w0.npy", 0, {1, 1, 1, 0});
  const Outcome outcome = Cible({"cluster", matrix, "--segments", "3", "--init", init, "--weights",
                                 weights, "--labels", folder_.Path("l.npy")});
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_EQ(Labels(folder_, "l.npy"), (std::vector<std::int32_t>{0, 1, 1, 0}));
}

// Those of a float64 matrix are far from 0 again, though the fit is not.
TEST_F(ClusterCommand, WritesTheCentroidsOfAFloat64Matrix) {
  auto file = NpyWriter<double>::Open(folder_.Path("m8.npy"), 1);
  const std::vector<double> values = {1e9, 1e9 + 1, 1e9 + 50};
  ASSERT_TRUE(file.ok() && file->Append(values).ok() && file->Close().ok());
  const Outcome outcome = Cible({"cluster", folder_.Path("m8.npy"), "--segments", "2",
                                 "--centroids", folder_.Path("found.npy")});
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  const auto found = ReadNpyRows(folder_.Path("found.npy"));
  ASSERT_TRUE(found.ok()) << found.status();
  EXPECT_NEAR((*found)(0, 0), 1e9 + .5, 1e-5);
  EXPECT_NEAR((*found)(1, 0), 1e9 + 50, 1e-5);
}

// It said so once the whole fit was done.
TEST_F(ClusterCommand, LooksWhetherItCanWriteBeforeItFits) {
  const std::string nowhere = folder_.Path("none/out.npy");
  for (const char* const option : {"--labels", "--centroids"}) {
    const Outcome outcome =
        Cible({"cluster", folder_.Path("no_matrix.npy"), "--segments", "2", option, nowhere});
    EXPECT_EQ(outcome.code, 1);
    EXPECT_THAT(outcome.err, EndsWith("out.npy cannot be written; name a file in a folder that "
                                      "can\n"));
  }
}

// --labels had replaced the matrix.
TEST_F(ClusterCommand, OverwritesNoneOfItsInputs) {
  const std::string before = folder_.Read("m.npy");
  for (const char* const option : {"--labels", "--centroids"}) {
    const Outcome outcome = Cible({"cluster", matrix_, "--segments", "2", option, matrix_});
    EXPECT_EQ(outcome.code, 2);
    EXPECT_THAT(outcome.err, HasSubstr(" would overwrite "));
    EXPECT_EQ(folder_.Read("m.npy"), before);
  }
}

TEST_F(ClusterCommand, HasNoSilhouetteOfASingleSegment) {
  EXPECT_THAT(Cible({"cluster", matrix_, "--segments", "1", "--format", "json"}).out,
              EndsWith("\"sizes\": [4], \"silhouette\": null}\n"));
  EXPECT_THAT(Cible({"cluster", matrix_, "--segments", "1"}).out, Not(HasSubstr("silhouette")));
}

TEST_F(ClusterCommand, CountsASingleIteration) {
  const std::string init = WriteMatrix(folder_, "c.npy", 2, {0, 1, 10, 1});
  const Outcome outcome = Cible({"cluster", matrix_, "--segments", "2", "--init", init});
  EXPECT_THAT(outcome.out, HasSubstr(", 1 iteration in "));
}

TEST_F(ClusterCommand, RefusesWeightsThatCountNoRow) {
  const std::string none = WriteMatrix(folder_, "w.npy", 0, {0, 0, 0, 0});
  EXPECT_THAT(Cible({"cluster", matrix_, "--segments", "2", "--weights", none}).err,
              EndsWith("w.npy: every weight is 0, so that no row counts; give as many rows as "
                       "--segments a weight above 0, at the least\n"));
  const std::string negative = WriteMatrix(folder_, "v.npy", 0, {0, 1, -1, -2});
  EXPECT_THAT(Cible({"cluster", matrix_, "--segments", "2", "--weights", negative}).err,
              EndsWith("v.npy has weights below 0: 2 of 4, the first in row 2 (from 0); a weight "
                       "is 0 or above\n"));
}

TEST_F(ClusterCommand, TakesWeights) {
  const std::string weights = WriteMatrix(folder_, "w.npy", 0, {1, 3, 1, 0});
  const Outcome outcome =
      Cible({"cluster", matrix_, "--segments", "2", "--weights", weights, "--format", "json"});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("\"inertia\": 3, \"sizes\": [4, 1]"));
}

TEST_F(ClusterCommand, RefusesWhatDoesNotFit) {
  const std::string init = WriteMatrix(folder_, "c.npy", 3, {1, 2, 3});
  const Outcome narrow = Cible({"cluster", matrix_, "--segments", "2", "--init", init});
  EXPECT_EQ(narrow.code, 1);
  EXPECT_THAT(narrow.err, EndsWith("c.npy holds centroids of shape (1, 3); expected (2, 2), a row "
                                   "a segment and the columns of the matrix\n"));
  const std::string weights = WriteMatrix(folder_, "w.npy", 0, {1, 3});
  const Outcome few = Cible({"cluster", matrix_, "--segments", "2", "--weights", weights});
  EXPECT_EQ(few.code, 1);
  EXPECT_THAT(few.err, EndsWith("w.npy holds 2 weights; the matrix has 4 rows\n"));
  const Outcome many = Cible({"cluster", matrix_, "--segments", "5"});
  EXPECT_EQ(many.code, 1);
  EXPECT_EQ(many.err, "cible: 5 clusters need at least 5 samples; got 4\n");
  EXPECT_EQ(Cible({"cluster", folder_.Write("x.csv", "1,2\n"), "--segments", "2"}).code, 1);
  EXPECT_EQ(Cible({"cluster", matrix_}).code, 2);
  EXPECT_EQ(Cible({"cluster", matrix_, "--segments", "0"}).code, 2);
  EXPECT_EQ(Cible({"cluster", matrix_, "--segments", "2", "--engine", "dbscan"}).code, 2);
}

}  // namespace
}  // namespace cible
