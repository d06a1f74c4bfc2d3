#include <iostream>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <termios.h>
#include <unistd.h>

#include "strata/base/error.h"
#include "strata/cli/verbs.h"
#include "strata/wire/accounts.h"

namespace strata::cli {
namespace {

struct LoginOptions {
  std::string url;
  std::string user = "admin";
  bool password_from_input = false;
  bool key_from_input = false;
};

/// One line of standard input, not shown while it is typed on a terminal.
Secret read_secret(Output& output, std::string_view prompt) {
  const bool terminal = isatty(STDIN_FILENO) != 0;
  termios before{};
  if (terminal) {
    output.raw(prompt);
    tcgetattr(STDIN_FILENO, &before);
    termios hidden = before;
    hidden.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden);
  }
  std::string line;
  std::getline(std::cin, line);
  if (terminal) {
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &before);
    output.raw("\n");
  }
  if (line.empty()) throw Error(ErrorKind::kInvalid, "nothing was typed");
  return Secret(std::move(line));
}

/// Signs in with a password and trades the session for an API key of its own, so that the password is stored nowhere.
Secret make_key(const LoginOptions& options, const Secret& password) {
  http::Client client({.user_agent = "strata-cli"});
  http::ClientRequest login;
  login.method = http::Method::kPost;
  login.url = options.url + "/api/auth/login";
  login.headers.set("Content-Type", "application/json");
  login.headers.set("Origin", options.url);
  login.body = boost::json::serialize(boost::json::object{{"user", options.user}, {"password", password.reveal()}});
  const auto signed_in = client.request(login);
  http::throw_if_refused(signed_in);
  const std::string_view cookie = signed_in.headers.get("Set-Cookie");

  http::ClientRequest create;
  create.method = http::Method::kPost;
  create.url = options.url + "/api/client/account/api-keys";
  create.headers.set("Content-Type", "application/json");
  create.headers.set("Origin", options.url);
  create.headers.set("Cookie", cookie.substr(0, cookie.find(';')));
  create.body = std::string(R"({"name":"strata command line"})");
  const auto made = client.request(create);
  http::throw_if_refused(made);
  const auto answer = describe::parse_json(made.body);
  return Secret(std::string(answer.as_object().at("key").as_string()));
}

}  // namespace

void add_login_verb(CLI::App& app, Context& context) {
  auto options = std::make_shared<LoginOptions>();
  CLI::App& verb = *app.add_subcommand(
      "login", "Sign in to a Panel; the other verbs then use it (or set STRATA_URL and STRATA_API_KEY)");
  verb.add_option("URL", options->url, "the Panel, such as https://panel.example.org")->required();
  verb.add_option("--user", options->user, "user name or e-mail address")->capture_default_str();
  verb.add_flag("--password-stdin", options->password_from_input,
                "read the password from standard input (the default; for scripts that want to be plain)");
  verb.add_flag("--api-key-stdin", options->key_from_input, "read an API key instead of a password");
  verb.callback([&context, options] {
    while (options->url.ends_with('/')) options->url.pop_back();
    Credentials credentials{.url = options->url};
    if (options->key_from_input) {
      credentials.api_key = read_secret(context.output, "API key: ");
    } else {
      credentials.api_key =
          make_key(*options, read_secret(context.output, fmt::format("Password of {}: ", options->user)));
    }
    Api check(credentials);
    const auto account = check.get("/api/client/account");
    save_credentials(context.kernel, context.environment, credentials);
    context.output.line(fmt::format("signed in to {} as {}; the key is in {}", credentials.url,
                                    field_text(account, {"", "user.username"}), credentials_path(context.environment)));
  });
}

}  // namespace strata::cli
