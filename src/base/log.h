#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "strata/base/id.h"

namespace strata {

enum class LogLevel { kDebug, kInfo, kWarning, kError };

/// A name and a value beside the sentence: `log.info("backup completed", {{"backup", id.text()}})`.
struct LogField {
  std::string_view name;
  std::string value;
};

/// Where lines go and how they look. One sink per process, made in `app`, handed down by reference. Any thread.
class Log {
 public:
  enum class Format { kText, kJson };

  /// To standard error, from `level` up.
  explicit Log(LogLevel level = LogLevel::kInfo, Format format = Format::kText);
  ~Log();
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;

  void debug(std::string_view message, std::vector<LogField> fields = {});
  void info(std::string_view message, std::vector<LogField> fields = {});
  void warning(std::string_view message, std::vector<LogField> fields = {});
  void error(std::string_view message, std::vector<LogField> fields = {});
  void set_level(LogLevel level);

 private:
  void write(LogLevel level, std::string_view message, const std::vector<LogField>& fields);
  struct Implementation;
  std::unique_ptr<Implementation> implementation_;
};

/// A value that must never be printed: no formatter, no stream operator, wiped when it goes. `reveal()` is easy to find
/// in a review.
class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string value) : value_(std::move(value)) {}
  Secret(const Secret&) = default;
  Secret(Secret&&) noexcept = default;
  Secret& operator=(const Secret&) = default;
  Secret& operator=(Secret&&) noexcept = default;
  ~Secret();

  const std::string& reveal() const { return value_; }
  bool empty() const { return value_.empty(); }

 private:
  std::string value_;
};

}  // namespace strata
