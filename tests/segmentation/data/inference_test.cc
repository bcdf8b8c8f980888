#include "segmentation/data/inference.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "absl/strings/str_cat.h"
#include "segmentation/data/criterion_lexicon.h"
#include "segmentation/data/ordinal_scales.h"
#include "segmentation/data/text_parsing.h"

namespace cible {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using Cells = std::vector<std::string>;

// A column of `rows` cells that repeats the values.
Cells Repeat(const Cells& values, std::size_t rows) {
  Cells cells;
  for (std::size_t i = 0; i < rows; ++i) cells.push_back(values[i % values.size()]);
  return cells;
}

TextTable Table(const std::vector<std::pair<std::string, Cells>>& columns) {
  TextTable table;
  for (const auto& [header, cells] : columns) {
    table.header.push_back(header);
    table.columns.push_back(cells);
    table.lines.resize(cells.size());
  }
  return table;
}

Attribute InferOne(const std::string& header, const Cells& cells) {
  const auto inferred = InferSchema(Table({{header, cells}}), {.id_column = "-"});
  EXPECT_TRUE(inferred.ok());
  EXPECT_EQ(inferred->schema.attributes().size(), 1u) << header;
  return inferred->schema.attributes().empty() ? Attribute{} : inferred->schema.attributes()[0];
}

TEST(HeaderWords, TakesCamelCaseAcronymsAndAccentsApart) {
  EXPECT_EQ(HeaderWords("MntWines"), "_mnt_wines_");
  EXPECT_EQ(HeaderWords("CustomerID"), "_customer_id_");
  EXPECT_EQ(HeaderWords("Chiffre d'affaires"), "_chiffre_d_affaires_");
  EXPECT_EQ(HeaderWords("1st visit"), "_1st_visit_");
  EXPECT_EQ(HeaderWords("Prénom"), "_prenom_");
}

TEST(HasWords, MatchesWholeWordsUnlessLeftOpen) {
  EXPECT_TRUE(HasWords("_page_views_", "age|page"));
  EXPECT_FALSE(HasWords("_page_views_", "age|view"));
  EXPECT_TRUE(HasWords("_page_views_", "view*"));
  EXPECT_FALSE(HasWords("_my_y_", "=y"));
}

TEST(OrderLevels, KnowsScalesBandsAndLabelledNumbers) {
  EXPECT_THAT(*OrderLevels({"Once a week", "Never", "Once a month"}),
              ElementsAre("Never", "Once a month", "Once a week"));
  EXPECT_THAT(*OrderLevels({"01.High", "02.Medium", "03.Low"}),
              ElementsAre("03.Low", "02.Medium", "01.High"));
  EXPECT_THAT(*OrderLevels({"65+", "18-24", "<18", "25-64"}),
              ElementsAre("<18", "18-24", "25-64", "65+"));
  EXPECT_THAT(*OrderLevels({"$60K - $80K", "Less than $40K", "$120K +", "$40K - $60K"}),
              ElementsAre("Less than $40K", "$40K - $60K", "$60K - $80K", "$120K +"));
  EXPECT_THAT(*OrderLevels({"jamais", "souvent", "parfois"}),
              ElementsAre("jamais", "parfois", "souvent"));
  EXPECT_THAT(*OrderLevels({"0", "I love it!+5", "I hate it!-5", "1", "-1"}),
              ElementsAre("I hate it!-5", "-1", "0", "1", "I love it!+5"));
}

TEST(OrderLevels, LeavesCodesAndNamesWithoutOrder) {
  EXPECT_FALSE(OrderLevels({"Cat_1", "Cat_2", "Cat_3"}));
  EXPECT_FALSE(OrderLevels({"2A004", "13055", "21231", "31555"}));
  EXPECT_FALSE(OrderLevels({"red", "green", "blue"}));
  EXPECT_FALSE(OrderLevels({"yes", "no"}));
}

TEST(InferSchema, KnowsAmountsCountsAndMeasures) {
  Cells spend, visits, score;
  for (int i = 0; i < 200; ++i) {
    spend.push_back(absl::StrCat(i * i % 977, ".5"));
    visits.push_back(absl::StrCat(i % 7));
    score.push_back(absl::StrCat(i % 101 - 20));
  }
  EXPECT_EQ(InferOne("Amount spent", spend).distribution, Distribution::kLogNormal);
  EXPECT_EQ(InferOne("Amount spent", spend).known_at, KnownAt::kCustomer);
  EXPECT_EQ(InferOne("nb_visites", visits).distribution, Distribution::kCount);
  EXPECT_EQ(InferOne("balance", score).distribution, Distribution::kGaussian);
}

TEST(InferSchema, TakesCodesForLevelsAndRatingsForOrders) {
  EXPECT_EQ(InferOne("Region", Repeat({"1", "2", "3"}, 60)).type, AttributeType::kCategorical);
  EXPECT_EQ(InferOne("item", Repeat({"1", "2"}, 60)).type, AttributeType::kCategorical);
  const Attribute rating = InferOne("satisfaction", Repeat({"1", "2", "5", "4"}, 60));
  EXPECT_EQ(rating.type, AttributeType::kOrdinal);
  EXPECT_THAT(rating.levels, ElementsAre("1", "2", "3", "4", "5"));
  EXPECT_EQ(InferOne("rooms", Repeat({"1", "2", "5", "4"}, 60)).type, AttributeType::kNumeric);
}

TEST(InferSchema, KeepsCodesWithLeadingZerosAsText) {
  EXPECT_EQ(InferOne("code", Repeat({"01", "02", "75"}, 60)).type, AttributeType::kCategorical);
  EXPECT_EQ(InferOne("zip", Repeat({"90210", "10001", "60601"}, 60)).type,
            AttributeType::kCategorical);
}

TEST(InferSchema, DecidesTheOrderOfDatesOverTheWholeFile) {
  const auto inferred = InferSchema(
      Table({{"first", {"03/25/2024", "04/05/2024"}}, {"last", {"05/06/2024", "06/07/2024"}}}), {});
  ASSERT_TRUE(inferred.ok());
  EXPECT_EQ(inferred->schema.Find("first")->format, "month_first");
  EXPECT_EQ(inferred->schema.Find("last")->format, "month_first");
  const Attribute alone = InferOne("last", {"05/06/2024", "06/07/2024"});
  EXPECT_EQ(alone.type, AttributeType::kDate);
  EXPECT_EQ(alone.format, "");
}

TEST(InferSchema, DecidesTheDecimalMarkOverTheWholeFile) {
  const auto inferred = InferSchema(
      Table({{"size", {"1,5", "2,25", "3"}}, {"weight", {"1,234", "2,345", "3,456"}}}), {});
  ASSERT_TRUE(inferred.ok());
  EXPECT_EQ(inferred->schema.Find("weight")->format, "decimal_comma");
  EXPECT_EQ(InferOne("weight", {"1,234", "2,345", "3,456"}).format, "");
}

TEST(InferSchema, CountsMissingMarkersAndNeverMakesThemLevels) {
  const auto inferred = InferSchema(
      Table({{"job", {"unknown", "clerk", "", "unknown", "Select", "clerk", "cook"}}}), {});
  ASSERT_TRUE(inferred.ok());
  const ColumnReport& report = inferred->columns[0];
  EXPECT_EQ(report.missing, 4);
  EXPECT_EQ(report.distinct, 2);
  EXPECT_EQ(report.missing_markers[0], (std::pair<std::string, std::int64_t>("unknown", 2)));
}

TEST(InferSchema, KeepsANumberColumnWithOneWrongCell) {
  Cells cells;
  for (int i = 0; i < 200; ++i) cells.push_back(absl::StrCat(i));
  cells[7] = "oops";
  const auto inferred = InferSchema(Table({{"height", cells}}), {.id_column = "-"});
  EXPECT_EQ(inferred->schema.Find("height")->type, AttributeType::kNumeric);
  EXPECT_EQ(inferred->columns[0].notice, "1 cell is not a number; the rows will be refused");
  for (int i = 0; i < 20; ++i) cells[i * 3] = absl::StrCat("text", i);
  const auto spoilt = InferSchema(Table({{"height", cells}}), {.id_column = "-"});
  EXPECT_EQ(spoilt->schema.Find("height")->type, AttributeType::kText);
  EXPECT_THAT(spoilt->columns[0].notice, HasSubstr("21 of 200 known cells are no numbers"));
}

TEST(InferSchema, SetsAsideWhatSaysNothing) {
  Cells nearly(1000, "no");
  nearly[3] = "yes";
  const auto inferred = InferSchema(
      Table({{"same", Cells(1000, "x")}, {"nearly", nearly}, {"empty", Cells(1000, "")}}), {});
  EXPECT_EQ(inferred->schema.Find("same")->role, Role::kIgnored);
  EXPECT_EQ(inferred->schema.Find("nearly")->role, Role::kDescriptor);
  EXPECT_EQ(inferred->schema.Find("empty"), nullptr);
  EXPECT_EQ(inferred->columns[2].notice, "nothing is known in this column: left out of the schema");
}

TEST(InferSchema, RecognisesIdentitiesByContentAndHeader) {
  Cells mails, phones, names;
  for (int i = 0; i < 100; ++i) {
    mails.push_back(absl::StrCat("p", i, "@example.org"));
    phones.push_back(absl::StrCat("+33 6 12 34 ", 10 + i % 90, " ", 10 + i % 77));
    names.push_back(i % 2 == 0 ? "Jeanne" : "Paul");
  }
  for (const Attribute& attribute :
       {InferOne("contact", mails), InferOne("joindre", phones), InferOne("Prénom", names)}) {
    EXPECT_EQ(attribute.type, AttributeType::kText);
    EXPECT_EQ(attribute.role, Role::kIdentity);
  }
  // What is done with e-mail is no e-mail address.
  EXPECT_EQ(InferOne("Do Not Email", Repeat({"Yes", "No"}, 60)).type, AttributeType::kBoolean);
}

TEST(InferSchema, SaysWhatIdentitiesHoldWhereOneAloneTellsAContact) {
  Cells mails, phones, names, numbers, employers;
  for (int i = 0; i < 100; ++i) {
    mails.push_back(absl::StrCat("p", i % 60, "@example.org"));
    phones.push_back(absl::StrCat("+33 6 12 34 ", 10 + i % 90, " ", 10 + i % 77));
    names.push_back(absl::StrCat("Name", i));
    numbers.push_back(absl::StrCat("K-", 1000 + i));
    employers.push_back(absl::StrCat("E-", 1000 + i % 70));
  }
  EXPECT_EQ(InferOne("contact", mails).identity_form, IdentityForm::kEmail);
  EXPECT_EQ(InferOne("joindre", phones).identity_form, IdentityForm::kPhone);
  EXPECT_EQ(InferOne("Last name", names).identity_form, IdentityForm::kNone);
  EXPECT_EQ(InferOne("Loyalty card id", numbers).identity_form, IdentityForm::kText);
  EXPECT_EQ(InferOne("Employer id", employers).identity_form, IdentityForm::kNone);
  EXPECT_EQ(InferOne("Age", Repeat({"30", "40", "50"}, 60)).identity_form, IdentityForm::kNone);
}

TEST(InferSchema, FindsTheIdAndNeverTakesAUniqueMeasureForIt) {
  Cells ids, incomes, codes;
  for (int i = 0; i < 150; ++i) {
    ids.push_back(absl::StrCat("C", 1000 + i));
    incomes.push_back(absl::StrCat(30'000 + 7 * i));
    codes.push_back(absl::StrCat(5000 + (i * 37) % 150));
  }
  const auto id = [](const TextTable& table) { return InferSchema(table, {})->id_column; };
  EXPECT_EQ(id(Table({{"age", Repeat({"30", "31"}, 150)}, {"Client ID", codes}})), "Client ID");
  EXPECT_EQ(id(Table({{"Kunde", ids}, {"income", incomes}})), "Kunde");
  EXPECT_EQ(id(Table({{"income", incomes}, {"age", Repeat({"30", "31"}, 150)}})), "");
  EXPECT_EQ(InferSchema(Table({{"id", ids}}), {.id_column = "-"})->id_column, "");
}

TEST(InferSchema, KeepsTheIdColumnDespiteAFewRepeatedIds) {
  Cells ids;
  for (int i = 0; i < 500; ++i) ids.push_back(absl::StrCat(i));
  ids[499] = ids[3];
  const auto inferred = InferSchema(Table({{"id", ids}, {"a", Repeat({"x", "y"}, 500)}}), {});
  EXPECT_EQ(inferred->id_column, "id");
  EXPECT_EQ(inferred->columns[0].notice, "the id of the contacts; 1 row repeats or lacks it");
}

// One id that was too long hid the column, and every row became a new contact.
TEST(InferSchema, KeepsTheIdColumnDespiteAnIdThatIsNone) {
  Cells ids;
  for (int i = 0; i < 500; ++i) ids.push_back(absl::StrCat(i));
  ids[7] = std::string(129, 'x');
  const auto inferred = InferSchema(Table({{"id", ids}, {"a", Repeat({"x", "y"}, 500)}}), {});
  EXPECT_EQ(inferred->id_column, "id");
}

TEST(InferSchema, TakesAClientNumberForAnId) {
  Cells numbers;
  for (int i = 1; i <= 200; ++i) numbers.push_back(absl::StrCat(i));
  for (const char* header : {"client_number", "Customer number", "Nombre client", "account no"}) {
    const auto inferred =
        InferSchema(Table({{"a", Repeat({"x", "y"}, 200)}, {header, numbers}}), {});
    EXPECT_EQ(inferred->id_column, std::string(header) == "Nombre client" ? "" : header);
  }
}

TEST(InferSchema, SaysThatIdsWillBeMadeAndHowToNameThem) {
  const auto inferred = InferSchema(Table({{"a", Repeat({"x", "y"}, 20)}}), {});
  EXPECT_THAT(inferred->notices,
              ElementsAre("no column is known to tell the contacts apart; ids will be made from "
                          "the rows, unless you name the id column"));
}

TEST(InferSchema, NoticesAFileWithoutAHeader) {
  Cells ids;
  for (int i = 2; i < 60; ++i) ids.push_back(absl::StrCat(i));
  const auto inferred = InferSchema(
      Table({{"1", ids}, {"33", Repeat({"25", "47"}, 58)}, {"Lyon", Repeat({"Nantes"}, 58)}}), {});
  EXPECT_THAT(inferred->notices,
              testing::Contains("the header holds numbers: if the file begins with a contact, put "
                                "the names of the columns on a line above it"));
}

TEST(InferSchema, SetsRowNumbersAside) {
  Cells numbers;
  for (int i = 0; i < 50; ++i) numbers.push_back(absl::StrCat(i));
  const auto inferred = InferSchema(Table({{"Unnamed: 0", numbers}}), {});
  EXPECT_EQ(inferred->id_column, "");
  EXPECT_EQ(inferred->schema.attributes()[0].role, Role::kIgnored);
  EXPECT_EQ(inferred->columns[0].notice, "numbers the rows: set aside");
}

TEST(InferSchema, ReadsTagsAsSets) {
  EXPECT_EQ(InferOne("channels", Repeat({"web|mail", "web", "shop|web", "mail"}, 60)).type,
            AttributeType::kSet);
}

TEST(InferSchema, MarksWhatIsProtectedOrSensitive) {
  EXPECT_TRUE(InferOne("Sexe", Repeat({"H", "F"}, 60)).is_protected);
  EXPECT_TRUE(InferOne("Nationality", Repeat({"FR", "DE"}, 60)).is_protected);
  EXPECT_FALSE(InferOne("healthy", Repeat({"Yes", "No"}, 60)).is_protected);
  const Attribute income = InferOne("Revenu annuel", Repeat({"20000", "31000", "45000"}, 60));
  EXPECT_FALSE(income.sensitive);  // Texts may give it; no name does.
  EXPECT_EQ(income.criterion, Criterion::kSocioeconomic);
  EXPECT_GT(income.ask_cost, 1);
  const Attribute children = InferOne("Nb enfants", Repeat({"0", "1", "2"}, 60));
  EXPECT_EQ(children.criterion, Criterion::kDemographic);
  EXPECT_FALSE(children.sensitive);
  for (const char* header : {"default", "overdraft", "Impayés", "credit_score"}) {
    EXPECT_TRUE(InferOne(header, Repeat({"yes", "no"}, 60)).sensitive) << header;
  }
  for (const char* header : {"housing", "loan", "Prêt immobilier"}) {
    EXPECT_FALSE(InferOne(header, Repeat({"yes", "no"}, 60)).sensitive) << header;
  }
}

// Who is a minor is told by the birth date alone: "Né le" was taken for any
// date, and children were profiled.
TEST(InferSchema, RecognisesBirthDatesUnderTheHeadersOfFormsToo) {
  for (const char* header :
       {"Né le", "Née le", "Né(e) le", "Date naiss.", "Geburtsdatum", "Fecha de nacimiento"}) {
    const Attribute born = InferOne(header, Repeat({"1975-03-02", "2012-07-20", "1990-01-31"}, 60));
    EXPECT_EQ(born.birth, Birth::kBirthDate) << header;
  }
  EXPECT_EQ(InferOne("Client depuis le", Repeat({"2015-03-02", "2012-07-20"}, 60)).birth,
            Birth::kNone);
}

TEST(WithoutUnit, LeavesWhatIsMeasured) {
  EXPECT_EQ(WithoutUnit("Monthly fee (EUR)"), "Monthly fee");
  EXPECT_EQ(WithoutUnit("annual_revenue_usd"), "annual_revenue");
  EXPECT_EQ(WithoutUnit("Surface du jardin (m²)"), "Surface du jardin");
  EXPECT_EQ(WithoutUnit("days"), "days");
}

// Read aloud: "group classes per month “0” (1%)": "group" had made it a code.
TEST(InferSchema, CountsWhatIsCountedPerMonth) {
  const Attribute classes = InferOne("Group classes per month", Repeat({"0", "1", "2", "4"}, 60));
  EXPECT_EQ(classes.type, AttributeType::kNumeric);
  EXPECT_EQ(classes.distribution, Distribution::kCount);
}

// Poisson counts are sure of segments that are not there when the variance is
// more than twice the mean.
TEST(InferSchema, TakesDispersedCountsForNoPoisson) {
  EXPECT_EQ(InferOne("visits", Repeat({"0", "1", "1", "2", "2", "4"}, 10)).distribution,
            Distribution::kCount);
  EXPECT_EQ(InferOne("visits", Repeat({"0", "1", "1", "2", "2", "14"}, 10)).distribution,
            Distribution::kLogNormal);
}

TEST(InferSchema, AsksInBothLanguages) {
  const Attribute age = InferOne("Age", Repeat({"20", "31", "45"}, 60));
  EXPECT_TRUE(age.askable);
  EXPECT_EQ(age.question, (Question{"How old are you?", "Quel âge avez-vous\u202f?"}));
  EXPECT_FALSE(InferOne("MntWines", Repeat({"20", "31", "45"}, 60)).askable);
}

TEST(InferSchema, TakesTheOutcomeFromTheOptions) {
  const TextTable table =
      Table({{"age", Repeat({"20", "31", "45"}, 60)}, {"y", Repeat({"yes", "no"}, 60)}});
  const auto inferred = InferSchema(table, {.outcome_column = "y", .outcome_value = "yes"});
  EXPECT_EQ(inferred->schema.Find("y")->role, Role::kOutcome);
  EXPECT_EQ(inferred->schema.Find("y")->outcome_value, "yes");
  EXPECT_EQ(InferSchema(table, {})->schema.Find("y")->role, Role::kDescriptor);
}

TEST(InferSchema, SaysWhatIsMissingFromTheOptionsOrTheFile) {
  const TextTable table = Table({{"age", {"20"}}});
  EXPECT_EQ(InferSchema(Table({{"age", {}}}), {}).status().message(),
            "the file has a header but no rows; nothing can be inferred from it");
  EXPECT_EQ(InferSchema(table, {.id_column = "key"}).status().message(),
            "the id column \"key\" is not in the header; name one of its columns");
  EXPECT_EQ(InferSchema(table, {.outcome_column = "y", .outcome_value = "1"}).status().message(),
            "the outcome column \"y\" is not in the header; name one of its columns");
}

// Inference on the real files, and every row must then parse.
class SharedFile : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(CIBLE_SHARED_DATA)) {
      GTEST_SKIP() << "no ../shared/data: nothing to infer from";
    }
  }

