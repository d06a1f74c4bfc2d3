#include <atomic>
#include <thread>

#include <gtest/gtest.h>

#include "strata/base/bounded_queue.h"
#include "strata/base/encoding.h"
#include "strata/base/error.h"
#include "strata/base/id.h"
#include "strata/base/random.h"
#include "strata/base/time.h"
#include "strata/base/units.h"
#include "strata/base/worker_pool.h"

namespace strata {
namespace {

TEST(Uuid, a_parsed_uuid_prints_the_same_in_lower_case) {
  const auto uuid = Uuid::parse("6F9619FF-8B86-D011-B42D-00CF4FC964FF");
  ASSERT_TRUE(uuid);
  EXPECT_EQ(uuid->text(), "6f9619ff-8b86-d011-b42d-00cf4fc964ff");
  EXPECT_EQ(Uuid::parse("6f9619ff8b86d011b42d00cf4fc964ff"), uuid);
}

TEST(Uuid, anything_else_is_refused) {
  for (const char* text :
       {"", "6f9619ff", "6f9619ff-8b86-d011-b42d-00cf4fc964fg", "6f9619ff+8b86-d011-b42d-00cf4fc964ff",
        "{6f9619ff-8b86-d011-b42d-00cf4fc964ff}", "../../../../../../../../etc/passwdxx"}) {
    EXPECT_FALSE(Uuid::parse(text)) << text;
  }
}

TEST(Uuid, random_uuids_differ_and_carry_version_4) {
  const auto first = Uuid::random();
  EXPECT_NE(first, Uuid::random());
  EXPECT_EQ(first.text()[14], '4');
}

TEST(Time, rfc3339_survives_a_round_trip) {
  const Timestamp time{std::chrono::microseconds{1'787'400'473'123'456}};
  EXPECT_EQ(rfc3339(time), "2026-08-22T12:07:53.123456Z");
  EXPECT_EQ(parse_rfc3339(rfc3339(time)), time);
}

TEST(Time, offsets_and_short_fractions_are_understood) {
  EXPECT_EQ(parse_rfc3339("2026-08-22T14:07:53.5+02:00"), parse_rfc3339("2026-08-22T12:07:53.500000Z"));
  EXPECT_EQ(rfc3339(*parse_rfc3339("1969-12-31T23:59:59Z")), "1969-12-31T23:59:59Z");
}

TEST(Time, malformed_times_are_refused) {
  for (const char* text : {"2026-02-30T00:00:00Z", "2026-08-22", "2026-08-22T12:07:53", "2026-08-22T12:07:53.Z",
                           "2026-08-22T25:07:53Z", "2026-08-22T12:07:53Zx"}) {
    EXPECT_FALSE(parse_rfc3339(text)) << text;
  }
}

TEST(Encoding, base64_matches_the_vectors_of_rfc_4648) {
  EXPECT_EQ(base64(as_bytes("")), "");
  EXPECT_EQ(base64(as_bytes("f")), "Zg==");
  EXPECT_EQ(base64(as_bytes("fo")), "Zm8=");
  EXPECT_EQ(base64(as_bytes("foobar")), "Zm9vYmFy");
  EXPECT_EQ(as_text(*parse_base64("Zm9vYg==")), "foob");
  EXPECT_FALSE(parse_base64("Zm9vYg="));
  EXPECT_FALSE(parse_base64("Zh=="));  // stray bits
}

TEST(Encoding, names_that_are_not_utf8_are_shown_readably) {
  EXPECT_TRUE(
      is_utf8("gr\xC3\xBC\xC3\x9F"
              "e"));
  EXPECT_FALSE(is_utf8("\xFF"));
  EXPECT_FALSE(is_utf8("\xED\xA0\x80"));
  EXPECT_EQ(to_readable_utf8("a\xFF"
                             "b"),
            "a\xEF\xBF\xBD"
            "b");
}

TEST(Error, a_full_disk_is_told_apart_from_other_io_errors) {
  try {
    throw_system_error(ENOSPC, "writing 'x'");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kNoSpace);
    EXPECT_EQ(error.message(), "writing 'x': No space left on device");
  }
}

TEST(BoundedQueue, a_full_queue_makes_the_producer_wait) {
  BoundedQueue<int> queue(1);
  ASSERT_TRUE(queue.push(1));
  std::atomic<bool> pushed{false};
  std::jthread producer([&] {
    queue.push(2);
    pushed = true;
  });
  EXPECT_EQ(queue.pop(), 1);
  EXPECT_EQ(queue.pop(), 2);
  producer.join();
  EXPECT_TRUE(pushed);
}

TEST(BoundedQueue, stop_wakes_a_waiting_consumer) {
  BoundedQueue<int> queue(1);
  std::jthread consumer([&](std::stop_token stop) { EXPECT_FALSE(queue.pop(stop)); });
  consumer.request_stop();
  consumer.join();
}

TEST(BoundedQueue, a_closed_queue_gives_what_it_holds_then_ends) {
  BoundedQueue<int> queue(2);
  queue.push(7);
  queue.close();
  EXPECT_EQ(queue.pop(), 7);
  EXPECT_FALSE(queue.pop());
  EXPECT_FALSE(queue.push(8));
}

TEST(WorkerPool, results_and_errors_come_back_through_the_future) {
  WorkerPool pool(2, 4, "test");
  auto good = pool.submit([] { return 42; });
  auto bad = pool.submit([]() -> int { throw Error(ErrorKind::kCorrupt, "bad"); });
  EXPECT_EQ(good.get(), 42);
  EXPECT_THROW(bad.get(), Error);
}

TEST(Units, sizes_read_like_a_person_would_say_them) {
  EXPECT_EQ(human_bytes(312), "312 B");
  EXPECT_EQ(human_bytes(1536), "1.50 KiB");
  EXPECT_EQ(human_bytes(20 * 1024 * 1024), "20.0 MiB");
  EXPECT_EQ(human_seconds(125), "2 min 5 s");
}

}  // namespace
}  // namespace strata
