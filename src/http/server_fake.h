#pragma once

#include <string>

#include "strata/http/server.h"

namespace strata::http {

/// A server on a free port of this machine with one router to fill before `start`: for tests of whatever talks HTTP.
class ServerFake {
 public:
  explicit ServerFake(ServerOptions options = {}) : options_(std::move(options)) {}

  Router& router() { return router_; }
  Log& log() { return log_; }
  ServerOptions& options() { return options_; }

  void start() {
    server_ = std::make_unique<Server>(options_, std::vector<const Router*>{&router_}, log_);
    server_->start();
  }
  Server& server() { return *server_; }
  std::uint16_t port() const { return server_->port(); }
  std::string url(std::string_view path = {}) const { return server_->url() + std::string(path); }

 private:
  Log log_{LogLevel::kError};
  Router router_{log_};
  ServerOptions options_;
  std::unique_ptr<Server> server_;
};

}  // namespace strata::http
