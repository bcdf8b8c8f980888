#include "clients/cli/funnel_report.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <iterator>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/strip.h"
#include "clients/cli/output/bar_lines.h"
#include "clients/cli/output/number_text.h"
#include "segmentation/lifecycle/policy.h"
#include "segmentation/personas/catalogue.h"
#include "segmentation/personas/figures.h"
#include "server/services/contact_origins.h"

namespace cible {
namespace {

using Cohorts = google::protobuf::RepeatedPtrField<v1::Cohort>;

struct PeriodCount {
  const char* step;  // For programs; after "funnel.column." for people.
  std::int64_t (v1::FunnelPeriod::*count)() const;
};
constexpr PeriodCount kPeriodCounts[] = {
    {"lead", &v1::FunnelPeriod::lead_count},     {"prospect", &v1::FunnelPeriod::prospect_count},
    {"new", &v1::FunnelPeriod::new_count},       {"active", &v1::FunnelPeriod::active_count},
    {"loyal", &v1::FunnelPeriod::loyal_count},   {"dormant", &v1::FunnelPeriod::dormant_count},
    {"former", &v1::FunnelPeriod::former_count},
};

struct ListCount {
  const char* step;
  std::int64_t (v1::BoughtList::*count)() const;
};
constexpr ListCount kListCounts[] = {
    {"received", &v1::BoughtList::received_count},
    {"unusable", &v1::BoughtList::unusable_count},
    {"duplicate", &v1::BoughtList::duplicate_count},
    {"in_target", &v1::BoughtList::in_target_count},
    {"qualified", &v1::BoughtList::qualified_count},
    {"converted", &v1::BoughtList::converted_count},
};

struct Conversion {
  const char* step;
  const v1::ConversionShare& (v1::Cohort::*share)() const;
};
constexpr Conversion kConversions[] = {
    {"to_prospect", &v1::Cohort::to_prospect},
    {"to_customer", &v1::Cohort::to_customer},
    {"to_loyal", &v1::Cohort::to_loyal},
};

std::string DayText(const v1::Date& day) {
  return absl::StrFormat("%04d-%02d-%02d", day.year(), day.month(), day.day());
}

// --- For people ---------------------------------------------------------------

class Report {
 public:
  Report(const v1::Funnel& funnel, bool by_month, Language language, int width)
      : funnel_(funnel), by_month_(by_month), catalogue_(Catalogue::For(language)), width_(width) {}

  std::string Text() const {
    std::string text =
        Wrap(Say("summary", {{"day", DayText(funnel_.as_of())}, {"days", Days()}}), width_, 0);
    if (IsOfNobody()) return absl::StrCat(text, "\n", Wrap(Say("nobody"), width_, 0));
    Append(Standing(), text);
    Append(CohortTable("known_since", PeriodLabels(), funnel_.cohorts()), text);
    Append(CohortTable("source", SourceLabels(), funnel_.sources()), text);
    Append(CohortTable("persona", LabelsOf(funnel_.personas()), funnel_.personas()), text);
    Append(Lists(), text);
    return absl::StrCat(text, "\n", Notes());
  }

 private:
  using Labels = std::vector<std::string>;

  std::string Say(absl::string_view key, const Arguments& arguments = {}) const {
    return catalogue_.Message(absl::StrCat("funnel.", key), arguments);
  }
  std::string Title(absl::string_view column) const { return Say(absl::StrCat("column.", column)); }
  std::string Days() const { return FormatCounted("days", funnel_.horizon_days(), catalogue_); }
  std::string Withheld() const { return Say("withheld"); }
  std::string Number(std::int64_t count) const {
    return FormatNumber(static_cast<double>(count), 0, catalogue_);
  }

  bool IsOfNobody() const {
    const v1::ConversionShare& all = funnel_.all().to_customer();
    return all.contact_count() == 0 && !all.withheld();
  }

  void Append(const Table& table, std::string& text) const {
    if (table.row_count() > 0) absl::StrAppend(&text, "\n", table.ToText(width_));
  }

  // "2026-01"; of the present month, and of other periods, the days.
  std::string PeriodText(const v1::FunnelPeriod& period, bool is_present) const {
    if (!by_month_) {
      return absl::StrCat(DayText(period.first_day()), " – ", DayText(period.last_day()));
    }
    const std::string month = DayText(period.first_day()).substr(0, 7);
    return is_present ? Say("so_far", {{"what", month}}) : month;
  }

