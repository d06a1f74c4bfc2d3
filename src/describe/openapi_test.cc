#include "strata/describe/openapi.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "strata/base/error.h"
#include "strata/describe/components.h"
#include "strata/describe/object.h"
#include "strata/describe/predicates.h"

namespace strata::describe {
namespace {

namespace json = boost::json;

enum class Disk { kLocal, kS3 };
STRATA_DESCRIBED(Disk);
const Schema& schema_of(std::type_identity<Disk>) {
  static const auto schema = enumeration<Disk>("Disk", {{Disk::kLocal, "local"}, {Disk::kS3, "s3"}});
  return schema;
}

struct Store {
  std::string endpoint;
  Secret secret_key;
  std::uint64_t part_size = 1073741824;
};
STRATA_DESCRIBED(Store);
const Schema& schema_of(std::type_identity<Store>) {
  static const auto schema = object<Store>("Store")
                                 .field("endpoint", &Store::endpoint)
                                 .must(url())
                                 .doc("Where the bucket lives.")
                                 .field("secret_key", &Store::secret_key)
                                 .length(1, 255)
                                 .field("part_size", &Store::part_size)
                                 .at_least(5)
                                 .defaulted()
                                 .build();
  return schema;
}

struct Node {
  NodeId uuid;
  std::string name;
  std::optional<Disk> disk;
  std::optional<Store> store;
  std::vector<std::string> tags;
  OrderedMap<std::int64_t> counts;
  Timestamp created;
};
STRATA_DESCRIBED(Node);
const Schema& schema_of(std::type_identity<Node>) {
  static const auto schema = object<Node>("Node")
                                 .field("uuid", &Node::uuid)
                                 .read_only()
                                 .field("name", &Node::name)
                                 .length(1, 255)
                                 .field("disk", &Node::disk)
                                 .field("store", &Node::store)
                                 .field("tags", &Node::tags)
                                 .items(0, 50)
                                 .field("counts", &Node::counts)
                                 .field("created", &Node::created)
                                 .read_only()
                                 .build();
  return schema;
}

struct Listing {
  std::uint32_t page = 1;
};
STRATA_DESCRIBED(Listing);
const Schema& schema_of(std::type_identity<Listing>) {
  static const auto schema = object<Listing>("Listing").field("page", &Listing::page).at_least(1).defaulted().build();
  return schema;
}

struct Faults {
  std::vector<std::string> errors;
};
STRATA_DESCRIBED(Faults);
const Schema& schema_of(std::type_identity<Faults>) {
  static const auto schema = object<Faults>("Errors").field("errors", &Faults::errors).build();
  return schema;
}

TEST(JsonSchema, a_response_has_every_field_and_no_secret) {
  Components components;
  EXPECT_EQ(json::serialize(json_schema<Node>(components, Direction::kResponse)),
            R"({"$ref":"#/components/schemas/Node"})");
  EXPECT_EQ(components.schemas(), json::parse(R"({
    "Disk": {"type": "string", "enum": ["local", "s3"]},
    "Node": {"type": "object", "properties": {
        "uuid": {"type": "string", "format": "uuid"},
        "name": {"type": "string", "minLength": 1, "maxLength": 255},
        "disk": {"anyOf": [{"$ref": "#/components/schemas/Disk"}, {"type": "null"}]},
        "store": {"anyOf": [{"$ref": "#/components/schemas/Store"}, {"type": "null"}]},
        "tags": {"type": "array", "items": {"type": "string"}, "minItems": 0, "maxItems": 50},
        "counts": {"type": "object", "additionalProperties": {"type": "integer", "format": "int64"}},
        "created": {"type": "string", "format": "date-time"}},
      "required": ["uuid", "name", "disk", "store", "tags", "counts", "created"]},
    "Store": {"type": "object", "properties": {
        "endpoint": {"type": "string", "format": "uri", "description": "Where the bucket lives."},
        "part_size": {"type": "integer", "format": "int64", "minimum": 5}},
      "required": ["endpoint", "part_size"]}})"));
}

TEST(JsonSchema, a_request_takes_secrets_shows_defaults_and_skips_what_is_read_only) {
  Components components;
  json_schema<Node>(components, Direction::kRequest);
  const auto schemas = components.schemas();
  EXPECT_EQ(schemas.at("Store"), json::parse(R"({"type": "object", "properties": {
      "endpoint": {"type": "string", "format": "uri", "description": "Where the bucket lives."},
      "secret_key": {"type": "string", "minLength": 1, "maxLength": 255, "format": "password", "writeOnly": true},
      "part_size": {"type": "integer", "format": "int64", "minimum": 5, "default": 1073741824}},
    "required": ["endpoint", "secret_key"]})"));
  EXPECT_EQ(schemas.at("Node").at("required"), json::parse(R"(["name", "tags", "counts"])"));
}

json::value sample_document() {
  Operation list;
  list.method = "GET";
  list.path = "/api/admin/nodes";
  list.summary = "List nodes";
  list.permission = "nodes.read";
  list.tags = {"nodes"};
  list.query = &SchemaFor<Listing>::get;
  list.answers = {{200, "", payload<std::vector<Node>>("nodes")}};
  list.error_statuses = {401, 403};
  Operation update;
  update.method = "PATCH";
  update.path = "/api/admin/nodes/{node}";
  update.summary = "Change a node";
  update.request = payload<Node>();
  update.answers = {{200, "", {}}};
  Operation download;
  download.method = "GET";
  download.path = "/download/backup";
  download.summary = "Download";
  download.needs_credentials = false;
  download.answers = {{200, "the archive", {}, "application/octet-stream"}};
  DocumentInfo info;
  info.title = "Strata";
  info.version = "1";
  info.session_cookie = "session";
  info.error = &SchemaFor<Faults>::get;
  // The request comes first on purpose: names must not depend on the order of the routes.
  return openapi(info, {update, list, download});
}

TEST(OpenApi, a_route_has_its_parameters_permission_answers_and_errors) {
  const auto document = sample_document();
  EXPECT_EQ(document.at("openapi"), "3.1.0");
  EXPECT_EQ(document.at("paths").at("/api/admin/nodes").at("get"), json::parse(R"({
    "operationId": "get_api_admin_nodes", "summary": "List nodes", "tags": ["nodes"], "x-permission": "nodes.read",
    "responses": {
      "200": {"description": "success", "content": {"application/json": {"schema": {
        "type": "object", "required": ["nodes"],
        "properties": {"nodes": {"type": "array", "items": {"$ref": "#/components/schemas/Node"}}}}}}},
      "401": {"description": "refused", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Errors"}}}},
      "403": {"description": "refused", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Errors"}}}}},
    "parameters": [{"name": "page", "in": "query",
                    "schema": {"type": "integer", "format": "int32", "minimum": 1, "default": 1}}]})"));
  EXPECT_EQ(document.at("paths").at("/download/backup").at("get").at("security"), json::parse("[]"));
}

TEST(OpenApi, a_struct_that_differs_between_request_and_response_gets_an_input_entry) {
  const auto document = sample_document();
  const auto& patch = document.at("paths").at("/api/admin/nodes/{node}").at("patch");
  EXPECT_EQ(patch.at("requestBody").at("content").at("application/json").at("schema").at("$ref"),
            "#/components/schemas/NodeInput");
  EXPECT_EQ(patch.at("parameters"),
            json::parse(R"([{"name": "node", "in": "path", "required": true, "schema": {"type": "string"}}])"));
  const auto& schemas = document.at("components").at("schemas").as_object();
  EXPECT_TRUE(schemas.contains("StoreInput"));
  EXPECT_FALSE(schemas.contains("DiskInput")) << "an enum is the same both ways";
  EXPECT_FALSE(schemas.at("Node").at("properties").as_object().contains("secret_key"));
}

struct Impostor {
  std::string name;
};
STRATA_DESCRIBED(Impostor);
const Schema& schema_of(std::type_identity<Impostor>) {
  static const auto schema = object<Impostor>("Node").field("name", &Impostor::name).build();
  return schema;
}

TEST(OpenApi, two_descriptions_of_one_name_are_a_defect) {
  Components components;
  json_schema<Node>(components, Direction::kResponse);
  EXPECT_THROW(json_schema<Impostor>(components, Direction::kResponse), Error);
}

}  // namespace
}  // namespace strata::describe
