#include <iostream>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "strata/app/control_plane.h"
#include "strata/app/listen_address.h"
#include "strata/app/path_parts.h"
#include "strata/app/root_key.h"
#include "strata/app/tls_files.h"
#include "strata/app/verbs.h"
#include "strata/base/error.h"
#include "strata/base/random.h"
#include "strata/http/server.h"
#include "strata/panel/accounts/accounts.h"
#include "strata/vfs/directory.h"

namespace strata::app {
namespace {

constexpr std::chrono::seconds kStopGrace{10};

struct PanelOptions {
  std::string database = "sqlite:/var/lib/strata/panel/panel.db";
  std::string key_file = "/var/lib/strata/panel/root.key";
  std::string listen = "127.0.0.1:8000";
  std::string certificate;
  std::string certificate_key;
  std::string user;
  bool admin = false;
  bool insecure_cookies = false;
};

void add_storage_options(CLI::App& verb, PanelOptions& options) {
  verb.add_option("--database", options.database, "sqlite:/path/panel.db or postgresql://user@host/database")
      ->envname("STRATA_DATABASE_URL")
      ->capture_default_str();
  verb.add_option("--key-file", options.key_file,
                  "root key that seals credentials; made when missing (or set STRATA_ROOT_KEY)")
      ->envname("STRATA_KEY_FILE")
      ->capture_default_str();
}

/// The folder of an embedded database is made when missing; a URL of a server is left alone.
void prepare_folder(vfs::Kernel& kernel, const std::string& database) {
  constexpr std::string_view kScheme = "sqlite:/";
  if (!database.starts_with(kScheme)) return;
  vfs::Directory::create_trusted(kernel, split_path(database.substr(kScheme.size() - 1)).first);
}

ControlPlane open_control_plane(cli::Context& context, const PanelOptions& options, Log& log) {
  prepare_folder(context.kernel, options.database);
  const bool rate_limits = context.environment("STRATA_RATE_LIMITS") != "off";
  if (!rate_limits) log.warning("STRATA_RATE_LIMITS=off: THERE ARE NO RATE LIMITS");
  return {{.database_url = options.database, .rate_limits = rate_limits, .secure_cookies = !options.insecure_cookies},
          load_root_key(context.kernel, options.key_file, context.environment("STRATA_ROOT_KEY"), log),
          context.clock,
          log};
}

void serve(cli::Context& context, const PanelOptions& options, TerminationSignals& signals) {
  Log log;
  auto control = open_control_plane(context, options, log);
  const auto listen = parse_listen_address(options.listen);
  http::Server server({.address = listen.host,
                       .port = listen.port,
                       .tls = load_tls(context.kernel, options.certificate, options.certificate_key)},
                      {&control.router()}, log);
  server.start();
  control.panel().start();
  if (!control.panel().accounts().first_admin())
    log.warning("there is no administrator yet: run `strata panel user create NAME --admin`");
  log.info("the Panel is ready", {{"address", options.listen}});
  signals.wait();
  control.panel().stop();
  server.stop(kStopGrace);
}

void create_user(cli::Context& context, const PanelOptions& options) {
  Log log(LogLevel::kWarning);
  auto control = open_control_plane(context, options, log);
  // A pipe gives the password; at a terminal one is made, so that it is in no shell history.
  std::string password;
  if (!context.output.terminal()) std::getline(std::cin, password);
  const bool made = password.empty();
  if (made) password = random_alphanumeric(20);
  const auto user = control.panel().accounts().create_user(
      {.username = options.user, .email = std::nullopt, .password = Secret(password), .admin = options.admin}, {});
  context.output.line(fmt::format("made {} {}", user.admin ? "administrator" : "user", user.username));
  if (made) context.output.line(fmt::format("password: {}   (shown once)", password));
}

}  // namespace

void add_panel_verbs(CLI::App& app, cli::Context& context, TerminationSignals& signals) {
  CLI::App& panel =
      *app.add_subcommand("panel", "Run and look after a Panel: the REST API, its database and its users");
  panel.require_subcommand(1);
  auto options = std::make_shared<PanelOptions>();

  CLI::App& serve_verb = *panel.add_subcommand("serve", "Run the Panel until SIGTERM");
  add_storage_options(serve_verb, *options);
  serve_verb.add_option("--listen", options->listen, "address and port")
      ->envname("STRATA_LISTEN")
      ->capture_default_str();
  serve_verb.add_option("--tls-certificate", options->certificate,
                        "PEM file with the certificate chain; without it put a TLS proxy in front");
  serve_verb.add_option("--tls-key", options->certificate_key, "PEM file with its key");
  serve_verb.add_flag("--insecure-cookies", options->insecure_cookies,
                      "session cookies also over plain http: only for trying things out");
  serve_verb.callback([&context, options, &signals] { serve(context, *options, signals); });

  CLI::App& migrate =
      *panel.add_subcommand("migrate", "Bring the database to this version's schema, and check the root key");
  add_storage_options(migrate, *options);
  migrate.callback([&context, options] {
    Log log(LogLevel::kWarning);
    open_control_plane(context, *options, log);
    context.output.line("the database is up to date");
  });

  CLI::App& user = *panel.add_subcommand("user", "Users of the Panel");
  user.require_subcommand(1);
  CLI::App& create = *user.add_subcommand(
      "create", "Make a user; the password is read from standard input, or made and shown once at a terminal");
  add_storage_options(create, *options);
  create.add_option("NAME", options->user, "3 to 64 letters, digits, '_', '.', '-'")->required();
  create.add_flag("--admin", options->admin, "may do everything");
  create.callback([&context, options] { create_user(context, *options); });
}

}  // namespace strata::app