  void Infer(const std::string& name, const InferenceOptions& options = {}) {
    const auto reader = CsvReader::Open(absl::StrCat(CIBLE_SHARED_DATA, "/", name));
    ASSERT_TRUE(reader.ok());
    std::vector<RefusedLine> refused;
    const auto text = (*reader)->Read(1 << 30, &refused);
    ASSERT_TRUE(text.ok());
    const auto inferred = InferSchema(*text, options);
    ASSERT_TRUE(inferred.ok());
    found = *inferred;
    const auto parsed = ParseTable(*text, found.schema, found.id_column);
    ASSERT_TRUE(parsed.ok());
    EXPECT_TRUE(parsed->errors.empty());
    EXPECT_EQ(parsed->table.row_count, text->row_count());
  }

  const Attribute& Get(const std::string& name) const {
    const Attribute* attribute = found.schema.Find(name);
    EXPECT_NE(attribute, nullptr) << name;
    static const Attribute kNone;
    return attribute == nullptr ? kNone : *attribute;
  }
  const ColumnReport& Report(const std::string& header) const {
    for (const ColumnReport& report : found.columns) {
      if (report.header == header) return report;
    }
    static const ColumnReport kNone;
    return kNone;
  }

  Inference found;
};

TEST_F(SharedFile, BankClients) {
  Infer("bank-full.csv.gz", {.outcome_column = "y", .outcome_value = "yes"});
  EXPECT_EQ(found.id_column, "");
  EXPECT_EQ(Get("age").birth, Birth::kAge);
  EXPECT_EQ(Get("job").criterion, Criterion::kSocioeconomic);
  EXPECT_EQ(Report("job").missing, 288);
  EXPECT_EQ(Report("poutcome").missing_markers[0].first, "unknown");
  EXPECT_THAT(Get("education").levels, ElementsAre("primary", "secondary", "tertiary"));
  EXPECT_EQ(Get("default").type, AttributeType::kBoolean);
  EXPECT_EQ(Get("balance").distribution, Distribution::kGaussian);
  EXPECT_FALSE(Get("balance").sensitive);
  EXPECT_FALSE(Get("housing").sensitive);
  EXPECT_TRUE(Get("default").sensitive);
  EXPECT_EQ(Get("month").type, AttributeType::kCategorical);
  EXPECT_EQ(Get("duration").distribution, Distribution::kLogNormal);
  EXPECT_EQ(Get("campaign").distribution, Distribution::kLogNormal);
  EXPECT_EQ(Get("pdays").distribution, Distribution::kGaussian);
  EXPECT_EQ(Get("y").role, Role::kOutcome);
}

