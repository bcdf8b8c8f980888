// What each operation does to the tables. A transaction holds several
// batches, each of which takes effect whole or not at all.

#ifndef CIBLE_SERVER_STORAGE_SQLITE_BATCH_WRITER_H_
#define CIBLE_SERVER_STORAGE_SQLITE_BATCH_WRITER_H_

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "server/storage/merged_facts.h"
#include "server/storage/sqlite/connection.h"
#include "server/storage/sqlite/event_writer.h"
#include "server/storage/sqlite/lifecycle_writer.h"
#include "server/storage/sqlite/related_changes.h"
#include "server/storage/store.h"

namespace cible {

// The only writer of a database; one thread at a time.
//
//   Begin, any number of Apply, Commit. After an error of Begin or Commit
//   nothing was written and the writer is ready for the next Begin.
class BatchWriter {
 public:
  using Results = std::vector<OperationResult>;

  static absl::StatusOr<std::unique_ptr<BatchWriter>> Make(std::unique_ptr<Connection> connection);

  absl::Status Begin();

  // Errors: the batch's own, after which it has no effect and the others of
  // the transaction stay. When in_transaction() is false thereafter, all of
  // them were rolled back.
  absl::StatusOr<Results> Apply(const WriteBatch& batch);

  absl::Status Commit();

  bool in_transaction() const { return connection_->in_transaction(); }

  // Whether contacts were erased whose bytes may still be in the log, or in
  // pages of the file that the log replaces.
  bool has_erased() const { return has_erased_; }

  // Moves the log into the file and empties it, so that nothing of what was
  // erased is left. UNAVAILABLE while a snapshot is open.
  absl::Status ClearErased();

  Connection& connection() { return *connection_; }

 private:
  using Result = absl::StatusOr<OperationResult>;
  struct StoredContact {
    std::int64_t key = 0;  // 0: none.
    Revision revision = 0;
    ContactKind kind = ContactKind::kPerson;
    Stage stage = Stage::kUnknown;
    std::string values;
    bool objects = false;
    bool has_legal_basis = false;
    Membership<std::int64_t> membership;  // Of a person.
  };
  struct StoredResource;

  BatchWriter(std::unique_ptr<Connection> connection, Revision last_revision, bool has_redirects,
              RelatedChanges related);

  // Unless it was written before, by its request.
  absl::StatusOr<Results> ApplyOnce(const WriteBatch& batch);
  absl::StatusOr<Results> ApplyOperations(const WriteBatch& batch);
  absl::Status RecordInAuditTrail(const WriteBatch& batch, const Results& results);
  absl::Status AddAuditEntry(const Author& author, Timestamp time, const ResourceKey& resource,
                             std::int64_t contact_key, std::int64_t contact_count);
  Result Apply(const PutContact& put, Timestamp time);
  Result Apply(const DeleteContact& removal, Timestamp time);
  Result Apply(const PutObjection& put, Timestamp time);
  Result Apply(const PutConsent& put, Timestamp time);
  Result Apply(const PutAssignments& put, Timestamp time);
  Result Apply(const DropAssignments& drop, Timestamp time);
  Result Apply(const DropBaselessAssignments& drop, Timestamp time);
  Result Apply(const PutResource& put, Timestamp time);
  Result Apply(const DeleteResource& removal, Timestamp time);
  Result Apply(const MergeContacts& merge, Timestamp time);
  Result Apply(const PutEvents& put, Timestamp time);
  Result Apply(const CancelEvents& cancel, Timestamp time);
  Result Apply(const PutBehaviourRules& put, Timestamp time);
  Result Apply(const PutLifecycles& put, Timestamp time);
  Result Apply(const PutLifecycleOverride& put, Timestamp time);

  // The contact that the id leads to.
  absl::StatusOr<StoredContact> FindContact(std::int64_t workspace, const std::string& id);
  // NOT_FOUND if absent.
  absl::StatusOr<StoredContact> RequireContact(std::int64_t workspace, const std::string& id);
  // Its kind and what it belongs to, and nothing else.
  absl::StatusOr<StoredContact> ContactOfKey(std::int64_t key);
  Result Touch(const StoredContact& contact, Timestamp time, bool has_legal_basis);
  // What the contact does has changed, so that its assignments go.
  Result TouchBehaviour(std::int64_t workspace, const StoredContact& contact, Timestamp time);
  // Whether it is new for the contact.
  absl::StatusOr<bool> AddProvenance(const Provenance& provenance, std::int64_t workspace,
                                     std::int64_t contact, Timestamp time);
  absl::StatusOr<std::int64_t> NumberOfProvenance(std::int64_t workspace,
                                                  const Provenance& provenance);
  Result CreateContact(const PutContact& put, std::int64_t workspace, Timestamp time);
  Result UpdateContact(const PutContact& put, std::int64_t workspace, const StoredContact& stored,
                       Timestamp time);
  // What the contact belongs to thereafter; its organisation is stored if it was not.
  absl::StatusOr<Membership<std::int64_t>> MembershipAfter(const PutContact& put,
                                                           std::int64_t workspace,
                                                           const StoredContact& stored,
                                                           Timestamp time);
  absl::StatusOr<std::int64_t> RequireOrganization(const PutContact& put, std::int64_t workspace,
                                                   Timestamp time);
  // Whether the contact belongs to another organisation from now on.
  absl::StatusOr<bool> ChangeMembership(const StoredContact& stored,
                                        const Membership<std::int64_t>& membership);
  // What is known of the contact has changed, and hence what is derived of others.
  absl::Status ReachRelated(const StoredContact& contact);
  absl::Status MergeMemberships(const std::vector<StoredContact>& contacts);
  // Each contact once, the oldest first.
  absl::StatusOr<std::vector<StoredContact>> RequireContacts(std::int64_t workspace,
                                                             const std::vector<std::string>& ids);
  absl::StatusOr<StoredResource> FindResource(const ResourceKey& key);

  // The number that stands for the name, given now if it has none.
  absl::StatusOr<std::int64_t> NumberOfWorkspace(const std::string& workspace);
  absl::StatusOr<std::int64_t> NumberOfSegmentation(const std::string& workspace,
                                                    const std::string& segmentation);
  void Forget(Revision last_revision);

  std::unique_ptr<Connection> connection_;
  EventWriter events_;
  LifecycleWriter lifecycles_;
  RelatedChanges related_;
  std::size_t operation_ = 0;  // That is applied, by its position in the batch.
  Revision committed_revision_;
  Revision last_revision_;
  bool has_erased_ = true;  // Before a crash, for all that is known.
  bool has_redirects_;      // Maybe: spares an import of new contacts a search for each.
  // Names to numbers, as this transaction sees them.
  std::map<std::string, std::int64_t> workspaces_;
  std::map<std::pair<std::string, std::string>, std::int64_t> segmentations_;
  // The provenance that was recorded last, and its number; nullopt: none.
  std::optional<std::tuple<std::int64_t, Provenance, std::int64_t>> provenance_;
};

}  // namespace cible

#endif  // CIBLE_SERVER_STORAGE_SQLITE_BATCH_WRITER_H_
