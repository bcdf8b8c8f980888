#include "clients/load/verification.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "cible/v1/segmentation_service.grpc.pb.h"
#include "clients/load/contact_csv.h"
#include "clients/load/first_answer.h"
#include "clients/load/request_maker.h"
#include "clients/load/rpc_status.h"

namespace cible::load {
namespace {

constexpr std::size_t kMostDifferences = 20;
constexpr int kMostRows = 4096;  // That the API takes in any form.

using Verdicts = std::vector<Verdict>;

absl::StatusOr<Verdicts> AskOneByOne(const LoadOptions& options,
                                     const std::shared_ptr<grpc::Channel>& channel,
                                     const ContactSet& set) {
  const auto stub = v1::SegmentationService::NewStub(channel);
  Verdicts verdicts;
  for (const v1::Contact& contact : set.contacts) {
    v1::AssignSegmentResponse response;
    grpc::ClientContext context;
    const grpc::Status status =
        stub->AssignSegment(&context, UnaryRequest(options, contact), &response);
    const bool refused = status.error_code() == grpc::StatusCode::INVALID_ARGUMENT;
    if (!status.ok() && !refused) return FromGrpc(status);
    verdicts.push_back({refused, response.segment(), response.probability()});
    if (response.segment().empty()) verdicts.back().probability = 0;
  }
  return verdicts;
}

std::uint32_t CodeAt(const v1::Codes& codes, std::size_t row) {
  std::uint32_t code = 0;
  for (std::size_t byte = 0; byte < codes.width(); ++byte) {
    const auto at = row * codes.width() + byte;
    code |= static_cast<std::uint32_t>(static_cast<unsigned char>(codes.codes()[at])) << (8 * byte);
  }
  return code;
}

// The i-th text; nullopt when there is none.
std::optional<std::string> TextAt(const v1::Texts& texts, std::uint32_t i) {
  if (i >= static_cast<std::uint32_t>(texts.ends_size())) return std::nullopt;
  const std::uint32_t begin = i == 0 ? 0 : texts.ends(static_cast<int>(i) - 1);
  const std::uint32_t end = texts.ends(static_cast<int>(i));
  if (end < begin || end > texts.data().size()) return std::nullopt;
  return texts.data().substr(begin, end - begin);
}

absl::Status AddVerdicts(const v1::AssignSegmentsResponse& response, std::size_t count,
                         Verdicts& verdicts) {
  const std::size_t first = verdicts.size();
  if (response.segments().codes().size() != count * response.segments().width()) {
    return absl::InternalError("the server sent segments of another number of contacts");
  }
  for (std::size_t row = 0; row < count; ++row) {
    const auto segment = TextAt(response.segments().dictionary(), CodeAt(response.segments(), row));
    if (!segment) return absl::InternalError("the server sent a segment without a name");
    verdicts.push_back({false, *segment, response.probabilities(static_cast<int>(row))});
  }
  for (const v1::RowError& error : response.errors()) {
    if (error.row() < count) verdicts[first + error.row()] = {true, "", 0};
  }
  return absl::OkStatus();
}

absl::StatusOr<Verdicts> AskInBulk(CallKind kind, const LoadOptions& options,
                                   const std::shared_ptr<grpc::Channel>& channel,
                                   const ContactSet& set) {
  Verdicts verdicts;
  const auto rows = static_cast<std::size_t>(std::min(options.RowsOf(kind), kMostRows));
  while (verdicts.size() < set.contacts.size()) {
    const std::size_t count = std::min(rows, set.contacts.size() - verdicts.size());
    const std::vector<std::size_t> indexes = GoRound(verdicts.size(), count, set.contacts.size());
    const auto request = kind == CallKind::kRows ? RowsRequest(options, set, indexes)
                                                 : TableRequest(options, set, indexes);
    const auto bytes = AnswerTo(channel, kind, Serialised(request), static_cast<int>(count));
    if (!bytes.ok()) return bytes.status();
    v1::AssignSegmentsResponse response;
    response.ParseFromString(*bytes);
    const absl::Status added = AddVerdicts(response, count, verdicts);
    if (!added.ok()) return added;
  }
  return verdicts;
}

// What a file of `cible assign` says, by id.
absl::StatusOr<absl::flat_hash_map<std::string, Verdict>> ReadExpected(const std::string& path) {
  absl::flat_hash_map<std::string, Verdict> expected;
  bool is_header = true, is_right = true;
  const absl::Status read = ReadCsv(path, [&](const std::vector<std::string>& row) {
    if (std::exchange(is_header, false)) {
      is_right = row == std::vector<std::string>{"id", "segment", "probability"};
      return is_right;
    }
    Verdict verdict;
    is_right =
        row.size() == 3 && (row[2].empty() || absl::SimpleAtod(row[2], &verdict.probability));
    if (!is_right) return false;
    verdict.segment = row[1];
    expected[row[0]] = verdict;
    return true;
  });
  if (!read.ok()) return read;
  if (is_right) return expected;
  return absl::InvalidArgumentError(
      absl::StrCat("\"", path,
                   "\" does not have the columns id, segment, probability; make it "
                   "with cible assign CONTACTS.csv --output ",
                   path));
}

// Contacts that the file does not speak of count as refused: `cible assign`
// leaves refused rows out.
absl::StatusOr<Verdicts> ExpectedVerdicts(const std::string& path, const ContactSet& set) {
  const auto expected = ReadExpected(path);
  if (!expected.ok()) return expected.status();
  Verdicts verdicts;
  std::size_t found = 0;
  for (const std::string& id : set.ids) {
    const auto verdict = expected->find(id);
    found += verdict != expected->end();
    verdicts.push_back(verdict == expected->end() ? Verdict{true, "", 0} : verdict->second);
  }
  if (found > 0) return verdicts;
  return absl::InvalidArgumentError(
      absl::StrCat("\"", path,
                   "\" speaks of none of the contacts; give the file that it was made "
                   "from with --contacts, and its id column with --id-column"));
}

}  // namespace

void CompareVerdicts(absl::string_view one, const std::vector<Verdict>& of_one,
                     absl::string_view other, const std::vector<Verdict>& of_other,
                     std::vector<std::string>& differences) {
  for (std::size_t row = 0; row < of_one.size(); ++row) {
    const Verdict &a = of_one[row], &b = of_other[row];
    std::string difference;
    if (a.refused != b.refused) {
      difference = absl::StrCat("refused by ", a.refused ? one : other, ", answered by ",
                                a.refused ? other : one);
    } else if (a.segment != b.segment) {
      difference =
          absl::StrCat(one, " says segment \"", a.segment, "\", ", other, " \"", b.segment, "\"");
    } else if (!(std::abs(a.probability - b.probability) <= kProbabilityTolerance)) {
      difference = absl::StrCat("the probabilities of ", one, " and ", other, " are ",
                                std::abs(a.probability - b.probability), " apart");
    }
    if (difference.empty() || differences.size() >= kMostDifferences) continue;
    differences.push_back(absl::StrCat("row ", row + 1, ": ", difference));
  }
}

absl::StatusOr<Verification> VerifyAnswers(const LoadOptions& options,
                                           const std::shared_ptr<grpc::Channel>& channel,
                                           const ContactSet& contacts) {
  Verification verification;
  const auto unary = AskOneByOne(options, channel, contacts);
  if (!unary.ok()) return unary.status();
  std::vector<std::string> ways = {"unary"};
  std::string notice;
  for (const CallKind kind : {CallKind::kRows, CallKind::kTable, CallKind::kStream}) {
    const auto verdicts = AskInBulk(kind, options, channel, contacts);
    if (kind == CallKind::kRows && absl::IsUnimplemented(verdicts.status())) {
      notice = "; this server does not serve rows";
      continue;
    }
    if (!verdicts.ok()) return verdicts.status();
    const std::string name(Name(kind));
    CompareVerdicts("unary", *unary, name, *verdicts, verification.differences);
    ways.push_back(name);
  }
  if (!options.expect.empty()) {
    const auto expected = ExpectedVerdicts(options.expect, contacts);
    if (!expected.ok()) return expected.status();
    CompareVerdicts("unary", *unary, "the file", *expected, verification.differences);
    ways.push_back("the file");
  }
  verification.summary = absl::StrCat(contacts.contacts.size(), " contacts, the same by ",
                                      absl::StrJoin(ways, ", "), notice);
  return verification;
}

}  // namespace cible::load
