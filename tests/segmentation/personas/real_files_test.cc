// Personas of real lists, from the raw file to the words.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <set>
#include <string>
#include <utility>

#include "segmentation/data/csv.h"
#include "segmentation/data/inference.h"
#include "segmentation/data/text_parsing.h"
#include "segmentation/models/training.h"
#include "segmentation/personas/catalogue.h"
#include "segmentation/personas/exemplar.h"
#include "segmentation/personas/portrait.h"
#include "segmentation/personas/rule_text.h"

namespace cible {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

struct RealFile {
  const char* name;
  const char* outcome;
  const char* success;
  const char* as_of;
  int segments;
};

void PrintTo(const RealFile& file, std::ostream* out) { *out << file.name; }

class PersonasOfRealFiles : public testing::TestWithParam<RealFile> {
 protected:
  void SetUp() override {
    const std::string path = std::string(CIBLE_SHARED_DATA) + "/" + GetParam().name;
    if (!std::filesystem::exists(path)) GTEST_SKIP() << "no ../shared/data: " << path;
    auto reader = CsvReader::Open(path);
    ASSERT_TRUE(reader.ok()) << reader.status();
    std::vector<RefusedLine> refused;
    const auto text = (*reader)->Read(10000, &refused);
    ASSERT_TRUE(text.ok()) << text.status();
    const auto inference = InferSchema(
        *text, {.outcome_column = GetParam().outcome, .outcome_value = GetParam().success});
    ASSERT_TRUE(inference.ok()) << inference.status();
    const auto parsed = ParseTable(*text, inference->schema, inference->id_column);
    ASSERT_TRUE(parsed.ok()) << parsed.status();
    WorkerPool pool(2);
    auto trained = TrainModel(parsed->table, inference->schema,
                              {.min_segments = GetParam().segments,
                               .max_segments = GetParam().segments,
                               .stability_pairs = 0,
                               .as_of = *ParseDate(GetParam().as_of)},
                              pool, nullptr, {});
    ASSERT_TRUE(trained.ok()) << trained.status();
    model_ = trained->model;
    table_ = parsed->table;
    labels_ = trained->labels;
  }

  std::shared_ptr<const SegmentationModel> model_;
  ContactTable table_;
  std::vector<int> labels_;
};

// The typical member as a contact.
ContactTable AsContact(const Exemplar& exemplar, const SegmentationModel& model) {
  std::vector<NamedValue> values;
  for (const ExemplarValue& value : exemplar) {
    const Attribute& attribute = *model.schema().Find(value.attribute);
    switch (attribute.type) {
      case AttributeType::kNumeric: values.push_back({attribute.id, *value.number}); break;
      case AttributeType::kDate: {
        const auto days = static_cast<std::int32_t>(*value.number);
        values.push_back({attribute.id, Date{model.parts().as_of.days - days}});
        break;
      }
      case AttributeType::kBoolean:
        values.push_back({attribute.id, value.levels[0] == "true"});
        break;
      case AttributeType::kSet: values.push_back({attribute.id, StringSet{value.levels}}); break;
      default: values.push_back({attribute.id, value.levels[0]});
    }
  }
  const auto table = TableFromValues(values, model.schema());
  EXPECT_TRUE(table.ok()) << table.status();
  return *table;
}

// Somebody like that would be placed in the segment, and be typical of it.
TEST_P(PersonasOfRealFiles, HaveATypicalMemberWhoIsOne) {
  WorkerPool pool(2);
  const std::vector<Exemplar> exemplars = ComposeExemplars(*model_, table_, labels_, pool);
  for (int component = 0; component < model_->component_count(); ++component) {
    const Exemplar& exemplar = exemplars[static_cast<std::size_t>(component)];
    ASSERT_GT(exemplar.size(), 4u);
    const ContactTable contact = AsContact(exemplar, *model_);
    const Posterior posterior = model_->Assign(contact, model_->parts().as_of).at(0);
    EXPECT_EQ(posterior.winner, component);
    EXPECT_GT(model_->Typical(contact, 0, model_->parts().as_of, posterior).probability, .5);
    for (const ExemplarValue& value : exemplar) {
      EXPECT_TRUE(MayBeSaidInRule(*model_->schema().Find(value.attribute), ""));
    }
  }
}

TEST_P(PersonasOfRealFiles, AreDistinctSupportedAndFreeOfDeniedWords) {
  const std::vector<SegmentProfile> profiles = ProfileSegments(*model_);
  for (const Language language : AllLanguages()) {
    std::set<std::string> names;
    const std::vector<Portrait> portraits = DescribeSegments(*model_, profiles, language);
    for (std::size_t i = 0; i < portraits.size(); ++i) {
      EXPECT_TRUE(names.insert(portraits[i].name).second) << portraits[i].name;
      EXPECT_FALSE(Catalogue::For(language).DeniesName(portraits[i].name)) << portraits[i].name;
      EXPECT_FALSE(Catalogue::For(language).DeniesText(portraits[i].summary));
      for (const Trait& trait : profiles[i].traits) {
        EXPECT_FALSE(DescribeTrait(trait, model_->schema(), language).empty());
        EXPECT_NE(trait.attribute, "gender");
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(
    Lists, PersonasOfRealFiles,
    testing::Values(RealFile{"marketing_campaign.csv", "Response", "1", "2014-07-01", 4},
                    RealFile{"bank-full.csv.gz", "y", "yes", "2014-07-01", 5},
                    RealFile{"mcdonalds.csv", "", "", "2014-07-01", 4},
                    RealFile{"Leads.csv.gz", "Converted", "1", "2018-07-01", 4}),
    [](const auto& file) {
      const std::string name = file.param.name;
      return name.substr(0, name.find_first_of(".-"));
    });

class PersonasOfTheMarketingCampaign : public PersonasOfRealFiles {};

// What a marketer would say of these customers after looking at the table.
TEST_P(PersonasOfTheMarketingCampaign, NameTheFamiliesAttentiveToOffers) {
  const std::vector<SegmentProfile> profiles = ProfileSegments(*model_);
  std::vector<std::string> english, french;
  for (const Portrait& each : DescribeSegments(*model_, profiles, Language::kEnglish)) {
    english.push_back(each.name);
    EXPECT_THAT(each.summary, HasSubstr("Outcome (response to the campaign): "));
  }
  for (const Portrait& each : DescribeSegments(*model_, profiles, Language::kFrench)) {
    french.push_back(each.name);
  }
  EXPECT_THAT(english, Contains(testing::ContainsRegex("families attentive to offers")));
  EXPECT_THAT(french, Contains(HasSubstr("Familles sensibles aux offres")));
  EXPECT_THAT(english, Not(Contains(HasSubstr("Close to the average"))));
}

INSTANTIATE_TEST_SUITE_P(Lists, PersonasOfTheMarketingCampaign,
                         testing::Values(RealFile{"marketing_campaign.csv", "Response", "1",
                                                  "2014-07-01", 4}));

}  // namespace
}  // namespace cible
