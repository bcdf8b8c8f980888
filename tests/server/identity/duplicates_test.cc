#include "server/identity/duplicates.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <optional>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "server/storage/contact_values.h"
#include "server/storage/sqlite/sqlite_store.h"
#include "tests/temporary_folder.h"

namespace cible {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class DuplicatesTest : public testing::Test {
 protected:
  DuplicatesTest() {
    auto store = OpenSqliteStore(folder_.path(), Durability::kRelaxed);
    EXPECT_TRUE(store.ok()) << store.status();
    store_ = *std::move(store);
    Declare("email", AttributeType::kText, IdentityForm::kEmail);
    Declare("phone", AttributeType::kText, IdentityForm::kPhone);
    Declare("mobile", AttributeType::kNumeric, IdentityForm::kPhone);
    Declare("customer", AttributeType::kText, IdentityForm::kText);
    Declare("card", AttributeType::kText, IdentityForm::kText);
    Declare("emails", AttributeType::kSet, IdentityForm::kEmail);
  }

  void Declare(const std::string& id, AttributeType type, IdentityForm form) {
    ASSERT_TRUE(
        schema_.Add({.id = id, .type = type, .role = Role::kIdentity, .identity_form = form}).ok());
    search_.attributes.push_back(id);
  }

  void Put(const std::string& id, const std::map<std::string, Value>& values,
           ContactKind kind = ContactKind::kPerson) {
    std::map<int, Value> numbered;
    for (const auto& [attribute, value] : values) {
      numbered.emplace(schema_.Find(attribute)->number, value);
    }
    writes_.emplace_back(PutContact{
        .workspace = "default",
        .id = id,
        .kind = kind,
        .values = EncodeValues(std::vector<NumberedValue>(numbered.begin(), numbered.end()))});
  }

  void Write() {
    const auto results = store_->Commit({.operations = std::move(writes_), .time = {1}});
    ASSERT_TRUE(results.ok()) << results.status();
    writes_.clear();
    const auto snapshot = store_->OpenSnapshot();
    const absl::Status status =
        (*snapshot)->Scan({.workspace = "default", .passed_over = {.objecting = false}},
                          [&](const ContactBlock& block) {
                            for (const ContactRecord& record : block.records) {
                              ids_[record.key] = record.id;
                            }
                            return absl::OkStatus();
                          });
    ASSERT_TRUE(status.ok()) << status;
  }

  Duplicates Find() {
    Write();
    search_.workspace = "default";
    search_.schema = &schema_;
    const auto snapshot = store_->OpenSnapshot();
    auto found = FindDuplicates(**snapshot, search_, [] { return false; });
    EXPECT_TRUE(found.ok()) << found.status();
    return found.ok() ? *std::move(found) : Duplicates();
  }

  // "ann bob: email; ann bob: phone" a group.
  std::vector<std::string> Described(const Duplicates& duplicates) {
    std::vector<std::string> groups;
    for (const DuplicateGroup& group : duplicates.groups) {
      std::vector<std::string> matches;
      for (const DuplicateMatch& match : group.matches) {
        matches.push_back(
            absl::StrCat(IdsOf(match.contacts), ": ", absl::StrJoin(match.attributes, " ")));
      }
      groups.push_back(
          absl::StrCat("[", IdsOf(group.contacts), "] ", absl::StrJoin(matches, "; ")));
    }
    return groups;
  }

  std::string IdsOf(const std::vector<std::int64_t>& keys) {
    std::vector<std::string> ids;
    for (const std::int64_t key : keys) ids.push_back(ids_[key]);
    return absl::StrJoin(ids, " ");
  }

