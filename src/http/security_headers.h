#pragma once

#include <string>
#include <vector>

#include "strata/http/message.h"

namespace strata::http {

/// The browser's side of the defence (reliability 5.1).
struct SecurityHeaders {
  /// Extra origins the UI may talk to: "https://node.example", "wss://node.example".
  std::vector<std::string> connect_sources;
  /// Strict-Transport-Security for a year; only when this origin is always served over TLS.
  bool hsts = false;

  /// Content-Security-Policy, nosniff, Referrer-Policy, COOP, CORP, Permissions-Policy; what is already set stays.
  void apply(Response& response) const;
};

}  // namespace strata::http
