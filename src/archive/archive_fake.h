#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "strata/archive/byte_sink.h"
#include "strata/base/error.h"

/// Test support of the room: bytes in memory, data of the kinds that matter, real tools as judges.
namespace strata::archive {

class MemorySink final : public ByteSink {
 public:
  void write(std::span<const std::uint8_t> data) override { bytes.append(data.begin(), data.end()); }
  std::string bytes;
};

/// Gives `bytes` in pieces of at most `step`, as a network would.
class MemorySource final : public ByteSource {
 public:
  explicit MemorySource(std::string bytes, std::size_t step = ~std::size_t{0})
      : bytes_(std::move(bytes)), step_(step) {}
  std::size_t read(std::span<std::uint8_t> out) override;

 private:
  std::string bytes_;
  std::size_t step_;
  std::size_t offset_ = 0;
};

std::string read_all(ByteSource& source);

/// Reproducible data: random bytes, words that deflate well, and what a game region file is like (compressed payloads
/// in 4 KiB sectors).
std::string noise(std::size_t size, std::uint32_t seed = 1);
std::string prose(std::size_t size, std::uint32_t seed = 1);
std::string region(std::size_t size, std::uint32_t seed = 1);

/// The kind of the Error that `act` throws, as text; "no error" when it throws none. Any other exception passes
/// through.
template <class Function>
std::string error_of(Function act) {
  try {
    act();
  } catch (const Error& error) {
    return std::string(to_string(error.kind()));
  }
  return "no error";
}

struct ToolResult {
  static constexpr int kNotInstalled = 127;
  int exit_code = -1;
  std::string output;  ///< standard output, then standard error
};

/// Runs a program of this machine with LC_ALL set to `locale` and nothing on standard input.
ToolResult run_tool(std::vector<std::string> argv, const std::string& locale = "C.UTF-8");

}  // namespace strata::archive
