#include "dataset.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <libdeflate.h>

#include "strata/base/error.h"

namespace strata::bench {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kSector = 4096;
constexpr std::size_t kMiB = 1024 * 1024;

/// splitmix64: small, seedable, the same everywhere.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}
  /// A stream of its own for a named thing, so that scaling one part does not shift the others.
  Random fork(std::uint64_t salt) const { return Random(state_ ^ (salt * 0x9E3779B97F4A7C15ULL + 0x1234567ULL)); }

  std::uint64_t next() {
    std::uint64_t z = (state_ += 0x9E3779B97F4A7C15ULL);
    z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9ULL;
    z = (z ^ (z >> 27U)) * 0x94D049BB133111EBULL;
    return z ^ (z >> 31U);
  }
  std::uint64_t between(std::uint64_t low, std::uint64_t high) { return low + next() % (high - low + 1); }
  bool chance(unsigned percent) { return next() % 100 < percent; }

 private:
  std::uint64_t state_;
};

/// Word salad with recurring phrases and indentation: compresses about as source code does.
void append_text(std::string& out, std::size_t size, Random& random) {
  static constexpr std::array<std::string_view, 48> kWords{
      "return",     "const",   "server",  "player", "world",   "block",    "chunk",     "value",
      "update",     "event",   "handler", "static", "public",  "private",  "string",    "vector",
      "length",     "index",   "result",  "config", "plugin",  "entity",   "inventory", "position",
      "if",         "else",    "for",     "while",  "auto",    "void",     "int",       "double",
      "true",       "false",   "nullptr", "this",   "getName", "setValue", "onEnable",  "register",
      "permission", "command", "message", "logger", "load",    "save",     "tick",      "spawn"};
  const std::size_t end = out.size() + size;
  while (out.size() < end) {
    out.append(random.between(0, 4) * 2, ' ');
    for (std::uint64_t words = random.between(3, 9); words > 0; --words) {
      out += kWords[random.next() % kWords.size()];
      if (random.chance(20)) out += fmt::format("_{}", random.between(0, 999));
      out += random.chance(30) ? "(" : " ";
    }
    out += ";\n";
  }
  out.resize(end);
}

/// Bytes that no compressor shortens.
void append_packed(std::string& out, std::size_t size, Random& random) {
  const std::size_t end = out.size() + size;
  while (out.size() < end) {
    const std::uint64_t word = random.next();
    out.append(reinterpret_cast<const char*>(&word), std::min<std::size_t>(sizeof word, end - out.size()));
  }
}

/// A chunk of a region file: length, compression type 2, zlib data, zeros up to the sector.
void append_payload(std::string& region, Random& random) {
  std::string plain;
  append_text(plain, random.between(2, 6) * 1024, random);
  append_packed(plain, random.between(3, 14) * 1024, random);
  const std::unique_ptr<libdeflate_compressor, decltype(&libdeflate_free_compressor)> compressor(
      libdeflate_alloc_compressor(1), &libdeflate_free_compressor);
  std::string packed(libdeflate_zlib_compress_bound(compressor.get(), plain.size()), '\0');
  packed.resize(libdeflate_zlib_compress(compressor.get(), plain.data(), plain.size(), packed.data(), packed.size()));
  const auto length = static_cast<std::uint32_t>(packed.size() + 1);
  for (const unsigned shift : {24U, 16U, 8U, 0U}) region.push_back(static_cast<char>(length >> shift & 0xFFU));
  region.push_back(2);
  region += packed;
  region.resize((region.size() + kSector - 1) / kSector * kSector);
}

std::string make_region(Random random) {
  std::string region(2 * kSector, '\0');
  const std::size_t target = random.between(1, 8) * kMiB;
  for (std::size_t slot = 0; region.size() < target; slot = (slot + 1) % 1024) {
    const std::size_t start = region.size() / kSector;
    append_payload(region, random);
    const std::size_t sectors = region.size() / kSector - start;
    region[slot * 4] = static_cast<char>(start >> 16U);
    region[slot * 4 + 1] = static_cast<char>(start >> 8U);
    region[slot * 4 + 2] = static_cast<char>(start);
    region[slot * 4 + 3] = static_cast<char>(sectors);
  }
  return region;
}

void write_file(const fs::path& path, std::string_view content) {
  fs::create_directories(path.parent_path());
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file.write(content.data(), static_cast<std::streamsize>(content.size()));
  file.close();
  if (!file) throw Error(ErrorKind::kIo, fmt::format("cannot write '{}'", path.string()));
}

std::uint64_t scaled(std::uint64_t full, double scale) {
  return std::max<std::uint64_t>(1, static_cast<std::uint64_t>(static_cast<double>(full) * scale));
}

