// What every store must do, whatever it keeps its data in. A store joins with
//
//   INSTANTIATE_TEST_SUITE_P(Name, StoreConformance, testing::Values(StoreUnderTest{...}));

#ifndef CIBLE_TESTS_SERVER_STORAGE_STORE_CONFORMANCE_H_
#define CIBLE_TESTS_SERVER_STORAGE_STORE_CONFORMANCE_H_

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "segmentation/data/schema.h"
#include "server/storage/contact_values.h"
#include "server/storage/store.h"
#include "tests/temporary_folder.h"

namespace cible {

struct StoreUnderTest {
  // Opens the store that belongs to the place, an empty one the first time.
  std::function<absl::StatusOr<std::unique_ptr<Store>>(const std::string& place)> open;
};

// age NUMERIC, city CATEGORICAL, channels SET, numbered 1, 2, 3.
Schema PeopleSchema();

// Blobs under that schema.
std::string Age(double age);
std::string City(const std::string& city);

PutContact Person(const std::string& id, const std::string& values,
                  const std::string& workspace = "default");

class StoreConformance : public testing::TestWithParam<StoreUnderTest> {
 protected:
  void SetUp() override { Reopen(); }

  // Closes the store and opens it again.
  void Reopen();

  // Commits, and expects success.
  std::vector<OperationResult> Commit(std::vector<Operation> operations);
  OperationResult CommitOne(Operation operation);
  absl::Status CommitStatus(std::vector<Operation> operations);

  std::unique_ptr<Snapshot> OpenSnapshot();
  std::optional<ContactRecord> Find(const std::string& id,
                                    const std::string& workspace = "default");
  // Its events in the order of the list, and what they add up to.
  std::vector<Event> EventsOf(const std::string& contact);
  Behaviour BehaviourOf(const std::string& contact, const std::string& workspace = "default");
  // In any segmentation.
  bool IsAssigned(const std::string& contact);
  // Ids of all the contacts that the request asks for, in the order of visit.
  std::vector<std::string> ScannedIds(const ScanRequest& request);

  Timestamp now_{1'000'000};  // The time of the next commit.
  TemporaryFolder folder_;
  std::unique_ptr<Store> store_;
};

}  // namespace cible

#endif  // CIBLE_TESTS_SERVER_STORAGE_STORE_CONFORMANCE_H_
