#include "server/identity/normalized_identity.h"

#include <gtest/gtest.h>

namespace cible {
namespace {

std::string Email(const std::string& text) {
  return NormalizedIdentity(IdentityForm::kEmail, text, "");
}
std::string Phone(const std::string& text, const std::string& region = "FR") {
  return NormalizedIdentity(IdentityForm::kPhone, text, region);
}
std::string Text(const std::string& text) {
  return NormalizedIdentity(IdentityForm::kText, text, "");
}

TEST(NormalizedEmail, FoldsTheCaseOfBothSidesAndTrims) {
  EXPECT_EQ(Email("Ana.Lopez@Example.ORG"), "ana.lopez@example.org");
  EXPECT_EQ(Email("  ana@example.org\t\n"), "ana@example.org");
  EXPECT_EQ(Email("ÉLODIE@exemple.fr"), Email("élodie@exemple.fr"));
}

TEST(NormalizedEmail, ComposesUnicodeAndDropsWhatNobodySees) {
  EXPECT_EQ(Email("e\u0301lodie@exemple.fr"), "élodie@exemple.fr");
  EXPECT_EQ(Email("ana\u200B@example.org"), "ana@example.org");
}

TEST(NormalizedEmail, KeepsWhatTellsAddressesApart) {
  EXPECT_NE(Email("ana+news@example.org"), Email("ana@example.org"));
  EXPECT_NE(Email("a.na@example.org"), Email("ana@example.org"));
  EXPECT_NE(Email("ana@münchen.example"), Email("ana@munchen.example"));
}

TEST(NormalizedEmail, IsEmptyForWhatIsNoAddress) {
  for (const char* text :
       {"", " ", "n/a", "unknown", "refused", "@example.org", "ana@", "\xff@a.b"}) {
    EXPECT_EQ(Email(text), "") << text;
  }
}

TEST(NormalizedPhone, IsTheNumberAsDialledFromAnywhere) {
  for (const char* text :
       {"06 12 34 56 78", "0612345678", "06.12.34.56.78", "+33 6 12 34 56 78", "0033612345678",
        "+33 (0)6-12-34-56-78", "612345678", "０６１２３４５６７８"}) {
    EXPECT_EQ(Phone(text), "+33612345678") << text;
  }
}

TEST(NormalizedPhone, DependsOnTheRegionOnlyWithoutACountryCode) {
  EXPECT_EQ(Phone("0471 23 45 67", "BE"), "+32471234567");
  EXPECT_EQ(Phone("+33612345678", "BE"), "+33612345678");
  EXPECT_EQ(Phone("+33 6 12 34 56 78", ""), "+33612345678");
  EXPECT_EQ(Phone("06 12 34 56 78", ""), "0612345678");  // Its digits.
}

TEST(NormalizedPhone, KeepsTheExtension) {
  EXPECT_NE(Phone("+33 1 23 45 67 89 x12"), Phone("+33 1 23 45 67 89 x13"));
}

TEST(NormalizedPhone, IsEmptyForNobodysNumber) {
  for (const char* text : {"", "none", "n/a", "0", "12345", "0000000000", "00 00 00 00 00"}) {
    EXPECT_EQ(Phone(text), "") << text;
  }
  EXPECT_EQ(Phone(std::string(100'000, '1')), "");
}

TEST(NormalizedText, FoldsCaseWidthAndBlanks) {
  EXPECT_EQ(Text("  ACME\u00A0 Sàrl\n"), "acme sàrl");
  EXPECT_EQ(Text("ＡＢ－１２"), "ab-12");
  EXPECT_EQ(Text("Straße"), Text("STRASSE"));
  EXPECT_EQ(Text("ﬁnance"), "finance");
  EXPECT_NE(Text("élodie"), Text("elodie"));
  EXPECT_EQ(Text("\U0001F600"), "\U0001F600");
}

TEST(NormalizedIdentity, OfANormalFormIsItself) {
  for (const char* text :
       {"Ana.Lopez@Example.ORG", "e\u0301@x.fr", "ǅ\u0323\u0307@ﬀ.fr", "İstanbul@x.tr",
        "+33 1 23 45 67 89 x12", "ΑΣ ς", "  ＡＣＭＥ  ", "\u1E9E\u0345a"}) {
    for (const IdentityForm form :
         {IdentityForm::kEmail, IdentityForm::kPhone, IdentityForm::kText, IdentityForm::kNone}) {
      const std::string once = NormalizedIdentity(form, text, "FR");
      EXPECT_EQ(NormalizedIdentity(form, once, "FR"), once) << text;
    }
  }
}

}  // namespace
}  // namespace cible
