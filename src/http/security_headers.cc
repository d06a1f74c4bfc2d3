#include "strata/http/security_headers.h"

namespace strata::http {

void SecurityHeaders::apply(Response& response) const {
  const auto add = [&](std::string_view name, std::string_view value) {
    if (!response.headers.has(name)) response.headers.set(name, value);
  };
  std::string connect = "'self'";
  for (const auto& source : connect_sources) connect += " " + source;
  add("Content-Security-Policy",
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src " +
          connect + "; frame-ancestors 'none'; base-uri 'none'; form-action 'self'");
  add("X-Content-Type-Options", "nosniff");
  add("Referrer-Policy", "no-referrer");
  add("Cross-Origin-Opener-Policy", "same-origin");
  add("Cross-Origin-Resource-Policy", "same-origin");
  add("Permissions-Policy",
      "camera=(), geolocation=(), microphone=(), payment=(), usb=(), display-capture=(), fullscreen=()");
  if (hsts) add("Strict-Transport-Security", "max-age=31536000");
}

}  // namespace strata::http
