// Attributes derived from events and from people come into schemas, those of earlier
// versions included.

#include "server/services/derived_attributes.h"

#include <set>

#include "segmentation/behaviour/behaviour_attributes.h"
#include "segmentation/behaviour/organization_attributes.h"
#include "server/wire/schema_store.h"
#include "tests/server/services/service_fixture.h"

namespace cible {
namespace {

using testing::Contains;
using testing::IsEmpty;
using testing::IsSupersetOf;
using testing::Not;

using Ids = std::set<std::string>;

Ids IdsOf(const std::vector<Attribute>& attributes) {
  Ids ids;
  for (const Attribute& attribute : attributes) ids.insert(attribute.id);
  return ids;
}

class DerivedAttributesTest : public ServiceTest {
 protected:
  WorkspaceSchema Read() {
    const auto snapshot = store_->OpenSnapshot();
    const auto schema = ReadSchema(**snapshot, "acme");
    EXPECT_TRUE(schema.ok()) << schema.status();
    return *schema;
  }
  Ids Have() { return IdsOf(Read().schema.attributes()); }

  void AddAll() {
    EXPECT_TRUE(PutDerivedAttributes(*store_, clock_, "acme", DerivedAttributes::kAdd, {}).ok());
    EXPECT_TRUE(PutPeopleAttributes(*store_, clock_, "acme", {}).ok());
  }

  void Remove(const Ids& ids) {
    WorkspaceSchema schema = Read();
    for (const std::string& id : ids) EXPECT_TRUE(schema.schema.Remove(id).ok()) << id;
    EXPECT_TRUE(
        store_->Commit({.operations = {SchemaWrite("acme", schema)}, .time = clock_.now}).ok());
  }

  // As the version before this one left it.
  void RemoveWhatIsNew() {
    Ids ids = {"signed_orders", "returns", "contacts_made", "interest_shown", "last_interest_date"};
    for (const Attribute& attribute : PeopleAttributes("EUR")) {
      if (PeopleListVersion(attribute) > 1) ids.insert(attribute.id);
    }
    Remove(ids);
  }
};

TEST_F(DerivedAttributesTest, ASchemaOfAnEarlierVersionGetsWhatItLacksAtTheStart) {
  AddAll();
  const Ids all = Have();
  EXPECT_THAT(all, IsSupersetOf(IdsOf(BehaviourAttributes({}, ""))));
  EXPECT_THAT(all, IsSupersetOf(IdsOf(PeopleAttributes(""))));
  RemoveWhatIsNew();
  EXPECT_EQ(Have().size() + 12, all.size());
  ASSERT_TRUE(KeepDerivedAttributes(*store_, clock_).ok());
  EXPECT_EQ(Have(), all);
}

TEST_F(DerivedAttributesTest, ASchemaThatLacksNothingIsNotWrittenAtTheStart) {
  AddAll();
  const auto before = Read().revision;
  ASSERT_TRUE(KeepDerivedAttributes(*store_, clock_).ok());
  EXPECT_EQ(Read().revision, before);
}

TEST_F(DerivedAttributesTest, ASchemaThatHasNoneGetsNoneAtTheStart) {
  AddAttributes({{"age", v1::ATTRIBUTE_TYPE_NUMERIC}});
  ASSERT_TRUE(KeepDerivedAttributes(*store_, clock_).ok());
  EXPECT_EQ(Have(), Ids{"age"});
}

TEST_F(DerivedAttributesTest, TheNextEventsAndTheNextPersonBringWhatASchemaLacks) {
  AddAll();
  const Ids all = Have();
  RemoveWhatIsNew();
  AddAll();
  EXPECT_EQ(Have(), all);
}

TEST_F(DerivedAttributesTest, OneOfPeopleThatWasRemovedStaysRemoved) {
  AddAll();
  Remove({"people_net_paid", "people_monetary"});
  ASSERT_TRUE(KeepDerivedAttributes(*store_, clock_).ok());
  AddAll();
  EXPECT_THAT(Have(), Not(Contains("people_net_paid")));
  EXPECT_THAT(Have(), Not(Contains("people_monetary")));
  EXPECT_THAT(Have(), Contains("people_frequency"));
}

TEST_F(DerivedAttributesTest, AStatedAttributeKeepsItsIdAtTheStart) {
  AddAttributes({{"returns", v1::ATTRIBUTE_TYPE_TEXT}});
  AddAll();
  ASSERT_TRUE(KeepDerivedAttributes(*store_, clock_).ok());
  EXPECT_THAT(Read().schema.Find("returns")->derived_from, IsEmpty());
}

}  // namespace
}  // namespace cible
