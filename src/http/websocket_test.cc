#include "strata/http/websocket.h"

#include <future>
#include <mutex>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "strata/base/error.h"
#include "strata/http/raw_client_fake.h"
#include "strata/http/server_fake.h"

namespace strata::http {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

enum Opcode : unsigned { kText = 1, kBinary = 2, kClose = 8, kPing = 9, kPong = 10 };

/// The browser's side, frame by frame (RFC 6455).
class Browser {
 public:
  Browser(std::uint16_t port, std::string_view path, std::string_view extra = {}) : raw_(port) {
    raw_.send("GET " + std::string(path) +
              " HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\nConnection: keep-alive, Upgrade\r\n" +
              "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n" + std::string(extra));
    answer_ = raw_.read_until("\r\n\r\n");
  }

  const std::string& answer() const { return answer_; }
  RawClient& raw() { return raw_; }

  static std::string frame(unsigned opcode, std::string_view payload, bool last = true) {
    std::string bytes;
    bytes.push_back(static_cast<char>((last ? 0x80U : 0U) | opcode));
    if (payload.size() < 126) {
      bytes.push_back(static_cast<char>(0x80U | payload.size()));
    } else {
      bytes.push_back(static_cast<char>(0x80U | 126U));
      bytes.push_back(static_cast<char>(payload.size() >> 8U));
      bytes.push_back(static_cast<char>(payload.size() & 0xFFU));
    }
    constexpr std::string_view kMask = "\x12\x34\x56\x78";
    bytes += kMask;
    for (std::size_t i = 0; i < payload.size(); ++i) bytes.push_back(static_cast<char>(payload[i] ^ kMask[i % 4]));
    return bytes;
  }

  void send(unsigned opcode, std::string_view payload) { raw_.send(frame(opcode, payload)); }

  /// Opcode and payload of the next frame.
  std::pair<unsigned, std::string> receive() {
    const auto head = raw_.read_exactly(2);
    std::size_t size = static_cast<unsigned char>(head[1]);
    if (size == 126) {
      const auto more = raw_.read_exactly(2);
      size = static_cast<unsigned char>(more[0]) * 256U + static_cast<unsigned char>(more[1]);
    }
    return {static_cast<unsigned char>(head[0]) & 0x0FU, raw_.read_exactly(size)};
  }

  /// The code of the close frame that comes next, after other frames.
  unsigned receive_close() {
    while (true) {
      const auto [opcode, payload] = receive();
      if (opcode == kClose && payload.size() >= 2) {
        return static_cast<unsigned char>(payload[0]) * 256U + static_cast<unsigned char>(payload[1]);
      }
    }
  }

 private:
  RawClient raw_;
  std::string answer_;
};

/// Repeats what it hears and writes down what happens to it.
class Recorder {
 public:
  void note(std::string what) {
    const std::lock_guard lock(mutex_);
    events_.push_back(std::move(what));
    changed_.notify_all();
  }
  std::vector<std::string> wait_for(std::size_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, std::chrono::seconds(10), [&] { return events_.size() >= count; });
    return events_;
  }
  std::shared_ptr<WebSocket> socket;

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::string> events_;
};

class EchoSession final : public WebSocketSession {
 public:
  explicit EchoSession(Recorder& recorder) : recorder_(recorder) {}
  void on_open(std::shared_ptr<WebSocket> socket) override {
    recorder_.socket = socket;
    recorder_.note("open");
  }
  void on_text(std::string text) override {
    if (text == "throw") throw std::runtime_error("as asked");
    recorder_.note(text);
    recorder_.socket->send("echo " + text);
  }
  void on_close(std::uint16_t code) override { recorder_.note("close " + std::to_string(code)); }

 private:
  Recorder& recorder_;
};

class WebSocketTest : public testing::Test {
 protected:
  void start(WebSocketOptions options = {}) {
    fake.router().websocket(
        "/ws/{server}",
        [this](Request& request) -> std::unique_ptr<WebSocketSession> {
          if (request.parameter("server") == "forbidden") throw Error(ErrorKind::kForbidden, "not yours");
          return std::make_unique<EchoSession>(recorder);
        },
        options);
    fake.start();
  }

  Recorder recorder;
  ServerFake fake;
};

TEST_F(WebSocketTest, messages_go_both_ways_in_order) {
  start();
  Browser browser(fake.port(), "/ws/1");
  EXPECT_THAT(browser.answer(), testing::AllOf(StartsWith("HTTP/1.1 101 "),
                                               HasSubstr("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")));
  browser.send(kText, "one");
  browser.send(kText, "two");
  EXPECT_EQ(browser.receive(), std::make_pair(unsigned{kText}, std::string("echo one")));
  EXPECT_EQ(browser.receive(), std::make_pair(unsigned{kText}, std::string("echo two")));
  browser.send(kClose, std::string("\x03\xE8", 2));
  EXPECT_EQ(browser.receive_close(), 1000U);
  EXPECT_THAT(recorder.wait_for(4), ElementsAre("open", "one", "two", "close 1000"));
}

