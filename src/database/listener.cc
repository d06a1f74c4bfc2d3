#include "strata/database/listener.h"

#include <libpq-fe.h>

#include "strata/base/error.h"

namespace strata::database {
namespace {

/// Channels belong to the whole database, which others may use too.
constexpr std::string_view kPrefix = "strata_";

struct Freed {
  void operator()(PGconn* connection) const { PQfinish(connection); }
  void operator()(PGresult* result) const { PQclear(result); }
  void operator()(PGnotify* notification) const { PQfreemem(notification); }
};

}  // namespace

struct Listener::State {
  std::unique_ptr<PGconn, Freed> connection;

  [[noreturn]] void throw_lost() const {
    std::string reason = PQerrorMessage(connection.get());
    reason = reason.substr(0, reason.find('\n'));
    throw Error(ErrorKind::kUnavailable, "the database connection for wake-ups is not there: " + reason);
  }
};

Listener::Listener(const Secret& connection_string) : state_(std::make_unique<State>()) {
  state_->connection.reset(PQconnectdb(connection_string.reveal().c_str()));
  if (PQstatus(state_->connection.get()) != CONNECTION_OK) state_->throw_lost();
  PQsetNoticeProcessor(state_->connection.get(), [](void*, const char*) {}, nullptr);
}

Listener::~Listener() = default;

void Listener::run(const std::string& sql) {
  const std::unique_ptr<PGresult, Freed> result(PQexec(state_->connection.get(), sql.c_str()));
  if (PQresultStatus(result.get()) != PGRES_COMMAND_OK) state_->throw_lost();
}

void Listener::listen(const std::string& channel) {
  run("listen " + std::string(kPrefix) + channel);
}

void Listener::notify(const std::string& channel) {
  run("notify " + std::string(kPrefix) + channel);
}

std::set<std::string> Listener::take() {
  if (PQconsumeInput(state_->connection.get()) == 0) state_->throw_lost();
  std::set<std::string> channels;
  while (const std::unique_ptr<PGnotify, Freed> notification{PQnotifies(state_->connection.get())}) {
    const std::string_view name = notification->relname;
    if (name.starts_with(kPrefix)) channels.emplace(name.substr(kPrefix.size()));
  }
  return channels;
}

int Listener::socket() const {
  return PQsocket(state_->connection.get());
}

}  // namespace strata::database
