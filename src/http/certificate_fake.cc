#include "strata/http/certificate_fake.h"

#include <memory>
#include <stdexcept>

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

namespace strata::http {
namespace {

void require(bool success) {
  if (!success) throw std::runtime_error("OpenSSL could not make a test certificate");
}

void add_extension(X509* certificate, int id, const std::string& value) {
  const std::unique_ptr<X509_EXTENSION, decltype(&X509_EXTENSION_free)> extension(
      X509V3_EXT_conf_nid(nullptr, nullptr, id, value.c_str()), &X509_EXTENSION_free);
  require(extension != nullptr && X509_add_ext(certificate, extension.get(), -1) == 1);
}

template <class Write>
std::string to_pem(Write write) {
  const std::unique_ptr<BIO, decltype(&BIO_free)> memory(BIO_new(BIO_s_mem()), &BIO_free);
  require(memory != nullptr && write(memory.get()) == 1);
  char* text = nullptr;
  const auto size = BIO_get_mem_data(memory.get(), &text);
  return {text, static_cast<std::size_t>(size)};
}

}  // namespace

CertificateFake make_certificate(const std::string& ip_address) {
  const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(EVP_EC_gen("P-256"), &EVP_PKEY_free);
  const std::unique_ptr<X509, decltype(&X509_free)> certificate(X509_new(), &X509_free);
  require(key != nullptr && certificate != nullptr);
  auto* x509 = certificate.get();
  require(X509_set_version(x509, 2) == 1);
  require(ASN1_INTEGER_set(X509_get_serialNumber(x509), 1) == 1);
  require(X509_gmtime_adj(X509_getm_notBefore(x509), -60) != nullptr);
  require(X509_gmtime_adj(X509_getm_notAfter(x509), 3600) != nullptr);
  require(X509_set_pubkey(x509, key.get()) == 1);
  auto* name = X509_get_subject_name(x509);
  const auto* common_name = reinterpret_cast<const unsigned char*>("Strata test");
  require(X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, common_name, -1, -1, 0) == 1);
  require(X509_set_issuer_name(x509, name) == 1);
  add_extension(x509, NID_subject_alt_name, "IP:" + ip_address);
  add_extension(x509, NID_basic_constraints, "critical,CA:TRUE");
  require(X509_sign(x509, key.get(), EVP_sha256()) != 0);
  return {to_pem([&](BIO* out) { return PEM_write_bio_X509(out, x509); }), to_pem([&](BIO* out) {
            return PEM_write_bio_PrivateKey(out, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
          })};
}

}  // namespace strata::http
