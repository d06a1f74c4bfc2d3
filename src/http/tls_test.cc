#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "strata/base/error.h"
#include "strata/http/certificate_fake.h"
#include "strata/http/client.h"
#include "strata/http/raw_client_fake.h"
#include "strata/http/server_fake.h"

namespace strata::http {
namespace {

using testing::HasSubstr;

class TlsTest : public testing::Test {
 protected:
  void start() {
    fake.options().tls = ServerTls{certificate.certificate_pem, Secret(certificate.key_pem)};
    fake.start();
  }

  ClientResponse get(std::string_view path) {
    ClientOptions options;
    options.ca_pem = certificate.certificate_pem;
    Client client(options);
    ClientRequest request;
    request.url = fake.url(path);
    return client.request(request);
  }

  const CertificateFake certificate = make_certificate("127.0.0.1");
  ServerFake fake;
};

TEST_F(TlsTest, a_client_that_trusts_the_certificate_is_served) {
  fake.router().add(Method::kGet, "/",
                    [](Request& request) { return text_response(200, request.tls ? "tls" : "plain"); });
  start();
  EXPECT_THAT(fake.url(), testing::StartsWith("https://127.0.0.1:"));
  EXPECT_EQ(get("/").body, "tls");
}

TEST_F(TlsTest, a_large_stream_arrives_whole_and_a_failing_one_does_not) {
  struct Source final : BodySource {
    explicit Source(std::size_t size, bool fails) : left(size), fails_at_end(fails) {}
    std::size_t read(std::span<std::uint8_t> out) override {
      if (left == 0 && fails_at_end) throw Error(ErrorKind::kIo, "gone");
      const auto count = std::min(out.size(), left);
      std::fill_n(out.begin(), count, std::uint8_t{'x'});
      left -= count;
      return count;
    }
    std::size_t left;
    bool fails_at_end;
  };
  const auto stream = [](bool fails) {
    return [fails](Request&) {
      Response response;
      response.body = Stream{std::make_unique<Source>(1'000'000, fails), std::nullopt};
      return response;
    };
  };
  fake.router().add(Method::kGet, "/good", stream(false));
  fake.router().add(Method::kGet, "/bad", stream(true));
  start();
  EXPECT_EQ(get("/good").body.size(), 1'000'000U);
  EXPECT_THROW(get("/bad"), Error);
}

TEST_F(TlsTest, a_certificate_nobody_vouches_for_is_refused_with_the_reason) {
  start();
  Client client;
  ClientRequest request;
  request.url = fake.url("/secret?token=hunter2");
  try {
    client.request(request);
    FAIL() << "an unknown certificate was trusted";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kUnavailable);
    EXPECT_THAT(error.message(),
                testing::AllOf(HasSubstr("127.0.0.1:"), HasSubstr("certificate"), testing::Not(HasSubstr("hunter2"))));
  }
}

TEST_F(TlsTest, a_certificate_for_another_name_is_refused) {
  const auto other = make_certificate("192.0.2.1");
  fake.options().tls = ServerTls{other.certificate_pem, Secret(other.key_pem)};
  fake.start();
  ClientOptions options;
  options.ca_pem = other.certificate_pem;
  Client client(options);
  ClientRequest request;
  request.url = fake.url("/");
  EXPECT_THROW(client.request(request), Error);
}

TEST_F(TlsTest, plain_text_on_a_tls_port_ends_the_connection) {
  start();
  RawClient raw(fake.port());
  raw.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_THAT(raw.read_all(), testing::Not(HasSubstr("HTTP/1.1")));
}

TEST_F(TlsTest, a_client_that_never_finishes_the_handshake_is_dropped) {
  fake.options().header_timeout = std::chrono::milliseconds(100);
  start();
  RawClient raw(fake.port());
  EXPECT_EQ(raw.read_all(), "");
}

TEST_F(TlsTest, a_key_that_does_not_fit_is_refused_at_start) {
  const auto other = make_certificate("127.0.0.1");
  fake.options().tls = ServerTls{certificate.certificate_pem, Secret(other.key_pem)};
  try {
    fake.start();
    FAIL() << "a foreign key was accepted";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kInvalid);
  }
}

}  // namespace
}  // namespace strata::http
