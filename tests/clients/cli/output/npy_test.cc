#include "clients/cli/output/npy.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <cstring>
#include <string>

#include "tests/clients/cli/scratch_file.h"

namespace cible {
namespace {

TEST(NpyWriter, WritesAMatrixThatNumPyReads) {
  const ScratchFolder scratch;
  const std::string path = scratch.Path("matrix.npy");
  auto writer = NpyWriter<float>::Open(path, 3);
  ASSERT_TRUE(writer.ok()) << writer.status();
  EXPECT_TRUE(writer->Append({1, 2, 3}).ok());
  EXPECT_TRUE(writer->Append({4, 5, 6, 7, 8, 9}).ok());
  EXPECT_EQ(writer->row_count(), 3);
  ASSERT_TRUE(writer->Close().ok());

  const std::string bytes = scratch.Read("matrix.npy");
  ASSERT_EQ(bytes.size(), 128 + 9 * sizeof(float));
  EXPECT_EQ(bytes.substr(0, 10), std::string("\x93NUMPY\x01\x00\x76\x00", 10));
  EXPECT_EQ(bytes.substr(10, 61), "{'descr': '<f4', 'fortran_order': False, 'shape': (3, 3), }  ");
  EXPECT_EQ(bytes[127], '\n');
  float last = 0;
  std::memcpy(&last, bytes.data() + bytes.size() - sizeof last, sizeof last);
  EXPECT_EQ(last, 9);
}

TEST(NpyWriter, WritesFloat64) {
  const ScratchFolder scratch;
  auto writer = NpyWriter<double>::Open(scratch.Path("c.npy"), 2);
  ASSERT_TRUE(writer.ok()) << writer.status();
  EXPECT_TRUE(writer->Append({1, 2}).ok());
  ASSERT_TRUE(writer->Close().ok());
  EXPECT_NE(
      scratch.Read("c.npy").find("'descr': '<f8', 'fortran_order': False, 'shape': (1, 2), }"),
      std::string::npos);
}

TEST(NpyWriter, WritesLabelsInOneDimension) {
  const ScratchFolder scratch;
  const std::string path = scratch.Path("labels.npy");
  auto writer = NpyWriter<std::int32_t>::Open(path, 0);
  ASSERT_TRUE(writer.ok()) << writer.status();
  EXPECT_TRUE(writer->Append({0, -1, 2}).ok());
  ASSERT_TRUE(writer->Close().ok());
  EXPECT_NE(
      scratch.Read("labels.npy").find("'descr': '<i4', 'fortran_order': False, 'shape': (3,), }"),
      std::string::npos);
}

TEST(NpyWriter, RefusesPartsOfRows) {
  const ScratchFolder scratch;
  auto writer = NpyWriter<float>::Open(scratch.Path("parts.npy"), 2);
  ASSERT_TRUE(writer.ok());
  const absl::Status status = writer->Append({1, 2, 3});
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(status.message(), "3 numbers do not fill rows of 2");
}

TEST(NpyWriter, SaysWhereItCannotWrite) {
  const auto writer = NpyWriter<float>::Open("/nowhere/at/all.npy", 2);
  EXPECT_EQ(writer.status().code(), absl::StatusCode::kPermissionDenied);
  EXPECT_EQ(writer.status().message(),
            "/nowhere/at/all.npy cannot be written; name a file in a folder that can");
}

}  // namespace
}  // namespace cible
