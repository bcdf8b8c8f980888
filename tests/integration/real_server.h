// A fixture with a real `cible-server` process on a data folder of its own, and
// the real `cible` to talk to it.

#ifndef CIBLE_TESTS_INTEGRATION_REAL_SERVER_H_
#define CIBLE_TESTS_INTEGRATION_REAL_SERVER_H_

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "clients/cpp/client.h"
#include "tests/integration/process.h"
#include "tests/temporary_folder.h"

namespace cible {

inline constexpr char kWorkspace[] = "workspaces/default";
inline constexpr char kSegmentation[] = "workspaces/default/segmentations/default";

class RealServerTest : public testing::Test {
 protected:
  // Starts a server, with further options, and waits until it listens.
  void Start(const std::vector<std::string>& options = {});
  void Kill();        // -9, in the middle of whatever it does.
  Ending Stop();      // SIGTERM; how it ended.
  void StartAgain();  // After Kill() or Stop().

  // Runs `cible` against the server.
  Ending Cible(std::vector<std::string> arguments);
  // The same with options that say where to work.
  Ending CibleAt(std::vector<std::string> arguments);
  // A second server on the same data folder, with further options.
  Ending SecondServer(const std::vector<std::string>& options = {});

  // Stores contacts of `cible sample`; gives their file's path.
  std::string ImportSample(int count, int seed = 1);
  // `cible train` that must succeed; stability is not measured.
  void Train(const std::vector<std::string>& arguments);
  // Runs SQL on the store of a stopped server.
  void ChangeStore(const std::string& sql);

  Client& client() { return *client_; }
  Process& server() { return *server_; }
  const std::string& address() const { return address_; }
  // For what a program prints.
  std::string NewFolder();
  std::string Path(const std::string& name) const { return folder_.path() + "/" + name; }

 private:
  TemporaryFolder folder_;
  int programs_ = 0;
  std::unique_ptr<Process> server_;
  std::string address_;
  std::unique_ptr<Client> client_;
};

}  // namespace cible

#endif  // CIBLE_TESTS_INTEGRATION_REAL_SERVER_H_
