#include "strata/http/server.h"

#include <atomic>
#include <future>
#include <latch>
#include <mutex>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include "strata/base/error.h"
#include "strata/http/client.h"
#include "strata/http/json.h"
#include "strata/http/raw_client_fake.h"
#include "strata/http/server_fake.h"

namespace strata::http {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

/// Gives out `text` in pieces, then ends or fails.
class TextSource final : public BodySource {
 public:
  explicit TextSource(std::string text, bool fails = false) : text_(std::move(text)), fails_(fails) {}
  std::size_t read(std::span<std::uint8_t> out) override {
    if (text_.empty() && fails_) throw Error(ErrorKind::kCorrupt, "the backup is damaged");
    const auto count = std::min({out.size(), text_.size(), std::size_t{1000}});
    std::copy_n(text_.begin(), count, out.begin());
    text_.erase(0, count);
    return count;
  }

 private:
  std::string text_;
  bool fails_;
};

Response streaming(std::string text, bool fails, std::optional<std::uint64_t> length = std::nullopt) {
  Response response;
  response.body = Stream{std::make_unique<TextSource>(std::move(text), fails), length};
  return response;
}

/// A file without a name that holds `text`. `on_close` is called when nobody needs it any more.
FileSlice file_with(
    std::string_view text, std::uint64_t offset, std::uint64_t length, std::function<void()> on_close = [] {}) {
  const int descriptor = ::memfd_create("http-test", MFD_CLOEXEC);
  EXPECT_EQ(::write(descriptor, text.data(), text.size()), static_cast<ssize_t>(text.size()));
  const std::shared_ptr<const void> owner(nullptr, [descriptor, on_close](const void*) {
    ::close(descriptor);
    on_close();
  });
  return {descriptor, owner, offset, length};
}

std::string pattern(std::size_t size) {
  std::string text;
  text.reserve(size);
  for (std::size_t i = 0; i < size; ++i) text.push_back(static_cast<char>('a' + i * 7 % 26));
  return text;
}

class ServerTest : public testing::Test {
 protected:
  ClientResponse get(std::string_view path) {
    ClientRequest request;
    request.url = fake.url(path);
    return client.request(request);
  }

