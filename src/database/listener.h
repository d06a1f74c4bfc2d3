#pragma once

#include <memory>
#include <set>
#include <string>

#include "strata/base/log.h"

namespace strata::database {

/// A connection to PostgreSQL that only listens and notifies. Room-internal; one thread.
class Listener {
 public:
  /// kUnavailable when the server cannot be reached.
  explicit Listener(const Secret& connection_string);
  ~Listener();
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  /// These and `take` throw kUnavailable when the connection is lost: then make a new Listener.
  void listen(const std::string& channel);
  void notify(const std::string& channel);
  /// The channels that were notified since the last call. Does not wait.
  std::set<std::string> take();

  /// Readable when `take` has something to do.
  int socket() const;

 private:
  void run(const std::string& sql);
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace strata::database
