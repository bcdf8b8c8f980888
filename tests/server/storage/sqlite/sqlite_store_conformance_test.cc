#include "server/storage/sqlite/sqlite_store.h"
#include "tests/server/storage/store_conformance.h"

namespace cible {
namespace {

INSTANTIATE_TEST_SUITE_P(Sqlite, StoreConformance,
                         testing::Values(StoreUnderTest{[](const std::string& place) {
                           return OpenSqliteStore(place, Durability::kFull);
                         }}));

}  // namespace
}  // namespace cible