  ServerFake fake;
  Client client;
};

TEST_F(ServerTest, a_handler_sees_the_whole_request_and_its_answer_arrives) {
  fake.router().add(Method::kPost, "/api/nodes/{node}", [](Request& request) {
    auto response = text_response(201, request.parameter("node") + "|" + std::string(*request.query_value("q")) + "|" +
                                           request.body + "|" + std::string(request.headers.get("X-Test")) + "|" +
                                           request.peer_address);
    response.headers.add("Set-Cookie", "a=1");
    response.headers.add("Set-Cookie", "b=2");
    return response;
  });
  fake.start();
  ClientRequest request;
  request.method = Method::kPost;
  request.url = fake.url("/api/nodes/a%20b?q=1%262");
  request.headers.set("X-Test", "yes");
  request.body = std::string("hello");
  const auto response = client.request(request);
  EXPECT_EQ(response.status, 201);
  EXPECT_EQ(response.body, "a b|1&2|hello|yes|127.0.0.1");
  EXPECT_THAT(response.headers.all("set-cookie"), testing::ElementsAre("a=1", "b=2"));
  EXPECT_TRUE(response.headers.has("Date"));
  EXPECT_FALSE(response.headers.get("X-Request-Id").empty());
}

TEST_F(ServerTest, a_connection_serves_many_requests) {
  fake.router().add(Method::kGet, "/", [](Request&) { return text_response(200, "x"); });
  fake.start();
  RawClient raw(fake.port());
  for (int i = 0; i < 3; ++i) {
    raw.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
    EXPECT_THAT(raw.read_response(), HasSubstr("200 OK"));
  }
}

TEST_F(ServerTest, pipelined_requests_are_answered_in_order) {
  fake.router().add(Method::kPost, "/{n}",
                    [](Request& request) { return text_response(200, request.parameter("n") + request.body); });
  fake.start();
  RawClient raw(fake.port());
  raw.send(
      "POST /1 HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nab"
      "\r\nPOST /2 HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nc\r\n0\r\n\r\n"
      "POST /3 HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
  EXPECT_THAT(raw.read_response(), HasSubstr("\r\n\r\n1ab"));
  EXPECT_THAT(raw.read_response(), HasSubstr("\r\n\r\n2c"));
  const auto last = raw.read_all();
  EXPECT_THAT(last, HasSubstr("\r\n\r\n3"));
  EXPECT_THAT(last, HasSubstr("Connection: close"));
}

TEST_F(ServerTest, head_has_the_length_and_no_body) {
  fake.router().add(Method::kGet, "/file", [](Request&) { return text_response(200, "12345"); });
  fake.router().add(Method::kGet, "/stream", [](Request&) { return streaming("12345", false); });
  fake.start();
  RawClient raw(fake.port());
  raw.send("HEAD /file HTTP/1.1\r\nHost: h\r\n\r\nHEAD /stream HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
  EXPECT_THAT(raw.read_until("\r\n\r\n"), HasSubstr("Content-Length: 5"));
  EXPECT_THAT(raw.read_all(), testing::AllOf(StartsWith("HTTP/1.1 200 OK"), testing::EndsWith("\r\n\r\n")));
}

TEST_F(ServerTest, a_part_of_a_file_is_sent) {
  const auto text = pattern(9'000'000);
  fake.router().add(Method::kGet, "/file", [&](Request&) {
    Response response;
    response.body = file_with(text, 100, text.size() - 200);
    return response;
  });
  fake.start();
  ClientRequest request;
  request.url = fake.url("/file");
  request.max_body = 10'000'000;
  const auto response = client.request(request);
  EXPECT_EQ(response.headers.get("Content-Length"), std::to_string(text.size() - 200));
  EXPECT_TRUE(response.body == text.substr(100, text.size() - 200));
}

TEST_F(ServerTest, a_file_that_became_shorter_breaks_the_connection) {
  fake.router().add(Method::kGet, "/file", [](Request&) {
    Response response;
    response.body = file_with("short", 0, 100);
    return response;
  });
  fake.start();
  EXPECT_THROW(get("/file"), Error);
}

TEST_F(ServerTest, a_stream_without_length_is_chunked) {
  const auto text = pattern(700'000);
  fake.router().add(Method::kGet, "/stream", [&](Request&) { return streaming(text, false); });
  fake.start();
  const auto response = get("/stream");
  EXPECT_EQ(response.headers.get("Transfer-Encoding"), "chunked");
  EXPECT_TRUE(response.body == text);
}

TEST_F(ServerTest, a_stream_with_length_is_sent_plainly) {
  fake.router().add(Method::kGet, "/stream", [&](Request&) { return streaming("12345", false, 5); });
  fake.router().add(Method::kGet, "/liar", [&](Request&) { return streaming("12345", false, 6); });
  fake.start();
  EXPECT_EQ(get("/stream").headers.get("Content-Length"), "5");
  EXPECT_THROW(get("/liar"), Error) << "a source that ends early must not look complete";
}

TEST_F(ServerTest, a_failure_in_the_middle_of_a_stream_breaks_the_connection) {
  fake.router().add(Method::kGet, "/stream", [&](Request&) { return streaming(pattern(5000), true); });
  fake.start();
  EXPECT_THROW(get("/stream"), Error);
  for (const char* version : {"1.1", "1.0"}) {
    RawClient raw(fake.port());
    raw.send(std::string("GET /stream HTTP/") + version + "\r\nHost: h\r\n\r\n");
    EXPECT_THAT(raw.read_all(), Not(testing::EndsWith("0\r\n\r\n")));
    EXPECT_TRUE(raw.was_reset()) << "an HTTP/1.0 client could take a clean end for a complete file";
  }
}

TEST_F(ServerTest, a_stream_that_fails_at_once_is_a_proper_refusal) {
  fake.router().add(Method::kGet, "/stream", [&](Request&) { return streaming("", true); });
  fake.start();
  const auto response = get("/stream");
  EXPECT_EQ(response.status, 417);
  EXPECT_EQ(response.body, R"({"errors":["the backup is damaged"]})");
}

TEST_F(ServerTest, a_client_that_leaves_ends_the_source) {
  struct Endless final : BodySource {
    explicit Endless(std::promise<void>& gone) : gone_(gone) {}
    ~Endless() override { gone_.set_value(); }
    std::size_t read(std::span<std::uint8_t> out) override { return out.size(); }
    std::promise<void>& gone_;
  };
  std::promise<void> gone;
  fake.router().add(Method::kGet, "/endless", [&](Request&) {
    Response response;
    response.body = Stream{std::make_unique<Endless>(gone), std::nullopt};
    return response;
  });
  fake.start();
  {
    RawClient raw(fake.port());
    raw.send("GET /endless HTTP/1.1\r\nHost: h\r\n\r\n");
    raw.read_until("\r\n\r\n");
  }
  EXPECT_EQ(gone.get_future().wait_for(std::chrono::seconds(10)), std::future_status::ready);
}

TEST_F(ServerTest, a_client_that_reads_nothing_is_dropped) {
  fake.options().write_timeout = std::chrono::milliseconds(200);
  fake.options().observe = [](const RequestSummary&) { FAIL() << "the answer cannot have been delivered"; };
  const auto text = pattern(30'000'000);
  std::promise<void> closed;
  fake.router().add(Method::kGet, "/file", [&](Request&) {
    Response response;
    response.body = file_with(text, 0, text.size(), [&] { closed.set_value(); });
    return response;
  });
  fake.start();
  RawClient raw(fake.port());
  raw.send("GET /file HTTP/1.1\r\nHost: h\r\n\r\n");
  raw.read_until("\r\n\r\n");
  EXPECT_EQ(closed.get_future().wait_for(std::chrono::seconds(10)), std::future_status::ready);
}

TEST_F(ServerTest, a_handler_that_sets_framing_headers_cannot_break_the_message) {
  fake.router().add(Method::kGet, "/", [](Request&) {
    auto response = text_response(200, "12345");
    response.headers.set("Content-Length", "1");
    response.headers.set("Transfer-Encoding", "chunked");
    response.headers.set("Connection", "close");
    return response;
  });
  fake.start();
  const auto response = get("/");
  EXPECT_EQ(response.body, "12345");
  EXPECT_FALSE(response.headers.has("Transfer-Encoding"));
  EXPECT_FALSE(response.headers.has("Connection"));
}

TEST_F(ServerTest, several_routers_share_a_port_and_each_keeps_its_words) {
  Log log(LogLevel::kError);
  RouterOptions wings_options;
  wings_options.error_format = error_text;
  Router panel(log);
  Router wings(log, wings_options);
  panel.add(Method::kGet, "/api/admin/nodes", [](Request&) { return text_response(200, "panel"); });
  panel.add(Method::kGet, "/{path...}", [](Request&) { return text_response(200, "ui"); });
  wings.add(Method::kGet, "/api/system", [](Request&) { return text_response(200, "wings"); });
  wings.add(Method::kPost, "/api/servers/{server}/backup", [](Request&) { return empty_response(); });
  Server server({}, {&panel, &wings}, log);
  server.start();
  const auto ask = [&](Method method, std::string path) {
    ClientRequest request;
    request.method = method;
    request.url = server.url() + path;
    return client.request(request);
  };
  EXPECT_EQ(ask(Method::kGet, "/api/admin/nodes").body, "panel");
  EXPECT_EQ(ask(Method::kGet, "/api/system").body, "wings");
  EXPECT_EQ(ask(Method::kGet, "/assets/app.js").body, "ui");
  EXPECT_EQ(ask(Method::kPut, "/api/servers/1/backup").body, R"({"error":"PUT is not possible here"})");
  EXPECT_EQ(ask(Method::kPut, "/api/admin/nodes").body, R"({"errors":["PUT is not possible here"]})");
}

TEST_F(ServerTest, more_requests_than_can_be_queued_are_turned_away) {
  fake.options().worker_threads = 1;
  fake.options().max_queued_requests = 1;
  std::latch is_running(1);
  std::latch may_end(1);
  std::atomic<int> started{0};
  fake.router().add(Method::kGet, "/slow", [&](Request&) {
    if (started++ == 0) is_running.count_down();
    may_end.wait();
    return text_response(200, "done");
  });
  fake.start();
  auto running = std::async(std::launch::async, [&] { return get("/slow").status; });
  is_running.wait();
  // One place is left in the queue: of two more, exactly one gets it.
  auto second = std::async(std::launch::async, [&] { return get("/slow").status; });
  auto third = std::async(std::launch::async, [&] { return get("/slow").status; });
  while (second.wait_for(std::chrono::milliseconds(5)) != std::future_status::ready &&
         third.wait_for(std::chrono::milliseconds(5)) != std::future_status::ready) {
  }
  may_end.count_down();
  EXPECT_EQ(running.get(), 200);
  EXPECT_EQ(second.get() + third.get(), 200 + 503);
  fake.server().stop(std::chrono::seconds(10));  // the handler uses what lives in this test
}

TEST_F(ServerTest, connections_above_the_limit_wait_their_turn) {
  fake.options().max_connections = 1;
  fake.router().add(Method::kGet, "/", [](Request&) { return text_response(200, "x"); });
  fake.start();
  auto first = std::make_unique<RawClient>(fake.port());
  first->send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  first->read_response();
  RawClient second(fake.port());
  second.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  first.reset();
  EXPECT_THAT(second.read_response(), HasSubstr("200 OK"));
}

TEST_F(ServerTest, each_request_is_observed_by_its_pattern) {
  std::mutex mutex;
  std::vector<std::string> seen;
  fake.options().observe = [&](const RequestSummary& summary) {
    const std::lock_guard lock(mutex);
    seen.push_back(std::string(summary.route) + " " + std::to_string(summary.status) + " " +
                   std::to_string(summary.body_bytes));
  };
  fake.router().add(Method::kGet, "/nodes/{node}", [](Request&) { return text_response(200, "abc"); });
  fake.start();
  get("/nodes/secret");
  get("/nothing");
  fake.server().stop(std::chrono::seconds(5));
  EXPECT_THAT(seen, testing::ElementsAre("/nodes/{node} 200 3", StartsWith(" 404 ")));
}

TEST_F(ServerTest, stopping_lets_running_requests_finish_and_ends_idle_connections) {
  std::latch is_running(1);
  std::latch may_end(1);
  fake.router().add(Method::kGet, "/slow", [&](Request&) {
    is_running.count_down();
    may_end.wait();
    return text_response(200, "done");
  });
  fake.start();
  RawClient idle(fake.port());
  auto running = std::async(std::launch::async, [&] { return get("/slow"); });
  is_running.wait();
  auto stopping = std::async(std::launch::async, [&] { fake.server().stop(std::chrono::seconds(30)); });
  EXPECT_EQ(idle.read_all(), "") << "the idle connection ends while the other one still runs";
  EXPECT_EQ(stopping.wait_for(std::chrono::milliseconds(0)), std::future_status::timeout);
  may_end.count_down();
  EXPECT_EQ(running.get().body, "done");
  stopping.get();
  EXPECT_THROW(RawClient{fake.port()}, Error) << "nobody listens any more";
}

TEST_F(ServerTest, stopping_without_grace_asks_handlers_to_give_up) {
  std::latch is_running(1);
  std::atomic<bool> was_asked{false};
  fake.router().add(Method::kGet, "/slow", [&](Request& request) {
    is_running.count_down();
    std::mutex mutex;
    std::condition_variable_any changed;
    std::unique_lock lock(mutex);
    changed.wait(lock, request.stop, [] { return false; });
    was_asked = true;
    return empty_response();
  });
  fake.start();
  RawClient raw(fake.port());
  raw.send("GET /slow HTTP/1.1\r\nHost: h\r\n\r\n");
  is_running.wait();
  fake.server().stop(std::chrono::milliseconds(0));
  EXPECT_TRUE(was_asked);
}

TEST_F(ServerTest, a_busy_port_is_named) {
  fake.start();
  ServerOptions options;
  options.port = fake.port();
  Server second(options, {&fake.router()}, fake.log());
  try {
    second.start();
    FAIL() << "two servers on one port";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kConflict);
    EXPECT_THAT(error.message(), HasSubstr("address 127.0.0.1 port " + std::to_string(fake.port()) + " is in use"));
  }
}

TEST_F(ServerTest, an_address_that_is_no_address_is_refused) {
  ServerOptions options;
  options.address = "localhost";
  EXPECT_THROW(Server(options, {&fake.router()}, fake.log()), Error);
}

TEST_F(ServerTest, ipv6_is_served_and_named) {
  fake.options().address = "::1";
  fake.router().add(Method::kGet, "/", [](Request& request) { return text_response(200, request.peer_address); });
  try {
    fake.start();
  } catch (const Error& error) {
    GTEST_SKIP() << "no IPv6 on this machine: " << error.what();
  }
  EXPECT_THAT(fake.url(), StartsWith("http://[::1]:"));
  EXPECT_EQ(get("/").body, "::1");
}

}  // namespace
}  // namespace strata::http
