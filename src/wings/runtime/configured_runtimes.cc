#include "strata/wings/runtime/configured_runtimes.h"

#include <fmt/format.h>
#include <unistd.h>

#include "strata/base/error.h"
#include "strata/describe/json.h"
#include "strata/wings/runtime/command_runtime.h"
#include "strata/wings/runtime/docker_runtime.h"
#include "strata/wings/runtime/no_runtime.h"
#include "strata/wings/runtime/systemd_runtime.h"
#include "strata/wings/volumes/user_lookup.h"

namespace strata::wings {
namespace {

template <class Declared>
const Declared& declared(const describe::OrderedMap<Declared>& all, std::string_view kind, const std::string& name) {
  if (const auto* found = all.find(name)) return *found;
  throw Error(
      ErrorKind::kRefused,
      fmt::format("this node declares no {} runtime '{}': its administrator adds it to runtimes.{} in wings.yml", kind,
                  name, kind));
}

/// Who runs a command: the named user, else the node's user for servers when we are root, else we.
std::optional<process::Identity> identity_of(const CommandRuntimeSettings& settings, const SystemSettings& system) {
  if (settings.user.empty() && geteuid() != 0) return std::nullopt;
  if (settings.user.empty() && system.user.uid)
    return process::Identity{.uid = *system.user.uid, .gid = system.user.gid.value_or(*system.user.uid)};
  const std::string& name = settings.user.empty() ? system.username : settings.user;
  const auto account = find_user(name);
  if (account) return process::Identity{.uid = account->uid, .gid = account->gid};
  if (settings.user.empty()) return std::nullopt;
  throw Error(ErrorKind::kRefused, fmt::format("the node has no user '{}', which the runtime names", name));
}

}  // namespace

ConfiguredRuntimes::ConfiguredRuntimes(vfs::Kernel& kernel, const ConfigurationStore& configuration,
                                       const Volumes& volumes)
    : kernel_(kernel), configuration_(configuration), volumes_(volumes) {}

std::shared_ptr<Runtime> ConfiguredRuntimes::make(const wire::RemoteServerSettings& server, const std::string& kind,
                                                  const std::string& name) const {
  const auto configuration = configuration_.snapshot();
  const auto& runtimes = configuration->runtimes;
  if (kind == "none") return std::make_shared<NoRuntime>();
  if (kind == "systemd") return std::make_shared<SystemdRuntime>(declared(runtimes.systemd, kind, name));
  if (kind == "docker") return std::make_shared<DockerRuntime>(declared(runtimes.docker, kind, name));
  if (kind == "command") {
    const auto& settings = declared(runtimes.command, kind, name);
    return std::make_shared<CommandRuntime>(server.uuid, settings, [this, server, settings] {
      const auto current = configuration_.snapshot();
      return CommandRuntime::Place{
          .state = vfs::Directory::create_trusted(kernel_, current->state_directory + "/runtimes"),
          .root = volumes_.open(server),
          .identity = identity_of(settings, current->system)};
    });
  }
  throw Error(ErrorKind::kRefused, fmt::format("'{}' is no runtime: choose none, systemd, docker or command", kind));
}

std::shared_ptr<Runtime> ConfiguredRuntimes::runtime_of(const wire::RemoteServerSettings& server) {
  const std::string kind = server.runtime ? server.runtime->kind : "none";
  const std::string name = server.runtime ? server.runtime->name.value_or("") : "";
  const std::string choice =
      fmt::format("{}:{}:{}", kind, name, describe::to_text(configuration_.snapshot()->runtimes));
  const std::lock_guard lock(mutex_);
  auto& known = known_[server.uuid];
  if (!known.runtime || known.choice != choice) known = {choice, make(server, kind, name)};
  return known.runtime;
}

}  // namespace strata::wings
