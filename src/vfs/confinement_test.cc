#include <atomic>
#include <functional>
#include <iostream>
#include <thread>

#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "strata/base/encoding.h"
#include "strata/vfs/calls.h"
#include "strata/vfs/each_file_system_fake.h"
#include "strata/vfs/plain_files_fake.h"

namespace strata::vfs {
namespace {

/// A server's directory with a canary beside it: whatever is planted inside, the canary must be neither read nor
/// touched.
class ConfinementTest : public OnEachFileSystem {
 protected:
  void SetUp() override {
    OnEachFileSystem::SetUp();
    if (IsSkipped()) return;
    for (const char* made : {"inside", "inside/real", "outside", "outside/sub"}) {
      ASSERT_EQ(::mkdir(path(made).c_str(), 0755), 0);
    }
    write_plain(path("inside/real/canary"), "inside");
    write_plain(path("outside/canary"), "outside");
    write_plain(path("outside/sub/canary"), "outside");
    server_ = directory().open_directory(at("inside"));
    untouched_ = state_of(path("outside"));
  }

  void TearDown() override {
    if (IsSkipped()) return;
    EXPECT_EQ(state_of(path("outside")), untouched_);
  }

  void plant(const std::string& target, const std::string& name) {
    ASSERT_EQ(::symlink(target.c_str(), path("inside/" + name).c_str()), 0) << name;
  }

  const Directory& server() const { return server_; }

