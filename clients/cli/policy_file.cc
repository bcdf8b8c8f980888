#include "clients/cli/policy_file.h"

#include <google/protobuf/descriptor.h>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "clients/cli/message_text.h"
#include "clients/cli/policy_text.h"

namespace cible {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

using Places = std::map<std::string, int>;

void AddPlaces(const Message& message, const FieldPlaces& read, const std::string& path,
               Places& places);

// One entry of a list, or (`index` -1) a field that is none, with what it consists of.
void AddPlace(const Message& message, const FieldPlaces& read, const FieldDescriptor* field,
              int index, const std::string& path, Places& places) {
  const int line = read.GetLocation(field, index).line;
  if (line >= 0) places.emplace(path, line);
  const FieldPlaces* parts = read.GetTreeForNested(field, index);
  if (parts == nullptr) return;
  const auto* reflection = message.GetReflection();
  AddPlaces(index < 0 ? reflection->GetMessage(message, field)
                      : reflection->GetRepeatedMessage(message, field, index),
            *parts, path + ".", places);
}

void AddPlaces(const Message& message, const FieldPlaces& read, const std::string& path,
               Places& places) {
  for (int i = 0; i < message.GetDescriptor()->field_count(); ++i) {
    const FieldDescriptor* field = message.GetDescriptor()->field(i);
    const std::string name = absl::StrCat(path, field->name());
    if (!field->is_repeated()) {
      AddPlace(message, read, field, -1, name, places);
      continue;
    }
    const int count = message.GetReflection()->FieldSize(message, field);
    for (int j = 0; j < count; ++j) {
      AddPlace(message, read, field, j, absl::StrCat(name, "[", j, "]"), places);
    }
    if (count > 0) places.emplace(name, read.GetLocation(field, 0).line);
  }
}

// Of what conditions are called: offers by id, next actions by line.
void AddNames(const v1::LifecyclePolicy& policy, Places& places) {
  const auto also = [&](const std::string& place, const std::string& name) {
    const auto found = places.find(place);
    if (found != places.end()) places.emplace(name, found->second);
  };
  for (int i = 0; i < policy.offers_size(); ++i) {
    const std::string name = absl::StrCat("offers \"", policy.offers(i).id(), "\"");
    for (const char* part : {"", ".bought"}) {
      also(absl::StrCat("offers[", i, "]", part), absl::StrCat(name, part));
    }
    for (const char* part : {"min_price", "max_price", "id"}) {
      also(absl::StrCat("offers[", i, "].", part), absl::StrCat(name, ": ", part));
    }
  }
  for (int i = 0; i < policy.next_actions_size(); ++i) {
    also(absl::StrCat("next_actions[", i, "]"), absl::StrCat("next_actions, line ", i + 1));
  }
}

bool ContinuesName(char c) { return absl::ascii_isalnum(c) || c == '_'; }

// The longest name of a field that the sentence begins with; null: none.
const Places::value_type* FirstPlace(absl::string_view sentence, const Places& places) {
  const Places::value_type* longest = nullptr;
  for (const auto& place : places) {
    const std::string& name = place.first;
    if (!absl::StartsWith(sentence, name)) continue;
    if (sentence.size() > name.size() && ContinuesName(sentence[name.size()])) continue;
    if (longest == nullptr || name.size() > longest->first.size()) longest = &place;
  }
  return longest;
}

// Lines of the fields that the sentence begins with: one, or two that contradict each
// other ("new_customer and loyal_customer: ...").
std::vector<int> LinesOf(absl::string_view sentence, const Places& places) {
  std::vector<int> lines;
  for (const Places::value_type* place = FirstPlace(sentence, places); place != nullptr;
       place = FirstPlace(sentence, places)) {
    lines.push_back(place->second);
    sentence.remove_prefix(place->first.size());
    if (!absl::ConsumePrefix(&sentence, " and ")) break;
  }
  return lines;
}

}  // namespace

absl::StatusOr<PolicyFile> ReadPolicyFile(const std::string& path) {
  const auto text = ReadTextFile(path);
  if (!text.ok()) return text.status();
  FieldPlaces read;
  auto policy = PolicyFromText(*text, &read);
  if (!policy.ok()) {
    return absl::Status(policy.status().code(),
                        absl::StrCat(path, ", ", policy.status().message()));
  }
  PolicyFile file{path, *std::move(policy), absl::StrSplit(*text, '\n'), {}};
  AddPlaces(file.policy, read, "", file.places);
  AddNames(file.policy, file.places);
  return file;
}

absl::Status AtItsLine(const absl::Status& status, const PolicyFile& file) {
  const std::vector<int> lines = LinesOf(status.message(), file.places);
  if (lines.empty()) return status;
  std::string text = absl::StrCat(file.path, ", line ", lines.front() + 1, ": ", status.message());
  for (const int line : lines) {
    absl::StrAppend(&text, "\n  ", line + 1, " | ", file.lines[static_cast<std::size_t>(line)]);
  }
  return absl::Status(status.code(), text);
}

}  // namespace cible