void require_empty(const std::string& directory) {
  if (fs::exists(directory) && !fs::is_empty(directory)) {
    throw Error(ErrorKind::kConflict, fmt::format("'{}' is not empty: give a new directory", directory));
  }
}

}  // namespace

void write_world(const DatasetOptions& options) {
  require_empty(options.directory);
  const Random seed(options.seed);
  const fs::path root(options.directory);
  const std::uint64_t regions = scaled(226, options.scale);
  for (std::uint64_t i = 0; i < regions; ++i) {
    const char* dimension = i % 5 == 4 ? "world_nether/DIM-1/region" : "world/region";
    write_file(root / dimension / fmt::format("r.{}.{}.mca", i % 16, i / 16), make_region(seed.fork(i)));
  }
  const std::uint64_t small = scaled(6100, options.scale);
  for (std::uint64_t i = 0; i < small; ++i) {
    Random random = seed.fork(1'000'000 + i);
    std::string content;
    if (i % 3 == 0)
      append_packed(content, random.between(1, 8) * 1024, random);
    else
      append_text(content, random.between(1, 12) * 512, random);
    static constexpr std::array<const char*, 5> kPlaces{"world/playerdata", "world/stats",
                                                        "plugins/Essentials/userdata", "config", "logs"};
    static constexpr std::array<const char*, 5> kSuffixes{"dat", "json", "yml", "toml", "log"};
    write_file(root / kPlaces[i % 5] / fmt::format("{:016x}.{}", random.next(), kSuffixes[i % 5]), content);
  }
  for (std::uint64_t i = 0; i < scaled(20, options.scale); ++i) {
    Random random = seed.fork(2'000'000 + i);
    std::string jar;
    append_packed(jar, random.between(1, 4) * kMiB, random);
    write_file(root / "plugins" / fmt::format("plugin-{}.jar", i), jar);
  }
}

void mutate_world(const DatasetOptions& options, std::uint64_t day) {
  const Random seed = Random(options.seed).fork(7'000'000 + day);
  std::vector<fs::path> regions;
  for (const auto& entry : fs::recursive_directory_iterator(options.directory)) {
    if (entry.path().extension() == ".mca") regions.push_back(entry.path());
  }
  if (regions.empty())
    throw Error(ErrorKind::kNotFound,
                fmt::format("'{}' holds no region files: write a world first", options.directory));
  std::sort(regions.begin(), regions.end());
  for (std::size_t i = 0; i < regions.size(); ++i) {
    Random random = seed.fork(i);
    if (!random.chance(20)) continue;
    std::fstream region(regions[i], std::ios::binary | std::ios::in | std::ios::out);
    const std::uint64_t sectors = fs::file_size(regions[i]) / kSector;
    for (std::uint64_t sector = 2; sector + 3 < sectors; sector += 3) {
      if (!random.chance(15)) continue;
      std::string payload;
      append_packed(payload, 2 * kSector, random);
      region.seekp(static_cast<std::streamoff>(sector * kSector));
      region.write(payload.data(), static_cast<std::streamsize>(payload.size()));
    }
    region.close();
    if (!region) throw Error(ErrorKind::kIo, fmt::format("cannot change '{}'", regions[i].string()));
  }
  Random random = seed.fork(9'999'999);
  std::string log;
  append_text(log, 256 * 1024, random);
  write_file(fs::path(options.directory) / "logs" / fmt::format("day-{}.log", day), log);
}

void write_source(const DatasetOptions& options) {
  require_empty(options.directory);
  const Random seed(options.seed);
  const std::uint64_t files = scaled(60'000, options.scale);
  for (std::uint64_t i = 0; i < files; ++i) {
    Random random = seed.fork(i);
    std::string content;
    append_text(content, random.between(1024, 16 * 1024 - 1), random);
    write_file(fs::path(options.directory) / fmt::format("module{:03}", i / 600) /
                   fmt::format("part{:02}", i / 60 % 10) / fmt::format("file{:02}.cc", i % 60),
               content);
  }
}

void write_big(const DatasetOptions& options) {
  require_empty(options.directory);
  const fs::path path = fs::path(options.directory) / "disk.img";
  fs::create_directories(path.parent_path());
  std::ofstream file(path, std::ios::binary);
  const Random seed(options.seed);
  const std::uint64_t blocks = scaled(2048, options.scale);
  for (std::uint64_t i = 0; i < blocks; ++i) {
    Random random = seed.fork(i);
    std::string block;
    const std::uint64_t kind = random.between(0, 9);
    if (kind < 4)
      append_text(block, kMiB, random);
    else if (kind < 9)
      append_packed(block, kMiB, random);
    else
      block.assign(kMiB, '\0');
    file.write(block.data(), static_cast<std::streamsize>(block.size()));
  }
  file.close();
  if (!file) throw Error(ErrorKind::kIo, fmt::format("cannot write '{}'", path.string()));
}

}  // namespace strata::bench
