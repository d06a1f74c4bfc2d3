#include "strata/http/client.h"

#include <atomic>
#include <cstdlib>
#include <latch>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "strata/base/error.h"
#include "strata/http/server_fake.h"

namespace strata::http {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class ClientTest : public testing::Test {
 protected:
  ClientRequest to(Method method, std::string_view path) {
    ClientRequest request;
    request.method = method;
    request.url = fake.url(path);
    return request;
  }

  /// What the request fails with.
  static Error failure_of(Client& client, const ClientRequest& request) {
    try {
      client.request(request);
    } catch (const Error& error) {
      return error;
    }
    return {ErrorKind::kInternal, "the request succeeded"};
  }

  ServerFake fake;
  Client client;
};

TEST_F(ClientTest, every_method_arrives_with_its_body_and_without_invented_headers) {
  const auto echo = [](Request& request) {
    return text_response(200, std::string(to_string(request.method)) + " [" + request.body + "] type=[" +
                                  std::string(request.headers.get("Content-Type")) + "] expect=[" +
                                  std::string(request.headers.get("Expect")) +
                                  "] agent=" + std::string(request.headers.get("User-Agent")));
  };
  for (const auto method : {Method::kGet, Method::kPost, Method::kPut, Method::kPatch, Method::kDelete}) {
    fake.router().add(method, "/", echo);
  }
  fake.start();
  for (const auto method : {Method::kPost, Method::kPut, Method::kPatch, Method::kDelete}) {
    auto request = to(method, "/");
    request.body = std::string("a\0b", 3);
    EXPECT_EQ(client.request(request).body,
              std::string(to_string(method)) + " [" + std::string("a\0b", 3) + "] type=[] expect=[] agent=strata");
  }
  for (const auto method : {Method::kGet, Method::kPost, Method::kPut, Method::kDelete}) {
    EXPECT_THAT(client.request(to(method, "/")).body, HasSubstr(std::string(to_string(method)) + " []"));
  }
  EXPECT_EQ(client.request(to(Method::kHead, "/")).body, "");
}

TEST_F(ClientTest, an_error_status_is_an_answer_and_redirects_are_not_followed) {
  fake.router().add(Method::kGet, "/from", [](Request&) {
    auto response = text_response(302, "");
    response.headers.set("Location", "/to");
    return response;
  });
  fake.start();
  EXPECT_EQ(client.request(to(Method::kGet, "/nothing")).status, 404);
  const auto response = client.request(to(Method::kGet, "/from"));
  EXPECT_EQ(response.status, 302);
  EXPECT_EQ(response.headers.get("location"), "/to");
}

TEST_F(ClientTest, a_connection_is_used_again) {
  fake.options().max_connections = 1;
  fake.router().add(Method::kGet, "/", [](Request&) { return text_response(200, "x"); });
  fake.start();
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(client.request(to(Method::kGet, "/")).body, "x") << "a second connection would wait for the first";
  }
}

TEST_F(ClientTest, many_threads_share_a_client) {
  fake.router().add(Method::kGet, "/{n}", [](Request& request) { return text_response(200, request.parameter("n")); });
  fake.start();
  std::atomic<int> right{0};
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 8; ++t) {
      threads.emplace_back([&, t] {
        for (int i = 0; i < 20; ++i) {
          const auto n = std::to_string(t * 100 + i);
          if (client.request(to(Method::kGet, "/" + n)).body == n) ++right;
        }
      });
    }
  }
  EXPECT_EQ(right, 160);
}

TEST_F(ClientTest, an_upload_is_streamed_with_its_length) {
  struct Letters final : BodySource {
    std::size_t read(std::span<std::uint8_t> out) override {
      std::fill(out.begin(), out.end(), std::uint8_t{'u'});
      return out.size();
    }
  };
  RouteOptions large;
  large.body_limit = 10_MiB;
  fake.router().add(
      Method::kPut, "/part",
      [](Request& request) {
        return text_response(
            200, std::to_string(request.body.size()) + " " + std::string(request.headers.get("Content-Length")));
      },
      large);
  fake.start();
  Letters letters;
  auto request = to(Method::kPut, "/part");
  request.body = Upload{&letters, 3'000'000};
  EXPECT_EQ(client.request(request).body, "3000000 3000000");
}