  Labels PeriodLabels() const {
    Labels labels;
    for (int i = 0; i < funnel_.periods_size(); ++i) {
      labels.push_back(PeriodText(funnel_.periods(i), i + 1 == funnel_.periods_size()));
    }
    return labels;
  }

  static Labels LabelsOf(const Cohorts& cohorts) {
    Labels labels;
    for (const v1::Cohort& cohort : cohorts) labels.push_back(Printable(cohort.label()));
    return labels;
  }

  // Kinds of sources in words.
  Labels SourceLabels() const {
    Labels labels = LabelsOf(funnel_.sources());
    for (std::string& label : labels) {
      if (label == kUnknownSource) label = Say("source.unknown");
      for (int kind = 1; kind <= static_cast<int>(SourceKind::kBoughtList); ++kind) {
        const absl::string_view name = Name(static_cast<SourceKind>(kind));
        if (label == name) label = Say(absl::StrCat("source.", name));
      }
    }
    return labels;
  }

  Table Standing() const {
    std::vector<TableColumn> columns = {{Title("at_end_of"), ""}};
    for (const PeriodCount& each : kPeriodCounts) columns.push_back({Title(each.step), "", true});
    Table table(std::move(columns));
    const Labels labels = PeriodLabels();
    for (int i = 0; i < funnel_.periods_size(); ++i) {
      const v1::FunnelPeriod& period = funnel_.periods(i);
      std::vector<Cell> cells = {labels[static_cast<std::size_t>(i)]};
      for (const PeriodCount& each : kPeriodCounts) {
        const std::int64_t count = (period.*each.count)();
        cells.emplace_back(period.withheld() && count == 0 ? Withheld() : Number(count));
      }
      table.AddRow(std::move(cells));
    }
    return table;
  }

  // "24% (19–30%)", or what there is so far.
  std::string ShareText(const v1::ConversionShare& share) const {
    if (share.withheld()) return Withheld();
    if (share.contact_count() == 0) return "";
    if (!share.has_share()) return Say("so_far", {{"what", Number(share.converted_count())}});
    const std::string low = FormatShareBelowAll(share.low(), catalogue_);
    const std::string percent = catalogue_.Message("percent", {{"n", ""}});
    return Say("share", {{"share", FormatShareBelowAll(share.share(), catalogue_)},
                         {"low", std::string(absl::StripSuffix(low, percent))},
                         {"high", FormatShareBelowAll(share.high(), catalogue_)}});
  }

  std::string MedianText(const v1::ConversionShare& share) const {
    if (!share.has_median_days()) return "";
    return FormatCounted("days", std::llround(share.median_days()), catalogue_);
  }

  std::string CountText(const v1::ConversionShare& share) const {
    const bool is_withheld = share.withheld() && share.contact_count() == 0;
    return is_withheld ? Withheld() : Number(share.contact_count());
  }

  std::vector<Cell> CohortCells(const std::string& label, const v1::Cohort& cohort) const {
    return {label,
            CountText(cohort.to_customer()),
            ShareText(cohort.to_prospect()),
            MedianText(cohort.to_prospect()),
            ShareText(cohort.to_customer()),
            MedianText(cohort.to_customer()),
            CountText(cohort.to_loyal()),
            ShareText(cohort.to_loyal()),
            MedianText(cohort.to_loyal())};
  }

  // With all contacts below; nothing of nobody.
  Table CohortTable(absl::string_view what, const Labels& labels, const Cohorts& cohorts) const {
    Table table({{Title(what), ""},
                 {Title("contacts"), "", true},
                 {Title("to_prospect"), "", true},
                 {Title("after"), "", true},
                 {Title("to_customer"), "", true},
                 {Title("after"), "", true},
                 {Title("customers"), "", true},
                 {Title("to_loyal"), "", true},
                 {Title("after"), "", true}});
    if (cohorts.empty()) return table;
    for (int i = 0; i < std::min(cohorts.size(), static_cast<int>(labels.size())); ++i) {
      table.AddRow(CohortCells(labels[static_cast<std::size_t>(i)], cohorts[i]));
    }
    table.AddRow(CohortCells(Say("all"), funnel_.all()));
    return table;
  }

  Table Lists() const {
    std::vector<TableColumn> columns = {{Title("bought_list"), ""}};
    for (const ListCount& each : kListCounts) columns.push_back({Title(each.step), "", true});
    Table table(std::move(columns));
    for (const v1::BoughtList& list : funnel_.bought_lists()) {
      std::vector<Cell> cells = {Printable(list.source())};
      for (const ListCount& each : kListCounts) {
        const std::int64_t count = (list.*each.count)();
        cells.emplace_back(list.withheld() && count == 0 ? Withheld() : Number(count));
      }
      table.AddRow(std::move(cells));
    }
    return table;
  }