 private:
  Directory server_;
  std::map<std::string, std::string> untouched_;
};
STRATA_ON_EACH_FILE_SYSTEM(ConfinementTest);

struct Act {
  const char* name;
  std::function<void(const Directory&, const Path&)> run;
};

/// Everything that can be done to a path. Names that are created are unique, so that only confinement can refuse.
std::vector<Act> acts_on_existing() {
  return {
      {"open_file", [](const Directory& d, const Path& p) { d.open_file(p); }},
      {"open_or_create_file", [](const Directory& d, const Path& p) { d.open_or_create_file(p).truncate(0); }},
      {"set_mode", [](const Directory& d, const Path& p) { d.set_mode(p, 0777); }},
      {"open_directory", [](const Directory& d, const Path& p) { d.open_directory(p); }},
      {"list", [](const Directory& d, const Path& p) { d.list(p); }},
      {"sync_directory", [](const Directory& d, const Path& p) { d.sync_directory(p); }},
  };
}

std::vector<Act> acts_on_names() {
  return {
      {"stat", [](const Directory& d, const Path& p) { d.stat(p); }},
      {"find", [](const Directory& d, const Path& p) { d.find(p); }},
      {"read_link", [](const Directory& d, const Path& p) { d.read_link(p); }},
      {"create_file", [](const Directory& d, const Path& p) { d.create_file(p); }},
      {"make_directory", [](const Directory& d, const Path& p) { d.make_directory(p); }},
      {"make_directories", [](const Directory& d, const Path& p) { d.make_directories(p); }},
      {"make_symlink", [](const Directory& d, const Path& p) { d.make_symlink(p, "x"); }},
      {"make_hard_link to", [](const Directory& d, const Path& p) { d.make_hard_link(at("real/canary"), p); }},
      {"make_hard_link from", [](const Directory& d, const Path& p) { d.make_hard_link(p, at("linked")); }},
      {"remove_file", [](const Directory& d, const Path& p) { d.remove_file(p); }},
      {"remove_directory", [](const Directory& d, const Path& p) { d.remove_directory(p); }},
      {"remove_tree", [](const Directory& d, const Path& p) { d.remove_tree(p); }},
      {"rename from", [](const Directory& d, const Path& p) { d.rename(p, d, at("moved")); }},
      {"rename to", [](const Directory& d, const Path& p) { d.rename(at("real"), d, p); }},
      {"rename_no_replace", [](const Directory& d, const Path& p) { d.rename_no_replace(p, d, at("moved")); }},
      {"exchange", [](const Directory& d, const Path& p) { d.exchange(at("real"), d, p); }},
      {"set_mtime", [](const Directory& d, const Path& p) { d.set_mtime(p, 1); }},
      {"set_owner", [](const Directory& d, const Path& p) { d.set_owner(p, 1, 1); }},
  };
}

std::vector<Act> all_acts() {
  auto acts = acts_on_existing();
  for (auto& act : acts_on_names()) acts.push_back(std::move(act));
  return acts;
}

TEST_P(ConfinementTest, no_act_passes_through_a_planted_link) {
  plant("../outside", "up");
  plant(path("outside"), "absolute");
  plant("real", "within");  // stays beneath, but nothing may depend on what a tenant can swap
  ASSERT_EQ(::mkdir(path("inside/deep").c_str(), 0755), 0);
  plant("../../outside", "deep/up");
  for (const char* link : {"up", "absolute", "within", "deep/up"}) {
    for (const char* leaf : {"canary", "sub/canary", "new"}) {
      for (const auto& act : all_acts()) {
        EXPECT_EQ(failure_of([&] { act.run(server(), at(link) / at(leaf)); }), ErrorKind::kInvalid)
            << act.name << " " << link << "/" << leaf;
      }
    }
  }
}

TEST_P(ConfinementTest, no_act_follows_a_link_in_the_last_place) {
  plant("../outside/canary", "file");
  plant("../outside", "directory");
  plant(path("outside/canary"), "absolute");
  for (const char* link : {"file", "directory", "absolute"}) {
    for (const auto& act : acts_on_existing()) {
      EXPECT_EQ(failure_of([&] { act.run(server(), at(link)); }), ErrorKind::kInvalid) << act.name << " " << link;
    }
    server().set_mtime(at(link), 1);
    EXPECT_EQ(server().stat(at(link)).type, Type::kSymlink);
    EXPECT_EQ(failure_of([&] { server().create_file(at(link)); }), ErrorKind::kConflict);
    EXPECT_THROW(server().make_directories(at(link)), Error);
    server().remove_tree(at(link));
    EXPECT_FALSE(server().exists(at(link)));
  }
}

TEST_P(ConfinementTest, magic_links_lead_nowhere) {
  const Directory proc = Directory::open_trusted(server().kernel(), "/proc/self");
  plant("/proc/self/root", "root");
  plant("/proc/self/cwd", "cwd");
  for (const char* link : {"root", "cwd"}) {
    for (const Links links : {Links::kNever, Links::kInside}) {
      EXPECT_EQ(failure_of([&] { server().open_directory(at(link), links); }), ErrorKind::kInvalid);
      EXPECT_EQ(failure_of([&] { server().open_file(at(link) / "etc", links); }), ErrorKind::kInvalid);
      EXPECT_EQ(failure_of([&] { proc.open_directory(at(link), links); }), ErrorKind::kInvalid);
      EXPECT_EQ(failure_of([&] { proc.open_file(at(link) / "etc", links); }), ErrorKind::kInvalid);
    }
  }
}

TEST_P(ConfinementTest, links_that_stay_inside_are_followed_only_on_request) {
  plant("real", "within");
  plant("within/canary", "twice");
  plant("../inside/real", "out_and_in");
  plant("real/../real", "dots");
  File file = server().open_file(at("within/canary"), Links::kInside);
  EXPECT_EQ(file.stat().size, 6u);
  EXPECT_EQ(server().open_file(at("twice"), Links::kInside).stat().size, 6u);
  EXPECT_EQ(server().open_directory(at("within"), Links::kInside).list().size(), 1u);
  EXPECT_EQ(server().open_directory(at("dots"), Links::kInside).list().size(), 1u);
  EXPECT_EQ(failure_of([&] { server().open_directory(at("out_and_in"), Links::kInside); }), ErrorKind::kInvalid);
}

TEST_P(ConfinementTest, links_that_lead_outside_are_refused_on_request_too) {
  plant("../outside", "up");
  plant(path("outside"), "absolute");
  plant("up", "chain");
  plant("loop", "loop");
  for (const char* link : {"up", "absolute", "chain", "loop"}) {
    EXPECT_EQ(failure_of([&] { server().open_directory(at(link), Links::kInside); }), ErrorKind::kInvalid) << link;
    EXPECT_EQ(failure_of([&] { server().open_file(at(link) / "canary", Links::kInside); }), ErrorKind::kInvalid)
        << link;
  }
}

TEST_P(ConfinementTest, dots_and_absolute_paths_are_refused_by_the_kernel_even_if_a_path_could_hold_them) {
  for (const std::string& leaving : {std::string("../outside/canary"), std::string("real/../../outside/canary"),
                                     path("outside/canary"), std::string("..")}) {
    EXPECT_LT(open_beneath(server().kernel(), server().fd(), leaving.c_str(), O_RDONLY), 0) << leaving;
    EXPECT_EQ(errno, EXDEV) << leaving;
  }
}

/// Makes `inside/race` flip between a real directory and a link to outside, as fast as one thread can.
class Flipper {
 public:
  explicit Flipper(const std::string& inside)
      : first_(inside + "/race"), second_(inside + "/race-twin"), thread_([this](const std::stop_token& stop) {
          while (!stop.stop_requested()) {
            ::renameat2(AT_FDCWD, first_.c_str(), AT_FDCWD, second_.c_str(), RENAME_EXCHANGE);
            ++flips_;
          }
        }) {}
  std::size_t flips() const { return flips_; }

