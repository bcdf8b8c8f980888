#include <cstdint>
#include <limits>
#include <memory>
#include <string>

#include "cible/v1/persona_service.pb.h"
#include "clients/cli/command_line.h"
#include "clients/cli/commands.h"
#include "clients/cli/ideal_customer_report.h"
#include "clients/cli/output/output_file.h"
#include "clients/cli/persona_report.h"
#include "clients/cpp/client.h"

namespace cible {
namespace {

struct IdealArguments {
  bool confirm = false;
  bool withdraw = false;
};

struct LookalikeArguments {
  std::int32_t limit = 100;
  double min_similarity = 0;
  std::string output;
};

absl::StatusOr<v1::IdealCustomerProfile> IdealCustomer(Session& session, Client& client,
                                                       const IdealArguments& arguments) {
  if (arguments.confirm || arguments.withdraw) {
    v1::ConfirmNegativeProfileRequest request;
    request.set_segmentation(session.Segmentation());
    request.set_language_code(session.options().language);
    request.set_withdraw(arguments.withdraw);
    return client.ConfirmNegativeProfile(request);
  }
  v1::GetIdealCustomerProfileRequest request;
  request.set_segmentation(session.Segmentation());
  request.set_language_code(session.options().language);
  return client.GetIdealCustomerProfile(request);
}

absl::StatusOr<int> ShowIdealCustomer(Session& session, const IdealArguments& arguments) {
  const auto client = session.Connect();
  if (!client.ok()) return client.status();
  const auto profile = IdealCustomer(session, **client, arguments);
  if (!profile.ok()) return profile.status();
  if (session.options().format == OutputFormat::kTable) {
    session.console().out << IdealCustomerText(*profile, LanguageOf(session.options().language),
                                               session.console().width);
    return kDone;
  }
  const absl::Status printed = session.Print(StatementsTable(*profile), *profile);
  if (!printed.ok()) return printed;
  return kDone;
}

absl::Status WriteLookalikes(const v1::FindLookalikesResponse& found, const std::string& path,
                             Session& session) {
  auto file = OutputFile::Open(path, session.console());
  if (!file.ok()) return file.status();
  file->stream() << LookalikesTable(found, std::numeric_limits<int>::max(),
                                    LanguageOf(session.options().language))
                        .ToCsv();
  return file->Close();
}

absl::StatusOr<int> ShowLookalikes(Session& session, const LookalikeArguments& arguments) {
  const absl::Status writable = CheckWritable(arguments.output);
  if (!writable.ok()) return writable;
  const auto client = session.Connect();
  if (!client.ok()) return client.status();
  v1::FindLookalikesRequest request;
  request.set_segmentation(session.Segmentation());
  request.set_limit(arguments.limit);
  request.set_min_similarity(arguments.min_similarity);
  request.set_language_code(session.options().language);
  const auto found = (*client)->FindLookalikes(request);
  if (!found.ok()) return found.status();
  if (!arguments.output.empty()) {
    const absl::Status written = WriteLookalikes(*found, arguments.output, session);
    if (!written.ok()) return written;
  }
  if (arguments.output == "-") return kDone;
  if (session.options().format == OutputFormat::kTable) {
    session.console().out << LookalikesText(*found, LanguageOf(session.options().language),
                                            session.console().width);
    return kDone;
  }
  const absl::Status printed =
      session.Print(LookalikesTable(*found, std::numeric_limits<int>::max(),
                                    LanguageOf(session.options().language)),
                    *found);
  if (!printed.ok()) return printed;
  return kDone;
}

}  // namespace

void AddIdealCustomerCommands(CommandLine& line) {
  auto ideal = std::make_shared<IdealArguments>();
  CLI::App& icp = line.Command(
      {.name = "icp",
       .description = "The ideal customer: what the best fifth of the customers, by "
                      "value, are more often than the others, and whom not to look "
                      "for.",
       .examples = {"icp", "icp --language fr", "icp --format csv", "icp --confirm-negative"}},
      [ideal](Session& session) { return ShowIdealCustomer(session, *ideal); });
  CLI::Option* const confirm =
      icp.add_flag("--confirm-negative", ideal->confirm,
                   "Confirms, by name, whom not to look for, as it is now");
  icp.add_flag("--withdraw-negative", ideal->withdraw, "Takes that back")->excludes(confirm);

  auto lookalikes = std::make_shared<LookalikeArguments>();
  CLI::App& find = line.Command(
      {.name = "lookalikes",
       .description = "The contacts who are no customers yet and most like the best of them, and "
                      "how far a similarity reaches. CSV: contact, similarity, reasons.",
       .examples = {"lookalikes",
                    "lookalikes --min-similarity 0.5 --limit 5000 --output like.csv"}},
      [lookalikes](Session& session) { return ShowLookalikes(session, *lookalikes); });
  find.add_option("--limit", lookalikes->limit, "Names so many at most")
      ->check(CLI::Range(1, 10'000))
      ->capture_default_str();
  find.add_option("--min-similarity", lookalikes->min_similarity, "Names only such, in 0 to 1")
      ->check(CLI::Range(0., 1.));
  find.add_option("--output", lookalikes->output, "Writes those named as CSV")->type_name("FILE");
}

}  // namespace cible
