#include "tests/server/services/service_fixture.h"

namespace cible {
namespace {

using testing::ElementsAre;

class SchemaTest : public ServiceTest {
 protected:
  absl::Status Get(const std::string& name = "workspaces/acme/schema") {
    v1::GetSchemaRequest request;
    request.set_name(name);
    schema_.Clear();
    return contacts_->GetSchema(call_, request, &schema_);
  }

  v1::UpdateSchemaRequest Change(const std::string& id, v1::AttributeType type,
                                 const std::string& etag = "") {
    v1::UpdateSchemaRequest request;
    request.mutable_schema()->set_name("workspaces/acme/schema");
    request.mutable_schema()->set_etag(etag);
    request.mutable_schema()->add_attributes()->set_id(id);
    request.mutable_schema()->mutable_attributes(0)->set_type(type);
    return request;
  }

  absl::Status Update(const v1::UpdateSchemaRequest& request) {
    schema_.Clear();
    return contacts_->UpdateSchema(call_, request, &schema_);
  }

  std::vector<std::string> Ids() const {
    std::vector<std::string> ids;
    for (const v1::Attribute& attribute : schema_.attributes()) ids.push_back(attribute.id());
    return ids;
  }

  v1::InferSchemaRequest Raw(const std::vector<std::vector<std::string>>& columns) {
    v1::InferSchemaRequest request;
    request.set_parent("workspaces/acme");
    for (const std::vector<std::string>& column : columns) {
      request.add_headers(column[0]);
      TextsToProto({column.begin() + 1, column.end()}, request.add_columns());
    }
    return request;
  }

  absl::Status Infer(const v1::InferSchemaRequest& request) {
    inference_.Clear();
    return contacts_->InferSchema(call_, request, &inference_);
  }

