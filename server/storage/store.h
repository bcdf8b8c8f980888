// What the service keeps: contacts, their assignments, and resources
// (workspaces, schemas, segmentations, models, personas, training runs).
//
// The interface is batch-shaped and blocking; it is called from store threads
// only, never from a gRPC thread. All writes of one WriteBatch become durable
// and visible together, or none does. Every key starts with the workspace.
// Thread-safe.

#ifndef CIBLE_SERVER_STORAGE_STORE_H_
#define CIBLE_SERVER_STORAGE_STORE_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "segmentation/behaviour/behaviour.h"
#include "segmentation/behaviour/behaviour_attributes.h"
#include "segmentation/behaviour/event.h"
#include "segmentation/behaviour/organization_attributes.h"
#include "segmentation/data/contact_table.h"
#include "segmentation/data/filter.h"
#include "segmentation/data/lifecycle_state.h"
#include "segmentation/data/schema.h"
#include "segmentation/data/value.h"

namespace cible {

// A position in commit order, from 1. Every write has its own; a contact or a
// resource carries that of its last change, which serves as its etag.
using Revision = std::int64_t;

struct ContactRecord {
  std::int64_t key = 0;  // Given by the store, never reused within a workspace.
  std::string id;
  ContactKind kind = ContactKind::kPerson;
  Stage stage = Stage::kUnknown;
  std::string values;  // See contact_values.h.
  Revision revision = 0;
  Timestamp create_time;
  Timestamp update_time;
  std::optional<Timestamp> objection_time = {};  // GDPR art. 21; nullopt: none.
  bool has_legal_basis = false;                  // Some provenance states one.
  std::string behaviour = {};                    // See behaviour.h; empty: no events.
  std::string organization = {};                 // Id of that it belongs to; empty: none.
  BuyingRole buying_role = BuyingRole::kUnknown;
};

// Why a contact may be kept at all: GDPR art. 6 (1) (a) to (f). The integers are
// on disk.
enum class LegalBasis {
  kUnspecified,
  kConsent,
  kContract,
  kLegalObligation,
  kVitalInterests,
  kPublicTask,
  kLegitimateInterests,
};

// Where contacts came from: a list, a form, a fair.
struct Provenance {
  std::string source;  // In their words.
  LegalBasis legal_basis = LegalBasis::kUnspecified;
  // Of the list; nullopt: the day of the write (UTC), unless the contact is
  // known already to be of this source on this basis.
  std::optional<Date> date = {};
  bool operator==(const Provenance&) const = default;
};

// What a contact agreed to: to be written to for a purpose on a channel.
struct Consent {
  std::string purpose;  // "newsletter"
  std::string channel;  // "email"
  Timestamp give_time;
  std::optional<Timestamp> expire_time = {};    // nullopt: does not.
  std::optional<Timestamp> withdraw_time = {};  // nullopt: it was not.
  bool operator==(const Consent&) const = default;
};

// Whether the consent counts at that time.
inline bool IsInForce(const Consent& consent, Timestamp time) {
  return !consent.withdraw_time.has_value() && consent.give_time.micros <= time.micros &&
         (!consent.expire_time.has_value() || time.micros < consent.expire_time->micros);
}

// One kept message beside the contacts: a model, a persona, ... `parent` is
// the segmentation it belongs to, or empty.
struct ResourceKey {
  std::string workspace;
  std::string collection;  // "segmentations", "models", ...
  std::string parent;
  std::string id;
  auto operator<=>(const ResourceKey&) const = default;
};

struct Resource {
  ResourceKey key;
  std::string body;  // A serialised message; opaque to the store.
  Revision revision = 0;
  Timestamp create_time;
  Timestamp update_time;
};

// --- Writes ---------------------------------------------------------------

// Creates the contact, or merges into it: known values replace those of the
// same attribute, the others stay. Nothing changes, revision included, when
// all values and the stage are what they were. The previous blob goes to the
// history. When a value changes, the assignments go: they are those of what was
// known before, and a contact without one is what AssignmentKeeper looks for. An
// objection stays whatever is written. FAILED_PRECONDITION
// when the contact is of the other kind; INVALID_ARGUMENT when `values` is no blob.
struct PutContact {
  std::string workspace;
  std::string id;
  std::optional<ContactKind> kind = ContactKind::kPerson;  // nullopt: whichever; new ones persons.
  std::optional<Stage> stage = {};  // nullopt: as it was, kUnknown for a new one.
  std::string values = {};          // See contact_values.h.
  // All values stored before go, not only those of the same attributes.
  bool replaces_values = false;
  // Numbers of attributes, ascending, whose values stored before go.
  std::vector<int> forgotten = {};
  bool must_exist = false;  // NOT_FOUND when there is no such contact.
  // ABORTED when it is set and is not the contact's revision (0: must not
  // exist yet).
  std::optional<Revision> expected = {};
  // Where it comes from this time, beside what is known of that; nullopt: not
  // said. A provenance that is new for the contact is a change of it.
  std::optional<Provenance> provenance = {};
  // Id of the organisation that the person belongs to, stored anew where there is
  // none, as coming from where the person does; empty: it belongs to none. nullopt:
  // as it was. A change of it is a change of the values that are derived from it.
  // INVALID_ARGUMENT for an organisation that is to belong to one, or to have a
  // role; FAILED_PRECONDITION when the id is a person's.
  std::optional<std::string> organization = {};
  std::optional<BuyingRole> buying_role = {};  // nullopt: as it was.
};

// Records events of a contact, and adds them up: its behaviour is that of the set
// of its events when Commit returns. An event of an id that is recorded takes the
// place of that; one that was cancelled stays so. When anything changes, the
// assignments go, as after a change of values. An event that would give the contact
// more than 64 channels is refused, and the others are recorded. NOT_FOUND when there
// is no such contact and it is not to be created.
// O(events x log days + orders touched).
struct PutEvents {
  std::string workspace;
  std::string contact;  // Id.
  std::vector<Event> events;
  bool creates_contact = false;  // As a lead of `kind`, from `provenance`.
  ContactKind kind = ContactKind::kPerson;
  std::optional<Provenance> provenance = {};
};

// Takes events back, whether they are recorded already or come later. What they
// said is erased. NOT_FOUND if there is no such contact.
struct CancelEvents {
  std::string workspace;
  std::string contact;  // Id.
  std::vector<std::string> events;
};

// How the events of the workspace are added up from now on. A change adds all of
// them up anew: O(events of the workspace).
struct PutBehaviourRules {
  std::string workspace;
  BehaviourRules rules;
};

// Erases the contact with all that belongs to it: history, assignments,
// provenance, consents, lifecycle. Once Commit has returned its bytes are nowhere in the
// store any more; where a snapshot that was open before still shows them, soon
// after it was given back. Persons of an organisation belong to none thereafter, and
// have no role. Its key stays in Changes and in the audit trail,
// where it is a number that leads nowhere. NOT_FOUND if absent.
struct DeleteContact {
  std::string workspace;
  std::string id;
  // ABORTED when it is set and is not the contact's revision.
  std::optional<Revision> expected = {};
};

// Makes one contact of several that are the same person or organisation. The
// oldest is kept, under its id, with its history; what the others are known by is
// added (MergedFacts()), as are their histories, provenances, consents and entries
// in the audit trail. Of two consents for one purpose and channel the later word
// counts; an objection of one is an objection of all. The others are removed, and
// their ids lead to the contact that is kept: wherever the store takes an id. Such
// an id is never given to another contact, and goes with the contact's erasure.
// Of several organisations that merged persons belong to that of the oldest person
// counts, and the first role known in that one; persons of merged organisations
// belong to the one that is kept. How the contact stands (StoredLifecycle::state) and its
// transitions are those of the oldest alone; where that was never classified, of the one
// that was classified first. The others' go. Its own relation is the greatest of all of
// them, so that no merge makes a lead of who was more; it is a former customer if that is
// PROSPECT and one of them was. It is due at once: the next classification records what
// the merge changed. Of two overrides of a field that of the oldest contact counts, else
// the latest. Assignments of all of them go. Nothing changes, revision
// included, when the ids lead to one contact already. NOT_FOUND if one is absent,
// FAILED_PRECONDITION when they are of both kinds. The result is about the contact that is kept.
struct MergeContacts {
  std::string workspace;
  std::vector<std::string> ids;  // Two or more.
};

// The contact objects to profiling, or withdraws its objection. One that
// objects loses its assignments and gets none. Nothing changes, revision
// included, when it is so already. NOT_FOUND if absent.
struct PutObjection {
  std::string workspace;
  std::string id;
  bool objects = true;
};

// The consent takes the place of the one for the same purpose and channel.
// Nothing changes, revision included, when it is the same. NOT_FOUND if absent.
struct PutConsent {
  std::string workspace;
  std::string id;
  Consent consent;
};

// Where contacts belong now, in one segmentation. Contacts that are gone, have
// changed since they were read, or object to profiling are passed over.
struct PutAssignments {
  struct Entry {
    std::string contact;  // Id.
    std::string segment;  // Empty: no segment, nothing known.
    double probability = 0;
    // Of the contact as it was read; one that has changed since is passed
    // over. 0: whatever it is.
    Revision revision = 0;
    // With `read_at`, in place of id and revision: as a scan gives it.
    std::int64_t key = 0;
  };
  std::string workspace;
  std::string segmentation;
  std::string model;
  std::vector<Entry> entries;
  Date day = {};  // That dates and what depends on the day were measured from.
  // The view that they were worked out in: where assignments of the segmentation were
  // dropped since, none is written. 0: not said.
  Revision view = 0;
  // The revision of the view that all entries were read in, of contacts that
  // have no objection; those changed or deleted since are passed over. By far
  // the faster way for many. nullopt: entries have ids.
  std::optional<Revision> read_at = {};
};

// Forgets where contacts belong in a segmentation, before it is removed, or since
// it is to be worked out anew.
// O(contacts assigned).
struct DropAssignments {
  std::string workspace;
  std::string segmentation;
};

// Forgets where the contacts without a legal basis belong, in every
// segmentation. O(contacts of the workspace).
struct DropBaselessAssignments {
  std::string workspace;
};

// How far the lifecycles of a workspace are those of its contacts and policy. Kept by
// whoever works them out; opaque to the store but for the workspace.
struct LifecycleProgress {
  // All contacts changed up to this revision have been looked at since.
  Revision revision = 0;
  // What all of them, up to `walked_key` of those of `walked_kind`, were classified by: the policy,
  // the personas; 0: nothing yet.
  std::int64_t basis = 0;
  // Of a walk by `next_basis` through all contacts, organisations first: where it goes
  // on. 0: there is none.
  std::int64_t next_basis = 0;
  ContactKind walked_kind = ContactKind::kOrganization;
  std::int64_t walked_key = 0;
  bool operator==(const LifecycleProgress&) const = default;
};

// How a contact stands to us.
struct StoredLifecycle {
  LifecycleState own;    // Of itself: without its organisation's relation and what people said.
  LifecycleState state;  // With both: what counts.
  // Days since 1970-01-01: when it may be another though nothing happens; kNoDay.
  std::int32_t due_day = kNoDay;
  bool operator==(const StoredLifecycle&) const = default;
};

// One change of a field.
struct LifecycleTransition {
  LifecycleField field = LifecycleField::kRelation;
  int from = 0;
  int to = 0;
  std::int32_t day = 0;  // Since when it holds.
  std::string reason;    // Few different ones: each is stored once.
};

// How contacts stand from now on, with what changed. Contacts that are gone are passed
// over, and so are those that were made due since `read_at`: what made them is not in it,
// and they are looked at once more. Nothing else of the contacts changes: revisions stay, and so do
// assignments. One position of its own in commit order; progress alone takes none, and changes
// nothing.
struct PutLifecycles {
  struct Entry {
    std::int64_t key = 0;  // Of the contact.
    StoredLifecycle lifecycle;
    std::vector<LifecycleTransition> transitions = {};
  };
  std::string workspace;
  std::vector<Entry> entries;
  // Contacts that are not classified (any more): what is found of them goes, their
  // transitions with it, overrides stay. Applied before the entries.
  std::vector<std::int64_t> left_out = {};
  // Contacts that are due at once, as after their organisation's relation changed.
  std::vector<std::int64_t> due_now = {};
  std::optional<LifecycleProgress> progress = {};  // nullopt: as it was.
  Revision read_at = 0;  // Of the view that all of it was found in; 0: not said.
};

// What a person says of one field of a contact, in place of what they said of it
// before. The contact is due at once; its revision stays. NOT_FOUND if absent; nothing
// changes when it is the same.
struct PutLifecycleOverride {
  std::string workspace;
  std::string id;
  LifecycleField field = LifecycleField::kRelation;
  int value = 0;  // 0: it is taken back.
  std::string author;
  std::string reason;
  std::optional<Timestamp> expire_time = {};
};

// Nothing changes, revision included, when the body is what it was. ABORTED
// when `expected` is set and is not the revision in store (0: must not exist
// yet).
struct PutResource {
  ResourceKey key;
  std::string body;
  std::optional<Revision> expected;
};

// NOT_FOUND if absent; ABORTED as above.
struct DeleteResource {
  ResourceKey key;
  std::optional<Revision> expected;
};

using Operation = std::variant<PutContact, DeleteContact, PutObjection, PutConsent, PutAssignments,
                               DropAssignments, DropBaselessAssignments, PutResource,
                               DeleteResource, MergeContacts, PutEvents, CancelEvents,
                               PutBehaviourRules, PutLifecycles, PutLifecycleOverride>;

enum class Effect { kUnchanged, kCreated, kUpdated, kDeleted };

// What became of the events of an operation.
struct EventCounts {
  std::int64_t recorded = 0;
  std::int64_t replaced = 0;
  std::int64_t unchanged = 0;
  std::int64_t cancelled = 0;     // Count no more; of PutEvents: were cancelled before.
  std::int64_t unrecorded = 0;    // CancelEvents: not recorded yet.
  std::vector<int> refused = {};  // PutEvents: positions of those of too many channels.
};

// Another contact that an operation reached: of a person its organisation, since
// what that one's persons add up to has changed; of an organisation its persons,
// since what is known of it is known of them. Its revision rises and its
// assignments go, as after a change of its own; a person's update_time stays.
struct RelatedContact {
  std::int64_t key = 0;
  std::string id;
  // kCreated: an organisation that was not stored before. kUpdated: a person whose
  // organisation was erased, so that it belongs to none. kUnchanged: nothing but
  // what is derived from others is another.
  Effect effect = Effect::kUnchanged;
};

struct OperationResult {
  Effect effect = Effect::kUnchanged;
  // Of the contact or resource after the operation, of its deletion, or the
  // position of the assignments; 0 when no assignment was written.
  Revision revision = 0;
  std::int64_t contact_key = 0;  // Of the contact it was about, if it was one.
  bool has_legal_basis = false;  // The same contact, thereafter.
  EventCounts events = {};
  std::vector<RelatedContact> related = {};  // Each once a batch, with the first that reached it.
};

// A caller's name for a batch, by which the batch is written once however
// often it is sent. Remembered with it for 24 hours, by the times of the
// batches, and forgotten some time after.
struct RequestMark {
  std::string workspace;
  std::string id;
  std::string content;  // A digest: tells a repetition from another request.
  // What is to be remembered beside, made of the results. Called by the store
  // before the batch is durable; null: nothing.
  std::function<std::string(absl::Span<const OperationResult>)> answer = {};
};

inline constexpr std::int64_t kRequestMemoryMicros = 86'400'000'000;

// Who asks for a batch, and by which action, for the audit trail.
struct Author {
  std::string principal;
  std::string action;  // "UpdateContact"
  // Many contacts at once: one entry for all of them, with their number.
  bool in_bulk = false;
  // One entry, about this resource, however many the batch changes; of no
  // collection: one each.
  ResourceKey resource = {};
};

struct WriteBatch {
  std::vector<Operation> operations;
  Timestamp time;  // The write's own time, from the caller's clock.
  // ALREADY_EXISTS, before anything else, when a batch was written under the
  // same name: Snapshot::FindRequest tells of it.
  std::optional<RequestMark> request = {};
  // Every contact and resource that the batch changes gets an entry in the audit
  // trail; nullopt: none does, as for what the server does of itself.
  std::optional<Author> author = {};
};

// Which operation of the batch, from 0, made Commit fail; nullopt when it was
// none in particular (a full disk). So an import leaves out the one bad row and
// commits the others.
std::optional<int> FailedOperation(const absl::Status& status);
absl::Status WithFailedOperation(absl::Status status, int operation);

// --- Reads ----------------------------------------------------------------

// Contacts that a scan passes over, because they are not to be profiled.
struct PassedOver {
  bool objecting = true;
  bool without_legal_basis = false;
  // Persons who may be under 18 on this day, by the schema (minors.h); nullopt:
  // none is passed over for their age.
  std::optional<Date> minors_on = {};
};

struct ScanRequest {
  std::string workspace;
  const Schema* schema = nullptr;       // Not owned; of the workspace.
  std::vector<std::string> attributes;  // Ids to decode; those of the filter are added.
  Filter filter;                        // Default: everything.
  std::optional<ContactKind> kind;      // Default: both.
  PassedOver passed_over = {};
  // Whose assignments fill ContactBlock::facts.segments; empty: none.
  std::string segmentation;
  // Only contacts of `segmentation` whose assignment is missing or was made by
  // another model than this; empty: all.
  std::string not_assigned_by;
  // Of those, also the ones whose assignment is as of an earlier day.
  std::optional<Date> or_before = {};
  std::int64_t after_key = 0;  // Only contacts with a greater key.
  int block_rows = 4096;       // At most so many rows a block.
  // The day of derived attributes, and how they are read. Without it they are
  // unknown.
  std::optional<AsOf> as_of = {};
  // Only these contacts, by key, ascending; nullopt: all. Those that are not there are
  // passed over. O(keys).
  std::optional<std::vector<std::int64_t>> keys = {};
  // Whether ContactBlock::lifecycles is filled. facts.lifecycles is where the filter
  // reads it, too.
  bool with_lifecycles = false;
  // Also these attributes (ids) as of another day, in ContactBlock::earlier; nullopt:
  // none.
  struct Earlier {
    std::vector<std::string> attributes;
    AsOf as_of;
  };
  std::optional<Earlier> earlier = {};
  // Whether blocks have records and their tables ids. A scan for the columns
  // alone takes two thirds of the time.
  bool with_records = true;
};

struct ContactBlock {
  ContactTable table;
  ContactFacts facts;
  std::vector<std::int64_t> keys;
  std::vector<ContactKind> kinds;
  std::vector<ContactRecord> records;  // Without values; one a row.
  // Key of the organisation that each belongs to, 0: none. Where lifecycles are asked
  // for, as the next.
  std::vector<std::int64_t> organization_keys;
  std::vector<StoredLifecycle> lifecycles;
  ContactTable earlier;  // Where asked for; without ids.
};

// A batch that was written under a name.
struct WrittenRequest {
  std::string content;  // As in its RequestMark.
  std::string answer;   // What `answer` gave.
  bool operator==(const WrittenRequest&) const = default;
};

// Where a contact belongs in one segmentation.
struct StoredAssignment {
  std::string segmentation;  // Id.
  std::string segment;       // Id; empty: nothing known.
  std::string model;         // Id.
  double probability = 0;
};

// A contact as it is after a change, or gone.
struct Change {
  Revision revision = 0;
  std::int64_t key = 0;
  // Empty when deleted: an id may be an e-mail address, and a list of those who
  // were erased would keep what they had erased. Whoever follows the changes
  // knows the key.
  std::string contact;
  bool deleted = false;
};

// A contact as it was before an update.
struct ContactVersion {
  Revision revision = 0;
  Stage stage = Stage::kUnknown;
  std::string values;
  Timestamp update_time;  // Since when it had been so.
};

// Where a list of events goes on: after the one of this time and id.
struct EventPosition {
  Timestamp time;
  std::string id;
};

// What a person said of one field of a contact.
struct LifecycleOverrideRecord {
  LifecycleField field = LifecycleField::kRelation;
  int value = 0;
  std::string author;
  std::string reason;
  Timestamp create_time;
  std::optional<Timestamp> expire_time;
};

// A transition as it was recorded.
struct RecordedTransition {
  std::int64_t number = 0;  // In the order of recording, over the whole store.
  std::int64_t contact_key = 0;
  std::string contact;  // Its id.
  Timestamp time;       // When it was recorded.
  LifecycleTransition transition;
};

struct TransitionQuery {
  std::string workspace;
  std::int64_t contact_key = 0;              // Of this contact alone; 0: all.
  std::optional<LifecycleField> field = {};  // Of this field alone.
  std::int64_t before = 0;                   // Lower numbers only; 0: from the latest.
  int limit = 0;
};

// Who did what when on which resource; never a value.
struct AuditEntry {
  std::int64_t number = 0;  // In the order of writing, over the whole store.
  Timestamp time;
  std::string principal;
  std::string action;
  // Of the contact that it is about; 0: none, or several.
  std::int64_t contact_key = 0;
  std::string contact;  // Its id; empty when it was erased since.
  // Of the resource that it is about, if it is not a contact.
  ResourceKey resource;
  std::int64_t contact_count = 0;  // Changed by an action in bulk.
};

struct AuditQuery {
  std::string workspace;
  std::int64_t contact_key = 0;  // Of this contact alone; 0: all.
  std::int64_t before = 0;       // Entries of lower numbers only; 0: from the latest.
  int limit = 0;
};

// A walk over contacts in key order, at the caller's pace.
class ContactScan {
 public:
  virtual ~ContactScan() = default;

