#include <cstdint>
#include <memory>
#include <string>

#include "absl/strings/numbers.h"
#include "cible/v1/lifecycle_service.pb.h"
#include "clients/cli/command_line.h"
#include "clients/cli/commands.h"
#include "clients/cli/funnel_report.h"
#include "clients/cli/persona_report.h"
#include "clients/cli/wrong_usage.h"
#include "clients/cpp/client.h"

namespace cible {
namespace {

constexpr char kMonth[] = "month";

struct FunnelArguments {
  std::string filter;
  std::string period = kMonth;
  std::int32_t periods = 12;
  std::int32_t horizon = 90;
};

// 0: months of the calendar.
absl::StatusOr<std::int32_t> PeriodDays(const std::string& period) {
  std::int32_t days = 0;
  if (period == kMonth) return 0;
  if (absl::SimpleAtoi(period, &days) && days > 0) return days;
  return WrongUsage("--period is neither `month` nor a number of days above 0; give one of these");
}

absl::StatusOr<int> ShowFunnel(Session& session, const FunnelArguments& arguments) {
  const auto period_days = PeriodDays(arguments.period);
  if (!period_days.ok()) return period_days.status();
  const auto client = session.Connect();
  if (!client.ok()) return client.status();
  v1::GetFunnelRequest request;
  request.set_parent(session.Workspace());
  request.set_filter(arguments.filter);
  request.set_period_days(*period_days);
  request.set_period_count(arguments.periods);
  request.set_horizon_days(arguments.horizon);
  request.set_segmentation(session.Segmentation());
  request.set_language_code(session.options().language);
  const auto funnel = (*client)->GetFunnel(request);
  if (!funnel.ok()) return funnel.status();
  if (session.options().format == OutputFormat::kTable) {
    session.console().out << FunnelText(*funnel, *period_days == 0,
                                        LanguageOf(session.options().language),
                                        session.console().width);
    return kDone;
  }
  const absl::Status printed = session.Print(FunnelTable(*funnel), *funnel);
  if (!printed.ok()) return printed;
  return kDone;
}

}  // namespace

void AddFunnelCommand(CommandLine& line) {
  auto arguments = std::make_shared<FunnelArguments>();
  CLI::App& command = line.Command(
      {.name = "funnel",
       .description = "Shows how many contacts are leads, prospects and customers over time; how "
                      "many of those who came in went on, and how soon, by when they came, from "
                      "where and of which persona; and what became of bought lists. People of an "
                      "organisation count beside it; --filter tells them apart.",
       .examples = {"funnel", "funnel --period 7 --periods 8 --horizon 30",
                    "funnel --filter \"contact.kind = ORGANIZATION\"",
                    "funnel --format csv > funnel.csv"}},
      [arguments](Session& session) { return ShowFunnel(session, *arguments); });
  command.add_option("--filter", arguments->filter, "Only contacts that this is true of")
      ->type_name("EXPR");
  command
      .add_option("--period", arguments->period,
                  "Length of the periods: `month`, or so many days counted back from today")
      ->type_name("month|DAYS")
      ->capture_default_str();
  command
      .add_option("--periods", arguments->periods, "How many, the present one included; 1 to 120")
      ->type_name("N")
      ->capture_default_str();
  command
      .add_option("--horizon", arguments->horizon,
                  "Who went on within so many days counts; 1 to 3660")
      ->type_name("DAYS")
      ->capture_default_str();
}

}  // namespace cible
