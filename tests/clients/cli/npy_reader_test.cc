#include "clients/cli/npy_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <limits>
#include <string>
#include <vector>

#include "tests/clients/cli/scratch_file.h"

namespace cible {
namespace {

using testing::EndsWith;
using testing::StartsWith;

template <typename T>
std::string Bytes(const std::vector<T>& values) {
  return {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T)};
}

// A file of this version whose header is this dictionary.
std::string Npy(const std::string& dictionary, const std::string& data, int version = 1) {
  std::string header = dictionary + "\n";
  std::string length(version == 1 ? 2 : 4, '\0');
  const auto size = static_cast<std::uint32_t>(header.size());
  std::memcpy(length.data(), &size, length.size());
  return std::string("\x93NUMPY") + static_cast<char>(version) + '\0' + length + header + data;
}

std::string Dictionary(const std::string& type, const std::string& shape,
                       const std::string& fortran = "False") {
  return "{'descr': '" + type + "', 'fortran_order': " + fortran + ", 'shape': " + shape + ", }";
}

const std::vector<float> kSix = {1, 2, 3, 4, 5, 6};

class NpyReader : public testing::Test {
 protected:
  absl::StatusOr<NpyMatrix> Read(const std::string& content) {
    return ReadNpyMatrix(folder_.Write("x.npy", content));
  }

  // What comes after the path in the message.
  std::string Refusal(const std::string& content) {
    const auto matrix = Read(content);
    if (matrix.ok()) return "";
    const std::string message(matrix.status().message());
    EXPECT_THAT(message, StartsWith(folder_.Path("x.npy")));
    return message.substr(folder_.Path("x.npy").size());
  }

