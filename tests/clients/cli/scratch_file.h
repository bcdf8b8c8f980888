// Files that tests write and read.

#ifndef CIBLE_TESTS_CLIENTS_CLI_SCRATCH_FILE_H_
#define CIBLE_TESTS_CLIENTS_CLI_SCRATCH_FILE_H_

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include "tests/temporary_folder.h"

namespace cible {

// A folder of the running test's own, removed with it.
class ScratchFolder {
 public:
  std::string Path(const std::string& name) const { return folder_.path() + "/" + name; }

  std::string Write(const std::string& name, const std::string& content) const {
    std::ofstream(Path(name), std::ios::binary) << content;
    return Path(name);
  }

  std::string Read(const std::string& name) const {
    std::ifstream file(Path(name), std::ios::binary);
    std::ostringstream content;
    content << file.rdbuf();
    return content.str();
  }

  bool Has(const std::string& name) const { return std::filesystem::exists(Path(name)); }

 private:
  TemporaryFolder folder_;
};

}  // namespace cible

#endif  // CIBLE_TESTS_CLIENTS_CLI_SCRATCH_FILE_H_
