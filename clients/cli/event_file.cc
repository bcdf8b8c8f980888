#include "clients/cli/event_file.h"

#include <utility>

#include "absl/strings/str_cat.h"

namespace cible {
namespace {

// What is looked at and what a block is made of stay small where there are many
// columns.
constexpr std::int64_t kCellsLookedAt = 6'000'000;
constexpr std::int64_t kBlockCells = 400'000;

// The reasons that stand in a file of refused rows do not make them other events
// once the file is mended and given again.
int HashedColumns(const std::vector<std::string>& header) {
  const auto count = static_cast<int>(header.size());
  return header.back() == "reason" ? count - 1 : count;
}

}  // namespace

void EventBlock::Refuse(int event, const std::string& reason) {
  refused.push_back(RefusedRowOf(*text, source_rows[static_cast<std::size_t>(event)], reason));
}

absl::StatusOr<std::unique_ptr<EventFile>> EventFile::Open(const std::string& path,
                                                           const EventFileOptions& options) {
  auto opened = LookaheadReader::Open(path);
  if (!opened.ok()) return opened.status();
  LookaheadReader& reader = **opened;
  auto columns = EventColumns::Read(reader.header(), options.choices, options.type.has_value());
  if (!columns.ok()) return reader.Named(columns.status());
  const auto ahead = reader.LookAhead(
      RowsWithin(kRowsLookedAt, static_cast<int>(reader.header().size()), kCellsLookedAt));
  if (!ahead.ok()) return ahead.status();
  EventWriting writing = ProveEventWriting(**ahead, *columns);
  return std::unique_ptr<EventFile>(
      new EventFile(*std::move(opened), *std::move(columns), std::move(writing), options));
}

EventFile::EventFile(std::unique_ptr<LookaheadReader> reader, EventColumns columns,
                     EventWriting writing, const EventFileOptions& options)
    : reader_(std::move(reader)),
      columns_(std::move(columns)),
      writing_(std::move(writing)),
      block_rows_(RowsWithin(kBlockRows, static_cast<int>(reader_->header().size()), kBlockCells)),
      lines_(reader_->header(), columns_, writing_, options.type),
      ids_(options.part, HashedColumns(reader_->header())) {}

std::vector<std::string> EventFile::Notices(const std::string& time_zone) const {
  std::vector<std::string> notices = reader_->notices();
  notices.push_back(absl::StrCat(columns_.Sentence(header()),
                                 ". To read a column otherwise, give --as COLUMN=ROLE"));
  const std::string& time = header()[static_cast<std::size_t>(columns_.Find(EventRole::kTime))];
  if (writing_.order_is_open) {
    notices.push_back(absl::StrCat(
        time,
        ": no date tells the day from the month; read day first. If the month comes first, "
        "write the dates as YYYY-MM-DD"));
  }
  if (writing_.has_local_times) {
    const std::string zone = writing_.is_utc
                                 ? "UTC, as its header says"
                                 : absl::StrCat(time_zone, ", the time zone of the workspace");
    notices.push_back(absl::StrCat(time, ": times without an offset are read in ", zone));
  }
  return notices;
}

void EventFile::ReadRow(int row, const absl::TimeZone& zone, EventBlock& block) {
  if (!lines_.NamesContact(*text_, row)) {
    ++block.without_contact;
    return;
  }
  v1::Event* event = block.events.Add();
  const std::string reason = lines_.Read(*text_, row, zone, event);
  if (!reason.empty()) {
    block.events.RemoveLast();
    block.refused.push_back(RefusedRowOf(*text_, row, reason));
    return;
  }
  if (event->id().empty()) event->set_id(ids_.Next(*text_, row));
  orders_.Add(event->order(), event->contact());
  block.custom += event->custom_type().empty() ? 0 : 1;
  block.source_rows.push_back(row);
}

absl::StatusOr<EventBlock> EventFile::Read(const absl::TimeZone& zone) {
  EventBlock block;
  if (text_ == nullptr || given_ == text_->row_count()) {
    std::vector<RefusedLine> lines;
    auto rows = reader_->Read(block_rows_, &lines);
    block.refused = RefusedRowsOf(lines, delimiter());
    if (!rows.ok()) {
      // The reader gives its error again, after the rows refused before it.
      if (block.refused.empty()) return rows.status();
      return block;
    }
    text_ = std::make_shared<const TextTable>(*std::move(rows));
    given_ = 0;
  }
  block.text = text_;
  block.at_end = text_->row_count() == 0;
  std::size_t bytes = 0;
  while (given_ < text_->row_count() && bytes < kBlockBytes) {
    const int before = block.events.size();
    ReadRow(given_++, zone, block);
    if (block.events.size() > before) bytes += block.events[before].ByteSizeLong();
  }
  return block;
}

}  // namespace cible