  // The next block that the filter leaves rows in; nullopt past the last.
  virtual absl::StatusOr<std::optional<ContactBlock>> Next() = 0;
};

// One consistent view of everything, however long it is held. Not
// thread-safe; give it back (destroy it) soon, since it holds a connection.
class Snapshot {
 public:
  virtual ~Snapshot() = default;

  // The last commit this view contains.
  virtual Revision revision() const = 0;

  // One result an id, nullopt where there is none. An id that was merged into
  // another contact gives that one, with the id that it has.
  virtual absl::StatusOr<std::vector<std::optional<ContactRecord>>> Lookup(
      const std::string& workspace, absl::Span<const std::string> ids) = 0;

  // Calls `visit` with blocks in key order until the end or until it returns
  // an error, which is returned. Blocks that the filter leaves empty are not
  // visited. O(contacts of the workspace).
  // Errors: INVALID_ARGUMENT an attribute outside the schema, or
  // `not_assigned_by` without `segmentation`.
  virtual absl::Status Scan(const ScanRequest& request,
                            const std::function<absl::Status(const ContactBlock&)>& visit) = 0;

  // The same, block by block. Several may be open at a time.
  // REQUIRES: the snapshot and `request.schema` outlive the scan.
  virtual absl::StatusOr<std::unique_ptr<ContactScan>> OpenScan(const ScanRequest& request) = 0;

