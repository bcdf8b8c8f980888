#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <sstream>
#include <string>
#include <vector>

#include "clients/cli/commands.h"
#include "clients/cli/output/npy.h"
#include "tests/clients/cli/scratch_file.h"

namespace cible {
namespace {

using testing::EndsWith;
using testing::HasSubstr;

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