// A margin is what counts; the revenue beside it is marked too, so that no profile
// of who is worth most says it by the revenue.
TEST(InferSchema, MarksWhatSaysHowMuchACustomerIsWorth) {
  const std::vector<std::string> amounts = Repeat({"10.5", "20.25", "31", "7.75"}, 100);
  const auto inferred = InferSchema(Table({{"net_margin", amounts},
                                           {"spend", amounts},
                                           {"margin_rate", amounts},
                                           {"income", amounts}}),
                                    {.id_column = "-"});
  ASSERT_TRUE(inferred.ok()) << inferred.status();
  const auto mark = [&](const char* id) { return inferred->schema.Find(id)->value; };
  EXPECT_EQ(mark("net_margin"), ValueMark::kMargin);
  EXPECT_EQ(mark("spend"), ValueMark::kRevenue);
  EXPECT_EQ(mark("margin_rate"), ValueMark::kNone);
  EXPECT_EQ(mark("income"), ValueMark::kNone);
}

TEST_F(SharedFile, ShopCustomers) {
  Infer("marketing_campaign.csv");
  EXPECT_EQ(found.id_column, "ID");
  EXPECT_EQ(Get("Year_Birth").birth, Birth::kBirthYear);
  EXPECT_EQ(Get("Income").criterion, Criterion::kSocioeconomic);
  EXPECT_FALSE(Get("Income").sensitive);
  EXPECT_EQ(Get("Dt_Customer").type, AttributeType::kDate);
  EXPECT_EQ(Get("Dt_Customer").format, "");
  EXPECT_EQ(Get("Kidhome").distribution, Distribution::kCount);
  for (const std::string name : {"MntWines", "MntFruits", "MntMeatProducts", "MntFishProducts",
                                 "MntSweetProducts", "MntGoldProds"}) {
    EXPECT_EQ(Get(name).block, "spend");
    EXPECT_EQ(Get(name).value, ValueMark::kRevenue);
    EXPECT_EQ(Get(name).distribution, Distribution::kLogNormal);
    EXPECT_EQ(Get(name).known_at, KnownAt::kCustomer);
  }
  EXPECT_EQ(Get("NumWebPurchases").distribution, Distribution::kCount);
  EXPECT_EQ(Get("NumWebPurchases").block, "");
  EXPECT_EQ(Get("AcceptedCmp1").type, AttributeType::kBoolean);
  EXPECT_EQ(Get("Response").type, AttributeType::kBoolean);
  EXPECT_EQ(Get("Z_CostContact").role, Role::kIgnored);
  EXPECT_EQ(Report("Z_Revenue").notice, "every known value is the same: set aside");
}