  TemporaryFolder folder_;
  std::unique_ptr<Store> store_;
  Schema schema_;
  DuplicateSearch search_;
  std::vector<Operation> writes_;
  std::map<std::int64_t, std::string> ids_;
};

std::string S(const char* text) { return text; }

TEST_F(DuplicatesTest, ContactsThatShareANormalFormAreAGroup) {
  Put("ann", {{"email", S("Ann@Example.org")}});
  Put("bob", {{"email", S("bob@example.org")}});
  Put("ann2", {{"email", S(" ann@example.ORG ")}});
  const Duplicates found = Find();
  EXPECT_THAT(Described(found), ElementsAre("[ann ann2] ann ann2: email"));
  EXPECT_EQ(found.examined_count, 3);
}

TEST_F(DuplicatesTest, GroupsReachAsFarAsValuesAreShared) {
  Put("a", {{"email", S("a@x.fr")}});
  Put("b", {{"phone", S("+33612345678")}});
  Put("c", {{"email", S("other@x.fr")}});
  Put("d", {{"email", S("A@X.FR")}, {"phone", S("+33 6 12 34 56 78")}});
  EXPECT_THAT(Described(Find()), ElementsAre("[a b d] a d: email; b d: phone"));
}

TEST_F(DuplicatesTest, PhoneNumbersAndAddressesAreComparedAcrossAttributesTextsAreNot) {
  search_.phone_region = "FR";
  Put("a", {{"phone", S("06 12 34 56 78")}, {"customer", S("17")}});
  Put("b", {{"mobile", 33612345678.0}, {"card", S("17")}});
  Put("c", {{"email", S("c@x.fr")}, {"customer", S("AB 1")}});
  Put("d", {{"emails", StringSet{{"C@x.fr", "d@x.fr"}}}});
  Put("e", {{"customer", S("ab  1")}});
  EXPECT_THAT(Described(Find()),
              ElementsAre("[a b] a b: phone mobile", "[c d e] c d: email emails; c e: customer"));
}

TEST_F(DuplicatesTest, KindsAreNeverMixed) {
  Put("a", {{"email", S("info@x.fr")}});
  Put("firm", {{"email", S("info@x.fr")}}, ContactKind::kOrganization);
  Put("firm2", {{"email", S("info@x.fr")}}, ContactKind::kOrganization);
  EXPECT_THAT(Described(Find()), ElementsAre("[firm firm2] firm firm2: email"));
}

TEST_F(DuplicatesTest, AContactIsNoDuplicateOfItself) {
  Put("a", {{"phone", S("+33612345678")}, {"mobile", 33612345678.0}});
  search_.phone_region = "FR";
  EXPECT_THAT(Described(Find()), IsEmpty());
}

TEST_F(DuplicatesTest, WhatManyShareLinksNone) {
  search_.max_holders = 3;
  for (int i = 0; i < 4; ++i) Put(absl::StrCat("many", i), {{"phone", S("+33123456789")}});
  for (int i = 0; i < 3; ++i) Put(absl::StrCat("few", i), {{"phone", S("+33123456780")}});
  const Duplicates found = Find();
  EXPECT_THAT(Described(found), ElementsAre("[few0 few1 few2] few0 few1 few2: phone"));
  EXPECT_EQ(found.common_value_count, 1);
}

TEST_F(DuplicatesTest, ContactsThatObjectTakePart) {
  Put("a", {{"email", S("a@x.fr")}});
  Put("b", {{"email", S("a@x.fr")}});
  Write();
  writes_.emplace_back(PutObjection{"default", "b"});
  EXPECT_THAT(Described(Find()), ElementsAre("[a b] a b: email"));
}

TEST_F(DuplicatesTest, OnlyAttributesOfTheSearchCount) {
  search_.attributes = {"phone"};
  Put("a", {{"email", S("a@x.fr")}});
  Put("b", {{"email", S("a@x.fr")}});
  EXPECT_THAT(Described(Find()), IsEmpty());
}

TEST_F(DuplicatesTest, StopsWhenTheCallerHasGone) {
  Put("a", {{"email", S("a@x.fr")}});
  Write();
  search_.workspace = "default";
  search_.schema = &schema_;
  const auto snapshot = store_->OpenSnapshot();
  EXPECT_EQ(FindDuplicates(**snapshot, search_, [] { return true; }).status().code(),
            absl::StatusCode::kCancelled);
}

}  // namespace
}  // namespace cible