  ScratchFolder folder_;
};

TEST_F(NpyReader, ReadsFloat32OfEveryVersion) {
  for (const int version : {1, 2, 3}) {
    const auto matrix = Read(Npy(Dictionary("<f4", "(2, 3)"), Bytes(kSix), version));
    ASSERT_TRUE(matrix.ok()) << matrix.status();
    EXPECT_EQ(matrix->values.rows(), 2);
    EXPECT_EQ(matrix->values(1, 2), 6);
    EXPECT_TRUE(matrix->offset.empty());
  }
}

TEST_F(NpyReader, ReadsKeysInAnyOrderAndOtherQuotes) {
  const auto matrix =
      Read(Npy("{\"shape\":(3,2),\"fortran_order\":False,\"descr\":\"<f4\"}   ", Bytes(kSix)));
  ASSERT_TRUE(matrix.ok()) << matrix.status();
  EXPECT_EQ(matrix->values(2, 0), 5);
}

TEST_F(NpyReader, TakesTheMeanOffFloat64) {
  const std::vector<double> values = {1e9 + 0.25, 0, 1e9 + 0.75, 2};
  const auto matrix = Read(Npy(Dictionary("<f8", "(2, 2)"), Bytes(values)));
  ASSERT_TRUE(matrix.ok()) << matrix.status();
  EXPECT_EQ(matrix->values(0, 0), -0.25f);
  EXPECT_EQ(matrix->values(1, 0), 0.25f);
  EXPECT_EQ(matrix->offset, (std::vector<double>{1e9 + 0.5, 1}));
}

TEST_F(NpyReader, RefusesWhatIsNoArray) {
  const std::string none = " is not an array of NumPy's format (.npy); write one with numpy.save";
  EXPECT_EQ(Refusal(""), none);
  EXPECT_EQ(Refusal("a,b\n1,2\n"), none);
  EXPECT_EQ(Refusal(Npy("{}", "")), none);
  EXPECT_EQ(Refusal(Npy(Dictionary("<f4", "(2, x)"), "")), none);
  EXPECT_EQ(Refusal(Npy(Dictionary("<f4", "(9223372036854775807, 9)"), "")), none);
}

TEST_F(NpyReader, RefusesOtherVersionsAndTypes) {
  EXPECT_EQ(Refusal(Npy(Dictionary("<f4", "(2, 3)"), Bytes(kSix), 4)),
            " has version 4.0 of NumPy's format; 1.0 to 3.0 can be read");
  EXPECT_EQ(Refusal(Npy(Dictionary("<i4", "(2, 3)"), Bytes(kSix))),
            " holds '<i4'; expected float32 ('<f4') or float64 ('<f8')");
  EXPECT_EQ(Refusal(Npy(Dictionary(">f4", "(2, 3)"), Bytes(kSix))),
            " holds '>f4'; expected float32 ('<f4') or float64 ('<f8')");
  EXPECT_EQ(Refusal(Npy("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (6,), }",
                        Bytes(kSix))),
            " holds [('a', '<f4')]; expected float32 ('<f4') or float64 ('<f8')");
}

TEST_F(NpyReader, RefusesOtherShapes) {
  EXPECT_EQ(Refusal(Npy(Dictionary("<f4", "(2, 3)", "True"), Bytes(kSix))),
            " is in Fortran order, column by column; write it with numpy.ascontiguousarray");
  EXPECT_EQ(Refusal(Npy(Dictionary("<f4", "(6,)"), Bytes(kSix))),
            " holds an array of shape (6,); expected two dimensions, rows and columns");
  EXPECT_EQ(Refusal(Npy(Dictionary("<f4", "(1, 2, 3)"), Bytes(kSix))),
            " holds an array of shape (1, 2, 3); expected two dimensions, rows and columns");
  EXPECT_EQ(Refusal(Npy(Dictionary("<f4", "(0, 3)"), "")), " holds an empty array of shape (0, 3)");
}

TEST_F(NpyReader, RefusesWhatIsCutShortOrTooLong) {
  const std::string whole = Npy(Dictionary("<f4", "(2, 3)"), Bytes(kSix));
  EXPECT_EQ(Refusal(whole.substr(0, whole.size() - 1)),
            " is cut short: (2, 3) takes 24 bytes of data; there are 23");
  EXPECT_EQ(Refusal(whole + "x"), " is too long: (2, 3) takes 24 bytes of data; there are 25");
  EXPECT_EQ(Refusal(whole.substr(0, 30)), " is cut short in its header");
}

TEST_F(NpyReader, RefusesWhatIsNotFinite) {
  std::vector<float> values = kSix;
  values[4] = std::numeric_limits<float>::quiet_NaN();
  EXPECT_EQ(Refusal(Npy(Dictionary("<f4", "(2, 3)"), Bytes(values))),
            " holds a NaN or an infinity in row 1, column 1 (counted from 0); every number must be "
            "finite");
  EXPECT_EQ(Refusal(Npy(Dictionary("<f8", "(1, 2)"),
                        Bytes(std::vector<double>{1, std::numeric_limits<double>::infinity()}))),
            " holds a NaN or an infinity in row 0, column 1 (counted from 0); every number must be "
            "finite");
  EXPECT_EQ(Refusal(Npy(Dictionary("<f8", "(2, 1)"), Bytes(std::vector<double>{1e300, -1e300}))),
            " holds numbers too large for float32; scale them down");
}

TEST_F(NpyReader, SaysWhenThereIsNoFile) {
  const auto matrix = ReadNpyMatrix("/nowhere/x.npy");
  EXPECT_EQ(matrix.status().code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(std::string(matrix.status().message()), EndsWith("give the path of a file"));
}

TEST_F(NpyReader, ReadsNumbersInOneDimension) {
  const std::string path = folder_.Write("w.npy", Npy(Dictionary("<f4", "(6,)"), Bytes(kSix)));
  const auto numbers = ReadNpyNumbers(path);
  ASSERT_TRUE(numbers.ok()) << numbers.status();
  EXPECT_EQ(*numbers, (std::vector<double>{1, 2, 3, 4, 5, 6}));
  const auto rows =
      ReadNpyNumbers(folder_.Write("m.npy", Npy(Dictionary("<f4", "(2, 3)"), Bytes(kSix))));
  EXPECT_THAT(std::string(rows.status().message()), EndsWith("(2, 3); expected one dimension"));
}

}  // namespace
}  // namespace cible
