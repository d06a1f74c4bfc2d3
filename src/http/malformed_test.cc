#include <atomic>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "strata/http/raw_client_fake.h"
#include "strata/http/server_fake.h"

namespace strata::http {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class MalformedTest : public testing::Test {
 protected:
  void SetUp() override {
    fake.options().header_limit = 2000;
    fake.options().header_count_limit = 10;
    fake.router().add(Method::kGet, "/", [this](Request&) {
      ++handled;
      return text_response(200, "fine");
    });
    RouteOptions small;
    small.body_limit = 10;
    fake.router().add(
        Method::kPost, "/",
        [this](Request& request) {
          ++handled;
          return text_response(200, request.body + "|" + std::string(request.headers.get("X-Trailer")));
        },
        small);
  }

  /// Everything the server answers to these bytes until it closes the connection.
  std::string answer_to(std::string_view bytes) {
    RawClient raw(fake.port());
    raw.send(bytes);
    raw.finish();
    return raw.read_all();
  }

  ServerFake fake;
  std::atomic<int> handled{0};
};

TEST_F(MalformedTest, what_is_no_http_is_400_in_the_routers_words) {
  fake.start();
  EXPECT_THAT(answer_to("nonsense\r\n\r\n"),
              AllOf(StartsWith("HTTP/1.1 400 "), HasSubstr(R"({"errors":["the request is malformed)"),
                    HasSubstr("Connection: close")));
  for (const char* bytes : {
           "GET / HTTP/1.1\r\n\r\n",                                                  // no Host
           "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",                            //
           "GET / HTTP/1.1\r\nHost : h\r\n\r\n",                                      // space before the colon
           "GET / HTTP/1.1\r\nHost: h\r\nBad Name: x\r\n\r\n",                        //
           "GET /a%00b HTTP/1.1\r\nHost: h\r\n\r\n",                                  //
           "GET /%zz HTTP/1.1\r\nHost: h\r\n\r\n",                                    //
           "GET /../etc HTTP/1.1\r\nHost: h\r\n\r\n",                                 //
           "GET * HTTP/1.1\r\nHost: h\r\n\r\n",                                       //
           "GET /\x01 HTTP/1.1\r\nHost: h\r\n\r\n",                                   //
           "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: x\r\n\r\n",                 //
           "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",  // no chunk size
       }) {
    EXPECT_THAT(answer_to(bytes), StartsWith("HTTP/1.1 400 ")) << bytes;
  }
  EXPECT_EQ(handled, 0);
}

TEST_F(MalformedTest, two_readings_of_the_body_length_are_refused) {
  fake.start();
  for (const char* lengths : {
           "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
           "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n",
           "Content-Length: 5\r\nContent-Length: 6\r\n",
           "Content-Length: 5\r\nContent-Length: 5\r\n",
           "Content-Length: 5, 5\r\n",
           "Content-Length: +5\r\n",
           "Content-Length: -5\r\n",
           "Content-Length: 99999999999999999999999\r\n",
           "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
       }) {
    EXPECT_THAT(answer_to(std::string("POST / HTTP/1.1\r\nHost: h\r\n") + lengths + "\r\n0\r\n\r\nGET / HTTP/1.1\r\n"),
                StartsWith("HTTP/1.1 400 "))
        << lengths;
  }
  for (const char* coding : {"gzip", "chunked, gzip", "xchunked", "identity"}) {
    const auto answer = answer_to(std::string("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: ") + coding +
                                  "\r\n\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\n");
    EXPECT_THAT(answer, AllOf(StartsWith("HTTP/1.1 501 "), Not(HasSubstr("fine")))) << coding;
  }
  EXPECT_THAT(answer_to("POST / HTTP/1.0\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
              StartsWith("HTTP/1.1 400 "));
  EXPECT_EQ(handled, 0);
}

TEST_F(MalformedTest, unknown_versions_and_methods_are_named) {
  fake.start();
  EXPECT_THAT(answer_to("GET / HTTP/2.0\r\nHost: h\r\n\r\n"), StartsWith("HTTP/1.1 505 "));
  EXPECT_THAT(answer_to("BREW / HTTP/1.1\r\nHost: h\r\n\r\n"), StartsWith("HTTP/1.1 501 "));
  EXPECT_THAT(answer_to("GET / HTTP/1.1\r\nHost: h\r\nExpect: 200-ok\r\n\r\n"), StartsWith("HTTP/1.1 417 "));
}

TEST_F(MalformedTest, an_oversize_header_is_431) {
  fake.start();
  EXPECT_THAT(answer_to("GET / HTTP/1.1\r\nHost: h\r\nX: " + std::string(2000, 'x') + "\r\n\r\n"),
              StartsWith("HTTP/1.1 431 "));
  EXPECT_THAT(answer_to("GET /" + std::string(5000, 'x')), StartsWith("HTTP/1.1 431 ")) << "and without an end";
  std::string many = "GET / HTTP/1.1\r\nHost: h\r\n";
  for (int i = 0; i < 10; ++i) many += "A: b\r\n";
  EXPECT_THAT(answer_to(many + "\r\n"), StartsWith("HTTP/1.1 431 "));
  EXPECT_EQ(handled, 0);
}

TEST_F(MalformedTest, a_body_above_its_limit_is_413_before_it_is_read) {
  fake.start();
  EXPECT_THAT(answer_to("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 11\r\n\r\n"),
              AllOf(StartsWith("HTTP/1.1 413 "), HasSubstr(R"({"errors":["the body is too large"]})")));
  EXPECT_THAT(answer_to("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
                        "6\r\nabcdef\r\n5\r\nghijk\r\n0\r\n\r\n"),
              StartsWith("HTTP/1.1 413 "));
  EXPECT_THAT(answer_to("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\n0123456789"),
              AllOf(StartsWith("HTTP/1.1 200 "), HasSubstr("0123456789|")));
  EXPECT_EQ(handled, 1);
}

TEST_F(MalformedTest, a_client_that_sends_too_much_can_still_read_the_refusal) {
  fake.start();
  RawClient raw(fake.port());
  raw.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 500000\r\n\r\n");
  raw.send(std::string(500'000, 'x'));
  EXPECT_THAT(raw.read_all(), StartsWith("HTTP/1.1 413 "));
  EXPECT_FALSE(raw.was_reset());
}

TEST_F(MalformedTest, a_client_that_asks_first_is_told_to_go_on_or_not) {
  fake.start();
  RawClient raw(fake.port());
  raw.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(raw.read_until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  raw.send("body");
  EXPECT_THAT(raw.read_response(), AllOf(StartsWith("HTTP/1.1 200 "), HasSubstr("body|")));
  EXPECT_THAT(answer_to("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 400\r\nExpect: 100-continue\r\n\r\n"),
              StartsWith("HTTP/1.1 413 "));
  EXPECT_THAT(answer_to("POST /no HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n"),
              StartsWith("HTTP/1.1 404 "));
}

TEST_F(MalformedTest, a_body_nobody_wants_does_not_become_the_next_request) {
  fake.start();
  const auto answer =
      answer_to("POST /nothing HTTP/1.1\r\nHost: h\r\nContent-Length: 27\r\n\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_THAT(answer, AllOf(StartsWith("HTTP/1.1 404 "), HasSubstr("Connection: close"), Not(HasSubstr("fine"))));
  EXPECT_EQ(handled, 0);
}

TEST_F(MalformedTest, a_cut_off_request_never_reaches_a_handler) {
  fake.start();
  EXPECT_EQ(answer_to("GET / HTTP/1.1\r\nHo"), "");
  EXPECT_EQ(answer_to("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\nbo"), "");
  EXPECT_EQ(answer_to("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nbody\r\n"), "");
  EXPECT_EQ(handled, 0);
}

TEST_F(MalformedTest, trailers_do_not_become_headers) {
  fake.start();
  EXPECT_THAT(answer_to("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
                        "4\r\nbody\r\n0\r\nX-Trailer: evil\r\n\r\n"),
              AllOf(StartsWith("HTTP/1.1 200 "), testing::EndsWith("body|")));
}

TEST_F(MalformedTest, a_silent_client_is_dropped_wherever_it_stops) {
  fake.options().header_timeout = std::chrono::milliseconds(100);
  fake.options().body_timeout = std::chrono::milliseconds(100);
  fake.options().idle_timeout = std::chrono::milliseconds(100);
  fake.start();
  for (const char* beginning : {"", "GET / HT", "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\nbo"}) {
    RawClient raw(fake.port());
    raw.send(beginning);
    EXPECT_EQ(raw.read_all(), "") << beginning;
  }
  RawClient raw(fake.port());
  raw.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_THAT(raw.read_all(), HasSubstr("fine")) << "then the idle connection ends";
}

TEST_F(MalformedTest, a_header_that_trickles_in_has_one_deadline) {
  fake.options().header_timeout = std::chrono::milliseconds(300);
  fake.start();
  RawClient raw(fake.port());
  raw.send("GET / HTTP/1.1\r\nHost: h\r\n");
  std::atomic<bool> over{false};
  std::thread trickle([&] {
    while (!over) {
      try {
        raw.send("X: y\r\n");
      } catch (const std::exception&) {
        return;
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(60));  // the misbehaviour under test
    }
  });
  EXPECT_EQ(raw.read_all(), "");
  over = true;
  trickle.join();
  EXPECT_EQ(handled, 0);
}

TEST_F(MalformedTest, http_1_0_is_served_and_closed) {
  fake.start();
  EXPECT_THAT(answer_to("GET / HTTP/1.0\r\n\r\n"), AllOf(HasSubstr("Connection: close"), testing::EndsWith("fine")));
}

}  // namespace
}  // namespace strata::http
