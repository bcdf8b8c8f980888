// The methods of ContactService that are about events already recorded.

#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "server/services/contact_service.h"
#include "server/services/event_session.h"
#include "server/services/page_token.h"
#include "server/wire/event_wire.h"
#include "server/wire/resource_name.h"

namespace cible {
namespace {

constexpr int kMaxCancelled = 1000;

absl::Status NoSuchContact() { return absl::NotFoundError("there is no such contact"); }

// After which event the next page begins: its time and its id.
absl::StatusOr<std::optional<EventPosition>> ParsePosition(const std::string& text) {
  if (text.empty()) return std::optional<EventPosition>();
  const std::pair<absl::string_view, std::string> parts =
      absl::StrSplit(text, absl::MaxSplits(':', 1));
  EventPosition position{.time = {}, .id = parts.second};
  if (absl::SimpleAtoi(parts.first, &position.time.micros)) {
    return std::optional<EventPosition>(std::move(position));
  }
  return absl::InvalidArgumentError("page_token is not of this list");
}

}  // namespace

absl::Status ContactService::ListEvents(const CallContext& /*call*/,
                                        const v1::ListEventsRequest& request,
                                        v1::ListEventsResponse* response) {
  const auto name = ResourceName::Parse(request.parent(), ResourceKind::kContact);
  if (!name.ok()) return name.status();
  const auto page_size = PageSize(request.page_size());
  if (!page_size.ok()) return page_size.status();
  const absl::string_view fields[] = {request.parent()};
  const auto token = ReadPageToken(request.page_token(), fields);
  if (!token.ok()) return token.status();
  const auto after = ParsePosition(*token);
  if (!after.ok()) return after.status();
  const auto snapshot = store_.OpenSnapshot();
  if (!snapshot.ok()) return snapshot.status();
  const auto found = (*snapshot)->Lookup(name->workspace, {&name->id, 1});
  if (!found.ok()) return found.status();
  if (!found->front().has_value()) return NoSuchContact();
  const ContactRecord& contact = *found->front();
  const auto total = (*snapshot)->CountEvents(contact.key);
  if (!total.ok()) return total.status();
  auto events = (*snapshot)->Events(contact.key, *after, *page_size + 1);
  if (!events.ok()) return events.status();
  if (std::ssize(*events) > *page_size) {
    events->pop_back();
    const Event& last = events->back();
    response->set_next_page_token(
        MakePageToken(absl::StrCat(last.time.micros, ":", last.id), fields));
  }
  for (const Event& event : *events) EventToProto(event, contact.id, response->add_events());
  response->set_total_size(*total);
  return absl::OkStatus();
}

absl::Status ContactService::CancelEvents(const CallContext& call,
                                          const v1::CancelEventsRequest& request,
                                          v1::CancelEventsResponse* response) {
  const auto name = ResourceName::Parse(request.parent(), ResourceKind::kContact);
  if (!name.ok()) return name.status();
  if (request.ids().empty() || request.ids_size() > kMaxCancelled) {
    return absl::InvalidArgumentError(
        absl::StrCat("the request has ", request.ids_size(), " ids; send 1 to ", kMaxCancelled));
  }
  for (const std::string& id : request.ids()) {
    if (CheckContactId(id).ok()) continue;
    return absl::InvalidArgumentError(
        "an id is empty, longer than 128 bytes, not UTF-8, or has control characters; send ids "
        "as ListEvents gives them");
  }
  cible::CancelEvents cancel{
      name->workspace, name->id, {request.ids().begin(), request.ids().end()}};
  const auto results = store_.Commit({.operations = {std::move(cancel)},
                                      .time = clock_.Now(),
                                      .request = {},
                                      .author = Author{call.principal, "CancelEvents"}});
  if (absl::IsNotFound(results.status())) return NoSuchContact();
  if (!results.ok()) return results.status();
  response->set_cancelled_count(results->front().events.cancelled);
  response->set_unrecorded_count(results->front().events.unrecorded);
  if (results->front().effect != Effect::kUnchanged) {
    AssignWritten(assign_, name->workspace, WithRelated({name->id}, *results));
  }
  return absl::OkStatus();
}

std::unique_ptr<StreamSession> ContactService::OpenEvents() {
  return std::make_unique<EventSession>(store_, clock_, assign_, schema_changed_);
}

}  // namespace cible
