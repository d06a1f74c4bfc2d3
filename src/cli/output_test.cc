#include "strata/cli/output.h"

#include <gtest/gtest.h>

#include "strata/cli/captured_output_fake.h"

namespace strata::cli {
namespace {

namespace json = boost::json;

const json::array kServers{
    json::object{{"name", "Survival"}, {"node", {{"name", "node-1"}}}, {"bytes", 1536}},
    json::object{{"name", "Größe ☃"}, {"node", {{"name", "n"}}}, {"bytes", 0}},
};
const std::vector<Field> kColumns{{"NAME", "name"}, {"STORED", "bytes", Field::Kind::kBytes}, {"NODE", "node.name"}};

TEST(Output, a_table_has_a_header_and_aligned_columns_also_for_names_beyond_ascii) {
  CapturedOutput captured;
  captured.output().table(kServers, kColumns, "no servers yet");
  EXPECT_EQ(captured.out(),
            "NAME      STORED    NODE\n"
            "Survival  1.50 KiB  node-1\n"
            "Größe ☃   0 B       n\n");
  EXPECT_EQ(captured.error(), "");
}

TEST(Output, an_empty_table_is_a_sentence_on_standard_error_and_nothing_on_standard_output) {
  CapturedOutput captured;
  captured.output().table({}, kColumns, "no servers yet");
  EXPECT_EQ(captured.out(), "");
  EXPECT_EQ(captured.error(), "no servers yet\n");
}

TEST(Output, with_json_a_table_is_one_document_with_every_member_and_no_header) {
  CapturedOutput captured({.json = true});
  captured.output().table(kServers, kColumns, "no servers yet");
  EXPECT_EQ(json::parse(captured.out()), json::value(kServers));
}

TEST(Output, with_json_an_empty_table_is_an_empty_array) {
  CapturedOutput captured({.json = true});
  captured.output().table({}, kColumns, "no servers yet");
  EXPECT_EQ(captured.out(), "[]\n");
  EXPECT_EQ(captured.error(), "");
}

TEST(Output, with_json_lines_for_people_are_left_out_and_scripts_are_not) {
  CapturedOutput captured({.json = true});
  captured.output().line("deletion started");
  captured.output().raw_result("complete -F _strata strata\n");
  EXPECT_EQ(captured.out(), "complete -F _strata strata\n");
}

TEST(Output, an_object_is_titles_and_values_in_one_column_each) {
  CapturedOutput captured;
  captured.output().object(kServers[0], {{"Name", "name"}, {"Backup configuration", "backup_configuration.name"}});
  EXPECT_EQ(captured.out(),
            "Name:                 Survival\n"
            "Backup configuration: -\n");
}

TEST(Output, values_of_every_kind_have_a_plain_form) {
  const json::value object = json::parse(
      R"({"yes":true,"no":false,"null":null,"empty":"","none":[],"list":["a","b"],"count":18000000000000000000,
          "negative":-3,"fraction":2.5,"map":{"a":1},"created":"2026-08-22T12:07:53.123456Z","short":"soon"})");
  const auto text = [&](const char* path, Field::Kind kind = Field::Kind::kText) {
    return field_text(object, {"", path, kind});
  };
  EXPECT_EQ(text("yes"), "yes");
  EXPECT_EQ(text("no"), "no");
  EXPECT_EQ(text("null"), "-");
  EXPECT_EQ(text("empty"), "-");
  EXPECT_EQ(text("none"), "-");
  EXPECT_EQ(text("absent"), "-");
  EXPECT_EQ(text("list.absent"), "-");
  EXPECT_EQ(text("list"), "a, b");
  EXPECT_EQ(text("count"), "18000000000000000000");
  EXPECT_EQ(text("negative"), "-3");
  EXPECT_EQ(text("fraction"), "2.5");
  EXPECT_EQ(text("map"), R"({"a":1})");
  EXPECT_EQ(text("created", Field::Kind::kTime), "2026-08-22 12:07:53");
  EXPECT_EQ(text("short", Field::Kind::kTime), "soon");
  EXPECT_EQ(text("negative", Field::Kind::kBytes), "-3");
}

// A name from elsewhere must not move the cursor, clear the screen or set the window's title.
TEST(Output, control_characters_of_a_name_never_reach_the_terminal) {
  EXPECT_EQ(printable("\x1b[2Jx\r\n\t\x07\x7f"), "?[2Jx?????");
  EXPECT_EQ(printable("8-bit \xc2\x9b"
                      "2J"),
            "8-bit ?2J")
      << "U+009B is another way to write ESC [";
  EXPECT_EQ(printable("caf\xc3\xa9 \xc2\xa0"), "caf\xc3\xa9 \xc2\xa0") << "what follows the controls stays";
  EXPECT_EQ(printable(std::string("bad \xff byte")), "bad \xef\xbf\xbd byte");

  CapturedOutput captured;
  captured.output().table({json::object{{"name", "\x1b]0;owned\x07"}}}, {{"NAME", "name"}}, "");
  EXPECT_EQ(captured.out(), "NAME\n?]0;owned?\n");
}

TEST(Output, json_keeps_every_character_and_escapes_controls) {
  CapturedOutput captured({.json = true});
  captured.output().object(json::object{{"name", "\x1b[2J"}}, {});
  EXPECT_EQ(captured.out().find('\x1b'), std::string::npos);
  EXPECT_EQ(json::parse(captured.out()).at("name").as_string(), "\x1b[2J");
}

}  // namespace
}  // namespace strata::cli
