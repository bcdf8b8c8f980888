#include "clients/cli/output/output_file.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "tests/clients/cli/scratch_file.h"

namespace cible {
namespace {

TEST(CheckWritable, LeavesNothingBehind) {
  const ScratchFolder folder;
  EXPECT_TRUE(CheckWritable(folder.Path("new.csv")).ok());
  EXPECT_FALSE(std::filesystem::exists(folder.Path("new.csv")));
}

TEST(CheckWritable, ChangesNoFile) {
  const ScratchFolder folder;
  const std::string path = folder.Write("old.csv", "id\n");
  EXPECT_TRUE(CheckWritable(path).ok());
  EXPECT_EQ(folder.Read("old.csv"), "id\n");
}

TEST(CheckWritable, KeepsALinkThatLeadsNowhere) {
  const ScratchFolder folder;
  std::filesystem::create_symlink(folder.Path("later.csv"), folder.Path("link.csv"));
  EXPECT_TRUE(CheckWritable(folder.Path("link.csv")).ok());
  EXPECT_TRUE(std::filesystem::is_symlink(folder.Path("link.csv")));
  EXPECT_FALSE(std::filesystem::exists(folder.Path("later.csv")));
}

TEST(CheckWritable, RefusesFoldersAndWhatIsInNone) {
  const ScratchFolder folder;
  EXPECT_EQ(CheckWritable(folder.Path("none/a.csv")).code(), absl::StatusCode::kPermissionDenied);
  std::filesystem::create_directory(folder.Path("folder"));
  EXPECT_EQ(CheckWritable(folder.Path("folder")).message(),
            folder.Path("folder") + " cannot be written; name a file in a folder that can");
}

TEST(CheckWritable, LetsTheConsoleBe) {
  EXPECT_TRUE(CheckWritable("").ok());
  EXPECT_TRUE(CheckWritable("-").ok());
}

TEST(IsSameFile, KnowsAFileByAnotherPath) {
  const ScratchFolder folder;
  const std::string path = folder.Write("a.csv", "id\n");
  std::filesystem::create_symlink(path, folder.Path("link.csv"));
  EXPECT_TRUE(IsSameFile(path, folder.Path("link.csv")));
  EXPECT_FALSE(IsSameFile(path, folder.Path("b.csv")));
  EXPECT_FALSE(IsSameFile(path, ""));
}

}  // namespace
}  // namespace cible
