#include "clients/load/made_contacts.h"

#include <algorithm>
#include <cmath>
#include <random>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace cible::load {
namespace {

using Random = std::mt19937_64;

constexpr int kInventedLevels = 8;
constexpr std::int64_t kDaySeconds = 86'400;
constexpr std::int64_t kSince2015 = 16'436 * kDaySeconds;  // 1970 to 2015.
constexpr int kTenYears = 3'650;                           // Days.

int Below(int end, Random& random) {
  return std::uniform_int_distribution<int>(0, end - 1)(random);
}

bool DescribesPersons(const v1::Attribute& attribute) {
  if (attribute.type() == v1::ATTRIBUTE_TYPE_TEXT || attribute.consequence_of_outcome()) {
    return false;
  }
  if (attribute.applies_to() == v1::APPLIES_TO_ORGANIZATIONS) return false;
  return attribute.role() == v1::ROLE_FEATURE || attribute.role() == v1::ROLE_DESCRIPTOR ||
         attribute.role() == v1::ROLE_UNSPECIFIED;
}

double MakeNumber(const v1::Attribute& attribute, Random& random) {
  if (attribute.birth() == v1::BIRTH_YEAR) return 1945 + Below(60, random);
  if (attribute.birth() == v1::BIRTH_AGE) return 18 + Below(70, random);
  switch (attribute.distribution()) {
    case v1::DISTRIBUTION_GAUSSIAN: return std::normal_distribution<double>(50, 15)(random);
    case v1::DISTRIBUTION_COUNT: return std::poisson_distribution<int>(3)(random);
    default: return std::round(std::lognormal_distribution<double>(4, 1)(random) * 100) / 100;
  }
}

std::string MakeLevel(const v1::Attribute& attribute, Random& random) {
  if (attribute.levels().empty()) return absl::StrCat("level ", Below(kInventedLevels, random));
  return attribute.levels(Below(attribute.levels_size(), random));
}

void MakeDay(Random& random, v1::Date& date) {
  date.set_year(2015 + Below(10, random));
  date.set_month(1 + Below(12, random));
  date.set_day(1 + Below(28, random));
}

void MakeTags(Random& random, v1::StringSet& set) {
  for (int i = 0; i < kInventedLevels; ++i) {
    if (Below(3, random) == 0) set.add_members(absl::StrCat("tag ", i));
  }
}

void MakeValue(const v1::Attribute& attribute, Random& random, v1::AttributeValue& value) {
  switch (attribute.type()) {
    case v1::ATTRIBUTE_TYPE_CATEGORICAL:
    case v1::ATTRIBUTE_TYPE_ORDINAL: value.set_text(MakeLevel(attribute, random)); break;
    case v1::ATTRIBUTE_TYPE_SET: MakeTags(random, *value.mutable_set()); break;
    case v1::ATTRIBUTE_TYPE_BOOLEAN: value.set_flag(Below(2, random) == 1); break;
    case v1::ATTRIBUTE_TYPE_DATE: MakeDay(random, *value.mutable_date()); break;
    case v1::ATTRIBUTE_TYPE_TIMESTAMP:
      value.mutable_instant()->set_seconds(kSince2015 + Below(kTenYears, random) * kDaySeconds +
                                           Below(kDaySeconds, random));
      break;
    case v1::ATTRIBUTE_TYPE_LOCATION:
      value.mutable_location()->set_latitude(43 + Below(7'000, random) / 1e3);
      value.mutable_location()->set_longitude(-1 + Below(8'000, random) / 1e3);
      break;
    default: value.set_number(MakeNumber(attribute, random));
  }
}

// The values that stored contacts have of each attribute, repetitions included:
// drawing from them keeps their shares.
using Pools = absl::flat_hash_map<std::string, std::vector<const v1::AttributeValue*>>;

Pools CollectValues(const std::vector<v1::Contact>& stored) {
  Pools pools;
  for (const v1::Contact& contact : stored) {
    for (const v1::AttributeValue& value : contact.attributes()) {
      pools[value.attribute()].push_back(&value);
    }
  }
  return pools;
}

void AddValue(const v1::Attribute& attribute, const Pools& pools, Random& random,
              v1::Contact& contact) {
  v1::AttributeValue& value = *contact.add_attributes();
  const auto pool = pools.find(attribute.id());
  if (pool == pools.end()) {
    MakeValue(attribute, random, value);
  } else {
    value = *pool->second[static_cast<std::size_t>(
        Below(static_cast<int>(pool->second.size()), random))];
  }
  value.set_attribute(attribute.id());
}

}  // namespace

ContactSet MakeContacts(const ContactOptions& options, const v1::Schema& schema,
                        const std::vector<v1::Contact>& stored) {
  ContactSet set;
  set.schema = schema;
  const Pools pools = CollectValues(stored);
  Random random(options.seed);
  std::bernoulli_distribution is_known(options.known);
  for (int i = 0; i < options.count; ++i) {
    v1::Contact& contact = set.contacts.emplace_back();
    for (const v1::Attribute& attribute : schema.attributes()) {
      if (!DescribesPersons(attribute) || !is_known(random)) continue;
      AddValue(attribute, pools, random, contact);
    }
    set.ids.push_back(absl::StrFormat("c%06d", i + 1));
  }
  return set;
}

}  // namespace cible::load