  // Whether a share, of any cohort that is shown, is as `is_so` says.
  template <typename Predicate>
  bool AnyShare(const Predicate& is_so) const {
    const auto any = [&](const v1::Cohort& cohort) {
      return std::any_of(std::begin(kConversions), std::end(kConversions),
                         [&](const Conversion& each) { return is_so((cohort.*each.share)()); });
    };
    const auto any_of = [&](const Cohorts& cohorts) {
      return std::any_of(cohorts.begin(), cohorts.end(), any);
    };
    return any(funnel_.all()) || any_of(funnel_.cohorts()) || any_of(funnel_.sources()) ||
           any_of(funnel_.personas());
  }

  bool WithholdsAny() const {
    const auto is_withheld = [](const auto& part) { return part.withheld(); };
    return AnyShare(is_withheld) ||
           std::any_of(funnel_.periods().begin(), funnel_.periods().end(), is_withheld) ||
           std::any_of(funnel_.bought_lists().begin(), funnel_.bought_lists().end(), is_withheld);
  }

  std::string Notes() const {
    std::string notes;
    const auto add = [&](absl::string_view key) {
      absl::StrAppend(&notes, Hanging("- ", Say(key, {{"days", Days()}}), width_));
    };
    add("note.conversion");
    add("note.after");
    const bool any_too_early = AnyShare([](const v1::ConversionShare& share) {
      return !share.withheld() && share.contact_count() > 0 && !share.has_share();
    });
    if (any_too_early) add("note.too_early");
    if (!funnel_.bought_lists().empty()) add("note.lists");
    if (WithholdsAny()) add("note.withheld");
    return notes;
  }

  const v1::Funnel& funnel_;
  const bool by_month_;
  const Catalogue& catalogue_;
  const int width_;
};

// --- For programs -------------------------------------------------------------

// A count of `message`, unknown where it is withheld.
template <typename Message>
void AddCount(const char* part, const std::string& label, const char* step, const Message& message,
              std::int64_t count, Table& table) {
  const bool is_withheld = message.withheld() && count == 0;
  table.AddRow({part, label, step, is_withheld ? "" : absl::StrCat(count), "", "", "", "", "",
                is_withheld ? "true" : "false"});
}

void AddCohort(const char* part, const v1::Cohort& cohort, Table& table) {
  const auto text = [](bool is_known, double number) {
    return is_known ? ExactText(number) : std::string();
  };
  for (const Conversion& each : kConversions) {
    const v1::ConversionShare& share = (cohort.*each.share)();
    const bool tells_count = !share.withheld() || share.contact_count() > 0;
    table.AddRow(
        {part, cohort.label(), each.step, tells_count ? absl::StrCat(share.contact_count()) : "",
         share.withheld() ? "" : absl::StrCat(share.converted_count()),
         text(share.has_share(), share.share()), text(share.has_low(), share.low()),
         text(share.has_high(), share.high()), text(share.has_median_days(), share.median_days()),
         share.withheld() ? "true" : "false"});
  }
}

}  // namespace

std::string FunnelText(const v1::Funnel& funnel, bool by_month, Language language, int width) {
  return Report(funnel, by_month, language, width).Text();
}

Table FunnelTable(const v1::Funnel& funnel) {
  Table table({{"", "part"},
               {"", "label"},
               {"", "step"},
               {"", "contact_count"},
               {"", "converted_count"},
               {"", "share"},
               {"", "low"},
               {"", "high"},
               {"", "median_days"},
               {"", "withheld"}});
  for (const v1::FunnelPeriod& period : funnel.periods()) {
    for (const PeriodCount& each : kPeriodCounts) {
      AddCount("period", DayText(period.last_day()), each.step, period, (period.*each.count)(),
               table);
    }
  }
  AddCohort("all", funnel.all(), table);
  for (const v1::Cohort& cohort : funnel.cohorts()) AddCohort("cohort", cohort, table);
  for (const v1::Cohort& cohort : funnel.sources()) AddCohort("source", cohort, table);
  for (const v1::Cohort& cohort : funnel.personas()) AddCohort("persona", cohort, table);
  for (const v1::BoughtList& list : funnel.bought_lists()) {
    for (const ListCount& each : kListCounts) {
      AddCount("bought_list", list.source(), each.step, list, (list.*each.count)(), table);
    }
  }
  return table;
}

}  // namespace cible
