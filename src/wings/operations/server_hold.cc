#include "strata/wings/operations/server_hold.h"

#include <condition_variable>
#include <mutex>

#include <boost/json.hpp>
#include <fmt/format.h>

#include "strata/base/cancel.h"
#include "strata/process/proc_scan.h"

namespace strata::wings {
namespace {

constexpr std::string_view kWasRunning = "was_running";
constexpr std::chrono::milliseconds kBetweenScans{100};

std::string_view words_of(process::Inhabitant::Kind kind) {
  switch (kind) {
    case process::Inhabitant::Kind::kDirectory:
      return "its working directory is there";
    case process::Inhabitant::Kind::kRoot:
      return "its root is there";
    case process::Inhabitant::Kind::kDescriptor:
      return "it has a file open there";
  }
  return "it uses them";
}

/// Returns early when stop is requested.
void pause(std::chrono::milliseconds time, const std::stop_token& stop) {
  std::mutex mutex;
  std::condition_variable_any changed;
  std::unique_lock lock(mutex);
  changed.wait_for(lock, stop, time, [] { return false; });
}

}  // namespace

void require_nobody_inside(const vfs::Directory& root, std::chrono::milliseconds patience,
                           const std::stop_token& stop) {
  const auto end = std::chrono::steady_clock::now() + patience;
  while (true) {
    throw_if_stopped(stop);
    const auto scan = process::find_inhabitants(root.fd());
    if (scan.inhabitants.empty()) return;
    if (std::chrono::steady_clock::now() >= end) {
      const auto& first = scan.inhabitants.front();
      const auto others = scan.inhabitants.size() - 1;
      throw Error(
          ErrorKind::kConflict,
          fmt::format("process {} ({}) works on the server's files: {}{}. Stop it, or use force", first.pid, first.name,
                      words_of(first.kind), others == 0 ? std::string() : fmt::format(" (and {} more)", others)));
    }
    pause(kBetweenScans, stop);
  }
}

void ServerHold::stop(std::stop_token stop) {
  was_running_ = runtime_.controls() && runtime_.state() != PowerState::kOffline;
  journal_.set_notes(operation_, {{kWasRunning, was_running_}});
  if (was_running_) runtime_.stop(std::move(stop));
}

std::optional<std::string> ServerHold::start_again() {
  if (!was_running_) return std::nullopt;
  try {
    runtime_.start();
  } catch (const Error& error) {
    return "the server could not be started again: " + error.message();
  }
  was_running_ = false;
  return std::nullopt;
}

bool was_running_before(const JournalOperation& operation) {
  const auto* notes = operation.notes.if_object();
  const auto* noted = notes == nullptr ? nullptr : notes->if_contains(kWasRunning);
  return noted != nullptr && noted->is_bool() && noted->get_bool();
}

}  // namespace strata::wings
