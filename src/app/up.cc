#include "strata/app/up.h"

#include <iostream>

#include <boost/json.hpp>
#include <fmt/format.h>

#include "strata/app/control_plane.h"
#include "strata/app/installation.h"
#include "strata/app/node_daemon.h"
#include "strata/app/panel_client.h"
#include "strata/app/path_parts.h"
#include "strata/app/root_key.h"
#include "strata/app/sample_server.h"
#include "strata/base/encoding.h"
#include "strata/base/error.h"
#include "strata/base/random.h"
#include "strata/base/version.h"
#include "strata/cli/credentials.h"
#include "strata/http/server.h"
#include "strata/panel/accounts/accounts.h"
#include "strata/vfs/directory.h"
#include "strata/vfs/publish.h"

namespace strata::app {
namespace {

namespace json = boost::json;

constexpr std::chrono::seconds kConnectPatience{30};
constexpr std::chrono::seconds kSamplePatience{120};
constexpr std::chrono::seconds kStopGrace{10};

/// The first administrator, and a key for scripts.
Installation make_admin(panel::Panel& panel) {
  Installation made;
  made.password = Secret(random_alphanumeric(20));
  const auto user = panel.accounts().create_user(
      {.username = made.username, .email = std::nullopt, .password = made.password, .admin = true}, {});
  made.api_key = Secret(panel.accounts().create_api_key(user.uuid, {.name = "strata up"}, nullptr).key);
  return made;
}

std::string uuid_of(const json::value& answer, std::string_view item) {
  return std::string(answer.as_object().at(item).as_object().at("uuid").as_string());
}

/// One location and one node: this process.
void make_places(InProcessPanel& panel, Installation& installation, const std::string& url) {
  installation.location = uuid_of(panel.post("/api/admin/locations", json::object{{"name", "Home"}}), "location");
  installation.node = uuid_of(panel.post("/api/admin/nodes", json::object{{"name", "This machine"},
                                                                          {"location_uuid", installation.location},
                                                                          {"url", url},
                                                                          {"memory", 0},
                                                                          {"disk", 0}}),
                              "node");
}

/// wings.yml of the node inside this process. An existing one is kept; only where to find the Panel follows --listen.
void prepare_node_configuration(vfs::Kernel& kernel, InProcessPanel& panel, const Installation& installation,
                                const std::string& data, const std::string& url) {
  const std::string path = data + "/wings.yml";
  if (vfs::Directory::open_trusted(kernel, data).exists(vfs::Path::parse("wings.yml"))) return;
  const auto credentials = panel.get(fmt::format("/api/admin/nodes/{}/token", installation.node));
  wings::Configuration configuration;
  configuration.uuid = NodeId::parse(installation.node).value();
  configuration.token_id = std::string(credentials.as_object().at("token_id").as_string());
  configuration.token = Secret(std::string(credentials.as_object().at("token").as_string()));
  configuration.remote = url;
  configuration.system.root_directory = data + "/node";
  configuration.system.data = data + "/volumes";
  configuration.system.backup_directory = data + "/backups";
  configuration.system.tmp_directory = data + "/tmp";
  configuration.state_directory = data + "/state";
  configuration.system.backups.restic.repository = data + "/backups/restic";
  configuration.system.backups.restic.password_file = data + "/backups/restic_password";
  wings::ConfigurationStore::write(kernel, path, configuration);
}

void make_server(InProcessPanel& panel, Installation& installation, bool sample) {
  installation.server = uuid_of(
      panel.post("/api/admin/servers",
                 json::object{{"name", sample ? "Sample server" : "First server"}, {"node_uuid", installation.node}}),
      "server");
}

/// Files, a configuration on the location, and one completed backup.
void make_sample(InProcessPanel& panel, const Installation& installation, NodeDaemon& node, const Clock& clock) {
  const auto server = node.wings().servers().get(ServerId::parse(installation.server).value());
  write_sample_server(node.wings().volumes().open(*server));
  const auto configuration = uuid_of(panel.post("/api/admin/backup-configurations",
                                                json::object{{"name", "This machine's disk"},
                                                             {"description", "Archives in the node's backup directory"},
                                                             {"maintenance_enabled", false},
                                                             {"shared", false},
                                                             {"backup_disk", "local"},
                                                             {"backup_configs", json::object{}}}),
                                     "backup_configuration");
  panel.patch("/api/admin/locations/" + installation.location,
              json::object{{"backup_configuration_uuid", configuration}});
  const std::string backups = fmt::format("/api/client/servers/{}/backups", installation.server);
  const auto backup =
      uuid_of(panel.post(backups, json::object{{"name", "First backup"}, {"ignored_files", json::array{}}}), "backup");
  const auto deadline = clock.steady_now() + kSamplePatience;
  while (true) {
    const auto shown = panel.get(backups + "/" + backup).as_object().at("backup").as_object();
    if (!shown.at("completed").is_null()) {
      if (!shown.at("is_successful").as_bool())
        throw Error(ErrorKind::kInternal,
                    fmt::format("the sample backup failed: {}", json::serialize(shown.at("error"))));
      return;
    }
    if (clock.steady_now() > deadline) throw Error(ErrorKind::kTimeout, "the sample backup does not end");
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
}

void write_ready_file(vfs::Kernel& kernel, const std::string& path, const Installation& installation,
                      const std::string& url, const std::string& server_path) {
  const auto [folder, name] = split_path(absolute_path(path));
  const json::object ready{{"panel_url", url},
                           {"username", installation.username},
                           {"password", installation.password.reveal()},
                           {"api_key", installation.api_key.reveal()},
                           {"wings_url", url},
                           {"location_uuid", installation.location},
                           {"node_uuid", installation.node},
                           {"server_uuid", installation.server},
                           {"server_path", server_path}};
  vfs::publish_replacing(vfs::Directory::open_trusted(kernel, folder), name, json::serialize(ready) + "\n");
}

void greet(const Installation& installation, const std::string& url, bool first_start) {
  fmt::print("\nStrata {} is running at {}\n  user:     {}\n", kVersion, url, installation.username);
  if (first_start) {
    fmt::print("  password: {}   (shown once; change it after signing in)\n", installation.password.reveal());
    fmt::print(
        "\nTry it:\n  strata login {}\n  strata backup list \"Sample server\"\n  strata backup create \"Sample "
        "server\"\n",
        url);
  }
  fmt::print("\nStop with Ctrl-C.\n");
  std::fflush(stdout);
}

}  // namespace

int run_up(const UpOptions& options, TerminationSignals& signals) {
  const SystemClock clock;
  Log log(options.debug ? LogLevel::kDebug : LogLevel::kInfo);
  vfs::PosixKernel kernel;
  const auto environment = cli::process_environment();
  const bool rate_limits = environment("STRATA_RATE_LIMITS") != "off";
  if (!rate_limits)
    log.warning("STRATA_RATE_LIMITS=off: THERE ARE NO RATE LIMITS, anybody may guess passwords as fast as they like");
  log.warning(
      "strata up allows private and loopback endpoints (STRATA_ALLOW_PRIVATE_ENDPOINTS=1): right for one machine, not "
      "for a Panel with strangers");

  const std::string data = absolute_path(options.data);
  const auto directory = vfs::Directory::create_trusted(kernel, data);
  auto lock = directory.open_or_create_file(vfs::Path::parse("up.lock"));
  if (!lock.try_lock()) throw Error(ErrorKind::kConflict, fmt::format("another `strata up` uses '{}'", data));

  const std::string url = options.listen.url();
  ControlPlane control(
      {.database_url = "sqlite:" + data + "/panel.db", .rate_limits = rate_limits, .secure_cookies = false},
      load_root_key(kernel, data + "/root.key", environment("STRATA_ROOT_KEY"), log), clock, log);

  auto stored = load_installation(directory);
  const bool first_start = !stored;
  Installation installation = stored ? std::move(*stored) : make_admin(control.panel());
  InProcessPanel panel(control.router(), installation.api_key.reveal());
  if (installation.node.empty()) make_places(panel, installation, url);
  save_installation(directory, installation);
  prepare_node_configuration(kernel, panel, installation, data, url);

  wings::ConfigurationStore configuration(kernel, data + "/wings.yml");
  if (configuration.snapshot()->remote != url) {
    configuration.edit([&](wings::Configuration& values) { values.remote = url; });
    panel.patch("/api/admin/nodes/" + installation.node, json::object{{"url", url}});
  }
  NodeDaemon node(configuration, kernel, clock, log, {.first_reconnect = std::chrono::milliseconds(100)});
  http::Server server({.address = options.listen.host, .port = options.listen.port},
                      {&control.router(), &node.router()}, log);

  node.wings().start();
  server.start();
  control.panel().start();
  if (!node.wings().wait_until_connected(kConnectPatience))
    throw Error(ErrorKind::kTimeout, "the node does not reach the Panel in this process: look at the log above");

  if (installation.server.empty()) {
    make_server(panel, installation, options.sample);
    save_installation(directory, installation);
  }
  if (options.sample && first_start && !installation.sample_done) {
    make_sample(panel, installation, node, clock);
    installation.sample_done = true;
    save_installation(directory, installation);
  }
  const auto settings = node.wings().servers().find(ServerId::parse(installation.server).value());
  const std::string server_path = settings ? node.wings().volumes().path_of(*settings) : "";
  if (options.ready_file) write_ready_file(kernel, *options.ready_file, installation, url, server_path);
  greet(installation, url, first_start);

  const int signal = signals.wait();
  log.info("stopping", {{"signal", std::to_string(signal)}});
  node.wings().stop(kStopGrace);
  control.panel().stop();
  server.stop(kStopGrace);
  return 0;
}

}  // namespace strata::app
