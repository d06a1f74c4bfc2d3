#include "strata/describe/json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "strata/base/error.h"
#include "strata/describe/object.h"
#include "strata/describe/predicates.h"

namespace strata::describe {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

enum class Disk { kLocal, kDdupBak };
STRATA_DESCRIBED(Disk);
const Schema& schema_of(std::type_identity<Disk>) {
  static const auto schema = enumeration<Disk>("Disk", {{Disk::kLocal, "local"}, {Disk::kDdupBak, "ddup-bak"}});
  return schema;
}

struct Bucket {
  std::string name;
  std::string endpoint;
  Secret secret_key;
  std::uint64_t part_size = 1024;
};
STRATA_DESCRIBED(Bucket);
const Schema& schema_of(std::type_identity<Bucket>) {
  static const auto schema = object<Bucket>("Bucket")
                                 .field("bucket", &Bucket::name)
                                 .length(1, 5)
                                 .field("endpoint", &Bucket::endpoint)
                                 .must(http_url())
                                 .field("secret_key", &Bucket::secret_key)
                                 .length(1, 255)
                                 .shown_as("")
                                 .field("part_size", &Bucket::part_size)
                                 .range(5, 5000)
                                 .defaulted()
                                 .build();
  return schema;
}

struct Configuration {
  Uuid uuid;
  std::string name;
  std::optional<std::string> description;
  Disk disk = Disk::kLocal;
  bool shared = false;
  std::optional<Bucket> s3;
  std::vector<std::string> ignored;
  OrderedMap<std::string> environment;
  boost::json::value extra;
  Timestamp created;
};
STRATA_DESCRIBED(Configuration);
const Schema& schema_of(std::type_identity<Configuration>) {
  static const auto schema = object<Configuration>("Configuration")
                                 .field("uuid", &Configuration::uuid)
                                 .field("name", &Configuration::name)
                                 .length(1, 255)
                                 .field("description", &Configuration::description)
                                 .length(1, 10)
                                 .field("disk", &Configuration::disk)
                                 .field("shared", &Configuration::shared)
                                 .field("s3", &Configuration::s3)
                                 .field("ignored", &Configuration::ignored)
                                 .length(0, 3)
                                 .items(0, 3)
                                 .field("environment", &Configuration::environment)
                                 .key_length(1, 4)
                                 .length(0, 6)
                                 .field("extra", &Configuration::extra)
                                 .defaulted()
                                 .field("created", &Configuration::created)
                                 .build();
  return schema;
}

constexpr std::string_view kGood = R"({
  "uuid": "2f1c8e9a-7f3e-4a39-9f0e-0a1b2c3d4e5f", "name": "Frankfurt", "description": "ünïcödé",
  "disk": "ddup-bak", "shared": true,
  "s3": {"bucket": "b", "endpoint": "https://s3.example/x", "secret_key": "hunter2"},
  "ignored": ["a", "b"], "environment": {"Z": "1", "A": "2"}, "extra": {"any": [1, null]},
  "created": "2026-08-22T12:07:53.123456Z", "something_else": 1})";

std::vector<std::string> faults_of(std::string_view text) {
  try {
    parse<Configuration>(text);
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kInvalid);
    return error.all();
  }
  return {};
}

TEST(Describe, a_good_body_becomes_a_struct_and_unknown_fields_are_ignored) {
  const auto value = parse<Configuration>(kGood);
  EXPECT_EQ(value.uuid.text(), "2f1c8e9a-7f3e-4a39-9f0e-0a1b2c3d4e5f");
  EXPECT_EQ(value.description, "ünïcödé") << "7 code points, more than 10 bytes";
  EXPECT_EQ(value.disk, Disk::kDdupBak);
  ASSERT_TRUE(value.s3);
  EXPECT_EQ(value.s3->secret_key.reveal(), "hunter2");
  EXPECT_EQ(value.s3->part_size, 1024U) << "absent: the initializer";
  EXPECT_EQ(value.environment.begin()->first, "Z") << "order is kept";
  EXPECT_EQ(rfc3339(value.created), "2026-08-22T12:07:53.123456Z");
}

