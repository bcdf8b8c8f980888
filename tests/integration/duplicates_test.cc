// Duplicates found and merged by the real programs, through the end of the
// server.

#include <gmock/gmock.h>

#include <fstream>
#include <string>

#include "cible/v1/contact_service.pb.h"
#include "tests/integration/real_server.h"

namespace cible {
namespace {

using testing::HasSubstr;
using testing::Not;

class DuplicatesTest : public RealServerTest {
 protected:
  void SetUp() override {
    Start();
    std::ofstream file(Path("people.csv"));
    file << "id,email,phone,age\n";
    for (int i = 0; i < 40; ++i) {
      file << "c" << i << ",person" << i << "@example.org,+336123400" << 10 + i << "," << 20 + i
           << "\n";
    }
    file << "late,PERSON7@Example.org,,\n";   // c7 again, by mail,
    file << "later,,+33 6 12 34 00 18,77\n";  // c8 by phone.
    file.close();
    const Ending imported = Cible({"contacts", "import", Path("people.csv")});
    ASSERT_EQ(imported.code, 0) << imported.err;
  }

  v1::Contact Get(const std::string& id) {
    v1::GetContactRequest request;
    request.set_name(std::string(kWorkspace) + "/contacts/" + id);
    const auto contact = client().GetContact(request);
    EXPECT_TRUE(contact.ok()) << contact.status();
    return contact.ok() ? *contact : v1::Contact();
  }
};

TEST_F(DuplicatesTest, AreFoundMergedAndStayMergedAfterAKill) {
  const Ending found = Cible({"contacts", "duplicates", "--format", "csv"});
  ASSERT_EQ(found.code, 0) << found.err;
  EXPECT_EQ(found.out, "group,id,shares\n1,c7,email\n1,late,email\n2,c8,phone\n2,later,phone\n");

  const Ending preview = Cible({"contacts", "merge", "late", "c7", "--dry-run"});
  EXPECT_EQ(preview.code, 0) << preview.err;
  EXPECT_THAT(preview.err, HasSubstr("without --dry-run c7 would be kept"));
  const Ending merged = Cible({"contacts", "merge", "late", "c7"});
  EXPECT_EQ(merged.code, 0) << merged.err;
  EXPECT_THAT(merged.out, HasSubstr("merged from"));
  EXPECT_THAT(merged.err, HasSubstr("c7 is kept; the other ids lead to it from now on"));

  // Acknowledged, hence there after a kill.
  v1::MergeContactsRequest request;
  request.set_parent(kWorkspace);
  request.add_names(std::string(kWorkspace) + "/contacts/c8");
  request.add_names(std::string(kWorkspace) + "/contacts/later");
  request.set_request_id("merge-8");
  const auto contact = client().MergeContacts(request);
  ASSERT_TRUE(contact.ok()) << contact.status();
  Kill();
  StartAgain();
  EXPECT_EQ(Get("late").name(), std::string(kWorkspace) + "/contacts/c7");
  EXPECT_EQ(Get("later").etag(), contact->etag());
  const auto again = client().MergeContacts(request);
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(again->etag(), contact->etag());

  const Ending shown = Cible({"contacts", "get", "late"});
  EXPECT_THAT(shown.err, HasSubstr("late was merged into c7, which is shown"));
  const Ending listed = Cible({"contacts", "list", "--filter", "contact.id = \"c7\""});
  EXPECT_THAT(listed.out, HasSubstr("MERGED FROM"));
  EXPECT_THAT(listed.out, HasSubstr("late"));
  const Ending none = Cible({"contacts", "duplicates"});
  EXPECT_EQ(none.code, 0) << none.err;
  EXPECT_THAT(none.err, HasSubstr("no duplicates among 40 contacts"));

  // The same file again makes no new contacts of the merged ones.
  EXPECT_EQ(Cible({"contacts", "import", Path("people.csv")}).code, 0);
  v1::ListContactsRequest list;
  list.set_parent(kWorkspace);
  list.set_page_size(100);
  EXPECT_EQ(client().ListContacts(list)->contacts_size(), 40);
}

}  // namespace
}  // namespace cible
