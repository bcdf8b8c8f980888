#include "clients/cli/order_contacts.h"

#include <gtest/gtest.h>

namespace cible {
namespace {

TEST(OrderContacts, CountsEachOrderOfSeveralContactsOnce) {
  OrderContacts orders;
  orders.Add("1", "ana");
  orders.Add("1", "ana");
  orders.Add("2", "ana");
  EXPECT_EQ(orders.shared(), 0);
  orders.Add("1", "bob");
  orders.Add("1", "carol");
  orders.Add("1", "ana");
  EXPECT_EQ(orders.shared(), 1);
  orders.Add("2", "bob");
  EXPECT_EQ(orders.shared(), 2);
}

TEST(OrderContacts, PassesOverLinesOfNoOrder) {
  OrderContacts orders;
  orders.Add("", "ana");
  orders.Add("", "bob");
  EXPECT_EQ(orders.shared(), 0);
}

}  // namespace
}  // namespace cible
