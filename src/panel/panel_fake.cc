#include "strata/panel/panel_fake.h"

#include <stdexcept>

#include <fmt/format.h>

#include "strata/panel/accounts/accounts.h"

namespace strata::panel {

namespace {

// The smallest the library accepts: tests sign in often.
constexpr crypto::PasswordCost kCheap{.memory = 8 * 1024, .passes = 1};

wire::CreateUser user_request(const std::string& name, bool is_admin) {
  wire::CreateUser request;
  request.username = name;
  request.password = Secret(TestPanel::kPassword);
  request.admin = is_admin;
  return request;
}

}  // namespace

std::string TestAnswer::errors() const {
  std::string all;
  if (const auto* object = json.if_object(); object != nullptr && object->contains("errors")) {
    for (const auto& error : object->at("errors").as_array()) {
      if (!all.empty()) all += "\n";
      all += std::string_view(error.as_string());
    }
  }
  return all;
}

Credentials Credentials::with(std::string name, std::string value) const {
  Credentials more = *this;
  more.headers.emplace_back(std::move(name), std::move(value));
  return more;
}

TestPanel::TestPanel(TestPanelOptions options)
    : log_(LogLevel::kError),
      database_(database::Database::open(options.database)),
      sealer_(crypto::RootKey::generate()),
      router_(log_, Panel::router_options()) {
  panel_ = std::make_unique<Panel>(
      Foundation{.database = database_, .sealer = sealer_, .clock = clock_, .log = log_, .nodes = nodes_},
      PanelOptions{
          .version = "test", .rate_limits = options.rate_limits, .secure_cookies = false, .password_cost = kCheap});
  panel_->mount(router_);
  server_ = std::make_unique<http::Server>(http::ServerOptions{}, std::vector<const http::Router*>{&router_}, log_);
  server_->start();
  admin_ = make_user(kAdminName, true);
}

TestPanel::~TestPanel() {
  panel_->stop();
  server_->stop(std::chrono::seconds(5));
}

TestAnswer TestPanel::call(http::Method method, const std::string& path, const std::optional<boost::json::value>& body,
                           const Credentials& credentials) {
  return send(method, path, body ? boost::json::serialize(*body) : std::string(), credentials);
}

TestAnswer TestPanel::send(http::Method method, const std::string& path, const std::string& body,
                           const Credentials& credentials) {
  http::ClientRequest request;
  request.method = method;
  request.url = server_->url() + path;
  for (const auto& [name, value] : credentials.headers) request.headers.add(name, value);
  if (!body.empty()) {
    if (!request.headers.has("Content-Type")) request.headers.set("Content-Type", "application/json");
    request.body = body;
  }
  auto response = client_.request(request);
  TestAnswer answer{
      .status = response.status, .headers = std::move(response.headers), .json = nullptr, .text = response.body};
  boost::system::error_code not_json;
  answer.json = boost::json::parse(answer.text, not_json);
  return answer;
}

Credentials TestPanel::make_user(const std::string& name, bool is_admin) {
  const auto user = panel_->accounts().create_user(user_request(name, is_admin), Actor());
  wire::CreateApiKey request;
  request.name = "test";
  return Credentials::bearer(panel_->accounts().create_api_key(user.uuid, request, nullptr).key);
}

UserId TestPanel::user_id(const std::string& name) {
  return database_.query_one("select uuid from users where username = :name", {{"name", name}}).id<UserId>("uuid");
}

Credentials TestPanel::make_admin_key(const boost::json::object& permissions) {
  boost::json::object request = permissions;
  request["name"] = "narrowed";
  return Credentials::bearer(made(post("/api/client/account/api-keys", request), "key"));
}

std::string TestPanel::make_location(const std::string& name) {
  return made(post("/api/admin/locations", {{"name", name}}), "location");
}

std::string TestPanel::make_node(const std::string& location, const std::string& name) {
  return made(post("/api/admin/nodes", {{"location_uuid", location}, {"name", name}, {"url", "http://127.0.0.1:1/"}}),
              "node");
}

std::string TestPanel::make_server(const std::string& node, const std::string& name, boost::json::object more) {
  more["node_uuid"] = node;
  more["name"] = name;
  return made(post("/api/admin/servers", std::move(more)), "server");
}

std::string TestPanel::make_configuration(const std::string& name, boost::json::object more) {
  more["name"] = name;
  more["backup_disk"] = "local";
  return made(post("/api/admin/backup-configurations", std::move(more)), "backup_configuration");
}

std::int64_t TestPanel::count(const std::string& table) {
  return database_.query_one(fmt::format("select count(*) as total from {}", table)).integer("total");
}

std::string TestPanel::made(const TestAnswer& answer, std::string_view key) {
  if (answer.status != 200) throw std::runtime_error(fmt::format("{}: {}", answer.status, answer.text));
  const auto& value = answer.at(key);
  return std::string(value.is_string() ? value.as_string() : value.at("uuid").as_string());
}

}  // namespace strata::panel
