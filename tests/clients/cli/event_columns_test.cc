#include "clients/cli/event_columns.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "clients/cli/wrong_usage.h"

namespace cible {
namespace {

using testing::AllOf;
using testing::HasSubstr;

using Header = std::vector<std::string>;

const Header& RetailHeader() {
  static const auto& header = *new Header{"InvoiceNo",   "StockCode", "Description", "Quantity",
                                          "InvoiceDate", "UnitPrice", "CustomerID",  "Country"};
  return header;
}

// The roles of the columns by their words, "-" for those set aside; or the error.
std::string Roles(const Header& header, const std::vector<RoleChoice>& choices = {},
                  bool type_is_given = true) {
  const auto columns = EventColumns::Read(header, choices, type_is_given);
  if (!columns.ok()) return std::string(columns.status().message());
  std::string roles;
  for (int i = 0; i < static_cast<int>(header.size()); ++i) {
    const EventRole role = columns->RoleOf(i);
    roles += i == 0 ? "" : " ";
    roles += role == EventRole::kIgnore ? "-" : std::string(RoleWord(role));
  }
  return roles;
}

TEST(EventColumns, RecognisesTheColumnsOfFilesAsTheyComeInEnglish) {
  EXPECT_EQ(Roles(RetailHeader()), "order item - quantity time unit_price contact -");
  EXPECT_EQ(Roles({"order_id", "customer_id", "order_status", "order_purchase_timestamp",
                   "order_delivered_customer_date"}),
            "order contact - time -");
  EXPECT_EQ(
      Roles({"event_id", "user_id", "event_time", "event_type", "product_id", "price"}, {}, false),
      "id contact time type item unit_price");
  EXPECT_EQ(Roles({"E-mail", "Date", "Amount (EUR)", "Currency", "Sales channel"}),
            "contact time amount currency channel");
  EXPECT_EQ(Roles({"client", "timestamp", "event", "utm_source", "utm_campaign"}, {}, false),
            "contact time type source campaign");
  EXPECT_EQ(Roles({"SKU", "Qty", "List price", "Gross margin", "customerid", "created_at"}),
            "item quantity list_price margin contact time");
}

TEST(EventColumns, RecognisesTheColumnsOfFilesAsTheyComeInFrench) {
  EXPECT_EQ(Roles({"N° de commande", "Numéro client", "Date de commande", "Référence produit",
                   "Qté", "Prix unitaire", "Montant TTC", "Devise", "Canal", "Campagne", "Marge"}),
            "order contact time item quantity unit_price amount currency channel campaign margin");
  EXPECT_EQ(Roles({"Type d'évènement", "Date de l'évènement", "courriel", "facture"}, {}, false),
            "type time contact order");
}

// What only resembles a role is set aside: a wrong guess would add up wrongly.
TEST(EventColumns, TakesHeadersForWhatTheySayAsAWhole) {
  EXPECT_EQ(Roles({"customer_name", "birth_date", "discount_amount", "order_status", "payment_type",
                   "margin_rate", "customer_id", "date"}),
            "- - - - - - contact time");
}

TEST(EventColumns, TakesThePlainHeaderBeforeTheLikelyOne) {
  EXPECT_EQ(Roles({"email", "customer_id", "date", "order_date", "product", "sku"}),
            "- contact - time - item");
}

TEST(EventColumns, LetsWhatIsSaidGoFirst) {
  EXPECT_EQ(Roles(RetailHeader(), {{"Country", EventRole::kChannel},
                                   {"StockCode", EventRole::kIgnore},
                                   {"Description", EventRole::kItem}}),
            "order - item quantity time unit_price contact channel");
  // Then the other that looks like it is none.
  EXPECT_EQ(Roles({"customer", "client", "date"}, {{"client", EventRole::kContact}}),
            "- contact time");
}

// A column "type" of a list of purchases says what kind of article it is.
TEST(EventColumns, ReadsTheTypeOfAColumnOnlyWhereItIsNotGiven) {
  EXPECT_EQ(Roles({"client", "date", "type"}, {}, false), "contact time type");
  EXPECT_EQ(Roles({"client", "date", "type"}, {}, true), "contact time -");
  EXPECT_EQ(Roles({"client", "date", "type"}, {{"type", EventRole::kType}}, true),
            "contact time type");
}

TEST(EventColumns, SaysWhatIsMissingAndHowToSayIt) {
  EXPECT_EQ(Roles({"who", "date"}),
            "no column is recognised as the contact; name it with --as COLUMN=contact. The columns "
            "are: who, date");
  EXPECT_EQ(Roles({"client", "seen"}),
            "no column is recognised as the time; name it with --as COLUMN=time. The columns are: "
            "client, seen");
  EXPECT_EQ(Roles(RetailHeader(), {}, false),
            "nothing says what happened; give --type purchase (or visit, call, ...) where all "
            "lines are alike, or name the column that tells: --as COLUMN=type. The columns are: "
            "InvoiceNo, StockCode, Description, Quantity, InvoiceDate, UnitPrice, CustomerID, "
            "Country");
  EXPECT_EQ(Roles({"who", "seen"}, {}, false),
            "no column is recognised as the contact or the time; name it with --as COLUMN=contact "
            "--as COLUMN=time; nothing says what happened; give --type purchase (or visit, call, "
            "...) where all lines are alike, or name the column that tells: --as COLUMN=type. The "
            "columns are: who, seen");
}

TEST(EventColumns, AsksWhereTwoColumnsAreEquallyLikely) {
  EXPECT_EQ(Roles({"client", "Date", "Time"}),
            "both \"Date\" and \"Time\" look like the time; say which one is, e.g. --as "
            "'Date=time'. The columns are: client, Date, Time");
  EXPECT_EQ(Roles({"client", "Date", "Time"}, {{"Date", EventRole::kTime}}), "contact time -");
}

TEST(EventColumns, RefusesChoicesThatDoNotFit) {
  EXPECT_EQ(Roles(RetailHeader(), {{"Customer", EventRole::kContact}}),
            "--as names the column \"Customer\", which the file does not have. The columns are: "
            "InvoiceNo, StockCode, Description, Quantity, InvoiceDate, UnitPrice, CustomerID, "
            "Country");
  EXPECT_EQ(
      Roles(RetailHeader(), {{"Country", EventRole::kItem}, {"Country", EventRole::kChannel}}),
      "--as names the column \"Country\" twice; say once what it is");
  EXPECT_EQ(
      Roles(RetailHeader(), {{"StockCode", EventRole::kItem}, {"Country", EventRole::kItem}}),
      "--as makes both \"StockCode\" and \"Country\" the item; only one can be, and the other may "
      "be ignore");
  EXPECT_EQ(
      Roles(RetailHeader(), {{"StockCode", EventRole::kIgnore}, {"Country", EventRole::kIgnore}}),
      "order - - quantity time unit_price contact -");
}

TEST(EventColumns, TellsHowTheColumnsAreRead) {
  const auto columns = EventColumns::Read(RetailHeader(), {}, true);
  ASSERT_TRUE(columns.ok()) << columns.status();
  EXPECT_EQ(columns->Sentence(RetailHeader()),
            "InvoiceNo is the order, StockCode the item, Quantity the quantity, InvoiceDate the "
            "time, UnitPrice the unit price, CustomerID the contact; set aside: Description, "
            "Country");
}

TEST(EventColumns, ListsAHugeHeaderByItsBeginning) {
  Header header;
  for (int i = 1; i <= 1000; ++i) header.push_back("c" + std::to_string(i));
  EXPECT_THAT(Roles(header),
              AllOf(HasSubstr("c39, c40 and 960 more"), testing::Not(HasSubstr("c41"))));
}

TEST(ParseRoleChoice, TakesEveryRole) {
  for (const auto& [word, role] :
       {std::pair("id", EventRole::kId), std::pair("contact", EventRole::kContact),
        std::pair("order", EventRole::kOrder), std::pair("time", EventRole::kTime),
        std::pair("type", EventRole::kType), std::pair("amount", EventRole::kAmount),
        std::pair("quantity", EventRole::kQuantity), std::pair("UNIT-PRICE", EventRole::kUnitPrice),
        std::pair("list_price", EventRole::kListPrice), std::pair("margin", EventRole::kMargin),
        std::pair("item", EventRole::kItem), std::pair("channel", EventRole::kChannel),
        std::pair("source", EventRole::kSource), std::pair("Campaign", EventRole::kCampaign),
        std::pair("currency", EventRole::kCurrency), std::pair("ignore", EventRole::kIgnore)}) {
    const auto choice = ParseRoleChoice(std::string("a=b=") + word);
    ASSERT_TRUE(choice.ok()) << word;
    EXPECT_EQ(choice->column, "a=b");
    EXPECT_EQ(choice->role, role) << word;
  }
}

TEST(ParseRoleChoice, SaysWhatItTakes) {
  for (const char* text : {"", "x", "=order", "x=", "x=price"}) {
    const auto choice = ParseRoleChoice(text);
    EXPECT_TRUE(IsWrongUsage(choice.status())) << text;
    EXPECT_EQ(choice.status().message(),
              "--as takes COLUMN=ROLE; ROLE is order, contact, time, type, item, quantity, "
              "unit_price, list_price, amount, margin, channel, source, campaign, currency, id or "
              "ignore, e.g. --as InvoiceNo=order");
  }
}

}  // namespace
}  // namespace cible
