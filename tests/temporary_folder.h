// A folder of a test's own, removed with what is in it.

#ifndef CIBLE_TESTS_TEMPORARY_FOLDER_H_
#define CIBLE_TESTS_TEMPORARY_FOLDER_H_

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <string>

namespace cible {

class TemporaryFolder {
 public:
  TemporaryFolder() : path_(testing::TempDir() + "cible-XXXXXX") {
    EXPECT_NE(mkdtemp(path_.data()), nullptr);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder() { std::filesystem::remove_all(path_); }

  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace cible

#endif  // CIBLE_TESTS_TEMPORARY_FOLDER_H_
