#include "server/wire/resource_name.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "absl/strings/str_cat.h"
#include "server/wire/utf8.h"

namespace cible {
namespace {

constexpr absl::string_view kSegmentation = "workspaces/acme/segmentations/shoppers";

TEST(ResourceName, ReadsEveryKindAndWritesItBack) {
  const std::pair<ResourceKind, std::string> names[] = {
      {ResourceKind::kWorkspace, "workspaces/acme"},
      {ResourceKind::kSchema, "workspaces/acme/schema"},
      {ResourceKind::kLifecyclePolicy, "workspaces/acme/lifecyclePolicy"},
      {ResourceKind::kContact, "workspaces/acme/contacts/Ada%20L."},
      {ResourceKind::kSegmentation, std::string(kSegmentation)},
      {ResourceKind::kModel, absl::StrCat(kSegmentation, "/models/m1")},
      {ResourceKind::kSegment, absl::StrCat(kSegmentation, "/segments/s2")},
      {ResourceKind::kPersona, absl::StrCat(kSegmentation, "/personas/s2")},
      {ResourceKind::kTrainingRun, absl::StrCat(kSegmentation, "/trainingRuns/r3")},
  };
  for (const auto& [kind, text] : names) {
    const auto name = ResourceName::Parse(text, kind);
    ASSERT_TRUE(name.ok()) << text;
    EXPECT_EQ(name->kind, kind);
    EXPECT_EQ(name->workspace, "acme");
    EXPECT_EQ(name->ToString(), text);
  }
}

TEST(ResourceName, DecodesContactIdsAndNothingElse) {
  EXPECT_EQ(ResourceName::Parse("workspaces/acme/contacts/a%2Fb%25", ResourceKind::kContact)->id,
            "a/b%");
  EXPECT_FALSE(ResourceName::Parse("workspaces/ac%6De", ResourceKind::kWorkspace).ok());
}

TEST(ResourceName, IsBuiltOfItsParts) {
  const ResourceName segmentation = SegmentationName("acme", "shoppers");
  EXPECT_EQ(segmentation.ToString(), kSegmentation);
  EXPECT_EQ(NameWithin(segmentation, ResourceKind::kModel, "m7").ToString(),
            absl::StrCat(kSegmentation, "/models/m7"));
  EXPECT_EQ(ContactName("acme", "é/1").ToString(), "workspaces/acme/contacts/%C3%A9%2F1");
}

TEST(ResourceName, SaysWhatANameLooksLikeAndNotWhatItGot) {
  const auto name = ResourceName::Parse("workspaces/acme/contacts/", ResourceKind::kContact);
  EXPECT_EQ(name.status(),
            absl::InvalidArgumentError("a resource name is malformed; expected "
                                       "`workspaces/{workspace}/contacts/{contact}`"));
}

TEST(ResourceName, RefusesWhatIsNotExactlyOfItsKind) {
  for (const char* text : {"", "/", "workspaces", "workspaces/", "workspaces/acme/",
                           "/workspaces/acme", "workspaces/Acme", "workspaces/1acme",
                           "workspaces/ac_me", "workspaces/acme/schema", "workspaces/acme\n"}) {
    EXPECT_FALSE(ResourceName::Parse(text, ResourceKind::kWorkspace).ok()) << text;
  }
}

TEST(ResourceName, RefusesBrokenPercentSigns) {
  for (const char* id : {"%", "%4", "%4G", "a%", "%00", "%0A", "%FF", "%C3"}) {
    EXPECT_FALSE(
        ResourceName::Parse(absl::StrCat("workspaces/acme/contacts/", id), ResourceKind::kContact)
            .ok())
        << id;
  }
}

TEST(ContactId, Has128BytesOfUtf8WithoutControlCharacters) {
  EXPECT_TRUE(CheckContactId(std::string(128, 'x')).ok());
  EXPECT_TRUE(CheckContactId("zoé@example.org").ok());
  const absl::Status refused = absl::InvalidArgumentError(
      "a contact id has 1 to 128 bytes of UTF-8 without control characters");
  for (const std::string& id :
       {std::string(), std::string(129, 'x'), std::string("a\tb"), std::string("a\x7f"),
        std::string("\xC3\x28"), std::string(1, '\0')}) {
    EXPECT_EQ(CheckContactId(id), refused);
  }
}

TEST(ResourceId, Has63CharactersAtMostAndBeginsWithALetter) {
  EXPECT_TRUE(CheckResourceId("a").ok());
  EXPECT_TRUE(CheckResourceId("a" + std::string(62, '-')).ok());
  for (const std::string& id : {std::string(), std::string(64, 'a'), std::string("1a"),
                                std::string("-a"), std::string("A"), std::string("a_b")}) {
    EXPECT_FALSE(CheckResourceId(id).ok()) << id;
  }
}

TEST(ResourceNameProperty, AnyContactIdSurvivesItsName) {
  EXPECT_TRUE(rc::check([](std::string id) {
    // Every byte made printable, lest hardly any of them be an id.
    for (char& c : id) c = static_cast<char>(' ' + static_cast<unsigned char>(c) % 95);
    id = absl::StrCat("é", id.substr(0, 120));
    const std::string name = ContactName("acme", id).ToString();
    const auto parsed = ResourceName::Parse(name, ResourceKind::kContact);
    RC_ASSERT(parsed.ok());
    RC_ASSERT(parsed->id == id);
    RC_ASSERT(IsUtf8(name));
  }));
}

TEST(ResourceNameProperty, EveryByteThatAnIdMayHoldSurvivesItsName) {
  for (int byte = 32; byte < 127; ++byte) {
    const std::string id = {static_cast<char>(byte), 'x'};
    const std::string name = ContactName("acme", id).ToString();
    const auto parsed = ResourceName::Parse(name, ResourceKind::kContact);
    ASSERT_TRUE(parsed.ok()) << name;
    EXPECT_EQ(parsed->id, id);
  }
}

TEST(ResourceNameProperty, WhatIsReadIsWrittenInOneWayOnly) {
  EXPECT_TRUE(rc::check([](const std::string& tail) {
    const auto parsed = ResourceName::Parse(absl::StrCat("workspaces/acme/contacts/", tail),
                                            ResourceKind::kContact);
    if (!parsed.ok()) return;
    RC_ASSERT(CheckContactId(parsed->id).ok());
    RC_ASSERT(*ResourceName::Parse(parsed->ToString(), ResourceKind::kContact) == *parsed);
  }));
}

TEST(IsUtf8, KnowsOverlongFormsSurrogatesAndCutCharacters) {
  EXPECT_TRUE(IsUtf8(""));
  EXPECT_TRUE(IsUtf8("eight by"));
  EXPECT_TRUE(IsUtf8("plain ASCII of some length, then é, 日本 and 🎯"));
  EXPECT_FALSE(IsUtf8("\xC0\xAF"));
  EXPECT_FALSE(IsUtf8("\xED\xA0\x80"));
  EXPECT_FALSE(IsUtf8("long enough for a word, then \xE2\x82"));
  EXPECT_FALSE(IsUtf8("\xF4\x90\x80\x80"));
}

}  // namespace
}  // namespace cible
