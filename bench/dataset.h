#pragma once

#include <cstdint>
#include <string>

namespace strata::bench {

/// How much of the full-size data set to write: 1.0 is what the published figures use.
struct DatasetOptions {
  std::string directory;  ///< made when missing; must be empty or absent for the writers
  double scale = 1.0;
  std::uint64_t seed = 42;
};

/// About 1 GiB like a Minecraft world: region files of 1..8 MiB (8 KiB header, payloads of packed data aligned to 4 KiB
/// sectors), player and level data, logs, configuration, a few jar-like files.
void write_world(const DatasetOptions& options);

/// What a day of play changes: 15 % of the payloads in 20 % of the region files, player data, a log.
void mutate_world(const DatasetOptions& options, std::uint64_t day);

/// 60,000 source-like text files of 1..16 KiB in nested folders.
void write_source(const DatasetOptions& options);

/// One 2 GiB file, like a database or disk image: text-like, packed and empty regions.
void write_big(const DatasetOptions& options);

}  // namespace strata::bench
