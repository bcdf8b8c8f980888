// Objection, erasure and provenance, through the real programs.

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "absl/strings/match.h"
#include "cible/v1/contact_service.pb.h"
#include "cible/v1/persona_service.pb.h"
#include "cible/v1/workspace_service.pb.h"
#include "tests/integration/real_server.h"

namespace cible {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr char kMarker[] = "Zq7-marker-of-one-person";

class PrivacyTest : public RealServerTest {
 protected:
  static std::string Name(const std::string& id) {
    return std::string(kWorkspace) + "/contacts/" + id;
  }

  absl::Status Match(const std::string& id) {
    v1::MatchLeadRequest request;
    request.set_segmentation(kSegmentation);
    request.set_name(Name(id));
    return client().MatchLead(request).status();
  }

  // The files of the data folder that hold the text.
  std::vector<std::string> FilesWith(const std::string& text) const {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(Path("data"))) {
      std::ifstream file(entry.path(), std::ios::binary);
      const std::string bytes((std::istreambuf_iterator<char>(file)), {});
      if (absl::StrContains(bytes, text)) names.push_back(entry.path().filename());
    }
    return names;
  }
};

TEST_F(PrivacyTest, OneWhoObjectsLeavesSegmentsListsAndTrainingThroughRestarts) {
  Start();
  ImportSample(300);
  Train({"--segments", "3"});
  ASSERT_TRUE(Match("c000001").ok());
  const Ending objected = Cible({"contacts", "object", "c000001"});
  EXPECT_EQ(objected.code, 0) << objected.err;
  EXPECT_EQ(Match("c000001").code(), absl::StatusCode::kFailedPrecondition);
  const std::vector<std::string> list = {"contacts", "list", "--limit", "1000", "--format", "csv"};
  EXPECT_THAT(Cible(list).out, Not(HasSubstr("c000001")));
  Kill();
  StartAgain();
  EXPECT_EQ(Match("c000001").code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(Cible(list).out, Not(HasSubstr("c000001")));
  EXPECT_THAT(Cible({"contacts", "get", "c000001"}).out, HasSubstr("objects to profiling since"));
  Train({"--segments", "3", "--activate"});
  v1::GetContactRequest get;
  get.set_name(Name("c000001"));
  EXPECT_THAT(client().GetContact(get)->assignments(), IsEmpty());
  EXPECT_EQ(Cible({"contacts", "object", "c000001", "--withdraw"}).code, 0);
  EXPECT_EQ(client().GetContact(get)->assignments_size(), 1);
  EXPECT_TRUE(Match("c000001").ok());
}

TEST_F(PrivacyTest, AnErasedContactIsInNoFileOfARunningServer) {
  Start();
  ImportSample(300);
  Train({"--segments", "3"});
  const std::string id = std::string(kMarker) + "@example.org";
  for (const char* age : {"age=34", "age=35"}) {
    const Ending updated = Cible({"contacts", "update", id, "--set", age, "--create", "--source",
                                  "form", "--legal-basis", "contract"});
    ASSERT_EQ(updated.code, 0) << updated.err;
  }
  ASSERT_EQ(Cible({"contacts", "consent", id, "--purpose", "news", "--channel", "email"}).code, 0);
  const Ending dossier = Cible({"contacts", "dossier", id, "--format", "json"});
  EXPECT_EQ(dossier.code, 0) << dossier.err;
  for (const char* part : {"versions", "reasons", "CONTRACT", "news", "UpdateContact"}) {
    EXPECT_THAT(dossier.out, HasSubstr(part));
  }
  EXPECT_THAT(Cible({"audit", "--contact", id}).out, HasSubstr("RecordConsent"));
  EXPECT_THAT(FilesWith(kMarker), Not(IsEmpty()));
  ASSERT_EQ(Cible({"contacts", "delete", id}).code, 0);
  EXPECT_THAT(FilesWith(kMarker), IsEmpty());
  EXPECT_THAT(Cible({"audit"}).out, HasSubstr("erasedContacts/"));
}

TEST_F(PrivacyTest, AnImportStatesItsLegalBasisOrIsToldToDoSo) {
  Start();
  std::ofstream(Path("fair.csv")) << "id,age,city\na,31,Lyon\nb,42,Nantes\nc,53,Lyon\n";
  const Ending unstated = Cible({"contacts", "import", Path("fair.csv")});
  EXPECT_EQ(unstated.code, 0) << unstated.err;
  EXPECT_THAT(unstated.err, HasSubstr("3 of these contacts have no stated legal basis"));
  v1::UpdateWorkspaceRequest update;
  update.mutable_workspace()->set_name(kWorkspace);
  update.mutable_workspace()->set_require_legal_basis(true);
  ASSERT_TRUE(client().UpdateWorkspace(update).ok());
  EXPECT_EQ(Cible({"contacts", "list", "--format", "csv"}).out.find("\na,"), std::string::npos);
  const std::vector<std::string> stated = {"contacts", "import",    Path("fair.csv"),
                                           "--source", "fair Lyon", "--legal-basis",
                                           "consent",  "--format",  "csv"};
  const Ending first = Cible(stated);
  EXPECT_EQ(first.code, 0) << first.err;
  EXPECT_THAT(first.out, HasSubstr("\n0,3,0,0,0,"));
  EXPECT_THAT(Cible(stated).out, HasSubstr("\n0,0,3,0,0,"));  // Twice changes nothing.
  EXPECT_THAT(Cible({"contacts", "list", "--format", "csv"}).out, HasSubstr("\na,"));
  EXPECT_THAT(Cible({"contacts", "get", "a"}).out, HasSubstr("fair Lyon"));
}

TEST_F(PrivacyTest, TheRetentionRuleSaysWhatIsDueADayBeforeItErases) {
  Start();
  std::ofstream(Path("leads.csv")) << "id,age,city\na,31,Lyon\nb,42,Nantes\n";
  ASSERT_EQ(Cible({"contacts", "import", Path("leads.csv"), "--stage", "lead"}).code, 0);
  Stop();
  // Four years ago.
  ChangeStore("UPDATE contacts SET update_time = update_time - 126144000000000 WHERE id = 'a'");
  StartAgain();
  const Ending report = Cible({"retention", "--format", "csv"});
  EXPECT_EQ(report.code, 0) << report.err;
  EXPECT_THAT(report.out, HasSubstr("\nretention_days,1096\n"));
  EXPECT_THAT(report.out, HasSubstr("\ndue_count,1\n"));
  EXPECT_EQ(Cible({"contacts", "get", "a"}).code, 0);
}

}  // namespace
}  // namespace cible
