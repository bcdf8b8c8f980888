#include "clients/cli/policy_text.h"

#include <google/protobuf/descriptor.h>

#include <algorithm>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "clients/cli/output/bar_lines.h"
#include "clients/cli/output/table.h"
#include "clients/cli/policy_notes.h"

namespace cible {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

constexpr int kRuleWidth = 88;

// Only what must be is escaped: accents and apostrophes stay readable.
std::string Quoted(const std::string& text) {
  return absl::StrCat(
      "\"", absl::StrReplaceAll(absl::Utf8SafeCEscape(text), {{"\\\\", "\\\\"}, {"\\'", "'"}}),
      "\"");
}

// `index` -1: of a field that is no list.
std::string ValueText(const Message& message, const FieldDescriptor* field, int index) {
  std::string text;
  if (field->cpp_type() != FieldDescriptor::CPPTYPE_STRING) {
    google::protobuf::TextFormat::PrintFieldValueToString(message, field, index, &text);
    return text;
  }
  const auto* reflection = message.GetReflection();
  return Quoted(index < 0 ? reflection->GetStringReference(message, field, &text)
                          : reflection->GetRepeatedStringReference(message, field, index, &text));
}

// --- Comments ---------------------------------------------------------------

// "# " before each line.
std::string Commented(absl::string_view text, const std::string& indent) {
  std::string lines;
  for (const absl::string_view line : absl::StrSplit(text, '\n')) {
    absl::StrAppend(&lines, indent, "# ", line, "\n");
  }
  return lines;
}

// "# --- OFFERS -------".
std::string Heading(absl::string_view heading) {
  const std::string begin = absl::StrCat("# --- ", heading, " ");
  const int rest = std::max(3, kRuleWidth - static_cast<int>(begin.size()));
  return absl::StrCat("\n", begin, std::string(static_cast<std::size_t>(rest), '-'), "\n");
}

std::string NoteText(const PolicyNote& note, const std::string& indent) {
  return absl::StrCat(note.heading.empty() ? "" : Heading(note.heading), "\n",
                      Commented(note.comment, indent));
}

// What is said above the field at this path; empty: nothing.
std::string NoteOf(absl::string_view path, const std::string& indent) {
  for (const PolicyNote& note : PolicyNotes()) {
    if (note.field == path) return NoteText(note, indent);
  }
  return "";
}

// --- Fields -----------------------------------------------------------------

// All fields of the message, but for messages that are not there.
std::string FieldLines(const Message& message, const std::string& path, const std::string& indent);

std::string FieldLine(const Message& message, const FieldDescriptor* field, const std::string& path,
                      int index, const std::string& indent) {
  const std::string lead = absl::StrCat(indent, field->name());
  if (field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) {
    return absl::StrCat(lead, ": ", ValueText(message, field, index), "\n");
  }
  const auto* reflection = message.GetReflection();
  const Message& part = index < 0 ? reflection->GetMessage(message, field)
                                  : reflection->GetRepeatedMessage(message, field, index);
  return absl::StrCat(lead, " {\n", FieldLines(part, path, indent + "  "), indent, "}\n");
}

std::string FieldLines(const Message& message, const std::string& path, const std::string& indent) {
  std::string lines;
  const auto* reflection = message.GetReflection();
  for (int i = 0; i < message.GetDescriptor()->field_count(); ++i) {
    const FieldDescriptor* field = message.GetDescriptor()->field(i);
    if (field->has_presence() && !reflection->HasField(message, field)) continue;
    const std::string field_path = absl::StrCat(path, ".", field->name());
    absl::StrAppend(&lines, NoteOf(field_path, indent),
                    FieldLine(message, field, field_path, -1, indent));
  }
  return lines;
}

// --- Lists of one line each -------------------------------------------------

// A value of a later version of the API by its number.
std::string EnumText(const std::string& name, int number) {
  return name.empty() ? absl::StrCat(number) : name;
}

// Columns that the longest name of the lines takes.
template <typename Rules, typename NameOf>
int WidestName(const Rules& rules, const NameOf& name_of) {
  int widest = 0;
  for (const auto& rule : rules) widest = std::max(widest, DisplayWidth(name_of(rule)));
  return widest;
}

std::string ActionLines(const v1::LifecyclePolicy& policy) {
  const auto name = [](const v1::ActionRule& rule) {
    return EnumText(v1::NextAction_Name(rule.action()), rule.action());
  };
  const int widest = WidestName(policy.next_actions(), name);
  std::string lines;
  for (const v1::ActionRule& rule : policy.next_actions()) {
    absl::StrAppend(&lines, "next_actions { action: ", Padded(name(rule), widest),
                    "  when: ", Quoted(rule.when()), " }\n");
  }
  return lines;
}

std::string SourceLines(const v1::LifecyclePolicy& policy) {
  const auto name = [](const v1::SourceRule& rule) {
    return EnumText(v1::SourceKind_Name(rule.kind()), rule.kind());
  };
  const int widest = WidestName(policy.sources(), name);
  std::string lines;
  for (const v1::SourceRule& rule : policy.sources()) {
    const std::string words = absl::StrJoin(
        rule.words(), ", ",
        [](std::string* text, const std::string& word) { absl::StrAppend(text, Quoted(word)); });
    absl::StrAppend(&lines, "sources { kind: ", Padded(name(rule), widest), "  words: [", words,
                    "] }\n");
  }
  return lines;
}

std::string ListLines(const v1::LifecyclePolicy& policy, const FieldDescriptor* field) {
  if (field->number() == v1::LifecyclePolicy::kNextActionsFieldNumber) return ActionLines(policy);
  if (field->number() == v1::LifecyclePolicy::kSourcesFieldNumber) return SourceLines(policy);
  std::string lines;
  const int count = policy.GetReflection()->FieldSize(policy, field);
  for (int i = 0; i < count; ++i) {
    absl::StrAppend(&lines, FieldLine(policy, field, std::string(field->name()), i, ""));
  }
  return lines;
}

// The field with its comment.
std::string Part(const v1::LifecyclePolicy& policy, const PolicyNote& note) {
  const FieldDescriptor* field =
      v1::LifecyclePolicy::descriptor()->FindFieldByName(std::string(note.field));
  if (field == nullptr) return "";  // Of a part of one.
  const std::string comment = NoteText(note, "");
  const bool is_list = field->is_repeated();
  const bool is_there =
      is_list ? policy.GetReflection()->FieldSize(policy, field) > 0
              : !field->has_presence() || policy.GetReflection()->HasField(policy, field);
  if (!is_there && note.example.empty()) return comment;
  if (!is_there) return absl::StrCat(comment, "#\n", Commented(note.example, ""));
  return absl::StrCat(comment, is_list ? ListLines(policy, field)
                                       : FieldLine(policy, field, field->name(), -1, ""));
}

}  // namespace

std::string PolicyToText(const v1::LifecyclePolicy& policy) {
  std::string text(PolicyIntroduction());
  for (const PolicyNote& note : PolicyNotes()) absl::StrAppend(&text, Part(policy, note));
  return text;
}

absl::StatusOr<v1::LifecyclePolicy> PolicyFromText(const std::string& text, FieldPlaces* places) {
  v1::LifecyclePolicy policy;
  const absl::Status read = ReadMessageText(text, &policy, places);
  if (read.ok()) return policy;
  return absl::InvalidArgumentError(
      absl::StrCat(read.message(),
                   " Mend that line: a condition stands between double quotes, and texts in it "
                   "between single ones. `cible lifecycle show --output FILE` writes a file that "
                   "can be read."));
}

}  // namespace cible
