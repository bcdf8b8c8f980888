#include "segmentation/data/filter_grammar.h"

#include <utf8proc.h>

#include <memory>
#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/numbers.h"
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
struct Word : sor<AnyQuoted, seq<not_at<Reserved>, plus<WordByte>>> {};
struct Value : sor<one<'*'>, Word> {};

// "today-30" counts days; "today-ish" is a word like any other.
struct Sign : one<'+', '-'> {};
struct Today : seq<string<'t', 'o', 'd', 'a', 'y'>, sor<not_at<WordByte>, at<Sign, digit>>> {};
struct DayCount : seq<plus<digit>, one<'d', 'w'>, not_at<WordByte>> {};
struct FromToday : seq<Today, Blanks, opt<Sign, Blanks, DayCount>> {};

struct Comparison : seq<Name, Blanks, Op, Blanks, sor<FromToday, Value>, Blanks> {};

// Without its parenthesis the word of a function is the name of an attribute.
template <typename Function>
struct CallOf : seq<Function, Blanks, one<'('>, Blanks> {};
struct CalledName : Name {};
struct CloseMissing : one<')'> {};
struct IsMissing
    : seq<CallOf<TAO_PEGTL_STRING("is_missing")>, CalledName, Blanks, CloseMissing, Blanks> {};

struct Comma : one<','> {};
struct Degrees : Word {};
struct CloseDistance : one<')'> {};
struct DistanceOp : sor<string<'<', '='>, string<'>', '='>, one<'<', '>'>> {};
struct Kilometres : Word {};
struct Place
    : seq<CalledName, Blanks, Comma, Blanks, Degrees, Blanks, Comma, Blanks, Degrees, Blanks> {};
struct Distance : seq<CallOf<TAO_PEGTL_STRING("distance")>, Place, CloseDistance, Blanks,
                      DistanceOp, Blanks, Kilometres, Blanks> {};

struct Criterion : sor<IsMissing, Distance, Comparison> {};

struct Chain;
struct Open : one<'('> {};
struct Close : one<')'> {};
struct Bracketed : seq<Open, Blanks, Chain, Close, Blanks> {};
struct Operand : seq<star<Not>, sor<Bracketed, Criterion>> {};
struct AndTail : plus<And, Operand> {};
struct OrTail : plus<Or, Operand> {};
struct NotMixed : not_at<sor<And, Or>> {};
struct Chain : seq<Operand, opt<sor<AndTail, OrTail>>, NotMixed> {};
struct End : eof {};
struct Text : seq<Blanks, Chain, End> {};

template <typename Rule>
using Kept = parse_tree::selector<
    Rule, parse_tree::store_content::on<Not, Name, Op, Value, Today, Sign, DayCount, Comparison,
                                        CalledName, IsMissing, Degrees, DistanceOp, Kilometres,
                                        Distance, Operand, AndTail, OrTail, Chain>>;

// Where a rule with a message fails, the text is refused: there is no other
// way to read it.
template <typename Rule>
inline constexpr const char* kMessage = nullptr;
template <>
inline constexpr const char* kMessage<Operand> =
    "expected a comparison such as age >= 25, or a parenthesis";
template <>
inline constexpr const char* kMessage<Op> =
    "expected =, !=, <, <=, >, >= or : after the attribute (AND, OR and NOT are in capitals; the "
    "functions are distance and is_missing)";
template <>
inline constexpr const char* kMessage<Value> =
    "expected a number, a word, or a text between quotes that are closed";
template <>
inline constexpr const char* kMessage<DayCount> =
    "expected a whole number of days or weeks, as in today - 30d or today + 2w";
template <>
inline constexpr const char* kMessage<CalledName> = "expected the name of an attribute";
template <>
inline constexpr const char* kMessage<CloseMissing> = "expected ) after the attribute";
template <>
inline constexpr const char* kMessage<Comma> =
    "expected a comma, as in distance(attribute, latitude, longitude)";
template <>
inline constexpr const char* kMessage<Degrees> =
    "expected degrees, as in distance(attribute, 48.85, 2.35)";
template <>
inline constexpr const char* kMessage<CloseDistance> = "expected ) after the longitude";
template <>
inline constexpr const char* kMessage<DistanceOp> =
    "expected <, <=, > or >= and a number of kilometres";
template <>
inline constexpr const char* kMessage<Kilometres> = "expected a number of kilometres";
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

// "30d", "2w" in days; nullopt: more than can be asked for.
std::optional<int> DaysOf(absl::string_view count) {
  int number = 0;
  if (!absl::SimpleAtoi(count.substr(0, count.size() - 1), &number)) return std::nullopt;
  const int unit = count.back() == 'w' ? 7 : 1;
  if (number > kMaxDaysFromToday / unit) return std::nullopt;
  return number * unit;
}

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
struct Count<DayCount> {
  template <typename Input>
  static void apply(const Input& in, Counts&) {
    if (!DaysOf({in.begin(), in.size()}).has_value()) {
      throw parse_error(absl::StrCat("more than ", kMaxDaysFromToday,
                                     " days from today; count fewer, or name the day"),
                        in);
    }
  }
};
template <>
struct Count<Criterion> {
  template <typename Input>
  static void apply(const Input& in, Counts& counts) {
    if (++counts.comparisons > kMaxFilterComparisons) {
      throw parse_error(absl::StrCat("more than ", kMaxFilterComparisons, " comparisons"), in);
    }
  }
};

}  // namespace grammar

