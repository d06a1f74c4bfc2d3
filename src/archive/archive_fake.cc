#include "strata/archive/archive_fake.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <random>

#include <zlib.h>

#include "strata/process/run.h"

namespace strata::archive {

std::size_t MemorySource::read(std::span<std::uint8_t> out) {
  const std::size_t size = std::min({out.size(), step_, bytes_.size() - offset_});
  std::memcpy(out.data(), bytes_.data() + offset_, size);
  offset_ += size;
  return size;
}

std::string read_all(ByteSource& source) {
  std::string all;
  std::vector<std::uint8_t> buffer(64 * 1024);
  while (const std::size_t got = source.read(buffer))
    all.append(buffer.begin(), buffer.begin() + static_cast<long>(got));
  return all;
}

std::string noise(std::size_t size, std::uint32_t seed) {
  std::mt19937_64 random(seed);
  std::string data(size, '\0');
  for (std::size_t i = 0; i < size; i += 8) {
    const std::uint64_t value = random();
    std::memcpy(data.data() + i, &value, std::min<std::size_t>(8, size - i));
  }
  return data;
}

std::string prose(std::size_t size, std::uint32_t seed) {
  static constexpr std::array kWords{"player ", "world ",  "chunk ", "tick ", "spawn ",   "entity ",
                                     "block ",  "server ", "the ",   "is ",   "loaded\n", "saved\n",
                                     "at ",     "x=",      "y=",     "z="};
  std::mt19937 random(seed);
  std::string data;
  while (data.size() < size) {
    data += kWords[random() % kWords.size()];
    if (random() % 4 == 0) data += std::to_string(random() % 100'000);
  }
  data.resize(size);
  return data;
}

std::string region(std::size_t size, std::uint32_t seed) {
  std::string data;
  for (std::uint32_t i = 0; data.size() < size; ++i) {
    const std::string plain = prose(20'000 + (seed + i * 7919) % 20'000, seed + i);
    std::string packed(compressBound(plain.size()), '\0');
    uLongf packed_size = packed.size();
    compress2(reinterpret_cast<Bytef*>(packed.data()), &packed_size, reinterpret_cast<const Bytef*>(plain.data()),
              plain.size(), 6);
    packed.resize((packed_size + 4095) / 4096 * 4096, '\0');
    std::fill(packed.begin() + static_cast<long>(packed_size), packed.end(), '\0');
    data += packed;
  }
  data.resize(size);
  return data;
}

ToolResult run_tool(std::vector<std::string> argv, const std::string& locale) {
  process::Spec spec;
  spec.program = argv.front();
  spec.arguments.assign(argv.begin() + 1, argv.end());
  spec.environment = {{"LC_ALL", Secret(locale)}, {"PATH", Secret(std::string(process::kProgramPath))}};
  try {
    const process::Result result = process::run(spec);
    return {result.exit_code.value_or(-1), result.output + result.errors};
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::kNotFound) throw;
    return {ToolResult::kNotInstalled, error.message()};
  }
}

}  // namespace strata::archive