TEST(Describe, every_planted_fault_is_reported_at_once_with_its_path) {
  EXPECT_THAT(
      faults_of(R"({
    "uuid": "not-a-uuid", "name": "", "description": "longer than ten", "disk": "floppy", "shared": "yes",
    "s3": {"bucket": "toolong", "endpoint": "/relative", "secret_key": "", "part_size": 4},
    "ignored": ["fine", 7], "environment": {"KEYTOOLONG": "x", "K": "valuetoolong"}, "created": "yesterday"})"),
      ElementsAre("uuid: must be a uuid", "name: length is lower than 1", "description: length is greater than 10",
                  "disk: must be one of local, ddup-bak", "shared: must be true or false",
                  "s3.bucket: length is greater than 5", "s3.endpoint: not a valid url: relative URL without a base",
                  "s3.secret_key: length is lower than 1", "s3.part_size: lower than 5",
                  "ignored[0]: length is greater than 3", "ignored[1]: must be a text",
                  "environment.KEYTOOLONG: key length is greater than 4", "environment.K: length is greater than 6",
                  "created: must be a time such as 2026-08-22T12:07:53Z"));
}

TEST(Describe, absent_required_fields_are_each_named) {
  EXPECT_THAT(faults_of("{}"),
              ElementsAre("uuid: is required", "name: is required", "disk: is required", "shared: is required",
                          "ignored: is required", "environment: is required", "created: is required"));
}

TEST(Describe, what_is_not_an_object_or_not_json_is_an_invalid_payload) {
  EXPECT_THAT(faults_of("[]"), ElementsAre("invalid payload: must be an object"));
  EXPECT_THAT(faults_of("{\"a\": }"), ElementsAre(HasSubstr("invalid payload: syntax error near byte 6")));
  EXPECT_THAT(faults_of("{\"a\": 1"), ElementsAre(HasSubstr("invalid payload: incomplete JSON")));
  EXPECT_THAT(faults_of("{} {}"), ElementsAre(HasSubstr("invalid payload: ")));
  EXPECT_THAT(faults_of("{\"a\": \"\xff\"}"), ElementsAre(HasSubstr("invalid payload: ")));
}

TEST(Describe, nesting_and_size_are_bounded) {
  EXPECT_NO_THROW(parse_json(std::string(32, '[') + std::string(32, ']')));
  EXPECT_THROW(parse_json(std::string(33, '[') + std::string(33, ']')), Error);
  try {
    parse_json("[1,2,3]", 6);
    FAIL() << "seven bytes were accepted";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kTooLarge);
  }
}

TEST(Describe, nul_is_refused_in_texts_keys_and_passed_through_json) {
  const auto with = [](std::string_view from, std::string_view to) {
    std::string text(kGood);
    text.replace(text.find(from), from.size(), to);
    return faults_of(text);
  };
  EXPECT_THAT(with("Frankfurt", "a\\u0000b"), ElementsAre("name: contains a NUL character"));
  EXPECT_THAT(with("\"Z\"", "\"\\u0000\""), ElementsAre(HasSubstr("key contains a NUL character")));
  EXPECT_THAT(with("[1, null]", "[\"\\u0000\"]"), ElementsAre("extra: contains a NUL character"));
}

TEST(Describe, a_list_over_its_limit_is_one_fault) {
  std::string text(kGood);
  text.replace(text.find("[\"a\", \"b\"]"), 10, R"(["long!", "long!", "long!", "long!"])");
  EXPECT_THAT(faults_of(text), ElementsAre("ignored: number of items is greater than 3"));
}

TEST(Describe, a_body_of_nothing_but_faults_is_cut_off) {
  std::string list = "[1";
  for (int i = 0; i < 500; ++i) list += ",1";
  try {
    parse<std::vector<std::string>>(list + "]");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.all().size(), 101U);
    EXPECT_EQ(error.all().back(), "invalid payload: there are more faults than these");
  }
}

