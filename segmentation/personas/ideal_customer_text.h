// The ideal customer, and contacts like it, in words.

#ifndef CIBLE_SEGMENTATION_PERSONAS_IDEAL_CUSTOMER_TEXT_H_
#define CIBLE_SEGMENTATION_PERSONAS_IDEAL_CUSTOMER_TEXT_H_

#include <string>
#include <vector>

#include "segmentation/personas/ideal_customer.h"
#include "segmentation/personas/lookalikes.h"
#include "segmentation/personas/portrait.h"

namespace cible {

// "Income of 69,000 or more – 82% of them, 6.1% of the others".
// REQUIRES: the statement fits the schema.
std::string DescribeStatement(const ProfileStatement& statement, const Schema& schema,
                              Language language);

// A few sentences: how many they are and what they bring, what sets them apart
// most, how sure that is; or why there is no profile and what it takes.
// REQUIRES: the profile is of this schema.
std::string DescribeIdealCustomer(const IdealProfile& profile, const Schema& schema,
                                  Language language);

// "At full price: 71% of what the best buy, 48% of what the others buy".
std::string DescribeFullPrice(const ShareMeans& means, Language language);
std::string DescribeLargeOrders(const ShareMeans& means, Language language);

// What similarity is and what to know of it, a sentence each.
std::vector<std::string> DescribeLookalikes(const Lookalikes& lookalikes, const Schema& schema,
                                            Language language);

}  // namespace cible

#endif  // CIBLE_SEGMENTATION_PERSONAS_IDEAL_CUSTOMER_TEXT_H_
