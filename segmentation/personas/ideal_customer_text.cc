#include "segmentation/personas/ideal_customer_text.h"

#include <cstddef>

#include "absl/strings/str_join.h"
#include "segmentation/personas/catalogue.h"
#include "segmentation/personas/claim.h"
#include "segmentation/personas/figures.h"
#include "segmentation/personas/rule_text.h"
#include "segmentation/personas/words.h"

namespace cible {
namespace {

constexpr std::size_t kMostItems = 3;

std::string Count(int count, const Catalogue& catalogue) {
  return FormatNumber(count, 0, catalogue);
}

// "1 customer", "214 customers".
std::string Customers(int count, const Catalogue& catalogue) {
  const bool is_one = count == 1 || (count == 0 && catalogue.Message("singular") == "below two");
  return catalogue.Message(is_one ? "ideal.customers.one" : "ideal.customers",
                           {{"n", Count(count, catalogue)}});
}

// How many there are, and how many it takes.
Arguments CountsOf(int customer_count, const Catalogue& catalogue) {
  return {{"customers", Customers(customer_count, catalogue)},
          {"fewest", Count(kFewestForProfile, catalogue)},
          {"full", Count(kFewestForFullProfile, catalogue)}};
}

std::string ItemsSentence(const std::vector<ProfileStatement>& statements, const Schema& schema,
                          Language language) {
  const Catalogue& catalogue = Catalogue::For(language);
  std::vector<std::string> items;
  for (const ProfileStatement& statement : statements) {
    if (items.size() == kMostItems) break;
    items.push_back(
        catalogue.Message(items.empty() ? "ideal.item_first" : "item.next",
                          {{"label", DescribeCondition(statement.condition, schema, language)},
                           {"value", FormatShareBelowAll(statement.share, catalogue)},
                           {"population", FormatShareBelowAll(statement.other_share, catalogue)}}));
  }
  if (items.empty()) return catalogue.Message("ideal.nothing");
  return catalogue.Message("ideal.apart", {{"items", Listed(items, catalogue)}});
}

std::string ValueSentence(const IdealProfile& profile, const Schema& schema,
                          const Catalogue& catalogue) {
  const ValueDefinition definition = ValueDefinitionOf(schema);
  const std::string& part = definition.parts.front().attribute;
  const FigurePair values = FormatFigures({.attribute = part,
                                           .segment_value = profile.best->value,
                                           .population_value = profile.best->other_value},
                                          *schema.Find(part), catalogue);
  return catalogue.Message("ideal.size",
                           {{"best", Count(profile.best->count, catalogue)},
                            {"customers", Customers(profile.customer_count, catalogue)},
                            {"value", values.segment},
                            {"others", values.population}});
}

std::string ShareText(const char* key, const ShareMeans& means, Language language) {
  const Catalogue& catalogue = Catalogue::For(language);
  return catalogue.Message(key, {{"best", FormatShare(means.best, catalogue)},
                                 {"others", FormatShare(means.others, catalogue)}});
}

void NameUnshared(const char* key, const std::vector<std::string>& attributes, const Schema& schema,
                  const Catalogue& catalogue, std::vector<std::string>& sentences) {
  if (attributes.empty()) return;
  std::vector<std::string> labels;
  for (const std::string& attribute : attributes) {
    labels.push_back(AttributeLabelOf(*schema.Find(attribute), catalogue));
  }
  sentences.push_back(catalogue.Message(key, {{"labels", Listed(labels, catalogue)}}));
}

}  // namespace

std::string DescribeStatement(const ProfileStatement& statement, const Schema& schema,
                              Language language) {
  const Catalogue& catalogue = Catalogue::For(language);
  return catalogue.Message(
      "ideal.statement",
      {{"label", Capitalised(DescribeCondition(statement.condition, schema, language))},
       {"value", FormatShareBelowAll(statement.share, catalogue)},
       {"population", FormatShareBelowAll(statement.other_share, catalogue)}});
}

std::string DescribeIdealCustomer(const IdealProfile& profile, const Schema& schema,
                                  Language language) {
  const Catalogue& catalogue = Catalogue::For(language);
  const Arguments counts = CountsOf(profile.customer_count, catalogue);
  std::vector<std::string> sentences;
  if (profile.basis == ProfileBasis::kTooFew) {
    sentences.push_back(catalogue.Message("ideal.too_few", counts));
  } else if (!profile.best) {
    sentences.push_back(catalogue.Message("ideal.no_fifth", counts));
  } else {
    sentences.push_back(ValueSentence(profile, schema, catalogue));
    if (profile.value_share) {
      sentences.push_back(catalogue.Message(
          "ideal.value_share", {{"share", FormatShare(*profile.value_share, catalogue)}}));
    }
    sentences.push_back(ItemsSentence(profile.best->statements, schema, language));
  }
  if (profile.basis == ProfileBasis::kDirectional && profile.best) {
    sentences.push_back(catalogue.Message("ideal.directional", counts));
  }
  if (profile.unknown_value_count > 0) {
    sentences.push_back(catalogue.Message(
        "ideal.unknown", {{"customers", Customers(profile.unknown_value_count, catalogue)}}));
  }
  return absl::StrJoin(sentences, " ");
}

std::string DescribeFullPrice(const ShareMeans& means, Language language) {
  return ShareText("ideal.full_price", means, language);
}

std::string DescribeLargeOrders(const ShareMeans& means, Language language) {
  return ShareText("ideal.large_orders", means, language);
}

std::vector<std::string> DescribeLookalikes(const Lookalikes& lookalikes, const Schema& schema,
                                            Language language) {
  const Catalogue& catalogue = Catalogue::For(language);
  const Arguments counts = CountsOf(lookalikes.customer_count, catalogue);
  if (lookalikes.basis == ProfileBasis::kTooFew) {
    return {catalogue.Message("ideal.too_few", counts)};
  }
  if (lookalikes.ideal_count == 0) return {catalogue.Message("ideal.no_fifth", counts)};
  if (lookalikes.candidate_count == 0) return {catalogue.Message("lookalikes.nobody")};
  std::vector<std::string> sentences = {catalogue.Message("lookalikes.similarity")};
  if (lookalikes.basis == ProfileBasis::kDirectional) {
    sentences.push_back(catalogue.Message("lookalikes.directional", counts));
  }
  if (lookalikes.tells_nothing) sentences.push_back(catalogue.Message("lookalikes.nothing"));
  NameUnshared("lookalikes.unknown_of_candidates", lookalikes.unknown_of_candidates, schema,
               catalogue, sentences);
  NameUnshared("lookalikes.unknown_of_customers", lookalikes.unknown_of_customers, schema,
               catalogue, sentences);
  return sentences;
}

}  // namespace cible
