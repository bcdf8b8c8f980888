#include "server/storage/contact_values.h"

#include <algorithm>
#include <cstddef>
#include <variant>

#include "absl/status/status.h"
#include "server/storage/value_entries.h"

namespace cible {
namespace {

template <typename... Fs>
struct Overloaded : Fs... {
  using Fs::operator()...;
};
template <typename... Fs>
Overloaded(Fs...) -> Overloaded<Fs...>;

void AppendMembers(int number, const StringSet& set, std::string& blob) {
  const std::vector<absl::string_view> members(set.members.begin(), set.members.end());
  AppendSet(number, members, blob);
}

Value ToValue(const ValueEntry& entry) {
  switch (entry.wire) {
    case Wire::kNumber: return entry.first;
    case Wire::kText: return ToText(entry.text);
    case Wire::kSet: return ToSet(entry);
    case Wire::kFalse: return false;
    case Wire::kTrue: return true;
    case Wire::kDate: return Date{static_cast<std::int32_t>(entry.integer)};
    case Wire::kInstant: return Timestamp{entry.integer};
    case Wire::kPlace: return LatLng{entry.first, entry.second};
  }
  return false;
}

// Calls `append(row, blob)` for the rows where the column is known.
template <typename F>
void ForKnownRows(const Column& column, std::vector<std::string>& blobs, F append) {
  for (std::size_t row = 0; row < blobs.size(); ++row) {
    if (column.validity[row]) append(row, blobs[row]);
  }
}

// Each level is encoded once, however many rows hold it.
void AppendCodes(const Column& column, const Codes& data, int number,
                 std::vector<std::string>& blobs) {
  std::vector<std::string> entries(data.dictionary.size());
  for (std::size_t code = 0; code < entries.size(); ++code) {
    AppendText(number, data.dictionary[code], entries[code]);
  }
  ForKnownRows(column, blobs,
               [&](std::size_t row, std::string& blob) { blob += entries[data.codes[row]]; });
}

void AppendSets(const Column& column, const Sets& data, int number,
                std::vector<std::string>& blobs) {
  std::vector<absl::string_view> members;
  ForKnownRows(column, blobs, [&](std::size_t row, std::string& blob) {
    members.clear();
    for (std::uint32_t m = row == 0 ? 0 : data.ends[row - 1]; m < data.ends[row]; ++m) {
      members.push_back(data.dictionary[data.members[m]]);
    }
    std::sort(members.begin(), members.end());
    AppendSet(number, members, blob);
  });
}

void AppendColumn(const Column& column, int number, std::vector<std::string>& blobs) {
  const auto by_cell = [&](const auto& data, auto append) {
    ForKnownRows(column, blobs, [&](std::size_t row, std::string& blob) {
      append(number, data.values[row], blob);
    });
  };
  std::visit(
      Overloaded{
          [&](const Codes& d) { AppendCodes(column, d, number, blobs); },
          [&](const Sets& d) { AppendSets(column, d, number, blobs); },
          [&](const Numbers& d) { by_cell(d, AppendNumber); },
          [&](const Texts& d) { by_cell(d, AppendText); },
          [&](const Locations& d) { by_cell(d, AppendPlace); },
          [&](const Bits& d) {
            by_cell(d, [](int n, std::uint8_t bit, std::string& b) { AppendBool(n, bit != 0, b); });
          },
          [&](const Days& d) {
            by_cell(d, [](int n, std::int32_t days, std::string& b) { AppendDate(n, {days}, b); });
          },
          [&](const Micros& d) {
            by_cell(d, [](int n, std::int64_t micros, std::string& b) {
              AppendInstant(n, {micros}, b);
            });
          }},
      column.data);
}

void AppendBytes(absl::string_view bytes, std::string& blob) {
  blob.append(bytes.data(), bytes.size());
}

}  // namespace

std::string EncodeValues(absl::Span<const NumberedValue> values) {
  std::string blob = EmptyBlob();
  for (const auto& numbered : values) {
    const int number = numbered.first;
    std::visit(Overloaded{[&](double v) { AppendNumber(number, v, blob); },
                          [&](const std::string& v) { AppendText(number, v, blob); },
                          [&](const StringSet& v) { AppendMembers(number, v, blob); },
                          [&](bool v) { AppendBool(number, v, blob); },
                          [&](Date v) { AppendDate(number, v, blob); },
                          [&](Timestamp v) { AppendInstant(number, v, blob); },
                          [&](LatLng v) { AppendPlace(number, v, blob); }},
               numbered.second);
  }
  return blob;
}

absl::StatusOr<std::vector<NumberedValue>> DecodeValues(absl::string_view blob) {
  std::vector<NumberedValue> values;
  EntryReader reader(blob);
  while (reader.Next()) values.emplace_back(reader.entry().number, ToValue(reader.entry()));
  if (!reader.status().ok()) return reader.status();
  return values;
}

std::vector<std::string> EncodeRows(const ContactTable& table, const Schema& schema) {
  std::vector<std::pair<int, const Column*>> by_number;
  for (const Column& column : table.columns) {
    by_number.emplace_back(schema.Find(column.attribute)->number, &column);
  }
  std::sort(by_number.begin(), by_number.end());
  std::vector<std::string> blobs(static_cast<std::size_t>(table.row_count), EmptyBlob());
  for (const auto& [number, column] : by_number) AppendColumn(*column, number, blobs);
  return blobs;
}

absl::StatusOr<std::string> MergeValues(absl::string_view base, absl::string_view update,
                                        absl::Span<const int> forgotten) {
  std::string merged = EmptyBlob();
  merged.reserve(base.size() + update.size());
  EntryReader old_values(base);
  EntryReader new_values(update);
  bool has_old = old_values.Next();
  bool has_new = new_values.Next();
  while (has_old || has_new) {
    const bool take_new =
        has_new && (!has_old || new_values.entry().number <= old_values.entry().number);
    const bool replaced =
        take_new && has_old && new_values.entry().number == old_values.entry().number;
    const ValueEntry& entry = take_new ? new_values.entry() : old_values.entry();
    if (take_new || !std::binary_search(forgotten.begin(), forgotten.end(), entry.number)) {
      AppendBytes(entry.as_bytes, merged);
    }
    if (!take_new || replaced) has_old = old_values.Next();
    if (take_new) has_new = new_values.Next();
  }
  if (!old_values.status().ok()) return old_values.status();
  if (!new_values.status().ok()) {
    return absl::InvalidArgumentError(
        "the values of a contact are not in the encoding of the store; encode them anew");
  }
  return merged;
}

}  // namespace cible
