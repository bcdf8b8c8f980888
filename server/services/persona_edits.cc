// PersonaService: what people write of personas, and the personas they author.

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "segmentation/personas/anonymity.h"
#include "server/services/audience.h"
#include "server/services/persona_service.h"
#include "server/services/portraits.h"
#include "server/services/subject.h"
#include "server/services/told_figures.h"
#include "server/storage/collections.h"
#include "server/storage/stored_message.h"
#include "server/wire/contact_wire.h"
#include "server/wire/instant_wire.h"
#include "server/wire/persona_wire.h"
#include "server/wire/utf8.h"

namespace cible {
namespace {

using storage::v1::StoredPersona;
using storage::v1::StoredPortrait;

constexpr std::size_t kMaxDisplayName = 256;
constexpr std::size_t kMaxSummary = 4096;
constexpr int kMaxCriteria = 20;
constexpr std::size_t kMaxAuthored = 200;

// "s1", "s2" ...: what segments are called.
bool IsSegmentId(const std::string& id) {
  return id.size() > 1 && id[0] == 's' &&
         std::all_of(id.begin() + 1, id.end(), [](char c) { return absl::ascii_isdigit(c); });
}

absl::Status CheckNewId(const std::string& id) {
  if (absl::Status status = CheckResourceId(id); !status.ok()) return status;
  if (!IsSegmentId(id)) return absl::OkStatus();
  return absl::InvalidArgumentError(
      "ids such as s1 are those of segments; call an authored persona otherwise, e.g. "
      "young-urban");
}

absl::Status CheckTexts(const v1::Persona& persona) {
  if (persona.display_name().size() > kMaxDisplayName) {
    return absl::InvalidArgumentError("display_name has more than 256 bytes; shorten it");
  }
  if (persona.summary().size() > kMaxSummary) {
    return absl::InvalidArgumentError("summary has more than 4096 bytes; shorten it");
  }
  return absl::OkStatus();
}

// The kind of contact the segmentation divides. Errors: NOT_FOUND.
absl::StatusOr<ContactKind> KindOf(Snapshot& snapshot, const ResourceName& name) {
  const auto stored = ReadStored<storage::v1::StoredSegmentation>(
      snapshot, SegmentationKey(name.workspace, name.segmentation), "segmentation");
  if (!stored.ok()) return stored.status();
  return ContactKindFromProto(stored->message.segmentation().contact_kind());
}

// What a call is about, read in one view.
struct Written {
  KeptPersonas kept;
  ContactKind kind = ContactKind::kPerson;
};

absl::StatusOr<Written> ReadWritten(Store& store, const ResourceName& name) {
  const auto snapshot = store.OpenSnapshot();
  if (!snapshot.ok()) return snapshot.status();
  const auto kind = KindOf(**snapshot, name);
  if (!kind.ok()) return kind.status();
  auto kept = ReadKeptPersonas(**snapshot, name.workspace, name.segmentation);
  if (!kept.ok()) return kept.status();
  return Written{.kept = *std::move(kept), .kind = *kind};
}

StoredPortrait& PortraitFor(StoredPersona& stored, Language language) {
  for (StoredPortrait& portrait : *stored.mutable_portraits()) {
    if (portrait.language_code() == CodeOf(language)) return portrait;
  }
  StoredPortrait* portrait = stored.add_portraits();
  portrait->set_language_code(CodeOf(language));
  return *portrait;
}

bool HasName(const StoredPersona& stored) {
  return std::any_of(
      stored.portraits().begin(), stored.portraits().end(),
      [](const StoredPortrait& portrait) { return !portrait.display_name().empty(); });
}

// Which fields a call writes.
struct Fields {
  bool display_name = false, summary = false, targeting = false, criteria = false;

