#include "strata/archive/archive_fake.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <random>

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>
#include <zlib.h>

extern char** environ;

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

ToolResult run_tool(const std::vector<std::string>& argv, const std::string& locale) {
  std::array<int, 2> pipe_ends{};
  if (pipe2(pipe_ends.data(), O_CLOEXEC) != 0) return {-1, "pipe failed"};
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, pipe_ends[1], 1);
  posix_spawn_file_actions_adddup2(&actions, pipe_ends[1], 2);

  std::vector<std::string> environment;
  for (char** variable = environ; *variable != nullptr; ++variable) {
    if (std::strncmp(*variable, "LC_", 3) != 0 && std::strncmp(*variable, "LANG", 4) != 0)
      environment.emplace_back(*variable);
  }
  environment.push_back("LC_ALL=" + locale);
  const auto pointers = [](std::vector<std::string>& texts) {
    std::vector<char*> result;
    for (std::string& text : texts) result.push_back(text.data());
    result.push_back(nullptr);
    return result;
  };
  std::vector<std::string> arguments = argv;
  pid_t child = -1;
  const int failure = posix_spawnp(&child, argv.front().c_str(), &actions, nullptr, pointers(arguments).data(),
                                   pointers(environment).data());
  posix_spawn_file_actions_destroy(&actions);
  close(pipe_ends[1]);
  ToolResult result{failure == 0 ? -1 : 127, {}};
  std::array<char, 4096> buffer{};
  while (true) {
    const ssize_t got = read(pipe_ends[0], buffer.data(), buffer.size());
    if (got <= 0) break;
    result.output.append(buffer.data(), static_cast<std::size_t>(got));
  }
  close(pipe_ends[0]);
  if (failure == 0) {
    int status = 0;
    waitpid(child, &status, 0);
    result.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }
  return result;
}

}  // namespace strata::archive
