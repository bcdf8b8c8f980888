#include "clients/load/contact_csv.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include <fstream>

#include "tests/clients/load/every_type.h"
#include "tests/temporary_folder.h"

namespace cible::load {
namespace {

class ContactCsvTest : public testing::Test {
 protected:
  absl::StatusOr<ContactSet> Read(const std::string& text, ContactOptions options = {}) {
    options.file = folder_.path() + "/contacts.csv";
    std::ofstream(options.file, std::ios::binary) << text;
    return ReadContactCsv(options, EveryType());
  }

  TemporaryFolder folder_;
};

TEST_F(ContactCsvTest, ReadsEveryTypeByIdOrDisplayName) {
  const auto set = Read(
      "id,Age,city,size,tags,news,since,seen,home,other\n"
      "c1,34.5,Lyon,Large,a|b,yes,2026-11-22,2026-11-22T08:30:00Z,\"48.85,2.35\",x\n");
  ASSERT_TRUE(set.ok()) << set.status();
  EXPECT_EQ(set->ids, std::vector<std::string>{"c1"});
  EXPECT_EQ(set->contacts[0].DebugString(), FromText<v1::Contact>(R"(
    attributes { attribute: "age" number: 34.5 }
    attributes { attribute: "city" text: "Lyon" }
    attributes { attribute: "size" text: "large" }
    attributes { attribute: "tags" set { members: "a" members: "b" } }
    attributes { attribute: "news" flag: true }
    attributes { attribute: "since" date { year: 2026 month: 11 day: 22 } }
    attributes { attribute: "seen" instant { seconds: 1795336200 } }
    attributes { attribute: "home" location { latitude: 48.85 longitude: 2.35 } })")
                                                .DebugString());
}

TEST_F(ContactCsvTest, BlankCellsAndMarksAreUnknown) {
  const auto set = Read("age;city\n;NA\n-;null\n30;Nancy\n");
  ASSERT_TRUE(set.ok()) << set.status();
  ASSERT_EQ(set->contacts.size(), 3u);
  EXPECT_EQ(set->contacts[0].attributes_size(), 0);
  EXPECT_EQ(set->contacts[1].attributes_size(), 0);
  EXPECT_EQ(set->contacts[2].attributes_size(), 2);
  EXPECT_TRUE(set->ids.empty());
}

TEST_F(ContactCsvTest, ReadsGzippedFilesUpToTheCount) {
  ContactOptions options;
  options.file = folder_.path() + "/contacts.csv.gz";
  options.count = 2;
  options.id_column = "key";
  const gzFile file = gzopen(options.file.c_str(), "wb");
  gzputs(file, "key,age\nk1,1\nk2,2\nk3,3\n");
  gzclose(file);
  const auto set = ReadContactCsv(options, EveryType());
  ASSERT_TRUE(set.ok()) << set.status();
  EXPECT_EQ(set->ids, (std::vector<std::string>{"k1", "k2"}));
}

TEST_F(ContactCsvTest, NamesRowAndAttributeNeverTheValue) {
  const auto set = Read("age\n30\nsecret\n");
  EXPECT_EQ(set.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(set.status().message(),
            "row 3: attribute \"age\" expects a number; mend the file or leave the row out");
}

TEST_F(ContactCsvTest, SaysWhatAFileLacks) {
  EXPECT_EQ(Read("shoe,hat\n1,2\n").status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(Read("age\n").status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(Read("age\n1,2\n").status().message(), "row 2 has 2 cells; the header has 1");
  EXPECT_EQ(Read("age\n1\n", {.id_column = "key"}).status().code(),
            absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(Read("age\n\"1\n").status().code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(ReadContactCsv({.file = folder_.path() + "/none.csv"}, EveryType()).status().code(),
            absl::StatusCode::kNotFound);
}

}  // namespace
}  // namespace cible::load
