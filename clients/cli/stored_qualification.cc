#include "clients/cli/stored_qualification.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "cible/v1/contact_service.pb.h"
#include "cible/v1/lifecycle_service.pb.h"
#include "clients/cli/persona_report.h"
#include "clients/cli/qualification_report.h"
#include "clients/cli/qualification_table.h"
#include "clients/cpp/client.h"
#include "segmentation/personas/catalogue.h"
#include "segmentation/personas/figures.h"

namespace cible {
namespace {

constexpr int kMostAtOnce = 1000;  // That the server tells of, and lists.

using Classifications = google::protobuf::RepeatedPtrField<v1::Classification>;

Table TableOf(const Classifications& classifications, Language language) {
  Table table = QualificationsTable();
  for (const v1::Classification& contact : classifications) {
    AddQualificationRow(IdOf(contact.contact()), contact, language, table);
  }
  return table;
}

std::string TextsOf(const Classifications& classifications, Language language, int width) {
  std::string text;
  for (const v1::Classification& contact : classifications) {
    absl::StrAppend(&text, text.empty() ? "" : "\n",
                    QualificationText(IdOf(contact.contact()), contact, language, width));
  }
  return text;
}

// Asks for many in as many calls as it takes.
absl::StatusOr<v1::ClassifyContactsResponse> Classify(Client& client,
                                                      v1::ClassifyContactsRequest request,
                                                      const std::vector<std::string>& names) {
  v1::ClassifyContactsResponse all;
  for (std::size_t first = 0; first < names.size(); first += kMostAtOnce) {
    const std::size_t end = std::min(names.size(), first + kMostAtOnce);
    request.mutable_contacts()->Assign(names.begin() + static_cast<std::ptrdiff_t>(first),
                                       names.begin() + static_cast<std::ptrdiff_t>(end));
    const auto some = client.ClassifyContacts(request);
    if (!some.ok()) return some.status();
    all.MergeFrom(*some);
  }
  return all;
}

v1::ClassifyContactsRequest RequestOf(Session& session) {
  v1::ClassifyContactsRequest request;
  request.set_parent(session.Workspace());
  request.set_language_code(session.options().language);
  return request;
}

// Those for whom it is the next thing to do, the best score first.
struct ToDo {
  std::int64_t count = 0;
  std::int64_t looked_at = 0;
  v1::ClassifyContactsResponse contacts;
};

absl::StatusOr<ToDo> FindToDo(Session& session, Client& client, const std::string& action) {
  v1::ListContactsRequest list;
  list.set_parent(session.Workspace());
  list.set_filter(absl::StrCat("contact.next_action = ", action));
  list.set_page_size(kMostAtOnce);
  list.set_count(true);
  const auto page = client.ListContacts(list);
  if (!page.ok()) return page.status();
  std::vector<std::string> names;
  for (const v1::Contact& contact : page->contacts()) names.push_back(contact.name());
  auto contacts = Classify(client, RequestOf(session), names);
  if (!contacts.ok()) return contacts.status();
  std::stable_sort(contacts->mutable_classifications()->begin(),
                   contacts->mutable_classifications()->end(),
                   [](const auto& a, const auto& b) { return a.score() > b.score(); });
  return ToDo{page->total_size(), static_cast<std::int64_t>(names.size()), *std::move(contacts)};
}

// "12 to contact now, 1,204 to qualify."
std::string CountsText(const ToDo& contact, const ToDo& qualify, const Catalogue& catalogue) {
  const auto counted = [&](const char* key, std::int64_t count) {
    return catalogue.Message(key,
                             {{"count", FormatNumber(static_cast<double>(count), 0, catalogue)}});
  };
  return absl::StrCat(counted("report.qualify.to_contact", contact.count), ", ",
                      counted("report.qualify.to_qualify", qualify.count), ".\n\n");
}

// At most `limit` of both, the first before the second.
v1::ClassifyContactsResponse FirstOf(const ToDo& contact, const ToDo& qualify, int limit) {
  v1::ClassifyContactsResponse first = contact.contacts;
  first.MergeFrom(qualify.contacts);
  auto* all = first.mutable_classifications();
  if (all->size() > limit) all->DeleteSubrange(limit, all->size() - limit);
  return first;
}

}  // namespace

absl::StatusOr<int> PrintStoredQualifications(Session& session, Client& client,
                                              const StoredQualificationOptions& options) {
  v1::ClassifyContactsRequest request = RequestOf(session);
  request.set_with_reasons(options.reasons || options.ids.size() == 1);
  request.set_with_explanation(options.explanation);
  std::vector<std::string> names;
  for (const std::string& id : options.ids) names.push_back(session.Contact(id));
  const auto contacts = Classify(client, request, names);
  if (!contacts.ok()) return contacts.status();
  const Language language = LanguageOf(session.options().language);
  const bool at_length = request.with_reasons() || request.with_explanation();
  if (session.options().format == OutputFormat::kTable && at_length) {
    session.console().out << TextsOf(contacts->classifications(), language,
                                     session.console().width);
    return kDone;
  }
  const absl::Status printed =
      session.Print(TableOf(contacts->classifications(), language), *contacts);
  if (!printed.ok()) return printed;
  return kDone;
}

absl::StatusOr<int> PrintAttentionList(Session& session, Client& client, int limit) {
  const auto contact = FindToDo(session, client, "CONTACT_NOW");
  if (!contact.ok()) return contact.status();
  const auto qualify = FindToDo(session, client, "QUALIFY");
  if (!qualify.ok()) return qualify.status();
  const Language language = LanguageOf(session.options().language);
  const Catalogue& catalogue = Catalogue::For(language);
  const v1::ClassifyContactsResponse first = FirstOf(*contact, *qualify, limit);
  if (session.options().format == OutputFormat::kTable) {
    session.console().out << (first.classifications().empty()
                                  ? catalogue.Message("report.qualify.nobody") + "\n"
                                  : CountsText(*contact, *qualify, catalogue));
    if (first.classifications().empty()) return kDone;
  }
  const absl::Status printed = session.Print(TableOf(first.classifications(), language), first);
  if (!printed.ok()) return printed;
  if (contact->count > contact->looked_at || qualify->count > qualify->looked_at) {
    session.Notice(catalogue.Message("report.qualify.first",
                                     {{"count", FormatNumber(kMostAtOnce, 0, catalogue)}}));
  }
  return kDone;
}

}  // namespace cible
