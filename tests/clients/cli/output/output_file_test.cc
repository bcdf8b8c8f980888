#include "clients/cli/output/output_file.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <iterator>
#include <sstream>

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

class OutputFiles : public testing::Test {
 protected:
  absl::StatusOr<OutputFile> Open(const std::string& path) {
    return OutputFile::Open(path, console_);
  }
  long FileCount() const {
    return std::distance(std::filesystem::directory_iterator(folder_.Path("")), {});
  }

  std::istringstream in_;
  std::ostringstream out_, err_;
  Console console_{in_, out_, err_, 0, false, false};
  const ScratchFolder folder_;
};

TEST_F(OutputFiles, AppearWhenClosed) {
  auto file = Open(folder_.Path("a.csv"));
  ASSERT_TRUE(file.ok()) << file.status();
  file->stream() << "id\n";
  EXPECT_FALSE(folder_.Has("a.csv"));
  EXPECT_TRUE(file->Close().ok());
  EXPECT_EQ(folder_.Read("a.csv"), "id\n");
  EXPECT_EQ(FileCount(), 1);
}

TEST_F(OutputFiles, NotClosedLeaveWhatWasThere) {
  const std::string path = folder_.Write("a.csv", "old\n");
  {
    auto file = Open(path);
    ASSERT_TRUE(file.ok()) << file.status();
    file->stream() << "half";
  }
  EXPECT_EQ(folder_.Read("a.csv"), "old\n");
  EXPECT_EQ(FileCount(), 1);
}

TEST_F(OutputFiles, ReplaceWhatALinkLeadsToAndKeepItsPermissions) {
  const std::string path = folder_.Write("a.csv", "old\n");
  std::filesystem::permissions(path, std::filesystem::perms(0600));
  std::filesystem::create_symlink(path, folder_.Path("link.csv"));
  auto file = Open(folder_.Path("link.csv"));
  ASSERT_TRUE(file.ok()) << file.status();
  file->stream() << "new\n";
  EXPECT_TRUE(file->Close().ok());
  EXPECT_TRUE(std::filesystem::is_symlink(folder_.Path("link.csv")));
  EXPECT_EQ(folder_.Read("a.csv"), "new\n");
  EXPECT_EQ(std::filesystem::status(path).permissions(), std::filesystem::perms(0600));
}

TEST_F(OutputFiles, WriteToWhatIsNoPlainFile) {
  auto file = Open("/dev/null");
  ASSERT_TRUE(file.ok()) << file.status();
  EXPECT_TRUE(file->Close().ok());
  EXPECT_TRUE(std::filesystem::is_character_file("/dev/null"));
  EXPECT_EQ(Open(folder_.Path("none/a.csv")).status().code(), absl::StatusCode::kPermissionDenied);
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
