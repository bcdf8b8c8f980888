#include "clients/cli/event_columns.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "clients/cli/wrong_usage.h"

namespace cible {
namespace {

// A header of thousands of columns says no more than its beginning does.
std::string HeaderText(const std::vector<std::string>& header) {
  constexpr std::size_t kMostListed = 40;
  if (header.size() <= kMostListed) return absl::StrJoin(header, ", ");
  return absl::StrCat(absl::StrJoin(header.begin(), header.begin() + kMostListed, ", "), " and ",
                      header.size() - kMostListed, " more");
}

absl::Status Unfit(const std::string& problem, const std::vector<std::string>& header) {
  return absl::InvalidArgumentError(
      absl::StrCat(problem, ". The columns are: ", HeaderText(header)));
}

// The columns that claim a role, those that say it plainly where there are any.
std::vector<int> Claimants(EventRole role, const std::vector<HeaderRole>& said) {
  std::vector<int> plain, likely;
  for (std::size_t i = 0; i < said.size(); ++i) {
    if (said[i].role == role) (said[i].is_plain ? plain : likely).push_back(static_cast<int>(i));
  }
  return plain.empty() ? likely : plain;
}

absl::Status CheckChoices(const std::vector<std::string>& header,
                          const std::vector<RoleChoice>& choices) {
  for (std::size_t i = 0; i < choices.size(); ++i) {
    const RoleChoice& choice = choices[i];
    if (std::find(header.begin(), header.end(), choice.column) == header.end()) {
      return Unfit(absl::StrCat("--as names the column \"", choice.column,
                                "\", which the file does not have"),
                   header);
    }
    for (std::size_t j = 0; j < i; ++j) {
      if (choices[j].column == choice.column) {
        return absl::InvalidArgumentError(absl::StrCat("--as names the column \"", choice.column,
                                                       "\" twice; say once what it is"));
      }
      if (choices[j].role == choice.role && choice.role != EventRole::kIgnore) {
        return absl::InvalidArgumentError(absl::StrCat(
            "--as makes both \"", choices[j].column, "\" and \"", choice.column, "\" ",
            RolePhrase(choice.role), "; only one can be, and the other may be ignore"));
      }
    }
  }
  return absl::OkStatus();
}

// All that is missing, at once.
absl::Status Missing(const std::vector<EventRole>& roles, const std::vector<std::string>& header) {
  std::vector<std::string> phrases, choices, problems;
  for (const EventRole role : roles) {
    if (role == EventRole::kType) continue;
    phrases.emplace_back(RolePhrase(role));
    choices.push_back(absl::StrCat("--as COLUMN=", RoleWord(role)));
  }
  if (!phrases.empty()) {
    problems.push_back(absl::StrCat("no column is recognised as ", absl::StrJoin(phrases, " or "),
                                    "; name it with ", absl::StrJoin(choices, " ")));
  }
  if (roles.back() == EventRole::kType) {
    problems.emplace_back(
        "nothing says what happened; give --type purchase (or visit, call, ...) where all lines "
        "are alike, or name the column that tells: --as COLUMN=type");
  }
  return Unfit(absl::StrJoin(problems, "; "), header);
}

absl::Status Disputed(EventRole role, const std::vector<int>& claimants,
                      const std::vector<std::string>& header) {
  const std::string& first = header[static_cast<std::size_t>(claimants[0])];
  const std::string& second = header[static_cast<std::size_t>(claimants[1])];
  return Unfit(
      absl::StrCat("both \"", first, "\" and \"", second, "\" look like ", RolePhrase(role),
                   "; say which one is, e.g. --as '", first, "=", RoleWord(role), "'"),
      header);
}

}  // namespace

absl::StatusOr<RoleChoice> ParseRoleChoice(const std::string& text) {
  const std::size_t equals = text.rfind('=');
  if (equals != 0 && equals != std::string::npos) {
    const std::string word =
        absl::StrReplaceAll(absl::AsciiStrToLower(text.substr(equals + 1)), {{"-", "_"}});
    for (const EventRole role : EventRoles()) {
      if (word == RoleWord(role)) return RoleChoice{text.substr(0, equals), role};
    }
  }
  return WrongUsage(
      absl::StrCat("--as takes COLUMN=ROLE; ROLE is ", RoleWords(), ", e.g. --as InvoiceNo=order"));
}

absl::StatusOr<EventColumns> EventColumns::Read(const std::vector<std::string>& header,
                                                const std::vector<RoleChoice>& choices,
                                                bool type_is_given) {
  if (absl::Status status = CheckChoices(header, choices); !status.ok()) return status;
  EventColumns columns;
  columns.roles_.assign(header.size(), EventRole::kIgnore);
  columns.positions_.assign(EventRoles().size(), -1);
  const auto give = [&](EventRole role, int position) {
    columns.roles_[static_cast<std::size_t>(position)] = role;
    if (role == EventRole::kIgnore) return;
    columns.positions_[static_cast<std::size_t>(role)] = position;
  };
  std::vector<HeaderRole> said;
  for (const std::string& column : header) {
    said.push_back(RoleOfHeader(column).value_or(HeaderRole()));
  }
  for (const RoleChoice& choice : choices) {
    const auto at = std::find(header.begin(), header.end(), choice.column) - header.begin();
    said[static_cast<std::size_t>(at)] = {};
    give(choice.role, static_cast<int>(at));
  }
  for (const EventRole role : EventRoles()) {
    const bool is_told = role == EventRole::kType && type_is_given;
    if (role == EventRole::kIgnore || columns.Find(role) >= 0 || is_told) continue;
    const std::vector<int> claimants = Claimants(role, said);
    if (claimants.size() > 1) return Disputed(role, claimants, header);
    if (!claimants.empty()) give(role, claimants[0]);
  }
  std::vector<EventRole> missing;
  for (const EventRole role : {EventRole::kContact, EventRole::kTime, EventRole::kType}) {
    const bool is_told = role == EventRole::kType && type_is_given;
    if (columns.Find(role) < 0 && !is_told) missing.push_back(role);
  }
  if (!missing.empty()) return Missing(missing, header);
  return columns;
}

std::string EventColumns::Sentence(const std::vector<std::string>& header) const {
  std::vector<std::string> read, aside;
  for (std::size_t i = 0; i < header.size(); ++i) {
    if (roles_[i] == EventRole::kIgnore) {
      aside.push_back(header[i]);
      continue;
    }
    read.push_back(absl::StrCat(header[i], read.empty() ? " is " : " ", RolePhrase(roles_[i])));
  }
  std::string sentence = absl::StrJoin(read, ", ");
  if (!aside.empty()) absl::StrAppend(&sentence, "; set aside: ", HeaderText(aside));
  return sentence;
}

}  // namespace cible