  // Where each of these contacts belongs, ordered by segmentation; nothing for
  // one that is not there.
  virtual absl::StatusOr<std::vector<std::vector<StoredAssignment>>> Assignments(
      const std::string& workspace, absl::Span<const std::string> ids) = 0;

  // For each of these contacts, by key, the ids that lead to it since contacts
  // were merged, ascending.
  virtual absl::StatusOr<std::vector<std::vector<std::string>>> FormerIds(
      absl::Span<const std::int64_t> contacts) = 0;

  // As it was before each update, oldest first; empty when there is none. By
  // the contact's key, as the next two.
  virtual absl::StatusOr<std::vector<ContactVersion>> History(std::int64_t contact) = 0;

  // In the order they were recorded. Dates are known.
  virtual absl::StatusOr<std::vector<Provenance>> Provenances(std::int64_t contact) = 0;

  // Calls `visit` with the key and the provenances, as Provenances gives them, of each
  // contact of the workspace that has any, by ascending key. O(contacts of the workspace).
  virtual absl::Status ScanProvenances(
      const std::string& workspace,
      const std::function<absl::Status(std::int64_t contact, absl::Span<const Provenance>)>&
          visit) = 0;

  // By purpose, then channel, whether in force or not.
  virtual absl::StatusOr<std::vector<Consent>> Consents(std::int64_t contact) = 0;