  bool any() const { return display_name || summary || targeting || criteria; }
};

Fields FieldsSet(const v1::Persona& persona) {
  return {.display_name = !persona.display_name().empty(),
          .summary = !persona.summary().empty(),
          .targeting = persona.targeting() != v1::TARGETING_UNSPECIFIED,
          .criteria = persona.criteria_size() > 0};
}

absl::StatusOr<Fields> FieldsOf(const v1::UpdatePersonaRequest& request) {
  if (request.update_mask().paths().empty()) return FieldsSet(request.persona());
  Fields fields;
  for (const std::string& path : request.update_mask().paths()) {
    if (path == "display_name") {
      fields.display_name = true;
    } else if (path == "summary") {
      fields.summary = true;
    } else if (path == "targeting") {
      fields.targeting = true;
    } else if (path == "criteria") {
      fields.criteria = true;
    } else {
      return absl::InvalidArgumentError(
          "update_mask may list display_name, summary, targeting and criteria, and nothing else");
    }
  }
  return fields;
}

// Writes the criteria, each with the share of the contacts that meets it.
absl::Status WriteCriteria(Store& store, const CallContext& call, const ResourceName& name,
                           const Written& written, const v1::Persona& persona,
                           StoredPersona& stored) {
  if (persona.criteria().empty()) {
    return absl::InvalidArgumentError("an authored persona needs at least one criterion");
  }
  if (persona.criteria_size() > kMaxCriteria) {
    return absl::InvalidArgumentError("a persona has at most 20 criteria; leave some out");
  }
  AuthoredPersona authored;
  for (const v1::PersonaCriterion& message : persona.criteria()) {
    auto criterion = CriterionFromProto(message, written.kept.schema);
    if (!criterion.ok()) return criterion.status();
    authored.criteria.push_back(*std::move(criterion));
  }
  const auto audience = ReadAudience(store,
                                     {.workspace = name.workspace,
                                      .kind = written.kind,
                                      .as_of = DayOf(call.time),
                                      .attributes = AttributesOf({authored})},
                                     call.cancelled);
  if (!audience.ok()) return audience.status();
  const std::optional<double> share = CountPopulation(authored, audience->schema, audience->table);
  AuthoredToStored(authored, share, stored);
  return absl::OkStatus();
}

v1::Attribution AttributionTo(const CallContext& call) {
  v1::Attribution attribution;
  attribution.set_author(call.principal);
  TimestampToProto(call.time, attribution.mutable_time());
  return attribution;
}

// Writes names, texts and targeting.
void WriteFields(const v1::Persona& persona, const Fields& fields, Language language,
                 const CallContext& call, StoredPersona& stored) {
  if (fields.display_name || fields.summary || fields.criteria) {
    *stored.mutable_edited_by() = AttributionTo(call);
  }
  // A name is shown in every language that has none of its own, so it is taken
  // back in all of them.
  if (fields.display_name && persona.display_name().empty()) {
    for (StoredPortrait& portrait : *stored.mutable_portraits()) portrait.clear_display_name();
  } else if (fields.display_name) {
    PortraitFor(stored, language).set_display_name(persona.display_name());
  }
  if (fields.summary) PortraitFor(stored, language).set_summary(persona.summary());
  if (fields.targeting) {
    stored.set_targeting(persona.targeting());
    *stored.mutable_targeted_by() = AttributionTo(call);
  }
}

absl::Status CheckTargeting(v1::Targeting targeting) {
  if (v1::Targeting_IsValid(targeting)) return absl::OkStatus();
  return absl::InvalidArgumentError("targeting must be TARGETED, NEUTRAL or EXCLUDED");
}

WriteBatch BatchOf(const CallContext& call, const char* action, Operation operation) {
  WriteBatch batch{
      .operations = {}, .time = call.time, .request = {}, .author = Author{call.principal, action}};
  batch.operations.push_back(std::move(operation));
  return batch;
}

absl::Status CheckMayCount(const CallContext& call) {
  if (call.may_read_contacts) return absl::OkStatus();
  return absl::PermissionDeniedError(
      "criteria are counted over contacts, and you may not read contacts; ask for the right to, or "
      "somebody who has it to author the persona");
}

absl::Status ChangedSince() {
  return absl::AbortedError(
      "the persona was changed since this etag; read it again, and change that");
}

}  // namespace

absl::Status PersonaService::CreatePersona(const CallContext& call,
                                           const v1::CreatePersonaRequest& request,
                                           v1::Persona* response) {
  if (absl::Status status = CheckMayCount(call); !status.ok()) return status;
  const auto language = LanguageFromCode(request.language_code());
  if (!language.ok()) return language.status();
  const auto parent = ResourceName::Parse(request.parent(), ResourceKind::kSegmentation);
  if (!parent.ok()) return parent.status();
  const std::string& id = request.persona_id();
  const v1::Persona& persona = request.persona();
  for (const absl::Status& status :
       {CheckNewId(id), CheckTexts(persona), CheckTargeting(persona.targeting())}) {
    if (!status.ok()) return status;
  }
  if (persona.display_name().empty()) {
    return absl::InvalidArgumentError("an authored persona needs a display_name");
  }
  const auto written = ReadWritten(store_, *parent);
  if (!written.ok()) return written.status();
  if (written->kept.authored.size() >= kMaxAuthored) {
    return absl::FailedPreconditionError(
        "the segmentation has 200 authored personas, which is the most; delete one first");
  }
  if (written->kept.Find(id) != nullptr) {
    return absl::AlreadyExistsError("there is a persona of this id already; take another");
  }
  KeptPersona kept;
  WriteFields(persona, FieldsSet(persona), *language, call, kept.stored);
  absl::Status status = WriteCriteria(store_, call, *parent, *written, persona, kept.stored);
  if (!status.ok()) return status;
  if (!request.validate_only()) {
    status = registry_.ChangePersonas(*parent, [&] {
      const auto results =
          store_.Commit(BatchOf(call, "CreatePersona",
                                PutResource{PersonaKey(parent->workspace, parent->segmentation, id),
                                            kept.stored.SerializeAsString(), 0}));
      if (results.ok()) kept.revision = results->front().revision;
      return results.status();
    });
    if (absl::IsAborted(status)) {
      return absl::AlreadyExistsError("there is a persona of this id already; take another");
    }
    if (!status.ok()) return status;
  }
  AuthoredToProto(NameWithin(*parent, ResourceKind::kPersona, id), kept, written->kept.schema,
                  call.may_read_contacts, *language, response);
  return absl::OkStatus();
}

absl::Status PersonaService::UpdatePersona(const CallContext& call,
                                           const v1::UpdatePersonaRequest& request,
                                           v1::Persona* response) {
  const auto language = LanguageFromCode(request.language_code());
  if (!language.ok()) return language.status();
  const v1::Persona& persona = request.persona();
  const auto name = ResourceName::Parse(persona.name(), ResourceKind::kPersona);
  if (!name.ok()) return name.status();
  const auto fields = FieldsOf(request);
  if (!fields.ok()) return fields.status();
  if (fields->criteria) {
    if (absl::Status status = CheckMayCount(call); !status.ok()) return status;
  }
  for (const absl::Status& status : {CheckTexts(persona), CheckTargeting(persona.targeting())}) {
    if (!status.ok()) return status;
  }
  const auto written = ReadWritten(store_, *name);
  if (!written.ok()) return written.status();
  const KeptPersona* before = written->kept.Find(name->id);
  const bool is_authored = before != nullptr && IsAuthored(before->stored);
  if (!is_authored) {
    const auto active = registry_.Active(name->workspace, name->segmentation);
    if (!active.ok() || ComponentOf(**active, name->id) < 0) {
      return absl::NotFoundError("there is no such persona; `cible personas` lists them");
    }
    if (fields->criteria) {
      return absl::FailedPreconditionError(
          "this persona was found in the data and has no criteria; author one of its own "
          "(CreatePersona)");
    }
  }
  KeptPersona after = before == nullptr ? KeptPersona{} : *before;
  if (!persona.etag().empty() && persona.etag() != absl::StrCat(after.revision)) {
    return ChangedSince();
  }
  WriteFields(persona, *fields, *language, call, after.stored);
  if (is_authored && !HasName(after.stored)) {
    return absl::InvalidArgumentError("an authored persona needs a display_name");
  }
  if (fields->criteria) {
    const absl::Status status = WriteCriteria(store_, call, *name, *written, persona, after.stored);
    if (!status.ok()) return status;
  }
  const absl::Status status = registry_.ChangePersonas(*name, [&] {
    return store_
        .Commit(BatchOf(call, "UpdatePersona",
                        PutResource{PersonaKey(name->workspace, name->segmentation, name->id),
                                    after.stored.SerializeAsString(), after.revision}))
        .status();
  });
  if (absl::IsAborted(status)) return ChangedSince();
  if (!status.ok()) return status;
  v1::GetPersonaRequest read;
  read.set_name(persona.name());
  read.set_language_code(request.language_code());
  return GetPersona(call, read, response);
}

absl::Status PersonaService::DeletePersona(const CallContext& call,
                                           const v1::DeletePersonaRequest& request,
                                           google::protobuf::Empty*) {
  const auto name = ResourceName::Parse(request.name(), ResourceKind::kPersona);
  if (!name.ok()) return name.status();
  const auto written = ReadWritten(store_, *name);
  if (!written.ok()) return written.status();
  const KeptPersona* kept = written->kept.Find(name->id);
  if (kept == nullptr || !IsAuthored(kept->stored)) {
    if (!IsSegmentId(name->id)) {
      return absl::NotFoundError("there is no such persona; `cible personas` lists them");
    }
    return absl::FailedPreconditionError(
        "a persona that was found in the data lives as long as its segment; mark it as EXCLUDED if "
        "it is not wanted");
  }
  if (!request.etag().empty() && request.etag() != absl::StrCat(kept->revision)) {
    return ChangedSince();
  }
  const absl::Status status = registry_.ChangePersonas(*name, [&] {
    return store_
        .Commit(BatchOf(call, "DeletePersona",
                        DeleteResource{PersonaKey(name->workspace, name->segmentation, name->id),
                                       kept->revision}))
        .status();
  });
  return absl::IsAborted(status) ? ChangedSince() : status;
}

}  // namespace cible