TEST_F(ClientTest, an_upload_that_cannot_be_produced_fails_with_its_own_reason) {
  struct Broken final : BodySource {
    std::size_t read(std::span<std::uint8_t>) override { throw Error(ErrorKind::kCorrupt, "the part is damaged"); }
  };
  struct Short final : BodySource {
    std::size_t read(std::span<std::uint8_t>) override { return 0; }
  };
  fake.router().add(Method::kPut, "/part", [](Request&) { return empty_response(); });
  fake.start();
  Broken broken;
  auto request = to(Method::kPut, "/part");
  request.body = Upload{&broken, 100};
  EXPECT_EQ(failure_of(client, request).message(), "the part is damaged");
  Short too_short;
  request.body = Upload{&too_short, 100};
  EXPECT_EQ(failure_of(client, request).kind(), ErrorKind::kIo);
}

TEST_F(ClientTest, a_download_gives_status_and_headers_before_data) {
  struct Sink final : ResponseSink {
    bool on_response(int status, const Headers& headers) override {
      seen += std::to_string(status) + " " + std::string(headers.get("X-Kind")) + " ";
      return status == 200;
    }
    void on_data(std::span<const std::uint8_t> data) override { seen.append(data.begin(), data.end()); }
    std::string seen;
  };
  fake.router().add(Method::kGet, "/file", [](Request&) {
    auto response = text_response(200, "bytes");
    response.headers.set("X-Kind", "file");
    return response;
  });
  fake.start();
  Sink good;
  EXPECT_EQ(client.download(to(Method::kGet, "/file"), good).body, "");
  EXPECT_EQ(good.seen, "200 file bytes");
  Sink refused;
  EXPECT_EQ(client.download(to(Method::kGet, "/nothing"), refused).body, R"({"errors":["not found"]})");
  EXPECT_EQ(refused.seen, "404  ") << "an error body is not file content";
}

TEST_F(ClientTest, a_sink_that_throws_ends_the_transfer) {
  struct Full final : ResponseSink {
    bool on_response(int, const Headers&) override { return true; }
    void on_data(std::span<const std::uint8_t>) override { throw Error(ErrorKind::kNoSpace, "the disk is full"); }
  };
  fake.router().add(Method::kGet, "/", [](Request&) { return text_response(200, "x"); });
  fake.start();
  Full full;
  try {
    client.download(to(Method::kGet, "/"), full);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kNoSpace);
  }
  EXPECT_EQ(client.request(to(Method::kGet, "/")).body, "x") << "the client is still usable";
}

TEST_F(ClientTest, an_answer_above_the_limit_is_refused) {
  fake.router().add(Method::kGet, "/", [](Request&) { return text_response(200, std::string(1001, 'x')); });
  fake.start();
  auto request = to(Method::kGet, "/");
  request.max_body = 1000;
  EXPECT_EQ(failure_of(client, request).kind(), ErrorKind::kTooLarge);
  request.max_body = 1001;
  EXPECT_EQ(client.request(request).body.size(), 1001U);
}

TEST_F(ClientTest, errors_name_host_and_port_and_never_the_query_or_credentials) {
  fake.start();
  const auto port = std::to_string(fake.port());
  fake.server().stop(std::chrono::seconds(1));
  ClientRequest request;
  request.url = "http://user:hunter2@127.0.0.1:" + port + "/path?token=hunter3";
  const auto error = failure_of(client, request);
  EXPECT_EQ(error.kind(), ErrorKind::kUnavailable);
  EXPECT_THAT(error.message(), AllOf(HasSubstr("127.0.0.1:" + port), Not(HasSubstr("hunter")), Not(HasSubstr("path"))));
}

TEST_F(ClientTest, what_is_no_http_address_is_invalid) {
  for (const char* url : {"", "ftp://h/", "file:///etc/passwd", "http://", "http://h:99999999/"}) {
    ClientRequest request;
    request.url = url;
    EXPECT_EQ(failure_of(client, request).kind(), ErrorKind::kInvalid) << url;
  }
}

TEST_F(ClientTest, waiting_too_long_is_a_timeout) {
  std::latch may_end(1);
  fake.router().add(Method::kGet, "/slow", [&](Request&) {
    may_end.wait();
    return empty_response();
  });
  fake.start();
  auto request = to(Method::kGet, "/slow");
  request.total_timeout = std::chrono::milliseconds(100);
  EXPECT_EQ(failure_of(client, request).kind(), ErrorKind::kTimeout);
  may_end.count_down();
  fake.server().stop(std::chrono::seconds(10));  // the handler uses what lives in this test
}

