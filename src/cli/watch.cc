#include "strata/cli/watch.h"

#include <fmt/format.h>

#include "strata/base/error.h"
#include "strata/cli/progress_bar.h"

namespace strata::cli {
namespace {

namespace json = boost::json;

std::uint64_t number(const json::value& object, std::string_view path) {
  const auto* value = find_path(object, path);
  return value != nullptr && value->is_number() ? value->to_number<std::uint64_t>() : 0;
}

bool is_set(const json::value& object, std::string_view path) {
  const auto* value = find_path(object, path);
  return value != nullptr && !value->is_null();
}

std::string text(const json::value& object, std::string_view path) {
  const auto* value = find_path(object, path);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

void show(ProgressBar& bar, const json::value& object) {
  if (!is_set(object, "progress")) return;
  bar.update({.phase = text(object, "progress.phase"),
              .bytes = number(object, "progress.bytes"),
              .total_bytes = number(object, "progress.total_bytes"),
              .files = number(object, "progress.files"),
              .total_files = number(object, "progress.total_files")});
}

}  // namespace

void print_warnings(Output& output, const json::value& object) {
  const auto count = number(object, "warnings_count");
  if (count == 0) return;
  output.note(fmt::format("{} warning{}:", count, count == 1 ? "" : "s"));
  const auto* warnings = find_path(object, "warnings");
  if (warnings == nullptr || !warnings->is_array()) return;
  constexpr std::size_t kShown = 20;
  std::size_t shown = 0;
  for (const auto& warning : warnings->get_array()) {
    if (shown++ == kShown) {
      output.note("  ... `strata backup show --json` has more");
      break;
    }
    output.note(fmt::format("  {}: {}", field_text(warning, {"", "path"}), field_text(warning, {"", "reason"})));
  }
}

json::value watch_backup(Context& context, const std::string& server, const std::string& backup) {
  ProgressBar bar(context.output, context.clock);
  while (true) {
    const auto answer = context.api().get(fmt::format("/api/client/servers/{}/backups/{}", server, backup));
    const auto& shown = answer.as_object().at("backup");
    if (!is_set(shown, "completed")) {
      show(bar, shown);
      context.pause();
      continue;
    }
    bar.finish();
    const auto* successful = find_path(shown, "is_successful");
    if (successful == nullptr || !successful->is_bool() || !successful->get_bool()) {
      const bool cancelled = text(shown, "state") == "cancelled";
      const std::string reason = text(shown, "error");
      throw Error(cancelled ? ErrorKind::kCancelled : ErrorKind::kIo,
                  fmt::format("backup {} {}{}", backup, cancelled ? "was cancelled" : "failed",
                              reason.empty() ? "" : ": " + printable(reason)));
    }
    return shown;
  }
}

json::value watch_verification(Context& context, const std::string& server, const std::string& backup,
                               const std::string& earlier) {
  ProgressBar bar(context.output, context.clock);
  while (true) {
    const auto answer = context.api().get(fmt::format("/api/client/servers/{}/backups/{}", server, backup));
    const auto& shown = answer.as_object().at("backup");
    if (field_text(shown, kVerifiedTime) != earlier) return shown.as_object().at("verified");
    if (!is_set(shown, "progress"))
      throw Error(ErrorKind::kIo, fmt::format("backup {} could not be verified now: its node could not read it, or was "
                                              "restarted. This says nothing about the backup; try again",
                                              backup));
    show(bar, shown);
    context.pause();
  }
}

json::value watch_restore(Context& context, const std::string& server) {
  ProgressBar bar(context.output, context.clock);
  while (true) {
    const auto answer = context.api().get(fmt::format("/api/client/servers/{}/restore", server));
    const auto& status = answer.as_object().at("restore");
    const std::string state = text(status, "state");
    if (state == "running") {
      show(bar, status);
      context.pause();
      continue;
    }
    bar.finish();
    if (state == "failed")
      throw Error(ErrorKind::kIo, fmt::format("the restore failed, the server's files are as they were: {}",
                                              printable(text(status, "error"))));
    return status;
  }
}

}  // namespace strata::cli
