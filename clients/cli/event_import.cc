#include "clients/cli/event_import.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "clients/cli/output/number_text.h"
#include "clients/cli/stream_end.h"
#include "server/clock.h"
#include "server/wire/contact_wire.h"

namespace cible {
namespace {

Date DayOf(const v1::Event& event, const absl::TimeZone& zone) {
  constexpr std::int64_t kSecondMicros = 1'000'000;
  if (event.has_date()) return DateFromProto(event.date()).value_or(Date{});
  return DayIn(zone, {event.time().seconds() * kSecondMicros});
}

}  // namespace

EventImport::EventImport(EventFile& file, const absl::TimeZone& zone,
                         const v1::RecordEventsRequest& first, RejectedRows& rejected,
                         Progress& progress)
    : file_(file), zone_(zone), first_(first), rejected_(rejected), progress_(progress) {}

bool EventImport::Next(v1::RecordEventsRequest* request) {
  ShowProgress();
  while (true) {
    auto block = file_.Read(zone_);
    if (!block.ok()) {
      file_status_ = block.status();
      return false;
    }
    const bool send = !block->events.empty();
    const bool at_end = block->at_end;
    if (send) {
      if (sequence_ == 0) *request = first_;
      request->set_sequence(++sequence_);
      for (const v1::Event& event : block->events) {
        last_day_ = std::max(last_day_.value_or(Date{}), DayOf(event, zone_));
      }
      request->mutable_events()->Swap(&block->events);
      block->events.Clear();  // Sent; the text is kept.
    }
    const std::lock_guard<std::mutex> lock(mutex_);
    pending_.push_back({*std::move(block), send});
    SettleUnsent();
    if (send) return true;
    if (at_end) return false;
  }
}

bool EventImport::Answered(const v1::RecordEventsResponse& response) {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (pending_.empty()) return false;  // An answer to nothing: stop.
  EventBlock block = std::move(pending_.front().block);
  pending_.pop_front();
  if (response.has_error() && EndsTheStream(response.error().code())) {
    store_status_ = absl::Status(static_cast<absl::StatusCode>(response.error().code()),
                                 response.error().message());
    return false;
  }
  const auto sent = static_cast<int>(block.source_rows.size());
  if (response.has_error()) {
    const std::string reason = absl::StrCat("the server refused it: ", response.error().message());
    for (int event = 0; event < sent; ++event) block.Refuse(event, reason);
  }
  for (const v1::RowError& error : response.errors()) {
    if (error.row() >= static_cast<std::uint32_t>(sent)) continue;  // Of none that was sent.
    block.Refuse(static_cast<int>(error.row()), ReasonText(error.attribute(), error.reason()));
  }
  // Beyond the first 1,000 the server counts refused events without naming them.
  totals_.refused += std::max<std::int64_t>(response.refused_count() - response.errors_size(), 0);
  totals_.recorded += response.recorded_count();
  totals_.replaced += response.replaced_count();
  totals_.unchanged += response.unchanged_count();
  totals_.cancelled += response.cancelled_count();
  totals_.created_contacts += response.created_contact_count();
  totals_.without_legal_basis += response.without_legal_basis_count();
  totals_.left_out_attributes.insert(totals_.left_out_attributes.end(),
                                     response.left_out_attributes().begin(),
                                     response.left_out_attributes().end());
  Settle(block);
  SettleUnsent();
  return true;
}

void EventImport::Settle(EventBlock& block) {
  totals_.refused += static_cast<std::int64_t>(block.refused.size());
  totals_.set_aside += block.without_contact;
  totals_.custom += block.custom;
  rejected_.Add(std::move(block.refused));
}

void EventImport::SettleUnsent() {
  while (!pending_.empty() && !pending_.front().sent) {
    Settle(pending_.front().block);
    pending_.pop_front();
  }
}

EventTotals EventImport::totals() {
  const std::lock_guard<std::mutex> lock(mutex_);
  return totals_;
}

void EventImport::ShowProgress() {
  const std::int64_t events = totals().stored();
  const double rate = static_cast<double>(events) / std::max(progress_.seconds(), 1e-3);
  progress_.Show(file_.fraction_read(),
                 absl::StrCat(CountText(events), " events, ",
                              CountText(static_cast<std::int64_t>(rate)), "/s"));
}

}  // namespace cible
