// A schema with an attribute of every type, and contacts by it.

#ifndef CIBLE_TESTS_CLIENTS_LOAD_EVERY_TYPE_H_
#define CIBLE_TESTS_CLIENTS_LOAD_EVERY_TYPE_H_

#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

#include <string>

#include "cible/v1/contact.pb.h"

namespace cible::load {

template <typename Message>
Message FromText(const std::string& text) {
  Message message;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &message)) << text;
  return message;
}

inline v1::Schema EveryType() {
  return FromText<v1::Schema>(R"(
    attributes { id: "age" display_name: "Age" type: ATTRIBUTE_TYPE_NUMERIC role: ROLE_FEATURE }
    attributes { id: "city" type: ATTRIBUTE_TYPE_CATEGORICAL role: ROLE_FEATURE }
    attributes { id: "size" type: ATTRIBUTE_TYPE_ORDINAL levels: "small" levels: "large" }
    attributes { id: "tags" type: ATTRIBUTE_TYPE_SET }
    attributes { id: "news" type: ATTRIBUTE_TYPE_BOOLEAN }
    attributes { id: "since" type: ATTRIBUTE_TYPE_DATE }
    attributes { id: "seen" type: ATTRIBUTE_TYPE_TIMESTAMP }
    attributes { id: "home" type: ATTRIBUTE_TYPE_LOCATION }
    attributes { id: "email" type: ATTRIBUTE_TYPE_TEXT role: ROLE_IDENTITY })");
}

}  // namespace cible::load

#endif  // CIBLE_TESTS_CLIENTS_LOAD_EVERY_TYPE_H_