TEST_F(WebSocketTest, a_message_sent_with_the_handshake_is_not_lost) {
  start();
  Browser browser(fake.port(), "/ws/1", Browser::frame(kText, "early"));
  EXPECT_EQ(browser.receive().second, "echo early");
}

TEST_F(WebSocketTest, a_message_in_fragments_arrives_whole) {
  start();
  Browser browser(fake.port(), "/ws/1");
  browser.raw().send(Browser::frame(kText, "hel", false) + Browser::frame(kPing, "p") + Browser::frame(0, "lo"));
  EXPECT_EQ(browser.receive(), std::make_pair(unsigned{kPong}, std::string("p")));
  EXPECT_EQ(browser.receive().second, "echo hello");
}

TEST_F(WebSocketTest, a_refusal_comes_before_the_upgrade_in_the_routers_words) {
  start();
  Browser browser(fake.port(), "/ws/forbidden");
  EXPECT_THAT(browser.answer(), StartsWith("HTTP/1.1 403 "));
  EXPECT_EQ(browser.raw().read_all(), R"({"errors":["not yours"]})");
}

TEST_F(WebSocketTest, a_plain_request_is_told_what_is_spoken_here) {
  start();
  RawClient raw(fake.port());
  raw.send("GET /ws/1 HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_THAT(raw.read_response(), testing::AllOf(StartsWith("HTTP/1.1 426 "), HasSubstr("Upgrade: websocket")));
}

TEST_F(WebSocketTest, a_message_above_the_limit_closes_with_1009) {
  WebSocketOptions options;
  options.max_message = 200;
  start(options);
  Browser browser(fake.port(), "/ws/1");
  browser.send(kText, std::string(200, 'x'));
  EXPECT_EQ(browser.receive().second.size(), 205U);
  browser.send(kText, std::string(201, 'x'));
  EXPECT_EQ(browser.receive_close(), 1009U);
}

TEST_F(WebSocketTest, binary_and_broken_text_are_refused) {
  start();
  Browser binary(fake.port(), "/ws/1");
  binary.send(kBinary, "x");
  EXPECT_EQ(binary.receive_close(), 1003U);
  Browser broken(fake.port(), "/ws/1");
  broken.send(kText, "\xff");
  EXPECT_EQ(broken.receive_close(), 1007U);
}

TEST_F(WebSocketTest, a_session_that_throws_closes_with_1011) {
  start();
  Browser browser(fake.port(), "/ws/1");
  browser.send(kText, "throw");
  EXPECT_EQ(browser.receive_close(), 1011U);
}

TEST_F(WebSocketTest, the_server_can_close_and_later_sends_say_so) {
  start();
  Browser browser(fake.port(), "/ws/1");
  recorder.wait_for(1);
  EXPECT_TRUE(recorder.socket->send("last words"));
  recorder.socket->close(4001, "token expired");
  EXPECT_FALSE(recorder.socket->send("too late"));
  EXPECT_EQ(browser.receive().second, "last words");
  const auto [opcode, payload] = browser.receive();
  EXPECT_EQ(opcode, unsigned{kClose});
  EXPECT_EQ(payload.substr(2), "token expired");
}

TEST_F(WebSocketTest, a_vanished_peer_is_noticed_as_1006) {
  start();
  {
    const Browser browser(fake.port(), "/ws/1");
  }
  EXPECT_THAT(recorder.wait_for(2), ElementsAre("open", "close 1006"));
  EXPECT_FALSE(recorder.socket->send("nobody there"));
}

TEST_F(WebSocketTest, a_silent_peer_is_pinged_and_then_dropped) {
  WebSocketOptions options;
  options.ping_interval = std::chrono::milliseconds(100);
  start(options);
  Browser browser(fake.port(), "/ws/1");
  EXPECT_EQ(browser.receive().first, unsigned{kPing});
  browser.raw().read_all();
  EXPECT_THAT(recorder.wait_for(2), ElementsAre("open", "close 1006"));
}

TEST_F(WebSocketTest, a_peer_that_does_not_read_is_cut_off_instead_of_costing_memory) {
  WebSocketOptions options;
  options.max_queued = 8;
  start(options);
  Browser browser(fake.port(), "/ws/1");
  recorder.wait_for(1);
  // The kernel's buffers take some megabytes; then the queue fills up.
  const std::string progress(1'000'000, 'p');
  int sent = 0;
  while (sent < 1000 && recorder.socket->send(progress)) ++sent;
  EXPECT_LT(sent, 1000);
  EXPECT_FALSE(recorder.socket->send("x"));
}

TEST_F(WebSocketTest, stopping_the_server_says_goodbye) {
  start();
  Browser browser(fake.port(), "/ws/1");
  recorder.wait_for(1);
  auto stopping = std::async(std::launch::async, [&] { fake.server().stop(std::chrono::seconds(10)); });
  EXPECT_EQ(browser.receive_close(), 1001U);
  browser.send(kClose, std::string("\x03\xE9", 2));
  stopping.get();
  EXPECT_THAT(recorder.wait_for(2), ElementsAre("open", "close 1001"));
}

}  // namespace
}  // namespace strata::http
