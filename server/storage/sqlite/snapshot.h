// One read transaction on the embedded store.

#ifndef CIBLE_SERVER_STORAGE_SQLITE_SNAPSHOT_H_
#define CIBLE_SERVER_STORAGE_SQLITE_SNAPSHOT_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "server/storage/sqlite/connection.h"
#include "server/storage/sqlite/reader_pool.h"
#include "server/storage/store.h"

namespace cible {

// Borrows a connection of the pool for as long as it lives.
class SqliteSnapshot : public Snapshot {
 public:
  static absl::StatusOr<std::unique_ptr<Snapshot>> Open(ReaderPool& pool);
  ~SqliteSnapshot() override;

  Revision revision() const override { return revision_; }
  absl::StatusOr<std::vector<std::optional<ContactRecord>>> Lookup(
      const std::string& workspace, absl::Span<const std::string> ids) override;
  absl::Status Scan(const ScanRequest& request,
                    const std::function<absl::Status(const ContactBlock&)>& visit) override;
  absl::StatusOr<std::unique_ptr<ContactScan>> OpenScan(const ScanRequest& request) override;
  absl::StatusOr<std::vector<std::vector<StoredAssignment>>> Assignments(
      const std::string& workspace, absl::Span<const std::string> ids) override;
  absl::StatusOr<std::vector<std::vector<std::string>>> FormerIds(
      absl::Span<const std::int64_t> contacts) override;
  absl::StatusOr<std::vector<ContactVersion>> History(std::int64_t contact) override;
  absl::StatusOr<std::vector<Provenance>> Provenances(std::int64_t contact) override;
  absl::Status ScanProvenances(
      const std::string& workspace,
      const std::function<absl::Status(std::int64_t, absl::Span<const Provenance>)>& visit)
      override;
  absl::StatusOr<std::vector<Consent>> Consents(std::int64_t contact) override;
  absl::StatusOr<std::vector<Event>> Events(std::int64_t contact,
                                            const std::optional<EventPosition>& after,
                                            int limit) override;
  absl::StatusOr<std::int64_t> CountEvents(std::int64_t contact) override;
  absl::StatusOr<bool> HasEvents(const std::string& workspace) override;
  absl::StatusOr<People> PeopleOf(std::int64_t organization, const AsOf& as_of) override;
  absl::StatusOr<LifecycleProgress> ReadLifecycleProgress(const std::string& workspace) override;
  absl::StatusOr<std::vector<std::optional<StoredLifecycle>>> Lifecycles(
      absl::Span<const std::int64_t> contacts) override;
  absl::StatusOr<std::vector<std::int64_t>> DueLifecycles(const std::string& workspace,
                                                          std::int32_t day, int limit) override;
  absl::StatusOr<std::vector<std::int64_t>> PersonsOf(
      absl::Span<const std::int64_t> organizations) override;
  absl::StatusOr<std::vector<std::vector<LifecycleOverrideRecord>>> LifecycleOverrides(
      absl::Span<const std::int64_t> contacts) override;
  absl::StatusOr<std::vector<RecordedTransition>> Transitions(
      const TransitionQuery& query) override;
  absl::Status ScanTransitions(
      const std::string& workspace,
      const std::function<absl::Status(absl::Span<const RecordedTransition>)>& visit) override;
  absl::StatusOr<std::vector<AuditEntry>> Audit(const AuditQuery& query) override;
  absl::StatusOr<std::optional<WrittenRequest>> FindRequest(const std::string& workspace,
                                                            const std::string& id) override;
  absl::StatusOr<std::int64_t> CountContacts(const std::string& workspace,
                                             std::optional<ContactKind> kind) override;
  absl::StatusOr<std::vector<Change>> Changes(const std::string& workspace, Revision after,
                                              int limit) override;
  absl::StatusOr<Resource> Get(const ResourceKey& key) override;
  absl::StatusOr<std::vector<Resource>> List(const std::string& workspace,
                                             const std::string& collection,
                                             const std::string& parent, const std::string& after_id,
                                             int limit) override;

 private:
  SqliteSnapshot(ReaderPool& pool, std::unique_ptr<Connection> connection);

  absl::Status Begin();
  // The sequence of the resource `after_id`; 0 when that is empty.
  absl::StatusOr<std::int64_t> SequenceOf(const std::string& workspace,
                                          const std::string& collection, const std::string& parent,
                                          const std::string& after_id);

  ReaderPool& pool_;
  std::unique_ptr<Connection> connection_;
  Revision revision_ = 0;
};

}  // namespace cible

#endif  // CIBLE_SERVER_STORAGE_SQLITE_SNAPSHOT_H_
