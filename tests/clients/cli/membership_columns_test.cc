#include "clients/cli/membership_columns.h"

#include <gmock/gmock.h>

#include "server/wire/contact_wire.h"
#include "tests/clients/cli/scratch_file.h"

namespace cible {
namespace {

using testing::ElementsAre;

TEST(BuyingRoleFromWord, ReadsBothLanguagesWhateverTheirCaseAndAccents) {
  for (const char* word : {"decides", "Decision maker", "decision-maker", "Décideur", "décide"}) {
    EXPECT_EQ(BuyingRoleFromWord(word), BuyingRole::kDecides) << word;
  }
  for (const char* word : {"advises", "Adviser", "prescriber", "Conseille", "prescripteur"}) {
    EXPECT_EQ(BuyingRoleFromWord(word), BuyingRole::kAdvises) << word;
  }
  for (const char* word : {"uses", "USER", "end user", "utilise", "Utilisatrice"}) {
    EXPECT_EQ(BuyingRoleFromWord(word), BuyingRole::kUses) << word;
  }
  for (const char* word : {"", "chief", "decides not", "1"}) {
    EXPECT_EQ(BuyingRoleFromWord(word), std::nullopt) << word;
  }
}

TEST(BuyingRoleFromWord, ReadsWhatIsShown) {
  for (const auto role : {v1::BUYING_ROLE_DECIDES, v1::BUYING_ROLE_ADVISES, v1::BUYING_ROLE_USES}) {
    EXPECT_EQ(BuyingRoleFromWord(ShortName(role)), BuyingRoleFromProto(role));
  }
  EXPECT_EQ(ShortName(v1::BUYING_ROLE_UNSPECIFIED), "");
}

class MembershipColumnsTest : public testing::Test {
 protected:
  void Open(const std::string& csv) {
    auto file = ContactFile::Open(folder_.Write("people.csv", csv), {.id_column = "id"});
    ASSERT_TRUE(file.ok()) << file.status();
    file_ = *std::move(file);
  }

  ScratchFolder folder_;
  std::unique_ptr<ContactFile> file_;
};

TEST_F(MembershipColumnsTest, SayWhereTheRowsThatAreReadBelong) {
  Open("id,company,role,age\na, bolt ,Décideur,1\nb,bolt,uses,old\nc,NA,chief,3\nd,cork,,4\n");
  auto columns =
      MembershipColumns::Find({.organization_column = "company", .role_column = "role"}, *file_);
  ASSERT_TRUE(columns.ok()) << columns.status();
  EXPECT_TRUE(columns->Has("company"));
  EXPECT_FALSE(columns->Has("age"));
  Schema schema;
  ASSERT_TRUE(
      schema.Add({.id = "age", .display_name = "age", .type = AttributeType::kNumeric}).ok());
  const auto block = file_->Read(schema);
  ASSERT_TRUE(block.ok()) << block.status();
  v1::ContactTable message;
  TableToProto(block->table, &message);
  columns->Write(*block, &message);
  // Row b is refused for its age.
  EXPECT_THAT(TextsFromProto(message.organizations()), ElementsAre("bolt", "", "cork"));
  EXPECT_EQ(message.buying_roles(), std::string("\1\0\0", 3));
  EXPECT_EQ(columns->unknown_roles(), 1);
}

TEST_F(MembershipColumnsTest, AreOfTheFileAndNotItsIds) {
  Open("id,company\na,bolt\n");
  EXPECT_EQ(MembershipColumns::Find({.organization_column = "firm"}, *file_).status().code(),
            absl::StatusCode::kInvalidArgument);
  const absl::Status status =
      MembershipColumns::Find({.organization_column = "id"}, *file_).status();
  EXPECT_THAT(std::string(status.message()),
              testing::HasSubstr("--organization-column names the column that identifies"));
}

}  // namespace
}  // namespace cible
