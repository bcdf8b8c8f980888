#include "segmentation/data/filter_grammar.h"

#include <utf8proc.h>

#include <memory>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "tao/pegtl.hpp"
#include "tao/pegtl/contrib/parse_tree.hpp"

namespace cible {
namespace {

namespace grammar {

using namespace tao::pegtl;  // NOLINT: the grammar reads as its rules.

struct Blanks : star<space> {};
struct WordByte : sor<alnum, one<'_', '.', '-', '+', '/', ':', '@', '%'>, ranges<'\x80', '\xff'>> {
};
struct NameByte : sor<alnum, one<'_', '.'>, ranges<'\x80', '\xff'>> {};

template <char... Letters>
struct Keyword : seq<string<Letters...>, not_at<NameByte>, Blanks> {};
struct And : Keyword<'A', 'N', 'D'> {};
struct Or : Keyword<'O', 'R'> {};
struct Not : sor<Keyword<'N', 'O', 'T'>, seq<one<'-'>, Blanks>> {};
struct Reserved : sor<And, Or, Keyword<'N', 'O', 'T'>> {};

template <char Quote>
struct Quoted : seq<one<Quote>, until<one<Quote>, sor<seq<one<'\\'>, any>, any>>> {};
struct AnyQuoted : sor<Quoted<'"'>, Quoted<'\''>> {};

struct Name : sor<AnyQuoted, seq<not_at<Reserved>, plus<NameByte>>> {};
struct Op : sor<string<'!', '='>, string<'<', '='>, string<'>', '='>, one<'=', '<', '>', ':'>> {};
struct Value : sor<AnyQuoted, one<'*'>, seq<not_at<Reserved>, plus<WordByte>>> {};
struct Comparison : seq<Name, Blanks, Op, Blanks, Value, Blanks> {};

struct Chain;
struct Open : one<'('> {};
struct Close : one<')'> {};
struct Bracketed : seq<Open, Blanks, Chain, Close, Blanks> {};
struct Operand : seq<star<Not>, sor<Bracketed, Comparison>> {};
struct AndTail : plus<And, Operand> {};
struct OrTail : plus<Or, Operand> {};
struct NotMixed : not_at<sor<And, Or>> {};
struct Chain : seq<Operand, opt<sor<AndTail, OrTail>>, NotMixed> {};
struct End : eof {};
struct Text : seq<Blanks, Chain, End> {};

template <typename Rule>
using Kept =
    parse_tree::selector<Rule, parse_tree::store_content::on<Not, Name, Op, Value, Comparison,
                                                             Operand, AndTail, OrTail, Chain>>;

// Where a rule with a message fails, the text is refused: there is no other
// way to read it.
template <typename Rule>
inline constexpr const char* kMessage = nullptr;
template <>
inline constexpr const char* kMessage<Operand> =
    "expected a comparison such as age >= 25, or a parenthesis";
template <>
inline constexpr const char* kMessage<Op> =
    "expected =, !=, <, <=, >, >= or : after the attribute (AND, OR and NOT are in capitals)";
template <>
inline constexpr const char* kMessage<Value> =
    "expected a number, a word, or a text between quotes that are closed";
template <>
inline constexpr const char* kMessage<Close> = "expected AND, OR (in capitals) or )";
template <>
inline constexpr const char* kMessage<End> = "expected AND, OR (in capitals) or the end";
template <>
inline constexpr const char* kMessage<NotMixed> =
    "AND and OR are mixed; put parentheses around those that belong together";

struct Messages {
  template <typename Rule>
  static constexpr const char* message = kMessage<Rule>;
};
template <typename Rule>
using Control = must_if<Messages, normal, false>::control<Rule>;

struct Counts {
  int depth = 0;
  int comparisons = 0;
};

template <typename Rule>
struct Count : nothing<Rule> {};
template <>
struct Count<Open> {
  template <typename Input>
  static void apply(const Input& in, Counts& counts) {
    // Before the parser goes deeper: the stack is finite.
    if (++counts.depth > kMaxFilterDepth) {
      throw parse_error(absl::StrCat("more than ", kMaxFilterDepth, " parentheses are open"), in);
    }
  }
};
template <>
struct Count<Close> {
  static void apply0(Counts& counts) { --counts.depth; }
};
template <>
struct Count<Comparison> {
  template <typename Input>
  static void apply(const Input& in, Counts& counts) {
    if (++counts.comparisons > kMaxFilterComparisons) {
      throw parse_error(absl::StrCat("more than ", kMaxFilterComparisons, " comparisons"), in);
    }
  }
};

}  // namespace grammar

using Tree = tao::pegtl::parse_tree::node;

bool IsQuoted(const Tree& node) {
  const char first = node.string_view().front();
  return first == '"' || first == '\'';
}

// A backslash takes the next character as it is.
std::string WithoutQuotes(const Tree& node) {
  std::string text = node.string();
  if (!IsQuoted(node)) return text;
  std::string plain;
  for (std::size_t i = 1; i + 1 < text.size(); ++i) {
    if (text[i] == '\\') ++i;
    plain += text[i];
  }
  return plain;
}

FilterOp OpFrom(const Tree& node) {
  const std::string text = node.string();
  if (text == "!=") return FilterOp::kNotEqual;
  if (text == "<=") return FilterOp::kLessOrEqual;
  if (text == ">=") return FilterOp::kGreaterOrEqual;
  if (text == "<") return FilterOp::kLess;
  if (text == ">") return FilterOp::kGreater;
  return text == ":" ? FilterOp::kHas : FilterOp::kEqual;
}

FilterSyntax ComparisonFrom(const Tree& node) {
  const Tree& name = *node.children[0];
  const Tree& value = *node.children[2];
  FilterSyntax comparison;
  comparison.name = WithoutQuotes(name);
  comparison.name_is_quoted = IsQuoted(name);
  comparison.position = static_cast<int>(name.begin().byte) + 1;
  comparison.op = OpFrom(*node.children[1]);
  comparison.value = WithoutQuotes(value);
  comparison.value_is_star = value.string_view() == "*";
  return comparison;
}

FilterSyntax ChainFrom(const Tree& node);

FilterSyntax OperandFrom(const Tree& node) {
  const Tree& last = *node.children.back();
  FilterSyntax operand =
      last.is_type<grammar::Comparison>() ? ComparisonFrom(last) : ChainFrom(last);
  const bool is_negated = node.children.size() % 2 == 0;  // Two negations cancel.
  if (!is_negated) return operand;
  FilterSyntax negation;
  negation.kind = FilterSyntax::Kind::kNot;
  negation.operands.push_back(std::move(operand));
  return negation;
}

FilterSyntax ChainFrom(const Tree& node) {
  FilterSyntax first = OperandFrom(*node.children[0]);
  if (node.children.size() == 1) return first;
  const Tree& tail = *node.children[1];
  FilterSyntax chain;
  chain.kind =
      tail.is_type<grammar::AndTail>() ? FilterSyntax::Kind::kAnd : FilterSyntax::Kind::kOr;
  chain.operands.push_back(std::move(first));
  for (const auto& child : tail.children) {
    if (child->is_type<grammar::Operand>()) chain.operands.push_back(OperandFrom(*child));
  }
  return chain;
}

bool IsUtf8(absl::string_view text) {
  const auto* bytes = reinterpret_cast<const utf8proc_uint8_t*>(text.data());
  auto left = static_cast<utf8proc_ssize_t>(text.size());
  while (left > 0) {
    utf8proc_int32_t code_point = 0;
    const utf8proc_ssize_t length = utf8proc_iterate(bytes, left, &code_point);
    if (length <= 0) return false;
    bytes += length;
    left -= length;
  }
  return true;
}

}  // namespace

absl::StatusOr<FilterSyntax> ParseFilterSyntax(absl::string_view text) {
  if (text.size() > kMaxFilterBytes) {
    return absl::InvalidArgumentError(
        absl::StrCat("the filter has ", text.size(), " bytes; send at most ", kMaxFilterBytes));
  }
  if (!IsUtf8(text)) return absl::InvalidArgumentError("the filter is not UTF-8; send it as UTF-8");
  tao::pegtl::memory_input<> input(text.data(), text.size(), "");
  try {
    grammar::Counts counts;
    const auto root = tao::pegtl::parse_tree::parse<grammar::Text, grammar::Kept, grammar::Count,
                                                    grammar::Control>(input, counts);
    return ChainFrom(*root->children[0]);
  } catch (const tao::pegtl::parse_error& error) {
    const auto message = error.message();
    return absl::InvalidArgumentError(
        absl::StrCat("filter, position ", error.positions().front().byte + 1, ": ",
                     absl::string_view(message.data(), message.size())));
  }
}

}  // namespace cible
