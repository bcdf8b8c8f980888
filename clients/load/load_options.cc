#include "clients/load/load_options.h"

#include <CLI/CLI.hpp>
#include <iostream>
#include <limits>

#include "absl/strings/str_cat.h"

namespace cible::load {
namespace {

constexpr int kWrongUsage = 2;
constexpr int kTableRows = 4096;
constexpr int kBatchRows = 256;
constexpr int kMostContacts = 10'000'000;

constexpr const char* kDescription =
    "Drives a running cible-server and reports how many calls it answers and how long each "
    "takes.\n"
    "Closed loop (--in-flight): so many calls are always under way; an answer brings the next.\n"
    "Open loop (--rate): calls go out on a fixed schedule, whatever the server does; a latency\n"
    "counts from the time the call should have been sent.";

constexpr const char* kFooter =
    "Examples:\n"
    "  cible-load                                      64 calls in flight for 10 s\n"
    "  cible-load --rate 5000 --duration 30            5,000 calls a second\n"
    "  cible-load --rate 0.5 --calls 50 --warm-up 0    a call every 2 s: what idling costs\n"
    "  cible-load --call table --in-flight 4           tables of 4,096 contacts\n"
    "  cible-load --call unary=95,table=5              a mix\n"
    "  cible-load --call stream --in-flight 2          two streams, 4 tables under way in each\n"
    "  cible-load --verify --duration 0 --contacts c.csv --expect segments.csv\n"
    "  cible-load --compare-echo --rounds 5 --duration 3   against a bare gRPC server\n"
    "\n"
    "Exit codes: 0 done, 1 failed, 2 wrong usage, 4 answers disagree (--verify).";

void AddWhereTo(CLI::App& app, LoadOptions& options) {
  app.add_option("--server", options.server, "Where the server listens")
      ->type_name("ADDR")
      ->capture_default_str();
  app.add_option("--workspace", options.workspace, "The workspace")->capture_default_str();
  app.add_option("--segmentation", options.segmentation, "The segmentation")->capture_default_str();
}

void AddCalls(CLI::App& app, LoadOptions& options) {
  app.add_option("--call", options.call,
                 "unary (AssignSegment, contact in the request), name (AssignSegment of stored "
                 "contacts), match (MatchLead), rows (AssignSegments, a message a contact), table "
                 "(AssignSegments, columns), stream (StreamAssignments, columns), or a mix such "
                 "as unary=95,table=5")
      ->type_name("WHAT")
      ->capture_default_str();
  app.add_option("--questions", options.questions, "Questions that match asks for; -1: none")
      ->check(CLI::Range(-1, 20))
      ->capture_default_str();
  app.add_option("--rows", options.rows,
                 "Contacts in a message: 4096 in a table or stream, 256 in rows, if not given")
      ->check(CLI::Range(1, 65536));
  app.add_flag_callback(
      "--no-ids", [&options] { options.ids = false; }, "Tables go without ids");
}

void AddContacts(CLI::App& app, ContactOptions& contacts) {
  app.add_option("--contacts", contacts.file,
                 "Take the contacts from FILE.csv or FILE.csv.gz, columns by id or name of the "
                 "attribute; else they are made from the server's schema")
      ->type_name("FILE");
  app.add_option("--id-column", contacts.id_column, "Column of the ids in that file; id")
      ->type_name("NAME");
  app.add_option("--contact-count", contacts.count,
                 "Distinct contacts, sent in turns; with --verify all of a file, if not given")
      ->check(CLI::Range(1, kMostContacts))
      ->capture_default_str();
  app.add_option("--known", contacts.known, "Share of the attributes known, of made contacts")
      ->check(CLI::Range(0.0, 1.0))
      ->capture_default_str();
  app.add_option("--seed", contacts.seed, "Of the made contacts")->capture_default_str();
}

void AddShape(CLI::App& app, LoadOptions& options) {
  LoadShape& shape = options.shape;
  CLI::Option* in_flight = app.add_option(
      "--in-flight", shape.in_flight,
      "Closed loop: calls under way; 64 if not given. Of stream: open streams, 1 if not given, "
      "each with 4 messages under way");
  in_flight->check(CLI::Range(1, 1'000'000));
  CLI::Option* rate = app.add_option_function<double>(
      "--rate", [&shape](double value) { shape.rate = value; },
      "Open loop: calls a second on a fixed schedule");
  rate->check(CLI::PositiveNumber)->excludes(in_flight);
  app.add_option("--max-outstanding", shape.max_outstanding,
                 "Open loop: a call beyond so many unanswered is counted as not sent")
      ->check(CLI::Range(1, 10'000'000))
      ->capture_default_str();
  app.add_option("--duration", shape.duration, "Seconds that are measured")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  app.add_option("--warm-up", shape.warm_up, "Seconds before them that are not measured")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  app.add_option("--ramp", shape.ramp, "Seconds before those, over which the load grows evenly")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  app.add_option("--calls", shape.calls,
                 "End after so many measured calls; without --duration, however long that takes")
      ->check(CLI::PositiveNumber);
  app.add_option("--channels", options.channels, "Connections")
      ->check(CLI::Range(1, 1024))
      ->capture_default_str();
  app.add_option("--threads", shape.threads, "Threads, each with a completion queue")
      ->check(CLI::Range(1, 256))
      ->capture_default_str();
  app.add_option("--deadline-ms", shape.deadline_ms, "Deadline of each call; none if not given")
      ->check(CLI::PositiveNumber);
}

void AddChecks(CLI::App& app, LoadOptions& options) {
  CLI::Option* verify = app.add_flag(
      "--verify", options.verify,
      "First hold the answers to unary, rows, table and stream calls against each other");
  app.add_option("--expect", options.expect,
                 "With --verify: hold them also against a file made by cible assign --output")
      ->type_name("FILE")
      ->needs(verify);
  CLI::Option* compare = app.add_flag(
      "--compare-echo", options.compare_echo,
      "Also load a bare gRPC server with the same messages, in turns, and print the ratios");
  app.add_option("--rounds", options.rounds, "Turns of --compare-echo, of --duration each")
      ->check(CLI::Range(1, 1000))
      ->needs(compare)
      ->capture_default_str();
  app.add_option_function<std::string>(
         "--echo-flavour",
         [&options](const std::string& name) { options.echo_flavour = FlavourOf(name); },
         "callback or queue; the faster one if not given")
      ->check(CLI::IsMember({"callback", "queue"}))
      ->needs(compare);
  app.add_option_function<std::string>(
         "--format", [&options](const std::string& name) { options.json = name == "json"; },
         "text or json; text")
      ->check(CLI::IsMember({"text", "json"}));
}

// What no single option can check; empty when all is well.
std::string Complete(const CLI::App& app, LoadOptions& options) {
  auto mix = ParseMix(options.call);
  if (!mix.ok()) return absl::StrCat("--call: ", std::string(mix.status().message()));
  options.mix = *std::move(mix);
  LoadShape& shape = options.shape;
  if (options.is_stream() && shape.rate) {
    return "--rate goes with single calls; a stream is always driven by its answers, so leave it "
           "out";
  }
  if (options.is_stream() && app.count("--in-flight") == 0) shape.in_flight = 1;
  if (options.is_stream() && shape.deadline_ms > 0) {
    return "--deadline-ms goes with single calls; leave it out with stream";
  }
  // What is verified is the file, not the beginning of it.
  if (options.verify && !options.contacts.file.empty() && app.count("--contact-count") == 0) {
    options.contacts.count = kMostContacts;
  }
  if (shape.calls > 0 && app.count("--duration") == 0) {
    shape.duration = std::numeric_limits<double>::infinity();
  }
  if (shape.duration == 0 && !options.verify) {
    return "--duration 0 measures nothing; give a longer one, or --verify";
  }
  if (options.compare_echo && options.mix.size() > 1) {
    return "--compare-echo compares one kind of call at a time; name one with --call";
  }
  return "";
}

}  // namespace

absl::string_view Name(EchoFlavour flavour) {
  return flavour == EchoFlavour::kCallback ? "callback" : "queue";
}

std::optional<EchoFlavour> FlavourOf(absl::string_view name) {
  if (name == "callback") return EchoFlavour::kCallback;
  if (name == "queue") return EchoFlavour::kQueue;
  return std::nullopt;
}

int LoadOptions::RowsOf(CallKind kind) const {
  if (!IsBulk(kind)) return 1;
  if (rows > 0) return rows;
  return kind == CallKind::kRows ? kBatchRows : kTableRows;
}

std::string LoadOptions::SegmentationName() const {
  return absl::StrCat("workspaces/", workspace, "/segmentations/", segmentation);
}

ParsedCommandLine ParseCommandLine(int argc, const char* const* argv) {
  LoadOptions options;
  CLI::App app(kDescription, "cible-load");
  app.footer(kFooter);
  app.set_version_flag("--version", CIBLE_VERSION);
  app.get_formatter()->column_width(34);
  AddWhereTo(app, options);
  AddCalls(app, options);
  AddContacts(app, options.contacts);
  AddShape(app, options);
  AddChecks(app, options);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return {std::nullopt, app.exit(error, std::cout, std::cerr) == 0 ? 0 : kWrongUsage};
  }
  const std::string wrong = Complete(app, options);
  if (!wrong.empty()) {
    std::cerr << "cible-load: " << wrong << ".\nRun cible-load --help to see all options.\n";
    return {std::nullopt, kWrongUsage};
  }
  return {options, 0};
}

}  // namespace cible::load
