#pragma once

#include <string>

namespace strata::http {

struct CertificateFake {
  std::string certificate_pem;
  std::string key_pem;
};

/// A fresh self-signed certificate for an IP address, valid for an hour.
CertificateFake make_certificate(const std::string& ip_address);

}  // namespace strata::http
