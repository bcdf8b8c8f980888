#include "segmentation/data/storable.h"

#include <gtest/gtest.h>

namespace cible {
namespace {

TEST(CheckStorable, RefusesTextsAndSetsThatAreTooLong) {
  const Attribute note{.id = "note", .type = AttributeType::kText};
  const Attribute channels{.id = "channels", .type = AttributeType::kSet};
  EXPECT_TRUE(CheckStorable(std::string(65'536, 'x'), note).ok());
  EXPECT_EQ(CheckStorable(std::string(10'485'760, 'x'), note).message(),
            "attribute \"note\" is TEXT; expected at most 65536 bytes of text; got 10485760");
  EXPECT_EQ(CheckStorable(StringSet{{std::string(65'535, 'x'), "yz"}}, channels).message(),
            "attribute \"channels\" is SET; expected at most 1000 tags of 65536 bytes together; "
            "got 2 of 65537");
  StringSet many;
  for (int i = 0; i < 1'000; ++i) many.members.push_back(std::to_string(1'000 + i));
  EXPECT_TRUE(CheckStorable(many, channels).ok());
  many.members.push_back("x");
  EXPECT_FALSE(CheckStorable(many, channels).ok());
}

TEST(CheckStorable, RefusesControlCharactersAndNothingElse) {
  const Attribute note{.id = "note", .type = AttributeType::kText};
  const Attribute channels{.id = "channels", .type = AttributeType::kSet};
  EXPECT_TRUE(CheckStorable(std::string("Ana 🎈\té\r\nx"), note).ok());
  for (const char c : {'\0', '\x07', '\x1b', '\x7f'}) {
    EXPECT_EQ(CheckStorable(std::string(1, c), note).message(),
              "attribute \"note\" is TEXT; expected text without control characters, tabs and ends "
              "of lines excepted");
  }
  EXPECT_FALSE(CheckStorable(StringSet{{"mail",
                                        "we\x01"
                                        "b"}},
                             channels)
                   .ok());
  EXPECT_FALSE(CheckStorable(1.0, note).ok());
}

}  // namespace
}  // namespace cible
