// The entries of a contact's blob, one at a time: the layout that
// contact_values.h describes, read and written in this one place.

#ifndef CIBLE_SERVER_STORAGE_VALUE_ENTRIES_H_
#define CIBLE_SERVER_STORAGE_VALUE_ENTRIES_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "segmentation/data/value.h"

namespace cible {

// On disk: never renumber.
enum class Wire : std::uint8_t {
  kNumber = 0,
  kText = 1,
  kSet = 2,
  kFalse = 3,
  kTrue = 4,
  kDate = 5,
  kInstant = 6,
  kPlace = 7,
};

// One entry, its payload decoded. Views point into the blob.
struct ValueEntry {
  int number = 0;  // Of the attribute; positive.
  Wire wire = Wire::kNumber;
  double first = 0;            // kNumber; kPlace: the latitude.
  double second = 0;           // kPlace: the longitude.
  std::int64_t integer = 0;    // kDate: days; kInstant: microseconds.
  absl::string_view text;      // kText; kSet: its members, encoded.
  std::uint64_t members = 0;   // kSet: how many.
  absl::string_view as_bytes;  // The whole entry.
};

// Reads a blob from its first entry to its last. An empty blob has none.
class EntryReader {
 public:
  explicit EntryReader(absl::string_view blob);

  // Moves to the next entry; false at the end and at the first byte that
  // cannot be read, which status() tells apart.
  bool Next();

  // REQUIRES: the last Next() returned true.
  const ValueEntry& entry() const { return entry_; }

  // DATA_LOSS once bytes could not be read.
  absl::Status status() const;

 private:
  bool ReadPayload();
  bool ReadSet();

  absl::string_view rest_;
  ValueEntry entry_;
  bool sound_ = true;
};

// Takes the next member off `text` of a kSet entry.
// REQUIRES: called at most `members` times.
absl::string_view TakeMember(absl::string_view& text);

std::string ToText(absl::string_view text);
StringSet ToSet(const ValueEntry& entry);

// A blob without entries.
std::string EmptyBlob();

// REQUIRES: `number` is greater than that of any entry in the blob.
void AppendNumber(int number, double value, std::string& blob);
void AppendText(int number, absl::string_view text, std::string& blob);
// REQUIRES: sorted, without repetition.
void AppendSet(int number, absl::Span<const absl::string_view> members, std::string& blob);
void AppendBool(int number, bool value, std::string& blob);
void AppendDate(int number, Date date, std::string& blob);
void AppendInstant(int number, Timestamp instant, std::string& blob);
void AppendPlace(int number, LatLng place, std::string& blob);

}  // namespace cible

#endif  // CIBLE_SERVER_STORAGE_VALUE_ENTRIES_H_