  // The events of a contact, by its key, the latest first, those of one instant by
  // id; at most `limit`. O(events of the contact).
  virtual absl::StatusOr<std::vector<Event>> Events(std::int64_t contact,
                                                    const std::optional<EventPosition>& after,
                                                    int limit) = 0;

  // How many they are.
  virtual absl::StatusOr<std::int64_t> CountEvents(std::int64_t contact) = 0;

  // Whether events of any contact of the workspace are recorded.
  virtual absl::StatusOr<bool> HasEvents(const std::string& workspace) = 0;

  // What the persons of an organisation, by its key, add up to. O(persons).
  virtual absl::StatusOr<People> PeopleOf(std::int64_t organization, const AsOf& as_of) = 0;

  // How far the lifecycles of the workspace are those of its contacts.
  virtual absl::StatusOr<LifecycleProgress> ReadLifecycleProgress(const std::string& workspace) = 0;

  // One result a key; nullopt: not classified.
  virtual absl::StatusOr<std::vector<std::optional<StoredLifecycle>>> Lifecycles(
      absl::Span<const std::int64_t> contacts) = 0;

  // Keys of contacts that are due by that day, the earliest first; at most `limit`.
  virtual absl::StatusOr<std::vector<std::int64_t>> DueLifecycles(const std::string& workspace,
                                                                  std::int32_t day, int limit) = 0;

