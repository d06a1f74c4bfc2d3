#include "strata/base/log.h"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>
#include <strings.h>

#include "strata/base/encoding.h"

namespace strata {
namespace {

spdlog::level::level_enum to_spdlog(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug:
      return spdlog::level::debug;
    case LogLevel::kInfo:
      return spdlog::level::info;
    case LogLevel::kWarning:
      return spdlog::level::warn;
    case LogLevel::kError:
      return spdlog::level::err;
  }
  return spdlog::level::info;
}

/// JSON string escapes; also used for text lines, so that a name with a line feed cannot fake a log line.
std::string escaped(std::string_view raw) {
  std::string text;
  for (const char c : to_readable_utf8(raw)) {
    if (c == '"' || c == '\\') {
      text.push_back('\\');
      text.push_back(c);
    } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) {
      text += fmt::format("\\u{:04x}", static_cast<unsigned char>(c));
    } else {
      text.push_back(c);
    }
  }
  return text;
}

}  // namespace

struct Log::Implementation {
  spdlog::logger logger{"strata", std::make_shared<spdlog::sinks::stderr_sink_mt>()};
  Format format = Format::kText;
};

Log::Log(LogLevel level, Format format) : implementation_(std::make_unique<Implementation>()) {
  implementation_->format = format;
  implementation_->logger.set_pattern(
      format == Format::kJson ? R"({"time":"%Y-%m-%dT%H:%M:%S.%eZ","level":"%l",%v})" : "%Y-%m-%dT%H:%M:%S.%eZ %-7l %v",
      spdlog::pattern_time_type::utc);
  set_level(level);
}

Log::~Log() {
  implementation_->logger.flush();
}

void Log::set_level(LogLevel level) {
  implementation_->logger.set_level(to_spdlog(level));
}

void Log::write(LogLevel level, std::string_view message, const std::vector<LogField>& fields) {
  if (!implementation_->logger.should_log(to_spdlog(level))) return;
  std::string line;
  if (implementation_->format == Format::kJson) {
    line = fmt::format(R"("message":"{}")", escaped(message));
    for (const auto& field : fields) line += fmt::format(R"(,"{}":"{}")", escaped(field.name), escaped(field.value));
  } else {
    line = escaped(message);
    for (const auto& field : fields) line += fmt::format(R"( {}="{}")", field.name, escaped(field.value));
  }
  implementation_->logger.log(to_spdlog(level), "{}", line);
}

void Log::debug(std::string_view message, std::vector<LogField> fields) {
  write(LogLevel::kDebug, message, fields);
}
void Log::info(std::string_view message, std::vector<LogField> fields) {
  write(LogLevel::kInfo, message, fields);
}
void Log::warning(std::string_view message, std::vector<LogField> fields) {
  write(LogLevel::kWarning, message, fields);
}
void Log::error(std::string_view message, std::vector<LogField> fields) {
  write(LogLevel::kError, message, fields);
}

Secret::~Secret() {
  explicit_bzero(value_.data(), value_.size());
}

}  // namespace strata