using Tree = tao::pegtl::parse_tree::node;

int PositionOf(const Tree& node) { return static_cast<int>(node.begin().byte) + 1; }

// Takes the quotes off; a backslash takes the next character as it is.
FilterWord WordFrom(const Tree& node) {
  const absl::string_view text(node.string_view().data(), node.string_view().size());
  FilterWord word{.is_quoted = text.front() == '"' || text.front() == '\'',
                  .position = PositionOf(node)};
  if (!word.is_quoted) {
    word.text = std::string(text);
    return word;
  }
  for (std::size_t i = 1; i + 1 < text.size(); ++i) {
    if (text[i] == '\\') ++i;
    word.text += text[i];
  }
  return word;
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

FilterSyntax Negation(FilterSyntax operand) {
  FilterSyntax negation{.kind = FilterSyntax::Kind::kNot};
  negation.operands.push_back(std::move(operand));
  return negation;
}

FilterSyntax ComparisonFrom(const Tree& node) {
  FilterSyntax comparison{.name = WordFrom(*node.children[0]),
                          .op = OpFrom(*node.children[1]),
                          .op_position = PositionOf(*node.children[1]),
                          .value = WordFrom(*node.children[2])};
  if (node.children.size() > 3) {
    const std::string sign = node.children[3]->string(), count = node.children[4]->string();
    const int days = *grammar::DaysOf(count);  // Checked where it was parsed.
    comparison.offset = sign == "-" ? -days : days;
    comparison.offset_position = PositionOf(*node.children[3]);
  }
  return comparison;
}

FilterSyntax IsMissingFrom(const Tree& node) {
  return Negation({.name = WordFrom(*node.children[0]),
                   .op = FilterOp::kHas,
                   .op_position = PositionOf(node),
                   .value = {.text = "*", .position = PositionOf(node)}});
}

FilterSyntax DistanceFrom(const Tree& node) {
  return {.kind = FilterSyntax::Kind::kDistance,
          .name = WordFrom(*node.children[0]),
          .latitude = WordFrom(*node.children[1]),
          .longitude = WordFrom(*node.children[2]),
          .op = OpFrom(*node.children[3]),
          .op_position = PositionOf(*node.children[3]),
          .value = WordFrom(*node.children[4])};
}

FilterSyntax ChainFrom(const Tree& node);

FilterSyntax WithoutNegations(const Tree& node) {
  if (node.is_type<grammar::Comparison>()) return ComparisonFrom(node);
  if (node.is_type<grammar::IsMissing>()) return IsMissingFrom(node);
  if (node.is_type<grammar::Distance>()) return DistanceFrom(node);
  return ChainFrom(node);
}

FilterSyntax OperandFrom(const Tree& node) {
  FilterSyntax operand = WithoutNegations(*node.children.back());
  const bool is_negated = node.children.size() % 2 == 0;  // Two negations cancel.
  return is_negated ? Negation(std::move(operand)) : operand;
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

// The first byte that does not begin a character of UTF-8; the size of the text
// when there is none.
std::size_t FirstBadByte(absl::string_view text) {
  const auto* bytes = reinterpret_cast<const utf8proc_uint8_t*>(text.data());
  const auto size = static_cast<utf8proc_ssize_t>(text.size());
  utf8proc_ssize_t at = 0;
  while (at < size) {
    utf8proc_int32_t code_point = 0;
    const utf8proc_ssize_t length = utf8proc_iterate(bytes + at, size - at, &code_point);
    if (length <= 0) break;
    at += length;
  }
  return static_cast<std::size_t>(at);
}

}  // namespace

absl::Status FilterError(int position, absl::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat("filter, position ", position, ": ", what));
}

absl::StatusOr<FilterSyntax> ParseFilterSyntax(absl::string_view text) {
  if (text.size() > kMaxFilterBytes) {
    return FilterError(kMaxFilterBytes + 1, absl::StrCat("the filter has ", text.size(),
                                                         " bytes; send at most ", kMaxFilterBytes));
  }
  if (const std::size_t bad = FirstBadByte(text); bad < text.size()) {
    return FilterError(static_cast<int>(bad) + 1, "not UTF-8; send the filter as UTF-8");
  }
  tao::pegtl::memory_input<> input(text.data(), text.size(), "");
  try {
    grammar::Counts counts;
    const auto root = tao::pegtl::parse_tree::parse<grammar::Text, grammar::Kept, grammar::Count,
                                                    grammar::Control>(input, counts);
    return ChainFrom(*root->children[0]);
  } catch (const tao::pegtl::parse_error& error) {
    const auto message = error.message();
    return FilterError(static_cast<int>(error.positions().front().byte) + 1,
                       absl::string_view(message.data(), message.size()));
  }
}

}  // namespace cible
