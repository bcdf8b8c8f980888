// What the command line of `cible-load` says.

#ifndef CIBLE_CLIENTS_LOAD_LOAD_OPTIONS_H_
#define CIBLE_CLIENTS_LOAD_LOAD_OPTIONS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "clients/load/call_kind.h"

namespace cible::load {

// How the bare server of --compare-echo is written.
enum class EchoFlavour {
  kCallback,  // gRPC's callback service with default reactors.
  kQueue,     // gRPC's asynchronous service: one completion queue, one thread.
};

absl::string_view Name(EchoFlavour flavour);
std::optional<EchoFlavour> FlavourOf(absl::string_view name);

// Where contacts come from, and what they look like.
struct ContactOptions {
  std::string file;       // CSV, or gzipped CSV; empty: made from the schema.
  std::string id_column;  // Of the file; empty: the column "id", else none.
  int count = 1000;       // Distinct contacts, cycled; >= 1.
  double known = 1;       // Share of the attributes that are known, in (0, 1].
  std::uint64_t seed = 1;
};

// How the load is applied.
struct LoadShape {
  int in_flight = 64;             // Closed loop. Of streams: how many are open.
  std::optional<double> rate;     // Open loop: calls a second.
  int max_outstanding = 100'000;  // Open loop: calls sent and not answered.
  double duration = 10;           // Seconds that are measured; infinite: until `calls`.
  double warm_up = 1;             // Seconds before them that are not.
  double ramp = 0;                // Seconds before those, in which the load grows.
  std::int64_t calls = 0;         // Ends after so many measured calls; 0: no limit.
  int threads = 1;
  int deadline_ms = 0;  // Of each call; 0: none.
};

struct LoadOptions {
  std::string server = "127.0.0.1:50151";
  std::string workspace = "default";
  std::string segmentation = "default";
  std::string call = "unary";  // As it was written.
  std::vector<MixPart> mix;    // What it means.
  int questions = -1;          // `question_count` of MatchLead.
  int rows = 0;                // Contacts of a message; 0: by the kind.
  bool ids = true;             // Tables go with ids.
  ContactOptions contacts;
  LoadShape shape;
  int channels = 1;
  bool verify = false;
  std::string expect;  // A file that `cible assign` wrote.
  bool compare_echo = false;
  int rounds = 5;
  std::optional<EchoFlavour> echo_flavour;
  bool json = false;

  bool is_stream() const { return mix.front().kind == CallKind::kStream; }
  // Contacts that one call of the kind carries.
  int RowsOf(CallKind kind) const;
  // "workspaces/default/segmentations/default".
  std::string SegmentationName() const;
};

// The options, or the exit code that is already decided: 0 after --help, 2 after
// an error that was explained on stderr.
struct ParsedCommandLine {
  std::optional<LoadOptions> options;
  int exit_code = 0;
};
ParsedCommandLine ParseCommandLine(int argc, const char* const* argv);

}  // namespace cible::load

#endif  // CIBLE_CLIENTS_LOAD_LOAD_OPTIONS_H_
