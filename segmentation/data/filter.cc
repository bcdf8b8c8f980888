#include "segmentation/data/filter.h"

#include <algorithm>
#include <set>
#include <string>
#include <utility>

#include "segmentation/data/filter_comparison.h"
#include "segmentation/data/filter_grammar.h"

namespace cible {

struct Filter::Node {
  FilterSyntax::Kind kind = FilterSyntax::Kind::kComparison;
  std::vector<Node> operands;
  RowTest test;             // Of a comparison; else null.
  RowChanges next_changes;  // Of a comparison that time changes; else null.

  Truths Evaluate(const ContactTable& table, const ContactFacts& facts) const {
    if (test) return test(table, facts);
    Truths truths = operands.front().Evaluate(table, facts);
    if (kind == FilterSyntax::Kind::kNot) {
      for (Truth& truth : truths) truth = static_cast<Truth>(kIsTrue - truth);
    }
    for (std::size_t i = 1; i < operands.size(); ++i) {
      const Truths others = operands[i].Evaluate(table, facts);
      for (std::size_t row = 0; row < truths.size(); ++row) {
        truths[row] = kind == FilterSyntax::Kind::kAnd ? std::min(truths[row], others[row])
                                                       : std::max(truths[row], others[row]);
      }
    }
    return truths;
  }

  // Lowers `changes` to the days on which a comparison in here changes.
  void Advance(const ContactTable& table, const ContactFacts& facts, double half_life_days,
               std::vector<std::int32_t>& changes) const {
    if (next_changes) {
      const std::vector<std::int32_t> own = next_changes(table, facts, half_life_days);
      for (std::size_t row = 0; row < own.size(); ++row) {
        changes[row] = std::min(changes[row], own[row]);
      }
    }
    for (const Node& operand : operands) operand.Advance(table, facts, half_life_days, changes);
  }
};

// Binds a syntax tree to a schema, and notes what it reads.
struct Filter::Binder {
  const Schema& schema;
  const FilterContext& context;
  std::set<std::string> attributes;
  bool reads_segment = false;
  bool reads_id = false;
  bool reads_organization = false;
  bool reads_lifecycle = false;

  absl::StatusOr<Node> Bind(const FilterSyntax& syntax) {
    Node node{.kind = syntax.kind, .operands = {}, .test = {}, .next_changes = {}};
    if (syntax.operands.empty()) {
      auto comparison = BindComparison(syntax, schema, context);
      if (!comparison.ok()) return comparison.status();
      if (!comparison->attribute.empty()) attributes.insert(comparison->attribute);
      reads_segment = reads_segment || comparison->reads_segment;
      reads_id = reads_id || comparison->reads_id;
      reads_organization = reads_organization || comparison->reads_organization;
      reads_lifecycle = reads_lifecycle || comparison->reads_lifecycle;
      node.test = std::move(comparison->test);
      node.next_changes = std::move(comparison->next_changes);
    }
    for (const FilterSyntax& operand : syntax.operands) {
      auto bound = Bind(operand);
      if (!bound.ok()) return bound.status();
      node.operands.push_back(*std::move(bound));
    }
    return node;
  }
};

absl::StatusOr<Filter> Filter::Parse(absl::string_view text, const Schema& schema,
                                     const FilterContext& context) {
  Filter filter;
  if (text.find_first_not_of(" \t\r\n\v\f") == absl::string_view::npos) return filter;
  const auto syntax = ParseFilterSyntax(text);
  if (!syntax.ok()) return syntax.status();
  Binder binder{.schema = schema, .context = context, .attributes = {}};
  auto root = binder.Bind(*syntax);
  if (!root.ok()) return root.status();
  filter.root_ = std::make_shared<const Node>(*std::move(root));
  filter.attributes_.assign(binder.attributes.begin(), binder.attributes.end());
  filter.reads_segment_ = binder.reads_segment;
  filter.reads_id_ = binder.reads_id;
  filter.reads_organization_ = binder.reads_organization;
  filter.reads_lifecycle_ = binder.reads_lifecycle;
  return filter;
}

std::vector<std::uint8_t> Filter::Evaluate(const ContactTable& table,
                                           const ContactFacts& facts) const {
  if (passes_all()) return std::vector<std::uint8_t>(static_cast<std::size_t>(table.row_count), 1);
  Truths truths = root_->Evaluate(table, facts);
  for (Truth& truth : truths) truth = truth == kIsTrue ? 1 : 0;
  return truths;
}

Truths Filter::Judge(const ContactTable& table, const ContactFacts& facts) const {
  if (passes_all()) return Truths(static_cast<std::size_t>(table.row_count), kIsTrue);
  return root_->Evaluate(table, facts);
}

std::vector<std::int32_t> Filter::NextChanges(const ContactTable& table, const ContactFacts& facts,
                                              double half_life_days) const {
  std::vector<std::int32_t> changes(static_cast<std::size_t>(table.row_count), kNoDay);
  if (!passes_all()) root_->Advance(table, facts, half_life_days, changes);
  return changes;
}

}  // namespace cible