TEST_F(SharedFile, FastFoodSurvey) {
  Infer("mcdonalds.csv");
  EXPECT_EQ(Get("yummy").type, AttributeType::kBoolean);
  EXPECT_EQ(Get("yummy").criterion, Criterion::kNeeds);
  EXPECT_THAT(Get("Like").levels, ElementsAre("I hate it!-5", "-4", "-3", "-2", "-1", "0", "1", "2",
                                              "3", "4", "I love it!+5"));
  EXPECT_THAT(Get("VisitFrequency").levels,
              ElementsAre("Never", "Once a year", "Every three months", "Once a month",
                          "Once a week", "More than once a week"));
  EXPECT_TRUE(Get("Gender").is_protected);
  EXPECT_FALSE(Get("Gender").askable);
}

TEST_F(SharedFile, CodedAnswers) {
  Infer("carcinoma.csv");
  for (const Attribute& item : found.schema.attributes()) {
    EXPECT_EQ(item.type, AttributeType::kCategorical);
  }
  Infer("values.csv");
  EXPECT_EQ(Get("D").type, AttributeType::kCategorical);
}

TEST_F(SharedFile, CourseLeads) {
  Infer("Leads.csv.gz");
  EXPECT_EQ(found.id_column, "Prospect ID");
  EXPECT_EQ(Get("Lead Number").role, Role::kIdentity);
  EXPECT_EQ(Get("Lead Source").criterion, Criterion::kAcquisition);
  EXPECT_EQ(Get("Total Time Spent on Website").known_at, KnownAt::kLead);
  EXPECT_EQ(Get("Country").criterion, Criterion::kGeographic);
  EXPECT_EQ(Report("Specialization").missing, 1942 + 1438);
  EXPECT_EQ(Report("Specialization").missing_markers[0].first, "Select");
  EXPECT_THAT(Get("Asymmetrique Activity Index").levels,
              ElementsAre("03.Low", "02.Medium", "01.High"));
  EXPECT_EQ(Get("Do Not Email").type, AttributeType::kBoolean);
  EXPECT_EQ(Get("Magazine").role, Role::kIgnored);
  EXPECT_EQ(Get("How did you hear about X Education").criterion, Criterion::kAcquisition);
}

