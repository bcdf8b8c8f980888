#include "segmentation/models/row_hashes.h"

#include <bit>
#include <cstddef>
#include <string>
#include <variant>

#include "absl/strings/string_view.h"
#include "segmentation/clustering/random.h"
#include "segmentation/models/rule.h"

namespace cible {
namespace {

std::uint64_t HashOf(absl::string_view text) {
  std::uint64_t hash = 0;
  for (const char c : text) hash = Mix(hash ^ static_cast<unsigned char>(c));
  return Mix(hash ^ text.size());
}

// A hash of every cell by its value: codes depend on the order of rows.
struct CellHash {
  std::vector<std::uint64_t>& hashes;

  template <typename Hash>
  void Every(const Hash& hash) const {
    for (std::size_t row = 0; row < hashes.size(); ++row) hashes[row] = hash(row);
  }
  void operator()(const Numbers& data) const {
    // + 0 makes one zero of two.
    Every(
        [&](std::size_t row) { return Mix(std::bit_cast<std::uint64_t>(data.values[row] + 0.0)); });
  }
  void operator()(const Days& data) const {
    Every([&](std::size_t row) { return Mix(static_cast<std::uint64_t>(data.values[row])); });
  }
  void operator()(const Micros& data) const {
    Every([&](std::size_t row) { return Mix(static_cast<std::uint64_t>(data.values[row])); });
  }
  void operator()(const Bits& data) const {
    Every([&](std::size_t row) { return Mix(data.values[row] != 0 ? 1 : 0); });
  }
  void operator()(const Codes& data) const {
    const std::vector<std::uint64_t> levels = HashesOf(data.dictionary);
    // What an unknown cell holds indexes nothing.
    Every([&](std::size_t row) {
      return data.codes[row] < levels.size() ? levels[data.codes[row]] : 0;
    });
  }
  void operator()(const Sets& data) const {
    const std::vector<std::uint64_t> tags = HashesOf(data.dictionary);
    Every([&](std::size_t row) {
      std::uint64_t sum = 1;
      for (std::size_t i = row == 0 ? 0 : data.ends[row - 1]; i < data.ends[row]; ++i) {
        sum += tags[data.members[i]];
      }
      return Mix(sum);
    });
  }
  void operator()(const Locations&) const {}
  void operator()(const Texts&) const {}

  static std::vector<std::uint64_t> HashesOf(const std::vector<std::string>& dictionary) {
    std::vector<std::uint64_t> hashes;
    for (const std::string& text : dictionary) hashes.push_back(HashOf(text));
    return hashes;
  }
};

}  // namespace

std::vector<std::uint64_t> RowHashes(const ContactTable& table, const Schema& schema,
                                     std::uint64_t seed) {
  std::vector<std::uint64_t> rows(static_cast<std::size_t>(table.row_count), Mix(seed));
  std::vector<std::uint64_t> cells(rows.size());
  for (const Attribute& attribute : schema.attributes()) {
    const Column* column = table.Find(attribute.id);
    if (column == nullptr || !MayBeInRule(attribute)) continue;
    std::visit(CellHash{cells}, column->data);
    const std::uint64_t key = HashOf(attribute.id);
    for (std::size_t row = 0; row < rows.size(); ++row) {
      if (column->validity[row] != 0) rows[row] = Mix(rows[row] ^ Mix(cells[row] + key));
    }
  }
  return rows;
}

}  // namespace cible
