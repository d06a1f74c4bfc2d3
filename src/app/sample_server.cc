#include "strata/app/sample_server.h"

#include <array>
#include <random>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "strata/base/encoding.h"
#include "strata/base/units.h"

namespace strata::app {
namespace {

/// A file tree that grows: makes folders as they are needed.
class Writer {
 public:
  explicit Writer(const vfs::Directory& root) : root_(root) {}

  void add(const std::string& path, std::string_view content) {
    const auto parsed = vfs::Path::parse(path);
    root_.make_directories(parsed.parent(), 0755);
    auto file = root_.create_file(parsed, 0644);
    file.write(as_bytes(content));
    file.set_mtime(kStart + static_cast<std::int64_t>(files_) * 1'000'000'007);
    ++files_;
  }

  std::size_t files() const { return files_; }

 private:
  /// 2026-01-01T00:00:00Z
  static constexpr std::int64_t kStart = 1'767'225'600'000'000'000;
  const vfs::Directory& root_;
  std::size_t files_ = 0;
};

std::string packed(std::mt19937_64& random, std::size_t size) {
  std::string bytes;
  bytes.reserve(size + 8);
  while (bytes.size() < size) {
    const std::uint64_t word = random();
    bytes.append(reinterpret_cast<const char*>(&word), sizeof word);
  }
  bytes.resize(size);
  return bytes;
}

std::string log_text(std::mt19937_64& random, std::size_t lines) {
  static constexpr std::array<std::string_view, 6> kEvents{"joined the game",
                                                           "left the game",
                                                           "was slain by Zombie",
                                                           "has made the advancement [Stone Age]",
                                                           "issued server command: /home",
                                                           "moved too quickly!"};
  static constexpr std::array<std::string_view, 5> kPlayers{"Ada", "Grace", "Linus", "Margaret", "Dennis"};
  std::string text;
  for (std::size_t i = 0; i < lines; ++i) {
    text += fmt::format("[{:02}:{:02}:{:02}] [Server thread/INFO]: {} {}\n", i / 3600 % 24, i / 60 % 60, i % 60,
                        kPlayers[random() % kPlayers.size()], kEvents[random() % kEvents.size()]);
  }
  return text;
}

}  // namespace

std::size_t write_sample_server(const vfs::Directory& root) {
  std::mt19937_64 random(
      20260101);  // NOLINT(cert-msc51-cpp,bugprone-random-generator-seed): a sample is the same everywhere
  Writer files(root);
  files.add("server.properties", "motd=A sample server\nlevel-name=world\nmax-players=20\nview-distance=10\n");
  files.add("eula.txt", "eula=true\n");
  files.add("server.jar", packed(random, 6_MiB));
  files.add("world/level.dat", packed(random, 24_KiB));
  files.add("world/session.lock", "");
  for (int region = 0; region < 24; ++region)
    files.add(fmt::format("world/region/r.{}.{}.mca", region % 6, region / 6),
              packed(random, 256_KiB + random() % 1_MiB));
  for (int player = 0; player < 900; ++player) {
    const std::string id =
        fmt::format("{:08x}-{:04x}-4{:03x}-8{:03x}-{:012x}", random() & 0xFFFFFFFFU, random() & 0xFFFFU,
                    random() & 0xFFFU, random() & 0xFFFU, random() & 0xFFFFFFFFFFFFU);
    files.add(fmt::format("world/playerdata/{}.dat", id), packed(random, 1_KiB + random() % 4_KiB));
    files.add(
        fmt::format("world/stats/{}.json", id),
        fmt::format(
            R"({{"stats":{{"minecraft:custom":{{"minecraft:play_time":{},"minecraft:deaths":{}}}}},"DataVersion":3953}})",
            random() % 9'000'000, random() % 200));
    files.add(fmt::format("plugins/Essentials/userdata/{}.yml", id),
              fmt::format("money: '{}.{}'\nhomes:\n  home:\n    x: {}\n    y: 64\n    z: {}\n", random() % 9000,
                          random() % 100, random() % 4000, random() % 4000));
  }
  static constexpr std::array<std::string_view, 6> kPlugins{"Essentials", "LuckPerms", "WorldEdit",
                                                            "Vault",      "Dynmap",    "CoreProtect"};
  for (const auto plugin : kPlugins) {
    files.add(fmt::format("plugins/{}.jar", plugin), packed(random, 512_KiB + random() % 1_MiB));
    files.add(fmt::format("plugins/{}/config.yml", plugin),
              fmt::format("# {}\nversion: {}\nenabled: true\n", plugin, random() % 9));
  }
  for (int day = 1; day <= 28; ++day)
    files.add(fmt::format("logs/2025-12-{:02}-1.log", day), log_text(random, 400 + random() % 800));
  for (int tile = 0; tile < 600; ++tile)
    files.add(fmt::format("plugins/Dynmap/web/tiles/world/flat/{}_{}.png", tile % 30, tile / 30),
              packed(random, 2_KiB + random() % 4_KiB));
  root.make_symlink(vfs::Path::parse("logs/latest.log"), "2025-12-28-1.log");
  root.sync_file_system();
  return files.files();
}

}  // namespace strata::app
