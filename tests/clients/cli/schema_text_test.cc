#include "clients/cli/schema_text.h"

#include <gtest/gtest.h>

namespace cible {
namespace {

v1::Schema SchemaOfTwo() {
  v1::Schema schema;
  schema.set_etag("7");
  v1::Attribute& income = *schema.add_attributes();
  income.set_id("income");
  income.set_display_name("Revenu annuel (€)");
  income.set_type(v1::ATTRIBUTE_TYPE_NUMERIC);
  income.set_criterion(v1::CRITERION_SOCIOECONOMIC);
  income.set_role(v1::ROLE_FEATURE);
  v1::Attribute& education = *schema.add_attributes();
  education.set_id("education");
  education.set_display_name("education");
  education.set_type(v1::ATTRIBUTE_TYPE_ORDINAL);
  education.add_levels("primary");
  education.add_levels("secondary");
  return schema;
}

TEST(SchemaText, ReadsBackAsTheSameSchema) {
  const v1::Schema schema = SchemaOfTwo();
  const auto read = SchemaFromText(SchemaToText(schema));
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(read->SerializeAsString(), schema.SerializeAsString());
}

TEST(SchemaText, KeepsAccentsReadableAndHasRemarksAboveAttributes) {
  const std::string text =
      SchemaToText(SchemaOfTwo(), [](const std::string& id) { return id + " is here"; });
  EXPECT_NE(text.find("# income is here\nattributes {\n  id: \"income\"\n"
                      "  display_name: \"Revenu annuel (€)\"\n"),
            std::string::npos)
      << text;
}

TEST(SchemaText, NamesTheLineThatCannotBeRead) {
  const auto schema = SchemaFromText("attributes {\n  id: \"age\"\n  tpye: 1\n}\n");
  EXPECT_EQ(schema.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(schema.status().message(),
            "line 3, column 7: Message type \"cible.v1.Attribute\" has no field named \"tpye\". "
            "Mend that line; `cible schema show --output FILE` writes a file that can be read.");
}

TEST(SchemaText, SaysWhichFileIsMissing) {
  const auto schema = ReadSchemaFile("/nowhere.schema");
  EXPECT_EQ(schema.status().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(schema.status().message(), "/nowhere.schema cannot be read; check the name");
}

TEST(ShortName, LeavesOutPrefixAndUnspecified) {
  EXPECT_EQ(ShortName(v1::ATTRIBUTE_TYPE_NUMERIC), "NUMERIC");
  EXPECT_EQ(ShortName(v1::CRITERION_UNSPECIFIED), "");
}

}  // namespace
}  // namespace cible