  // Keys of the persons who belong to any of these organisations, ascending.
  virtual absl::StatusOr<std::vector<std::int64_t>> PersonsOf(
      absl::Span<const std::int64_t> organizations) = 0;

  // What people said of each of these contacts, by field, whether in force or not.
  virtual absl::StatusOr<std::vector<std::vector<LifecycleOverrideRecord>>> LifecycleOverrides(
      absl::Span<const std::int64_t> contacts) = 0;

  // The latest first.
  virtual absl::StatusOr<std::vector<RecordedTransition>> Transitions(
      const TransitionQuery& query) = 0;

  // Calls `visit` with all transitions of each contact of the workspace that has any, in the order
  // of their recording and without the contact's id, by ascending key. O(transitions).
  virtual absl::Status ScanTransitions(
      const std::string& workspace,
      const std::function<absl::Status(absl::Span<const RecordedTransition>)>& visit) = 0;

  // The latest first.
  virtual absl::StatusOr<std::vector<AuditEntry>> Audit(const AuditQuery& query) = 0;

  // The batch written under this name; nullopt if none was, or it has been
  // forgotten.
  virtual absl::StatusOr<std::optional<WrittenRequest>> FindRequest(const std::string& workspace,
                                                                    const std::string& id) = 0;

  virtual absl::StatusOr<std::int64_t> CountContacts(const std::string& workspace,
                                                     std::optional<ContactKind> kind) = 0;

