#include "clients/load/load_command.h"

#include <unistd.h>

#include <algorithm>
#include <iostream>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "clients/load/comparison.h"
#include "clients/load/contact_source.h"
#include "clients/load/first_answer.h"
#include "clients/load/load_run.h"
#include "clients/load/report_json.h"
#include "clients/load/report_text.h"
#include "clients/load/request_maker.h"
#include "clients/load/verification.h"

namespace cible::load {
namespace {

int Fail(const absl::Status& status) {
  std::cerr << "cible-load: " << absl::StatusCodeToString(status.code()) << ": " << status.message()
            << "\n";
  return kFailed;
}

absl::StatusOr<Subjects> GatherSubjects(const LoadOptions& options,
                                        const std::shared_ptr<grpc::Channel>& channel) {
  Subjects subjects;
  auto contacts = GatherContacts(options, channel);
  if (!contacts.ok()) return contacts.status();
  subjects.contacts = *std::move(contacts);
  const bool by_name = std::any_of(options.mix.begin(), options.mix.end(), [](const MixPart& part) {
    return part.kind == CallKind::kName;
  });
  if (!by_name) return subjects;
  auto names = StoredNames(options.workspace, options.contacts.count, channel);
  if (!names.ok()) return names.status();
  subjects.stored_names = *std::move(names);
  return subjects;
}

// A load that can only fail is not worth its time.
absl::Status TryEachKind(const Workload& workload, const std::shared_ptr<grpc::Channel>& channel) {
  for (const PreparedCalls& part : workload.parts) {
    const auto answer = AnswerTo(channel, part.kind, part.requests.front(), part.contacts_per_call);
    if (!answer.ok()) return answer.status();
  }
  return absl::OkStatus();
}

// Gives an exit code.
int Verify(const LoadOptions& options, const std::shared_ptr<grpc::Channel>& channel,
           const Subjects& subjects) {
  const auto verified = VerifyAnswers(options, channel, subjects.contacts);
  if (!verified.ok()) return Fail(verified.status());
  if (!verified->differences.empty()) {
    for (const std::string& difference : verified->differences) std::cerr << difference << "\n";
    std::cerr << "cible-load: the answers disagree\n";
    return kDisagree;
  }
  std::cerr << "Verified: " << verified->summary << "\n";
  return kDone;
}

int Measure(const LoadOptions& options, const Channels& channels, const Subjects& subjects) {
  const bool show_live = !options.json && isatty(STDERR_FILENO) == 1;
  const Workload workload = MakeWorkload(options, options.mix, subjects);
  const absl::Status tried = TryEachKind(workload, channels.front());
  if (!tried.ok()) return Fail(tried);
  if (!options.compare_echo) {
    const LoadFigures figures = RunLoad(channels, workload, options.shape, show_live);
    if (options.json) {
      std::cout << FiguresJson(options, workload, figures).dump(2) << "\n";
    } else {
      std::cout << FiguresText(options, workload, figures);
    }
    return kDone;
  }
  const auto comparison = CompareWithEcho(options, channels, workload, subjects, show_live);
  if (!comparison.ok()) return Fail(comparison.status());
  if (options.json) {
    std::cout << ComparisonJson(options, workload, *comparison).dump(2) << "\n";
  } else {
    std::cout << ComparisonText(workload, *comparison);
  }
  return kDone;
}

}  // namespace

int RunLoadCommand(const LoadOptions& options) {
  const auto channels = Connect(options.server, options.channels);
  if (!channels.ok()) return Fail(channels.status());
  const auto subjects = GatherSubjects(options, channels->front());
  if (!subjects.ok()) return Fail(subjects.status());
  if (options.verify) {
    const int code = Verify(options, channels->front(), *subjects);
    if (code != kDone || options.shape.duration == 0) return code;
  }
  return Measure(options, *channels, *subjects);
}

}  // namespace cible::load
