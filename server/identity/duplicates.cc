#include "server/identity/duplicates.h"

#include <xxhash.h>

#include <algorithm>
#include <numeric>
#include <tuple>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "absl/types/span.h"
#include "segmentation/data/text_parsing.h"
#include "server/identity/normalized_identity.h"

namespace cible {
namespace {

// A contact holds a value. The value is its hash of 128 bits: that two of a
// billion values share one by chance has odds of one in 10^20.
struct Holding {
  std::uint64_t high = 0;
  std::uint64_t low = 0;
  std::int64_t contact = 0;
  std::uint32_t attribute = 0;  // Its place in the search.

  bool SameValue(const Holding& other) const { return high == other.high && low == other.low; }
  bool operator<(const Holding& other) const {
    return std::tie(high, low, contact, attribute) <
           std::tie(other.high, other.low, other.contact, other.attribute);
  }
};

// Gathers who holds what, block by block.
class Holdings {
 public:
  explicit Holdings(const DuplicateSearch& search) : search_(search) {
    for (const std::string& id : search.attributes) {
      attributes_.push_back(search.schema->Find(id));
    }
  }

  void Add(const ContactBlock& block) {
    for (std::size_t a = 0; a < attributes_.size(); ++a) {
      const Column* column = block.table.Find(attributes_[a]->id);
      for (int row = 0; row < block.table.row_count; ++row) {
        const auto value = Get(*column, row);
        if (!value.has_value()) continue;
        const ContactRecord& record = block.records[static_cast<std::size_t>(row)];
        if (const auto* set = std::get_if<StringSet>(&*value)) {
          for (const std::string& member : set->members) AddText(member, record, a);
        } else {
          AddText(FormatValue(*value), record, a);
        }
      }
    }
  }

  std::vector<Holding> TakeSorted() {
    std::sort(holdings_.begin(), holdings_.end());
    return std::move(holdings_);
  }

 private:
  void AddText(const std::string& text, const ContactRecord& record, std::size_t a) {
    const Attribute& attribute = *attributes_[a];
    const std::string normal =
        NormalizedIdentity(attribute.identity_form, text, search_.phone_region);
    if (normal.empty()) return;
    const bool across = attribute.identity_form == IdentityForm::kEmail ||
                        attribute.identity_form == IdentityForm::kPhone;
    const std::string hashed =
        absl::StrCat(static_cast<int>(record.kind), " ", static_cast<int>(attribute.identity_form),
                     " ", across ? 0 : attribute.number, " ", normal);
    const XXH128_hash_t hash = XXH3_128bits(hashed.data(), hashed.size());
    holdings_.push_back({hash.high64, hash.low64, record.key, static_cast<std::uint32_t>(a)});
  }

  const DuplicateSearch& search_;
  std::vector<const Attribute*> attributes_;
  std::vector<Holding> holdings_;
};

// Contacts united step by step; the oldest stands for its group.
class Groups {
 public:
  void Unite(std::int64_t a, std::int64_t b) {
    a = Find(a);
    b = Find(b);
    parents_[std::max(a, b)] = std::min(a, b);
  }

  std::int64_t Find(std::int64_t contact) {
    std::int64_t root = contact;
    while (true) {
      const std::int64_t parent = parents_.emplace(root, root).first->second;
      if (parent == root) break;
      root = parent;
    }
    while (contact != root) contact = std::exchange(parents_[contact], root);
    return root;
  }

 private:
  absl::flat_hash_map<std::int64_t, std::int64_t> parents_;  // Read by key only.
};

// One value, with those who hold it.
DuplicateMatch MatchOf(const DuplicateSearch& search, absl::Span<const Holding> holdings) {
  DuplicateMatch match;
  std::vector<std::uint32_t> attributes;
  for (const Holding& holding : holdings) {
    if (match.contacts.empty() || match.contacts.back() != holding.contact) {
      match.contacts.push_back(holding.contact);
    }
    attributes.push_back(holding.attribute);
  }
  std::sort(attributes.begin(), attributes.end());
  attributes.erase(std::unique(attributes.begin(), attributes.end()), attributes.end());
  for (const std::uint32_t a : attributes) match.attributes.push_back(search.attributes[a]);
  return match;
}

// The values that link contacts, those of the oldest contacts first.
std::vector<DuplicateMatch> FindMatches(const DuplicateSearch& search,
                                        absl::Span<const Holding> holdings,
                                        Duplicates& duplicates) {
  std::vector<DuplicateMatch> matches;
  for (std::size_t begin = 0, end = 0; begin < holdings.size(); begin = end) {
    while (end < holdings.size() && holdings[end].SameValue(holdings[begin])) ++end;
    if (holdings[begin].contact == holdings[end - 1].contact) continue;
    DuplicateMatch match = MatchOf(search, holdings.subspan(begin, end - begin));
    if (std::ssize(match.contacts) > search.max_holders) {
      ++duplicates.common_value_count;
    } else {
      matches.push_back(std::move(match));
    }
  }
  std::sort(matches.begin(), matches.end(), [](const DuplicateMatch& a, const DuplicateMatch& b) {
    return std::tie(a.contacts, a.attributes) < std::tie(b.contacts, b.attributes);
  });
  return matches;
}

// Each match in the group of its contacts.
std::vector<DuplicateGroup> GroupsOf(std::vector<DuplicateMatch> matches) {
  Groups united;
  for (const DuplicateMatch& match : matches) {
    for (const std::int64_t contact : match.contacts) united.Unite(match.contacts[0], contact);
  }
  // The oldest contact of a group is in one of its matches, hence in the first.
  std::vector<DuplicateGroup> groups;
  absl::flat_hash_map<std::int64_t, std::size_t> places;
  for (DuplicateMatch& match : matches) {
    const auto [place, is_new] = places.emplace(united.Find(match.contacts[0]), groups.size());
    if (is_new) groups.emplace_back();
    DuplicateGroup& group = groups[place->second];
    group.contacts.insert(group.contacts.end(), match.contacts.begin(), match.contacts.end());
    group.matches.push_back(std::move(match));
  }
  for (DuplicateGroup& group : groups) {
    std::sort(group.contacts.begin(), group.contacts.end());
    group.contacts.erase(std::unique(group.contacts.begin(), group.contacts.end()),
                         group.contacts.end());
  }
  return groups;
}

}  // namespace

absl::StatusOr<Duplicates> FindDuplicates(Snapshot& snapshot, const DuplicateSearch& search,
                                          const std::function<bool()>& cancelled) {
  ScanRequest request{
      .workspace = search.workspace, .schema = search.schema, .attributes = search.attributes};
  request.passed_over.objecting = false;
  Duplicates duplicates;
  Holdings holdings(search);
  const absl::Status status = snapshot.Scan(request, [&](const ContactBlock& block) {
    if (cancelled()) return absl::CancelledError("the caller does not wait any more");
    duplicates.examined_count += block.table.row_count;
    holdings.Add(block);
    return absl::OkStatus();
  });
  if (!status.ok()) return status;
  const std::vector<Holding> sorted = holdings.TakeSorted();
  duplicates.groups = GroupsOf(FindMatches(search, sorted, duplicates));
  return duplicates;
}

}  // namespace cible
