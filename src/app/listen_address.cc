#include "strata/app/listen_address.h"

#include <charconv>

#include <fmt/format.h>

#include "strata/base/error.h"

namespace strata::app {

std::string ListenAddress::url() const {
  const bool ipv6 = host.find(':') != std::string::npos;
  return fmt::format("http://{}{}{}:{}", ipv6 ? "[" : "", host, ipv6 ? "]" : "", port);
}

ListenAddress parse_listen_address(std::string_view text) {
  const auto refuse = [&] {
    return Error(
        ErrorKind::kInvalid,
        fmt::format("'{}' is not an address to listen on: write HOST:PORT, such as 127.0.0.1:8080 or [::1]:8080",
                    text));
  };
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos || colon == 0) throw refuse();
  std::string_view host = text.substr(0, colon);
  const bool bracketed = host.starts_with('[') && host.ends_with(']');
  if (bracketed) host = host.substr(1, host.size() - 2);
  // Without brackets nobody can tell an address that ends in a number from one with a port.
  if (host.find_first_of("[]") != std::string_view::npos || bracketed != (host.find(':') != std::string_view::npos))
    throw refuse();
  const std::string_view number = text.substr(colon + 1);
  ListenAddress address{.host = std::string(host)};
  const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), address.port);
  if (error != std::errc{} || end != number.data() + number.size() || address.port == 0 || host.empty()) throw refuse();
  return address;
}

}  // namespace strata::app