TEST_F(ClientTest, a_stop_request_ends_a_waiting_request_at_once) {
  std::latch is_running(1);
  std::latch may_end(1);
  fake.router().add(Method::kGet, "/slow", [&](Request&) {
    is_running.count_down();
    may_end.wait();
    return empty_response();
  });
  fake.start();
  std::stop_source source;
  auto request = to(Method::kGet, "/slow");
  request.stop = source.get_token();
  std::jthread stopper([&] {
    is_running.wait();
    source.request_stop();
  });
  EXPECT_EQ(failure_of(client, request).kind(), ErrorKind::kCancelled);
  may_end.count_down();
  EXPECT_EQ(failure_of(client, request).kind(), ErrorKind::kCancelled) << "nor does it start another one";
  fake.server().stop(std::chrono::seconds(10));
}

TEST_F(ClientTest, an_address_can_be_refused_after_the_name_was_resolved) {
  fake.router().add(Method::kGet, "/", [](Request&) { return text_response(200, "x"); });
  fake.start();
  ClientOptions options;
  std::string asked;
  options.refuse_address = [&](std::string_view address, std::uint16_t port) -> std::string {
    asked = std::string(address) + " " + std::to_string(port);
    return address == "127.0.0.1" ? "this address is not allowed" : "";
  };
  Client careful(options);
  const auto error = failure_of(careful, to(Method::kGet, "/"));
  EXPECT_EQ(error.kind(), ErrorKind::kRefused);
  EXPECT_EQ(error.message(), "this address is not allowed");
  EXPECT_EQ(asked, "127.0.0.1 " + std::to_string(fake.port()));
  auto mapped = to(Method::kGet, "/");
  mapped.url = "http://[::ffff:127.0.0.1]:" + std::to_string(fake.port()) + "/";
  EXPECT_EQ(failure_of(careful, mapped).kind(), ErrorKind::kRefused) << "IPv4 in an IPv6 coat";
}

TEST_F(ClientTest, a_local_socket_is_spoken_to) {
  std::string folder = "/tmp/strata-http-XXXXXX";
  ASSERT_NE(::mkdtemp(folder.data()), nullptr);
  const auto path = folder + "/api.sock";
  const int listener = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof address.sun_path - 1);
  ASSERT_EQ(::bind(listener, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  ASSERT_EQ(::listen(listener, 1), 0);
  std::jthread daemon([&] {
    const int peer = ::accept(listener, nullptr, nullptr);
    std::string request(4096, '\0');
    request.resize(static_cast<std::size_t>(::read(peer, request.data(), request.size())));
    const std::string answer = request.starts_with("GET /containers/json HTTP/1.1\r\nHost: docker\r\n")
                                   ? "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]"
                                   : "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n";
    EXPECT_EQ(::write(peer, answer.data(), answer.size()), static_cast<ssize_t>(answer.size()));
    ::close(peer);
  });
  ClientOptions options;
  options.unix_socket = path;
  Client local(options);
  ClientRequest request;
  request.url = "http://docker/containers/json";
  EXPECT_EQ(local.request(request).body, "[]");
  ::close(listener);
  ::unlink(path.c_str());
  ::rmdir(folder.c_str());
}

TEST(ThrowIfRefused, both_error_objects_become_errors_with_their_kind) {
  const auto thrown = [](int status, std::string body) -> Error {
    try {
      throw_if_refused({status, {}, std::move(body)});
    } catch (const Error& error) {
      return error;
    }
    return {ErrorKind::kInternal, "nothing was thrown"};
  };
  EXPECT_THAT(thrown(400, R"({"errors":["a: is required","b: is required"]})").all(),
              testing::ElementsAre("a: is required", "b: is required"));
  EXPECT_EQ(thrown(417, R"({"error":"no"})").message(), "no");
  EXPECT_EQ(thrown(417, R"({"error":"no"})").kind(), ErrorKind::kRefused);
  EXPECT_EQ(thrown(502, "<html>").message(), "the server answered 502 Bad Gateway");
  EXPECT_EQ(thrown(502, "<html>").kind(), ErrorKind::kUnavailable);
  EXPECT_NO_THROW(throw_if_refused({204, {}, ""}));
}

}  // namespace
}  // namespace strata::http