TEST_F(SharedFile, InvoiceLines) {
  Infer("online_retail_2010-12_2011-03.csv.gz");
  EXPECT_EQ(found.id_column, "");
  EXPECT_EQ(Get("InvoiceNo").role, Role::kIdentity);
  EXPECT_EQ(Get("CustomerID").role, Role::kIdentity);
  EXPECT_EQ(Get("Description").role, Role::kIgnored);
  EXPECT_EQ(Get("InvoiceDate").type, AttributeType::kTimestamp);
  EXPECT_THAT(found.notices[0], HasSubstr("\"CustomerID\" repeats"));
}

TEST_F(SharedFile, FrenchPlaces) {
  Infer("fr_communes.csv.gz");
  EXPECT_EQ(found.id_column, "");
  EXPECT_EQ(Get("insee_com").type, AttributeType::kText);
  EXPECT_EQ(Get("code_postal").type, AttributeType::kText);
  EXPECT_EQ(Get("insee_reg").type, AttributeType::kCategorical);
  EXPECT_EQ(Get("insee_dep").role, Role::kDescriptor);
  EXPECT_EQ(Get("location").display_name, "lat,lng");
  EXPECT_EQ(found.schema.Find("lat"), nullptr);
  EXPECT_EQ(Get("naissances_2022").birth, Birth::kNone);
  EXPECT_EQ(Get("superficie_km2").unit, "km²");
  Infer("fr_departements.csv");
  EXPECT_EQ(found.id_column, "insee_dep");
  EXPECT_EQ(Get("location").type, AttributeType::kLocation);
  Infer("fr_regions.csv");
  EXPECT_EQ(found.id_column, "insee_reg");
  EXPECT_EQ(Get("insee_reg_cheflieu").type, AttributeType::kText);
}

TEST(InferSchema, NamesTheValuesThatAnImpossibleOutcomeHas) {
  const auto notice = [](const Cells& cells) {
    const auto inferred =
        InferSchema(Table({{"y", Repeat(cells, 60)}, {"age", Repeat({"31", "42", "53"}, 60)}}),
                    {.id_column = "-", .outcome_column = "y", .outcome_value = "maybe"});
    EXPECT_TRUE(inferred.ok()) << inferred.status();
    return inferred->columns[0].notice;
  };
  EXPECT_EQ(
      notice({"yes", "no"}),
      "the outcome; no row read so far has the value that counts as success; it has: no, yes");
  // The five most frequent.
  EXPECT_THAT(notice({"a", "b", "a", "c", "b", "d", "c", "e", "d", "e", "f"}),
              HasSubstr("it has: a, b, c, d, e, ..."));
}

}  // namespace
}  // namespace cible
