#include "strata/wings/configuration/configuration.h"

#include <algorithm>
#include <string_view>

#include "strata/describe/object.h"
#include "strata/describe/predicates.h"

namespace strata::wings {
namespace {

constexpr std::size_t kMaxListItems = 1000;
constexpr std::size_t kMaxArguments = 256;
constexpr std::int64_t kMaxThreads = 256;
constexpr std::int64_t kMaxSeconds = 7 * 24 * 3600;

bool is_absolute(std::string_view path) {
  if (path.empty() || path.front() != '/' || path.size() > 4095) return false;
  // "..": what a path allows must be what it says, before and after links.
  return ("/" + std::string(path) + "/").find("/../") == std::string::npos;
}

describe::TextRule absolute_path() {
  return describe::matches(is_absolute, "must be an absolute path without '..'");
}

describe::TextRule absolute_path_or_empty() {
  return describe::matches([](std::string_view text) { return text.empty() || is_absolute(text); },
                           "must be an absolute path without '..'");
}

/// A node that has not joined yet has no Panel.
describe::TextRule url_or_empty() {
  auto rule = describe::http_url();
  auto fault = rule.fault;
  rule.fault = [fault](std::string_view text) { return text.empty() ? std::string() : fault(text); };
  return rule;
}

}  // namespace

const describe::Schema& schema_of(std::type_identity<TlsSettings>) {
  static const auto schema = describe::object<TlsSettings>("TlsSettings")
                                 .field("enabled", &TlsSettings::enabled)
                                 .defaulted()
                                 .doc("Serve HTTPS.")
                                 .field("cert", &TlsSettings::cert)
                                 .must(absolute_path_or_empty())
                                 .defaulted()
                                 .doc("PEM file with the certificate chain.")
                                 .field("key", &TlsSettings::key)
                                 .must(absolute_path_or_empty())
                                 .defaulted()
                                 .doc("PEM file with the private key.")
                                 .check([](const TlsSettings& tls, describe::ObjectFaults& faults) {
                                   if (tls.enabled && tls.cert.empty())
                                     faults.add("cert", "is needed when ssl is enabled");
                                   if (tls.enabled && tls.key.empty())
                                     faults.add("key", "is needed when ssl is enabled");
                                 })
                                 .build();
  return schema;
}

const describe::Schema& schema_of(std::type_identity<ApiSettings>) {
  static const auto schema = describe::object<ApiSettings>("ApiSettings")
                                 .field("host", &ApiSettings::host)
                                 .length(1, 255)
                                 .defaulted()
                                 .doc("Address to listen on, IPv4 or IPv6.")
                                 .field("port", &ApiSettings::port)
                                 .defaulted()
                                 .doc("Port to listen on; 0 takes any free one.")
                                 .field("ssl", &ApiSettings::ssl)
                                 .defaulted()
                                 .field("disable_openapi_docs", &ApiSettings::disable_openapi_docs)
                                 .defaulted()
                                 .doc("Hide `GET /openapi.json`.")
                                 .field("directory_entry_limit", &ApiSettings::directory_entry_limit)
                                 .defaulted()
                                 .doc("Entries per page of a listing when the request does not say.")
                                 .field("file_compression_threads", &ApiSettings::file_compression_threads)
                                 .range(0, kMaxThreads)
                                 .defaulted()
                                 .doc("Threads that compress a download while it is sent.")
                                 .field("max_jwt_uses", &ApiSettings::max_jwt_uses)
                                 .defaulted()
                                 .doc("How often a download link works; 0: no limit until it expires.")
                                 .field("trusted_proxies", &ApiSettings::trusted_proxies)
                                 .items(0, kMaxListItems)
                                 .length(1, 64)
                                 .defaulted()
                                 .doc("Networks (CIDR) whose `X-Forwarded-For` is believed.")
                                 .build();
  return schema;
}

const describe::Schema& schema_of(std::type_identity<RemoteQuerySettings>) {
  static const auto schema = describe::object<RemoteQuerySettings>("RemoteQuerySettings")
                                 .field("timeout", &RemoteQuerySettings::timeout)
                                 .range(1, 3600)
                                 .defaulted()
                                 .doc("Seconds a request to the Panel may take.")
                                 .field("boot_servers_per_page", &RemoteQuerySettings::boot_servers_per_page)
                                 .range(0, 100)
                                 .defaulted()
                                 .doc("Page size when the servers are listed at the start; 0: 50.")
                                 .field("retry_limit", &RemoteQuerySettings::retry_limit)
                                 .defaulted()
                                 .doc("Kept for the reference; results are sent until the Panel has them.")
                                 .build();
  return schema;
}

const describe::Schema& schema_of(std::type_identity<UserSettings>) {
  static const auto schema = describe::object<UserSettings>("UserSettings")
                                 .field("uid", &UserSettings::uid)
                                 .doc("User id of the servers' files; unset: looked up from `system.username`.")
                                 .field("gid", &UserSettings::gid)
                                 .doc("Group id of the servers' files; unset: the user's own group.")
                                 .build();
  return schema;
}

const describe::Schema& schema_of(std::type_identity<LimiterMode>) {
  static const auto schema =
      describe::enumeration<LimiterMode>("LimiterMode", {
                                                            {LimiterMode::kNone, "none"},
                                                            {LimiterMode::kBtrfsSubvolume, "btrfs_subvolume"},
                                                            {LimiterMode::kZfsDataset, "zfs_dataset"},
                                                            {LimiterMode::kXfsQuota, "xfs_quota"},
                                                        });
  return schema;
}

const describe::Schema& schema_of(std::type_identity<SystemSettings>) {
  static const auto schema =
      describe::object<SystemSettings>("SystemSettings")
          .field("root_directory", &SystemSettings::root_directory)
          .must(absolute_path())
          .defaulted()
          .doc("The daemon's folder.")
          .field("data", &SystemSettings::data)
          .must(absolute_path())
          .defaulted()
          .doc("Folder of the servers' directories, `<data>/<server uuid>`.")
          .field("backup_directory", &SystemSettings::backup_directory)
          .must(absolute_path())
          .defaulted()
          .doc("Folder of backups on this node.")
          .field("tmp_directory", &SystemSettings::tmp_directory)
          .must(absolute_path())
          .defaulted()
          .doc("Folder for what may vanish.")
          .field("username", &SystemSettings::username)
          .length(1, 64)
          .defaulted()
          .doc("User that owns the servers' files.")
          .field("user", &SystemSettings::user)
          .defaulted()
          .field("disk_check_interval", &SystemSettings::disk_check_interval)
          .range(1, kMaxSeconds)
          .defaulted()
          .doc("Seconds between two full measurements of a server's size.")
          .field("disk_check_threads", &SystemSettings::disk_check_threads)
          .range(1, kMaxThreads)
          .defaulted()
          .doc("Threads that measure.")
          .field("disk_limiter_mode", &SystemSettings::disk_limiter_mode)
          .defaulted()
          .doc("How a server's disk limit is enforced.")
          .field("backups", &SystemSettings::backups)
          .defaulted()
          .field("extra_roots", &SystemSettings::extra_roots)
          .items(0, kMaxListItems)
          .must(absolute_path())
          .defaulted()
          .doc("Folders beneath which servers may adopt an existing directory (`strata wings allow PATH`).")
          .field("undo_hours", &SystemSettings::undo_hours)
          .range(0, 8760)
          .defaulted()
          .doc("Hours that the tree which a restore replaced is kept for undo.")
          .build();
  return schema;
}

const describe::Schema& schema_of(std::type_identity<ThrottleSettings>) {
  static const auto schema = describe::object<ThrottleSettings>("ThrottleSettings")
                                 .field("enabled", &ThrottleSettings::enabled)
                                 .defaulted()
                                 .doc("Throttle console output.")
                                 .field("lines", &ThrottleSettings::lines)
                                 .defaulted()
                                 .doc("Lines per interval.")
                                 .field("line_reset_interval", &ThrottleSettings::line_reset_interval)
                                 .defaulted()
                                 .doc("Milliseconds of an interval.")
                                 .build();
  return schema;
}

const describe::Schema& schema_of(std::type_identity<HookSettings>) {
  static const auto schema = describe::object<HookSettings>("HookSettings")
                                 .field("before_backup", &HookSettings::before_backup)
                                 .items(0, kMaxArguments)
                                 .length(0, 4096)
                                 .defaulted()
                                 .doc("Program and arguments to run before a backup; its failure fails the backup.")
                                 .field("after_backup", &HookSettings::after_backup)
                                 .items(0, kMaxArguments)
                                 .length(0, 4096)
                                 .defaulted()
                                 .doc("Program and arguments to run after it, however it ended.")
                                 .field("timeout", &HookSettings::timeout)
                                 .range(1, kMaxSeconds)
                                 .defaulted()
                                 .doc("Seconds each may take.")
                                 .build();
  return schema;
}

const describe::Schema& schema_of(std::type_identity<SystemdRuntimeSettings>) {
  static const auto schema = describe::object<SystemdRuntimeSettings>("SystemdRuntimeSettings")
                                 .field("unit", &SystemdRuntimeSettings::unit)
                                 .length(1, 255)
                                 .doc("Name of the unit, such as `minecraft.service`.")
                                 .field("stop_timeout", &SystemdRuntimeSettings::stop_timeout)
                                 .range(0, kMaxSeconds)
                                 .defaulted()
                                 .doc("Seconds until it is killed.")
                                 .field("hooks", &SystemdRuntimeSettings::hooks)
                                 .defaulted()
                                 .build();
  return schema;
}

const describe::Schema& schema_of(std::type_identity<DockerRuntimeSettings>) {
  static const auto schema = describe::object<DockerRuntimeSettings>("DockerRuntimeSettings")
                                 .field("container", &DockerRuntimeSettings::container)
                                 .length(1, 255)
                                 .doc("Name or id of the container.")
                                 .field("socket", &DockerRuntimeSettings::socket)
                                 .must(absolute_path())
                                 .defaulted()
                                 .doc("Socket of the container manager; podman's works too.")
                                 .field("stop_timeout", &DockerRuntimeSettings::stop_timeout)
                                 .range(0, kMaxSeconds)
                                 .defaulted()
                                 .doc("Seconds until it is killed.")
                                 .field("hooks", &DockerRuntimeSettings::hooks)
                                 .defaulted()
                                 .build();
  return schema;
}

const describe::Schema& schema_of(std::type_identity<CommandRuntimeSettings>) {
  static const auto schema =
      describe::object<CommandRuntimeSettings>("CommandRuntimeSettings")
          .field("start", &CommandRuntimeSettings::start)
          .items(1, kMaxArguments)
          .length(0, 4096)
          .doc("Program and arguments of the server.")
          .field("stop", &CommandRuntimeSettings::stop)
          .items(0, kMaxArguments)
          .length(0, 4096)
          .defaulted()
          .doc("Program and arguments that ask it to end; empty: `stop_signal` is sent.")
          .field("stop_signal", &CommandRuntimeSettings::stop_signal)
          .must(describe::matches(
              [](std::string_view text) {
                constexpr std::string_view kSignals[] = {"SIGTERM", "SIGINT", "SIGQUIT", "SIGHUP"};
                return std::find(std::begin(kSignals), std::end(kSignals), text) != std::end(kSignals);
              },
              "must be one of SIGTERM, SIGINT, SIGQUIT, SIGHUP"))
          .defaulted()
          .doc("Signal that asks it to end.")
          .field("directory", &CommandRuntimeSettings::directory)
          .must(absolute_path_or_empty())
          .defaulted()
          .doc("Working directory; empty: the server's root.")
          .field("user", &CommandRuntimeSettings::user)
          .length(0, 64)
          .defaulted()
          .doc("User to run as; empty: `system.username` when the daemon is root, else the daemon's own.")
          .field("stop_timeout", &CommandRuntimeSettings::stop_timeout)
          .range(0, kMaxSeconds)
          .defaulted()
          .doc("Seconds until it is killed.")
          .field("hooks", &CommandRuntimeSettings::hooks)
          .defaulted()
          .build();
  return schema;
}

const describe::Schema& schema_of(std::type_identity<RuntimeSettings>) {
  static const auto schema = describe::object<RuntimeSettings>("RuntimeSettings")
                                 .field("systemd", &RuntimeSettings::systemd)
                                 .items(0, kMaxListItems)
                                 .key_length(1, 64)
                                 .defaulted()
                                 .field("docker", &RuntimeSettings::docker)
                                 .items(0, kMaxListItems)
                                 .key_length(1, 64)
                                 .defaulted()
                                 .field("command", &RuntimeSettings::command)
                                 .items(0, kMaxListItems)
                                 .key_length(1, 64)
                                 .defaulted()
                                 .build();
  return schema;
}

const describe::Schema& schema_of(std::type_identity<Configuration>) {
  static const auto schema =
      describe::object<Configuration>("Configuration")
          .field("debug", &Configuration::debug)
          .defaulted()
          .doc("Log in detail.")
          .field("uuid", &Configuration::uuid)
          .defaulted()
          .doc("The node's uuid.")
          .field("token_id", &Configuration::token_id)
          .length(0, 64)
          .defaulted()
          .doc("Public part of the node's credentials.")
          .field("token", &Configuration::token)
          .length(0, 256)
          .defaulted()
          .doc("Secret part; keys for each use are derived from it, it never travels.")
          .field("remote", &Configuration::remote)
          .must(url_or_empty())
          .defaulted()
          .doc("Base URL of the Panel.")
          .field("remote_headers", &Configuration::remote_headers)
          .items(0, 100)
          .key_length(1, 128)
          .length(0, 4096)
          .defaulted()
          .doc("Headers added to each request to the Panel; invalid ones are left out with a warning.")
          .field("remote_query", &Configuration::remote_query)
          .defaulted()
          .field("allowed_origins", &Configuration::allowed_origins)
          .items(0, kMaxListItems)
          .length(1, 255)
          .defaulted()
          .doc("Origins beside the Panel's that may use the API from a browser; `*`: any.")
          .field("allow_cors_private_network", &Configuration::allow_cors_private_network)
          .defaulted()
          .doc("Let pages of public sites reach a node in a private network.")
          .field("ignore_panel_config_updates", &Configuration::ignore_panel_config_updates)
          .defaulted()
          .doc("Refuse changes of this configuration that come from the Panel.")
          .field("api", &Configuration::api)
          .defaulted()
          .field("system", &Configuration::system)
          .defaulted()
          .field("throttles", &Configuration::throttles)
          .defaulted()
          .field("runtimes", &Configuration::runtimes)
          .defaulted()
          .field("state_directory", &Configuration::state_directory)
          .must(absolute_path())
          .defaulted()
          .doc("Folder of the journal; one daemon at a time.")
          .build();
  return schema;
}

}  // namespace strata::wings
