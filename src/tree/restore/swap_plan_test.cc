#include "strata/tree/restore/swap_plan.h"

#include <gtest/gtest.h>

#include "strata/base/encoding.h"
#include "strata/base/error.h"
#include "strata/crypto/digest.h"
#include "strata/tree/restore/step_list.h"
#include "strata/vfs/each_file_system_fake.h"
#include "strata/vfs/plain_files_fake.h"
#include "strata/vfs/temporary_directory_fake.h"

namespace strata::tree {
namespace {

SwapPlan example() {
  SwapPlan plan;
  plan.operation = *OperationId::parse("0b7f3f4e-6d0e-4a53-9d7a-00000000000a");
  plan.kind = SwapPlan::Kind::kMerge;
  plan.generation = 3;
  plan.atomic_exchange = false;
  plan.keep_ignored = true;
  plan.has_kept = true;
  plan.ignored = "*.log\n\xff\n";
  plan.started = Timestamp{std::chrono::microseconds{1'790'000'000'123'456}};
  plan.made = plan.started - std::chrono::hours(1);
  plan.expires = plan.started + std::chrono::hours(1);
  plan.keep_undo = std::chrono::hours{48};
  return plan;
}

TEST(SwapPlan, comes_back_as_it_was_saved) {
  const vfs::TemporaryDirectory temporary;
  EXPECT_FALSE(load_plan(temporary.directory()).has_value());
  save_plan(temporary.directory(), example());
  const auto plan = load_plan(temporary.directory());
  ASSERT_TRUE(plan.has_value());
  EXPECT_EQ(plan->encode(), example().encode());
  EXPECT_EQ(plan->ignored, example().ignored);
  EXPECT_EQ(plan->started, example().started);
  save_plan(temporary.directory(), plan->completed());
  EXPECT_FALSE(load_plan(temporary.directory())->running);
}

TEST(SwapPlan, completing_starts_the_time_of_the_undo_and_withdrawing_leaves_it) {
  EXPECT_EQ(example().completed().made, example().started);
  EXPECT_EQ(example().completed().expires, example().started + std::chrono::hours(48));
  EXPECT_EQ(example().before_undo().generation, 2u);
  EXPECT_EQ(example().before_undo().made, example().made);
  EXPECT_EQ(example().before_undo().expires, example().expires);
  EXPECT_FALSE(example().before_undo().running);
}

TEST(SwapPlan, every_damage_is_noticed) {
  const std::string text = example().encode();
  for (std::size_t i = 0; i < text.size(); ++i) {
    std::string damaged = text;
    damaged[i] = static_cast<char>(damaged[i] ^ 4);
    EXPECT_EQ(vfs::failure_of([&] { SwapPlan::decode(damaged, "here"); }), ErrorKind::kCorrupt) << i;
    EXPECT_EQ(vfs::failure_of([&] { SwapPlan::decode(text.substr(0, i), "here"); }), ErrorKind::kCorrupt) << i;
  }
}

TEST(SwapPlan, a_plan_of_a_newer_version_names_it) {
  std::string line = R"({"version":2,"unheard_of":true})";
  line += "\n" + hex(crypto::sha256(line)) + "\n";
  try {
    SwapPlan::decode(line, "here");
    FAIL() << "it was read";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kInvalid);
    EXPECT_NE(error.message().find("version 2"), std::string::npos) << error.message();
  }
}

TEST(StepList, comes_back_in_order_with_names_of_any_bytes) {
  const vfs::TemporaryDirectory temporary;
  vfs::Stat file;
  file.inode = 18'446'744'073'709'551'615u;
  vfs::Stat closed;
  closed.type = vfs::Type::kDirectory;
  closed.inode = 7;
  closed.mode = 0500;
  closed.uid = 1;
  closed.gid = 2;
  closed.mtime_ns = -3;
  {
    StepListWriter writer(temporary.directory(), "list");
    writer.place({}, file, std::nullopt);
    writer.place(vfs::at("new\nline\\n \xff"), std::nullopt, closed);
    for (int i = 0; i < 5000; ++i) writer.place(vfs::at("many/" + std::to_string(i)), file, file);
    writer.finish();
    EXPECT_EQ(writer.count(), 5003u);
  }
  StepListReader reader(temporary.directory(), "list");
  auto step = reader.next();
  ASSERT_TRUE(step.has_value());
  EXPECT_TRUE(step->path.is_root());
  EXPECT_EQ(step->live, file.inode);
  EXPECT_EQ(step->tree, std::nullopt);
  step = reader.next();
  EXPECT_EQ(step->path.bytes(), "new\nline\\n \xff");
  EXPECT_EQ(step->tree, 7u);
  step = reader.next();
  EXPECT_EQ(step->kind, Step::Kind::kAttributes) << "a folder that has to be opened up is closed again";
  EXPECT_EQ(step->tree_attributes, attributes_of(closed));
  EXPECT_EQ(step->live_attributes, std::nullopt);
  for (int i = 0; i < 5000; ++i) ASSERT_EQ(reader.next()->path.bytes(), "many/" + std::to_string(i));
  EXPECT_FALSE(reader.next().has_value());
}

TEST(StepList, every_damage_is_noticed_before_the_first_step) {
  const vfs::TemporaryDirectory temporary;
  {
    StepListWriter writer(temporary.directory(), "list");
    writer.place(vfs::at("a/b"), vfs::Stat(), vfs::Stat());
    writer.attributes(vfs::at("a"), Attributes(), std::nullopt);
    writer.finish();
  }
  const std::string text = vfs::read_plain(temporary.path("list"));
  const auto failure = [&](const std::string& content) {
    vfs::write_plain(temporary.path("list"), content);
    return vfs::failure_of([&] { StepListReader(temporary.directory(), "list"); });
  };
  for (std::size_t i = 0; i < text.size(); ++i) {
    std::string damaged = text;
    damaged[i] = static_cast<char>(damaged[i] ^ 4);
    EXPECT_EQ(failure(damaged), ErrorKind::kCorrupt) << i;
    EXPECT_EQ(failure(text.substr(0, i)), ErrorKind::kCorrupt) << i;
  }
}

}  // namespace
}  // namespace strata::tree
