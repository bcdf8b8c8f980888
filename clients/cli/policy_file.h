// A policy as it was read from a file, where each field stands in it included, so that
// what a server says of a field can be said of a line.

#ifndef CIBLE_CLIENTS_CLI_POLICY_FILE_H_
#define CIBLE_CLIENTS_CLI_POLICY_FILE_H_

#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "cible/v1/lifecycle.pb.h"

namespace cible {

struct PolicyFile {
  std::string path;
  v1::LifecyclePolicy policy;
  std::vector<std::string> lines;
  // Of each field, by the names that servers give it, its line from 0 on:
  // "qualification.budget.met", "next_actions[0].when", "next_actions, line 1".
  std::map<std::string, int> places;
};

// Errors: INVALID_ARGUMENT with the file, the line and what to do; NOT_FOUND it cannot
// be read.
absl::StatusOr<PolicyFile> ReadPolicyFile(const std::string& path);

// An error that begins with a field of the policy, or two, after the file and the line of
// the first; the lines follow below. Another one as it is.
absl::Status AtItsLine(const absl::Status& status, const PolicyFile& file);

}  // namespace cible

#endif  // CIBLE_CLIENTS_CLI_POLICY_FILE_H_