 private:
  std::string first_;
  std::string second_;
  std::atomic<std::size_t> flips_{0};
  std::jthread thread_;
};

/// Runs `act` while the flipper runs, until it went well and was refused at least once, at least `kRounds` times;
/// bounded because a machine may schedule the two threads so that one of the outcomes is never seen.
template <class Action>
void race(const std::string& inside, Action act) {
  constexpr int kRounds = 3'000;
  constexpr int kBound = 100'000;
  int went_well = 0;
  int refused = 0;
  const Flipper flipper(inside);
  for (int i = 0; i < kBound && (i < kRounds || went_well == 0 || refused == 0); ++i) {
    try {
      act(i);
      ++went_well;
    } catch (const Error&) {
      ++refused;
    }
  }
  std::cout << "  " << went_well << " went well, " << refused << " refused, " << flipper.flips() << " flips\n";
}

class RaceTest : public ConfinementTest {
 protected:
  void SetUp() override {
    ConfinementTest::SetUp();
    if (IsSkipped()) return;
    ASSERT_EQ(::mkdir(path("inside/race").c_str(), 0755), 0);
    write_plain(path("inside/race/canary"), "inside");
    plant(path("outside"), "race-twin");
  }
};
STRATA_ON_EACH_FILE_SYSTEM(RaceTest);

TEST_P(RaceTest, reading_never_shows_what_is_outside) {
  race(path("inside"), [&](int i) {
    std::array<std::uint8_t, 16> buffer{};
    File file = server().open_file(at("race/canary"), i % 2 == 0 ? Links::kNever : Links::kInside);
    ASSERT_EQ(as_text(std::span(buffer).first(file.read(buffer))), "inside");
  });
}

TEST_P(RaceTest, listing_never_shows_what_is_outside) {
  race(path("inside"), [&](int) {
    for (const auto& entry : server().list(at("race"))) ASSERT_NE(entry.name, "sub");
  });
}

TEST_P(RaceTest, writing_never_lands_outside) {
  race(path("inside"), [&](int i) {
    const Path fresh = at("race") / ("new" + std::to_string(i % 50));
    switch (i % 5) {
      case 0:
        server().create_file(fresh).write(as_bytes("x"));
        break;
      case 1:
        server().open_or_create_file(at("race/canary")).write_at(0, as_bytes("inside"));
        break;
      case 2:
        server().make_directories(fresh / "sub/more");
        break;
      case 3:
        server().make_symlink(fresh, "canary");
        break;
      default:
        server().rename(at("race/canary"), server(), at("race/canary"));
        break;
    }
  });
}

TEST_P(RaceTest, metadata_outside_is_never_changed) {
  race(path("inside"), [&](int i) {
    server().set_mode(at("race/canary"), 0600u + static_cast<unsigned>(i % 8));
    server().set_mtime(at("race/canary"), i);
    server().set_mode(at("race"), 0755);
  });
}

TEST_P(RaceTest, removing_a_tree_never_removes_anything_outside) {
  race(path("inside"), [&](int) {
    server().remove_tree(at("race/sub"));
    server().remove_tree(at("race/canary"));
    server().make_directories(at("race/sub/deeper"));
    server().create_file(at("race/sub/deeper/file"));
  });
}

TEST_P(ConfinementTest, removing_a_tree_does_not_enter_another_mount) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root may mount";
  ASSERT_EQ(::mkdir(path("inside/real/mounted").c_str(), 0755), 0);
  if (::mount(path("outside").c_str(), path("inside/real/mounted").c_str(), nullptr, MS_BIND, nullptr) != 0) {
    GTEST_SKIP() << "this process may not mount";
  }
  EXPECT_EQ(failure_of([&] { server().remove_tree(at("real")); }), ErrorKind::kConflict);
  EXPECT_EQ(failure_of([&] { server().remove_tree(at("real/mounted")); }), ErrorKind::kConflict);
  ASSERT_EQ(::umount(path("inside/real/mounted").c_str()), 0);
  server().remove_tree(at("real"));
  EXPECT_FALSE(server().exists(at("real")));
}

}  // namespace
}  // namespace strata::vfs
