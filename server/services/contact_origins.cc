#include "server/services/contact_origins.h"

#include <algorithm>

#include "absl/container/flat_hash_map.h"

namespace cible {
namespace {

// Gives each different text a number.
class Numbering {
 public:
  explicit Numbering(std::vector<std::string>& texts) : texts_(texts) {}

  int NumberOf(const std::string& text) {
    const auto [found, is_new] = numbers_.try_emplace(text, static_cast<int>(texts_.size()));
    if (is_new) texts_.push_back(text);
    return found->second;
  }

 private:
  std::vector<std::string>& texts_;
  absl::flat_hash_map<std::string, int> numbers_;
};

class OriginReader {
 public:
  explicit OriginReader(const std::vector<SourceRule>& rules) {
    found_.rules = rules;
    labels_.NumberOf(kUnknownSource);
  }
  OriginReader(const OriginReader&) = delete;
  OriginReader& operator=(const OriginReader&) = delete;

  void Take(std::int64_t contact, absl::Span<const Provenance> provenances) {
    in_order_.clear();
    for (const Provenance& provenance : provenances) {
      if (!provenance.source.empty()) in_order_.push_back(&provenance);
    }
    if (in_order_.empty()) return;
    std::stable_sort(
        in_order_.begin(), in_order_.end(),
        [](const Provenance* left, const Provenance* right) { return left->date < right->date; });
    found_.origins.push_back({contact, SourceOf(*in_order_.front()).label});
    AddEntries(contact);
  }

  ContactOrigins Found() && { return std::move(found_); }

 private:
  struct Source {
    int label = 0;
    int list = -1;  // Not bought.
  };

  const Source& SourceOf(const Provenance& provenance) {
    const auto [found, is_new] = sources_.try_emplace(provenance.source);
    if (is_new) {
      found->second.label = labels_.NumberOf(LabelOfSource(provenance.source, found_.rules));
      const SourceKind kind = KindOfSource(provenance.source, found_.rules);
      if (kind == SourceKind::kBoughtList) found->second.list = lists_.NumberOf(provenance.source);
    }
    return found->second;
  }

  // One for each list that the contact was on, as of the first time.
  void AddEntries(std::int64_t contact) {
    const std::size_t first = found_.entries.size();
    for (const Provenance* provenance : in_order_) {
      const int list = SourceOf(*provenance).list;
      const auto has_it = [&](const ListEntry& entry) { return entry.list == list; };
      const auto own = found_.entries.begin() + static_cast<std::ptrdiff_t>(first);
      if (list < 0 || std::any_of(own, found_.entries.end(), has_it)) continue;
      found_.entries.push_back({.contact = contact,
                                .list = list,
                                .day = provenance->date->days,
                                .was_known = in_order_.front()->source != provenance->source});
    }
  }

  ContactOrigins found_;
  Numbering labels_{found_.labels};
  Numbering lists_{found_.lists};
  absl::flat_hash_map<std::string, Source> sources_;  // By their words.
  std::vector<const Provenance*> in_order_;           // Of the present contact.
};

// Moves `position` on to the first row of the contact, if it has one.
template <typename Row>
void Seek(const std::vector<Row>& rows, std::int64_t contact, std::size_t& position) {
  while (position < rows.size() && rows[position].contact < contact) ++position;
}

}  // namespace

std::string LabelOfSource(const std::string& source, const std::vector<SourceRule>& rules) {
  const SourceKind kind = KindOfSource(source, rules);
  return kind == SourceKind::kUnspecified ? source : std::string(Name(kind));
}

absl::StatusOr<ContactOrigins> ReadOrigins(Snapshot& snapshot, const std::string& workspace,
                                           const std::vector<SourceRule>& rules) {
  OriginReader reader(rules);
  const absl::Status status = snapshot.ScanProvenances(
      workspace, [&](std::int64_t contact, absl::Span<const Provenance> provenances) {
        reader.Take(contact, provenances);
        return absl::OkStatus();
      });
  if (!status.ok()) return status;
  return std::move(reader).Found();
}

const std::string& OriginCursor::LabelOf(std::int64_t contact) {
  Seek(origins_.origins, contact, origin_);
  const bool is_known =
      origin_ < origins_.origins.size() && origins_.origins[origin_].contact == contact;
  const int label = is_known ? origins_.origins[origin_].label : 0;
  return origins_.labels[static_cast<std::size_t>(label)];
}

absl::Span<const ListEntry> OriginCursor::EntriesOf(std::int64_t contact) {
  Seek(origins_.entries, contact, entry_);
  const std::size_t first = entry_;
  Seek(origins_.entries, contact + 1, entry_);
  return absl::MakeConstSpan(origins_.entries).subspan(first, entry_ - first);
}

}  // namespace cible