  // At most `limit` contacts changed after the revision, in commit order.
  virtual absl::StatusOr<std::vector<Change>> Changes(const std::string& workspace, Revision after,
                                                      int limit) = 0;

  // NOT_FOUND if there is none.
  virtual absl::StatusOr<Resource> Get(const ResourceKey& key) = 0;

  // In order of creation. An empty `workspace` lists all workspaces'.
  // `after_id`: only those created after it; empty: from the first.
  // Errors: NOT_FOUND when there is no `after_id` (any more).
  // REQUIRES: with an empty `workspace`, ids of the collection are unique
  // across workspaces, or `after_id` is empty.
  virtual absl::StatusOr<std::vector<Resource>> List(const std::string& workspace,
                                                     const std::string& collection,
                                                     const std::string& parent,
                                                     const std::string& after_id, int limit) = 0;
};

class Store {
 public:
  virtual ~Store() = default;

  // Returns once the batch is durable (as the store's durability says): a
  // result an operation.
  // Errors: those named above, after which nothing of the batch was written;
  // RESOURCE_EXHAUSTED the disk is full; UNAVAILABLE the store cannot be
  // written at the moment; DATA_LOSS the file is corrupt.
  virtual absl::StatusOr<std::vector<OperationResult>> Commit(WriteBatch batch) = 0;

  // The store keeps a few snapshots at a time; one more waits its turn.
  // REQUIRES: every snapshot is given back before the store is destroyed.
  // Errors: UNAVAILABLE when none was given back for 30 s.
  virtual absl::StatusOr<std::unique_ptr<Snapshot>> OpenSnapshot() = 0;

  // What it is, for people: "SQLite 3.40.1, durability full".
  virtual std::string Description() const = 0;
};

}  // namespace cible

#endif  // CIBLE_SERVER_STORAGE_STORE_H_