TEST(Describe, writing_gives_every_field_with_null_for_what_is_not_there) {
  Configuration value;
  value.name = "n";
  value.environment = {{"Z", "1"}, {"A", "2"}};
  EXPECT_EQ(to_text(value),
            R"({"uuid":"00000000-0000-0000-0000-000000000000","name":"n","description":null,"disk":"local",)"
            R"("shared":false,"s3":null,"ignored":[],"environment":{"Z":"1","A":"2"},"extra":null,)"
            R"("created":"1970-01-01T00:00:00Z"})");
}

TEST(Describe, a_secret_is_never_written_unless_revealed_on_purpose) {
  const auto value = parse<Configuration>(kGood);
  EXPECT_THAT(to_text(value), testing::Not(HasSubstr("hunter2")));
  EXPECT_THAT(to_text(value), HasSubstr(R"("secret_key":"")")) << "the stand-in keeps the shape";
  EXPECT_THAT(to_text(value, Secrets::kReveal), HasSubstr(R"("secret_key":"hunter2")"));
}

TEST(Describe, text_that_is_not_utf8_is_written_readable) {
  EXPECT_EQ(to_text(std::vector<std::string>{"a\xff"}), "[\"a\xEF\xBF\xBD\"]");
}

struct Change {
  Patch<std::string> name;
  Patch<std::string> description;
  Patch<Bucket> s3;
  SecretPatch password;
  OrderedMap<SecretPatch> environment;
};
STRATA_DESCRIBED(Change);
const Schema& schema_of(std::type_identity<Change>) {
  static const auto schema = object<Change>("Change")
                                 .field("name", &Change::name)
                                 .length(1, 5)
                                 .not_null()
                                 .field("description", &Change::description)
                                 .field("s3", &Change::s3)
                                 .field("password", &Change::password)
                                 .length(8, 255)
                                 .shown_as("••••")
                                 .field("environment", &Change::environment)
                                 .defaulted()
                                 .build();
  return schema;
}

TEST(Describe, a_patch_tells_absent_null_and_value_apart) {
  std::optional<std::string> stored = "old";
  parse<Change>("{}").description.apply_to(stored);
  EXPECT_EQ(stored, "old");
  parse<Change>(R"({"description": "new"})").description.apply_to(stored);
  EXPECT_EQ(stored, "new");
  parse<Change>(R"({"description": null})").description.apply_to(stored);
  EXPECT_EQ(stored, std::nullopt);
}

