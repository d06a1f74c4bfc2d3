#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace strata::app {

/// "127.0.0.1:8080", "[::1]:8080".
struct ListenAddress {
  std::string host;
  std::uint16_t port = 0;
  std::string url() const;  ///< "http://127.0.0.1:8080"
};

/// kInvalid with the expected form.
ListenAddress parse_listen_address(std::string_view text);

}  // namespace strata::app
