// The kinds of call that the load is made of, and mixes of them.

#ifndef CIBLE_CLIENTS_LOAD_CALL_KIND_H_
#define CIBLE_CLIENTS_LOAD_CALL_KIND_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace cible::load {

enum class CallKind {
  kUnary,   // AssignSegment, the contact in the request.
  kName,    // AssignSegment of a stored contact, by its name.
  kMatch,   // MatchLead, the contact in the request.
  kRows,    // AssignSegments, one message a contact.
  kTable,   // AssignSegments, the contacts in columns.
  kStream,  // StreamAssignments, the contacts in columns.
};

// As on the command line: "unary".
absl::string_view Name(CallKind kind);

// The path that gRPC calls it by: "/cible.v1.SegmentationService/AssignSegment".
const char* MethodPath(CallKind kind);

// Whether one call carries many contacts.
bool IsBulk(CallKind kind);

// One kind of a mix and its share of the calls; the shares sum to 1.
struct MixPart {
  CallKind kind = CallKind::kUnary;
  double share = 1;
};

// Reads "unary" or "unary=95,table=5"; the figures are weights of any sum.
//
// Errors, INVALID_ARGUMENT: a kind that does not exist or comes twice, a weight
// that is not a positive number, a stream beside other kinds.
absl::StatusOr<std::vector<MixPart>> ParseMix(absl::string_view text);

// Deals out the parts of a mix in turns, evenly spread and in exact proportion:
// after n turns each part has come n x share times, give or take one.
class MixTurns {
 public:
  explicit MixTurns(const std::vector<MixPart>& mix);

  // Index of the part whose turn it is.
  int Next();

 private:
  std::vector<double> shares_;
  std::vector<double> credits_;
};

}  // namespace cible::load

#endif  // CIBLE_CLIENTS_LOAD_CALL_KIND_H_
