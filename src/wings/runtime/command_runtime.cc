#include "strata/wings/runtime/command_runtime.h"

#include <csignal>

#include <boost/json.hpp>
#include <fmt/format.h>

#include "strata/base/error.h"
#include "strata/describe/json.h"
#include "strata/process/run.h"
#include "strata/vfs/publish.h"
#include "strata/wings/runtime/waiting.h"

namespace strata::wings {
namespace {

namespace json = boost::json;

constexpr Bytes kMaxRecord = 4096;

int signal_number(const std::string& name) {
  if (name == "SIGINT") return SIGINT;
  if (name == "SIGQUIT") return SIGQUIT;
  if (name == "SIGHUP") return SIGHUP;
  return SIGTERM;
}

std::string encode(const process::ServiceHandle& handle) {
  return json::serialize(
             json::object{{"pid", handle.pid}, {"start_ticks", handle.start_ticks}, {"boot_id", handle.boot_id}}) +
         "\n";
}

/// nullopt when it is not what we wrote: then nothing is attached, which is the safe side.
std::optional<process::ServiceHandle> decode(std::string_view text) {
  try {
    const auto value = describe::parse_json(text, kMaxRecord);
    const auto& object = value.as_object();
    return process::ServiceHandle{.pid = static_cast<std::int32_t>(object.at("pid").to_number<std::int64_t>()),
                                  .start_ticks = object.at("start_ticks").to_number<std::uint64_t>(),
                                  .boot_id = std::string(object.at("boot_id").as_string())};
  } catch (const std::exception&) {
    return std::nullopt;
  }
}

process::Spec spec_of(const std::vector<std::string>& command, const CommandRuntime::Place& place,
                      const vfs::Directory* directory) {
  process::Spec spec{.program = command.front(), .arguments = {command.begin() + 1, command.end()}};
  spec.environment.push_back({"PATH", Secret(std::string(process::kProgramPath))});
  spec.directory = directory->fd();
  spec.identity = place.identity;
  spec.umask = 0022;
  return spec;
}

}  // namespace

CommandRuntime::CommandRuntime(ServerId server, CommandRuntimeSettings settings, std::function<Place()> open_place)
    : server_(server), settings_(std::move(settings)), hooks_(settings_.hooks), open_place_(std::move(open_place)) {}

CommandRuntime::~CommandRuntime() = default;

process::Service* CommandRuntime::find() {
  if (!service_ && !looked_) {
    const auto place = open_place_();
    if (place.state.exists(vfs::Path::parse(record_name()))) {
      if (const auto handle = decode(vfs::read_small_file(place.state, vfs::Path::parse(record_name()), kMaxRecord)))
        service_ = process::Service::attach(*handle);
    }
    looked_ = true;
  }
  if (service_ && !service_->running()) service_.reset();
  return service_.get();
}

PowerState CommandRuntime::state() {
  const std::lock_guard lock(mutex_);
  return find() != nullptr ? PowerState::kRunning : PowerState::kOffline;
}

void CommandRuntime::run_stop_command(const Place& place, std::stop_token stop) const {
  const auto result = process::run(spec_of(settings_.stop, place, &place.root),
                                   {.timeout = std::chrono::seconds(settings_.stop_timeout), .stop = std::move(stop)});
  if (!result.succeeded())
    throw Error(ErrorKind::kUnavailable,
                fmt::format("the stop command of the server failed with {}: {}", result.ending(), result.errors));
}

void CommandRuntime::stop(std::stop_token stop) {
  const std::lock_guard lock(mutex_);
  process::Service* service = find();
  if (service == nullptr) return;
  const std::chrono::seconds patience(settings_.stop_timeout);
  if (!settings_.stop.empty()) {
    run_stop_command(open_place_(), stop);
    wait_until([&] { return !service->running(); }, patience, stop);
  }
  service->terminate(patience, signal_number(settings_.stop_signal));
  service_.reset();
  vfs::remove_durably(open_place_().state, vfs::Path::parse(record_name()));
}

void CommandRuntime::start() {
  const std::lock_guard lock(mutex_);
  if (find() != nullptr) return;
  const auto place = open_place_();
  const vfs::Directory elsewhere = settings_.directory.empty()
                                       ? vfs::Directory()
                                       : vfs::Directory::open_trusted(place.root.kernel(), settings_.directory);
  service_ = process::Service::start(spec_of(settings_.start, place, elsewhere ? &elsewhere : &place.root),
                                     {.dies_with_daemon = false});
  vfs::publish_replacing(place.state, record_name(), encode(service_->handle()));
}

}  // namespace strata::wings