  v1::Schema schema_;
  v1::InferSchemaResponse inference_;
};

TEST_F(SchemaTest, IsEmptyBeforeTheFirstUpdate) {
  ASSERT_TRUE(Get().ok());
  EXPECT_EQ(schema_.name(), "workspaces/acme/schema");
  EXPECT_EQ(schema_.attributes_size(), 0);
  EXPECT_FALSE(schema_.etag().empty());
}

TEST_F(SchemaTest, OfAWorkspaceThatIsNotThereIsNotFound) {
  EXPECT_EQ(Get("workspaces/shop/schema"),
            absl::NotFoundError("there is no workspaces/shop; make it with CreateWorkspace"));
  EXPECT_EQ(Get("workspaces/acme"),
            absl::InvalidArgumentError(
                "a resource name is malformed; expected `workspaces/{workspace}/schema`"));
}

TEST_F(SchemaTest, AttributesAreAddedAndReplaced) {
  ASSERT_TRUE(Update(Change("age", v1::ATTRIBUTE_TYPE_NUMERIC)).ok());
  const std::string etag = schema_.etag();
  ASSERT_TRUE(Update(Change("city", v1::ATTRIBUTE_TYPE_CATEGORICAL)).ok());
  EXPECT_NE(schema_.etag(), etag);
  v1::UpdateSchemaRequest request = Change("age", v1::ATTRIBUTE_TYPE_NUMERIC);
  request.mutable_schema()->mutable_attributes(0)->set_unit("years");
  ASSERT_TRUE(Update(request).ok());
  ASSERT_TRUE(Get().ok());
  EXPECT_THAT(Ids(), ElementsAre("age", "city"));
  EXPECT_EQ(schema_.attributes(0).unit(), "years");
  EXPECT_EQ(schema_.attributes(0).display_name(), "age");
  EXPECT_EQ(schema_.attributes(1).number(), 2);
}

TEST_F(SchemaTest, AnUpdateWithoutChangeKeepsTheEtag) {
  ASSERT_TRUE(Update(Change("age", v1::ATTRIBUTE_TYPE_NUMERIC)).ok());
  const std::string etag = schema_.etag();
  ASSERT_TRUE(Update(Change("age", v1::ATTRIBUTE_TYPE_NUMERIC, etag)).ok());
  EXPECT_EQ(schema_.etag(), etag);
}

TEST_F(SchemaTest, AnOldEtagIsAborted) {
  ASSERT_TRUE(Get().ok());
  const std::string old = schema_.etag();
  ASSERT_TRUE(Update(Change("age", v1::ATTRIBUTE_TYPE_NUMERIC, old)).ok());
  EXPECT_EQ(Update(Change("city", v1::ATTRIBUTE_TYPE_CATEGORICAL, old)),
            absl::AbortedError(
                "the schema has changed since it was read; get it again and repeat the change"));
}

TEST_F(SchemaTest, ATypeNeverChanges) {
  ASSERT_TRUE(Update(Change("age", v1::ATTRIBUTE_TYPE_NUMERIC)).ok());
  EXPECT_EQ(
      Update(Change("age", v1::ATTRIBUTE_TYPE_DATE)),
      absl::FailedPreconditionError("attribute \"age\" is NUMERIC and cannot become DATE; add "
                                    "an attribute under another id instead"));
}

TEST_F(SchemaTest, ASensitiveFeatureIsRefusedUnlessItIsSaidOutLoud) {
  v1::UpdateSchemaRequest request = Change("religion", v1::ATTRIBUTE_TYPE_CATEGORICAL);
  v1::Attribute& attribute = *request.mutable_schema()->mutable_attributes(0);
  attribute.set_sensitive(true);
  EXPECT_EQ(
      Update(request),
      absl::InvalidArgumentError(
          "attribute \"religion\" is sensitive and a FEATURE; give it the role DESCRIPTOR, or "
          "set sensitive_feature to say that contacts are to be clustered by it all the "
          "same"));
  attribute.set_role(v1::ROLE_DESCRIPTOR);
  EXPECT_TRUE(Update(request).ok());
  attribute.set_role(v1::ROLE_FEATURE);
  attribute.set_sensitive_feature(true);
  EXPECT_TRUE(Update(request).ok());
}

TEST_F(SchemaTest, WhatIsNotListedIsRemovedWhenAskedFor) {
  AddAttributes({{"age", v1::ATTRIBUTE_TYPE_NUMERIC},
                 {"city", v1::ATTRIBUTE_TYPE_CATEGORICAL},
                 {"member", v1::ATTRIBUTE_TYPE_BOOLEAN}});
  v1::UpdateSchemaRequest request = Change("city", v1::ATTRIBUTE_TYPE_CATEGORICAL);
  request.set_remove_missing(true);
  ASSERT_TRUE(Update(request).ok());
  EXPECT_THAT(Ids(), ElementsAre("city"));
  // Its number is not given again, so old values are not read as the new one.
  ASSERT_TRUE(Update(Change("age", v1::ATTRIBUTE_TYPE_DATE)).ok());
  EXPECT_EQ(schema_.attributes(1).number(), 4);
}

TEST_F(SchemaTest, ACheckOnlyStoresNothing) {
  v1::UpdateSchemaRequest request = Change("age", v1::ATTRIBUTE_TYPE_NUMERIC);
  request.set_validate_only(true);
  ASSERT_TRUE(Update(request).ok());
  EXPECT_THAT(Ids(), ElementsAre("age"));
  ASSERT_TRUE(Get().ok());
  EXPECT_THAT(Ids(), ElementsAre());
}

TEST_F(SchemaTest, AMalformedAttributeIsRefusedAndNothingIsStored) {
  v1::UpdateSchemaRequest request = Change("age", v1::ATTRIBUTE_TYPE_NUMERIC);
  *request.mutable_schema()->add_attributes() = request.schema().attributes(0);
  EXPECT_EQ(Update(request),
            absl::InvalidArgumentError("attribute \"age\" is listed twice; list it once"));
  request.mutable_schema()->mutable_attributes(1)->set_id("Age");
  EXPECT_EQ(Update(request).code(), absl::StatusCode::kInvalidArgument);
  ASSERT_TRUE(Get().ok());
  EXPECT_THAT(Ids(), ElementsAre());
}

TEST_F(SchemaTest, AnIdLikeAnothersDisplayNameIsAnAttributeOfItsOwn) {
  v1::UpdateSchemaRequest request = Change("age", v1::ATTRIBUTE_TYPE_NUMERIC);
  request.mutable_schema()->mutable_attributes(0)->set_display_name("years");
  ASSERT_TRUE(Update(request).ok());
  ASSERT_TRUE(Update(Change("years", v1::ATTRIBUTE_TYPE_DATE)).ok());
  EXPECT_THAT(Ids(), ElementsAre("age", "years"));
}

TEST_F(SchemaTest, TooManyAttributesAreRefused) {
  v1::UpdateSchemaRequest request;
  request.mutable_schema()->set_name("workspaces/acme/schema");
  for (int i = 0; i < 10'001; ++i) {
    v1::Attribute* attribute = request.mutable_schema()->add_attributes();
    attribute->set_id("a" + std::to_string(i));
    attribute->set_type(v1::ATTRIBUTE_TYPE_NUMERIC);
  }
  EXPECT_EQ(Update(request),
            absl::InvalidArgumentError("the schema would have 10001 attributes; at most 10000 are "
                                       "allowed"));
}

TEST_F(SchemaTest, InfersRawColumnsAndStoresNothing) {
  std::vector<std::string> ids = {"ID"}, ages = {"Age"}, cities = {"City"};
  for (int row = 0; row < 60; ++row) {
    ids.push_back("c" + std::to_string(row));
    ages.push_back(row % 7 == 0 ? "NA" : std::to_string(20 + row % 41));
    cities.push_back(row % 2 == 0 ? "Lyon" : "Nantes");
  }
  const absl::Status status = Infer(Raw({ids, ages, cities}));
  ASSERT_TRUE(status.ok()) << status;
  EXPECT_EQ(inference_.id_column(), "ID");
  ASSERT_EQ(inference_.schema().attributes_size(), 2);
  EXPECT_EQ(inference_.schema().attributes(0).display_name(), "Age");
  EXPECT_EQ(inference_.schema().attributes(0).type(), v1::ATTRIBUTE_TYPE_NUMERIC);
  EXPECT_EQ(inference_.schema().attributes(1).type(), v1::ATTRIBUTE_TYPE_CATEGORICAL);
  EXPECT_EQ(inference_.columns(1).missing_count(), 9);
  EXPECT_THAT(inference_.columns(1).missing_markers(), ElementsAre("NA"));
  ASSERT_TRUE(Get().ok());
  EXPECT_EQ(schema_.attributes_size(), 0);
}

TEST_F(SchemaTest, RawColumnsAreChecked) {
  v1::InferSchemaRequest request = Raw({{"age", "1", "2"}, {"city", "Lyon", "Nantes"}});
  request.add_headers("extra");
  EXPECT_EQ(Infer(request),
            absl::InvalidArgumentError(
                "the request has 3 headers and 2 columns; send one column a header"));
  request = Raw({{"age", "1", "2"}, {"city", "Lyon"}});
  EXPECT_EQ(Infer(request),
            absl::InvalidArgumentError("the cells of column 2 are 1, those of the first column 2; "
                                       "send columns of the same length"));
  request = Raw({{"age", "1", "2"}});
  request.mutable_columns(0)->set_ends(1, 4'000'000'000);
  EXPECT_EQ(Infer(request),
            absl::InvalidArgumentError("the cells of column 1 have end offsets that descend or do "
                                       "not end with the data; send one end a text"));
  EXPECT_EQ(Infer(Raw({{"age", "\xff", "2"}})),
            absl::InvalidArgumentError("the cells of column 1 are not all UTF-8; convert them, or "
                                       "leave those rows out"));
  request = Raw({{"age"}});
  request.mutable_columns(0)->mutable_ends()->Resize(100'001, 0);
  EXPECT_EQ(Infer(request),
            absl::InvalidArgumentError("the columns hold 100001 rows and 0 bytes; send at most "
                                       "100000 rows and 4194304 bytes, a sample is enough"));
  request.set_parent("workspaces/shop");
  EXPECT_EQ(Infer(request).code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(Infer(Raw({})).code(), absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace cible
