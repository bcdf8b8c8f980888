// Whether the server says the same of the same contacts however it is asked.

#ifndef CIBLE_CLIENTS_LOAD_VERIFICATION_H_
#define CIBLE_CLIENTS_LOAD_VERIFICATION_H_

#include <grpcpp/channel.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "clients/load/contact_source.h"
#include "clients/load/load_options.h"

namespace cible::load {

// What is said of one contact.
struct Verdict {
  bool refused = false;
  std::string segment;
  double probability = 0;
};

struct Verification {
  std::vector<std::string> differences;  // One a sentence; at most 20.
  std::string summary;                   // What was held against what.
};

// How far probabilities may lie apart and still be equal.
inline constexpr double kProbabilityTolerance = 1e-12;

// Asks about every contact by unary calls, rows (where the server serves them), a
// table and a stream, and holds the answers against each other, and against the
// file `options.expect` where it is given. Errors: those of the server, and a
// file that cannot be read or speaks of none of the contacts.
absl::StatusOr<Verification> VerifyAnswers(const LoadOptions& options,
                                           const std::shared_ptr<grpc::Channel>& channel,
                                           const ContactSet& contacts);

// Holds the verdicts of two ways against each other, row by row. A difference
// names the row, from 1, never a value of the contact.
void CompareVerdicts(absl::string_view one, const std::vector<Verdict>& of_one,
                     absl::string_view other, const std::vector<Verdict>& of_other,
                     std::vector<std::string>& differences);

}  // namespace cible::load

#endif  // CIBLE_CLIENTS_LOAD_VERIFICATION_H_
