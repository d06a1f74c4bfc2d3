#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string>

#include "dataset.h"
#include <fmt/format.h>

namespace {

constexpr char kUsage[] =
    "usage: strata-dataset world|source|big|mutate DIRECTORY [--scale S] [--seed N] [--day N]\n"
    "\n"
    "Writes a seeded data set for benchmarks; `mutate` changes a world as one day of play does.\n";

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    std::fputs(kUsage, stderr);
    return 2;
  }
  const std::string kind = argv[1];
  strata::bench::DatasetOptions options{.directory = argv[2]};
  std::uint64_t day = 1;
  for (int i = 3; i + 1 < argc; i += 2) {
    const std::string name = argv[i];
    if (name == "--scale")
      options.scale = std::strtod(argv[i + 1], nullptr);
    else if (name == "--seed")
      options.seed = std::strtoull(argv[i + 1], nullptr, 10);
    else if (name == "--day")
      day = std::strtoull(argv[i + 1], nullptr, 10);
    else {
      std::fputs(kUsage, stderr);
      return 2;
    }
  }
  try {
    if (kind == "world")
      strata::bench::write_world(options);
    else if (kind == "source")
      strata::bench::write_source(options);
    else if (kind == "big")
      strata::bench::write_big(options);
    else if (kind == "mutate")
      strata::bench::mutate_world(options, day);
    else {
      std::fputs(kUsage, stderr);
      return 2;
    }
  } catch (const std::exception& error) {
    fmt::print(stderr, "strata-dataset: {}\n", error.what());
    return 1;
  }
  return 0;
}
