#include "clients/cli/policy_changes.h"

#include <google/protobuf/text_format.h>
#include <google/protobuf/util/message_differencer.h>

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "clients/cli/output/bar_lines.h"

namespace cible {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::util::MessageDifferencer;

std::string Text(const v1::ActionRule& rule) {
  return absl::StrCat(absl::StripPrefix(v1::NextAction_Name(rule.action()), "NEXT_ACTION_"),
                      " when ", rule.when());
}

std::string Text(const v1::SourceRule& rule) {
  return absl::StrCat(absl::StripPrefix(v1::SourceKind_Name(rule.kind()), "SOURCE_KIND_"), ": ",
                      absl::StrJoin(rule.words(), ", "));
}

// The fields that are set, in one line.
std::string Text(const Message& message) {
  if (const auto* action = dynamic_cast<const v1::ActionRule*>(&message)) return Text(*action);
  if (const auto* source = dynamic_cast<const v1::SourceRule*>(&message)) return Text(*source);
  google::protobuf::TextFormat::Printer printer;
  printer.SetUseUtf8StringEscaping(true);
  printer.SetSingleLineMode(true);
  std::string text;
  printer.PrintToString(message, &text);
  return std::string(absl::StripSuffix(text, " "));
}

// `index` -1: of a field that is no list.
std::string ValueText(const Message& message, const FieldDescriptor* field, int index) {
  const auto* reflection = message.GetReflection();
  std::string text;
  if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
    return Text(index < 0 ? reflection->GetMessage(message, field)
                          : reflection->GetRepeatedMessage(message, field, index));
  }
  if (field->cpp_type() == FieldDescriptor::CPPTYPE_STRING && index < 0) {
    return reflection->GetString(message, field);
  }
  google::protobuf::TextFormat::PrintFieldValueToString(message, field, index, &text);
  return text;
}

using Path = std::vector<MessageDifferencer::SpecificField>;

class Collector : public MessageDifferencer::Reporter {
 public:
  Collector(const v1::LifecyclePolicy& before, const v1::LifecyclePolicy& after)
      : before_(before), after_(after) {}

  void ReportAdded(const Message& /*before*/, const Message& after, const Path& path) override {
    At(path, false).is = ValueText(after, path.back().field, path.back().new_index);
  }
  void ReportDeleted(const Message& before, const Message& /*after*/, const Path& path) override {
    At(path, true).was = ValueText(before, path.back().field, path.back().index);
  }
  void ReportModified(const Message& before, const Message& after, const Path& path) override {
    // Its fields were told.
    if (path.back().field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) return;
    PolicyDifference& difference = At(path, false);
    difference.was = ValueText(before, path.back().field, path.back().index);
    difference.is = ValueText(after, path.back().field, path.back().new_index);
  }

  std::vector<PolicyDifference> differences() && { return std::move(differences_); }

 private:
  std::string PlaceOf(const Path& path, bool is_gone) const {
    std::string place;
    for (const auto& part : path) {
      const int index = is_gone ? part.index : part.new_index;
      absl::StrAppend(&place, place.empty() ? "" : ".", part.field->name());
      if (!part.field->is_repeated()) continue;
      const bool is_offer = part.field->number() == v1::LifecyclePolicy::kOffersFieldNumber &&
                            path.front().field == part.field;
      absl::StrAppend(&place, is_offer ? absl::StrCat(" \"", OfferId(index, is_gone), "\"")
                                       : absl::StrCat(", line ", index + 1));
    }
    return place;
  }

  const std::string& OfferId(int index, bool is_gone) const {
    return (is_gone ? before_ : after_).offers(index).id();
  }

  // That of the place; a line that is replaced went and came.
  PolicyDifference& At(const Path& path, bool is_gone) {
    std::string place = PlaceOf(path, is_gone);
    const auto found = std::find_if(differences_.begin(), differences_.end(),
                                    [&](const auto& known) { return known.place == place; });
    if (found != differences_.end()) return *found;
    return differences_.emplace_back(PolicyDifference{std::move(place), {}, {}});
  }

  const v1::LifecyclePolicy& before_;
  const v1::LifecyclePolicy& after_;
  std::vector<PolicyDifference> differences_;
};

std::string SideText(const char* side, const std::optional<std::string>& text, int width) {
  if (!text.has_value()) return "";
  return Hanging(side, text->empty() ? "(empty)" : *text, width);
}

}  // namespace

std::vector<PolicyDifference> DifferencesOf(const v1::LifecyclePolicy& before,
                                            const v1::LifecyclePolicy& after) {
  const auto* policy = v1::LifecyclePolicy::descriptor();
  Collector collector(before, after);
  MessageDifferencer differencer;
  differencer.set_message_field_comparison(MessageDifferencer::EQUIVALENT);
  differencer.IgnoreField(policy->FindFieldByNumber(v1::LifecyclePolicy::kNameFieldNumber));
  differencer.IgnoreField(policy->FindFieldByNumber(v1::LifecyclePolicy::kEtagFieldNumber));
  differencer.TreatAsMap(policy->FindFieldByNumber(v1::LifecyclePolicy::kOffersFieldNumber),
                         v1::Offer::descriptor()->FindFieldByNumber(v1::Offer::kIdFieldNumber));
  for (const int list :
       {v1::LifecyclePolicy::kNextActionsFieldNumber, v1::LifecyclePolicy::kSourcesFieldNumber}) {
    differencer.TreatAsSmartList(policy->FindFieldByNumber(list));
  }
  differencer.ReportDifferencesTo(&collector);
  differencer.Compare(before, after);
  return std::move(collector).differences();
}

std::string DifferencesText(const std::vector<PolicyDifference>& differences, int width) {
  std::string text;
  for (const PolicyDifference& difference : differences) {
    absl::StrAppend(&text, difference.place, "\n", SideText("  was  ", difference.was, width),
                    SideText("  is   ", difference.is, width));
  }
  return text;
}

Table DifferencesTable(const std::vector<PolicyDifference>& differences) {
  Table table({{"FIELD", "field"}, {"WAS", "was"}, {"IS", "is"}});
  for (const PolicyDifference& difference : differences) {
    table.AddRow({difference.place, difference.was.value_or(""), difference.is.value_or("")});
  }
  return table;
}

}  // namespace cible