TEST(Describe, a_patch_of_what_cannot_be_cleared_refuses_null_and_keeps_the_rules_of_its_value) {
  const auto fault = [](std::string_view text) {
    try {
      parse<Change>(text);
    } catch (const Error& error) {
      return error.message();
    }
    return std::string();
  };
  EXPECT_EQ(fault(R"({"name": null})"), "name: must not be null");
  EXPECT_EQ(fault(R"({"name": "too long"})"), "name: length is greater than 5");
  EXPECT_EQ(fault(R"({"s3": {"bucket": "", "endpoint": "http://h", "secret_key": "x"}})"),
            "s3.bucket: length is lower than 1");
}

TEST(Describe, a_patch_is_written_as_it_would_be_sent) {
  Change change;
  change.name = Patch<std::string>::of("n");
  change.description = Patch<std::string>::null();
  change.password = SecretPatch::set(Secret("long enough"));
  EXPECT_EQ(to_text(change, Secrets::kReveal),
            R"({"name":"n","description":null,"password":"long enough","environment":{}})");
}

TEST(Describe, a_blank_or_masked_secret_is_kept_null_clears_and_text_sets) {
  EXPECT_TRUE(parse<Change>("{}").password.keeps());
  EXPECT_TRUE(parse<Change>(R"({"password": ""})").password.keeps());
  EXPECT_TRUE(parse<Change>(R"({"password": "••••"})").password.keeps());
  EXPECT_TRUE(parse<Change>(R"({"password": null})").password.clears());
  EXPECT_EQ(parse<Change>(R"({"password": "12345678"})").password.value().reveal(), "12345678");
  EXPECT_THROW(parse<Change>(R"({"password": "short"})"), Error);
}

TEST(Describe, a_map_of_secrets_keeps_blank_ones_and_forgets_absent_ones) {
  const auto change = parse<Change>(R"({"environment": {"KEPT": "", "SET": "v"}})");
  ASSERT_EQ(change.environment.size(), 2U);
  EXPECT_TRUE(change.environment.find("KEPT")->keeps());
  EXPECT_TRUE(change.environment.find("SET")->sets());
}

struct Listing {
  std::uint32_t page = 1;
  std::int32_t per_page = 25;
  std::optional<std::string> search;
  std::vector<std::string> tag;
  bool detached = false;
};
STRATA_DESCRIBED(Listing);
const Schema& schema_of(std::type_identity<Listing>) {
  static const auto schema = object<Listing>("Listing")
                                 .field("page", &Listing::page)
                                 .at_least(1)
                                 .defaulted()
                                 .field("per_page", &Listing::per_page)
                                 .range(1, 100)
                                 .defaulted()
                                 .field("search", &Listing::search)
                                 .length(1, 5)
                                 .field("tag", &Listing::tag)
                                 .defaulted()
                                 .field("detached", &Listing::detached)
                                 .defaulted()
                                 .build();
  return schema;
}

TEST(Describe, a_query_string_is_read_by_the_same_rules) {
  using Pairs = std::vector<std::pair<std::string, std::string>>;
  const Pairs good{{"page", "3"}, {"search", ""}, {"tag", "a"}, {"tag", "b"}, {"tag", "c"}, {"detached", "true"}};
  const auto listing = parse_query<Listing>(good);
  EXPECT_EQ(listing.page, 3U);
  EXPECT_EQ(listing.per_page, 25);
  EXPECT_EQ(listing.search, std::nullopt) << "empty is absent";
  EXPECT_THAT(listing.tag, ElementsAre("a", "b", "c"));
  EXPECT_TRUE(listing.detached);

  const Pairs bad{{"page", "0"}, {"per_page", "101"}, {"search", "abcdef"}, {"detached", "maybe"}};
  try {
    parse_query<Listing>(bad);
    FAIL();
  } catch (const Error& error) {
    EXPECT_THAT(error.all(), ElementsAre("page: lower than 1", "per_page: greater than 100",
                                         "search: length is greater than 5", "detached: must be true or false"));
  }
  for (const char* text : {"x", "1.5", "1e2", "--1", "99999999999999999999"}) {
    EXPECT_THROW(parse_query<Listing>(Pairs{{"page", text}}), Error) << text;
  }
}

TEST(Describe, a_source_of_texts_is_read_with_its_nesting) {
  const auto from = boost::json::parse(R"({"page": "2", "per_page": "7", "tag": ["a", "b"], "detached": "false"})");
  const auto listing = parse_texts<Listing>(from);
  EXPECT_EQ(listing.page, 2U);
  EXPECT_EQ(listing.per_page, 7);
  EXPECT_THAT(listing.tag, ElementsAre("a", "b"));
  EXPECT_FALSE(listing.detached);
}

TEST(Describe, numbers_outside_their_type_are_faults_and_never_wrap) {
  EXPECT_THROW(parse<std::vector<std::uint16_t>>("[65536]"), Error);
  EXPECT_THROW(parse<std::vector<std::uint64_t>>("[-1]"), Error);
  EXPECT_THROW(parse<std::vector<std::int32_t>>("[2147483648]"), Error);
  EXPECT_THROW(parse<std::vector<std::int64_t>>("[9223372036854775808]"), Error);
  EXPECT_THROW(parse<std::vector<std::int64_t>>("[1.0]"), Error);
  EXPECT_THAT(parse<std::vector<std::uint64_t>>("[18446744073709551615]"), ElementsAre(18446744073709551615U));
  EXPECT_THAT(parse<std::vector<double>>("[1, 2.5]"), ElementsAre(1.0, 2.5));
}

TEST(Describe, names_of_an_enum_serve_outside_json_too) {
  EXPECT_EQ(text_of(Disk::kDdupBak), "ddup-bak");
  EXPECT_EQ(enum_of<Disk>("local"), Disk::kLocal);
  EXPECT_EQ(enum_of<Disk>("LOCAL"), std::nullopt);
  EXPECT_THROW(text_of(static_cast<Disk>(9)), Error) << "an enumerator without a name is a defect";
}

struct Base {
  std::string name;
  std::int64_t low = 0;
  std::int64_t high = 0;
};
STRATA_DESCRIBED(Base);
const Schema& schema_of(std::type_identity<Base>) {
  static const auto schema = object<Base>("Base")
                                 .field("name", &Base::name)
                                 .field("low", &Base::low)
                                 .field("high", &Base::high)
                                 .check([](const Base& value, ObjectFaults& faults) {
                                   if (value.low > value.high) faults.add("low", "greater than high");
                                 })
                                 .build();
  return schema;
}
struct Wider {
  std::string node;
  Base base;
  std::vector<Wider> children;
};
STRATA_DESCRIBED(Wider);
const Schema& schema_of(std::type_identity<Wider>) {
  static const auto schema = object<Wider>("Wider")
                                 .flatten(&Wider::base)
                                 .field("node", &Wider::node)
                                 .field("children", &Wider::children)
                                 .defaulted()
                                 .build();
  return schema;
}

TEST(Describe, a_flattened_member_shares_the_object_and_brings_its_checks) {
  constexpr std::string_view kText = R"({"name":"n","low":1,"high":2,"node":"x","children":[]})";
  EXPECT_EQ(to_text(parse<Wider>(kText)), kText);
  try {
    parse<Wider>(R"({"name":"n","low":1,"high":2,"node":"x","children":[{"name":"","low":3,"high":2,"node":""}]})");
    FAIL();
  } catch (const Error& error) {
    EXPECT_THAT(error.all(), ElementsAre("children[0].low: greater than high"));
  }
}

TEST(Describe, a_recursive_struct_stops_at_the_nesting_limit) {
  boost::json::value deep = boost::json::parse(R"({"name":"n","low":1,"high":2,"node":"x","children":[]})");
  const auto leaf = deep;
  for (int i = 0; i < 40; ++i) {
    auto parent = leaf;
    parent.at("children").as_array().push_back(std::move(deep));
    deep = std::move(parent);
  }
  try {
    parse<Wider>(deep);
    FAIL() << "40 levels were accepted";
  } catch (const Error& error) {
    EXPECT_THAT(error.message(), HasSubstr("is nested deeper than 32"));
  }
}

TEST(Describe, urls_are_judged_with_a_reason) {
  const auto http = http_url();
  EXPECT_EQ(http.fault("https://minio.example:9000/base"), "");
  EXPECT_EQ(http.fault("minio.example"), "not a valid url: relative URL without a base");
  EXPECT_EQ(http.fault("ftp://h/"), "not a valid url: the scheme must be http or https");
  EXPECT_EQ(http.fault("http:///x"), "not a valid url: empty host");
  EXPECT_EQ(http.fault("http://a b/"), "not a valid url: malformed");
  EXPECT_EQ(url().fault("sftp://host/x"), "");
}

TEST(Describe, a_wrong_description_fails_when_it_is_built) {
  EXPECT_THROW(object<Base>("Twice").field("name", &Base::name).field("name", &Base::name), Error);
  EXPECT_THROW(object<Base>("NoField").length(1, 2), Error);
}

}  // namespace
}  // namespace strata::describe
