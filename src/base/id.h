#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace strata {

/// 128 bits, RFC 9562. Text is lower case with hyphens.
class Uuid {
 public:
  constexpr Uuid() = default;  // nil
  static Uuid random();        // version 4

  /// Accepts upper case and the form without hyphens; nothing else.
  static std::optional<Uuid> parse(std::string_view text);

  std::string text() const;
  bool is_nil() const;
  const std::array<std::uint8_t, 16>& bytes() const { return bytes_; }
  auto operator<=>(const Uuid&) const = default;

 private:
  std::array<std::uint8_t, 16> bytes_{};
};

/// A uuid that knows what it names: a ServerId cannot be passed where a BackupId is meant.
template <class Tag>
class Id {
 public:
  constexpr Id() = default;
  explicit constexpr Id(Uuid uuid) : uuid_(uuid) {}
  static Id random() { return Id(Uuid::random()); }
  static std::optional<Id> parse(std::string_view text) {
    auto uuid = Uuid::parse(text);
    if (!uuid) return std::nullopt;
    return Id(*uuid);
  }

  Uuid uuid() const { return uuid_; }
  std::string text() const { return uuid_.text(); }
  bool is_nil() const { return uuid_.is_nil(); }
  auto operator<=>(const Id&) const = default;

 private:
  Uuid uuid_;
};

using LocationId = Id<struct LocationTag>;
using NodeId = Id<struct NodeTag>;
using ServerId = Id<struct ServerTag>;
using ConfigurationId = Id<struct ConfigurationTag>;
using BackupId = Id<struct BackupTag>;
using UserId = Id<struct UserTag>;
using ApiKeyId = Id<struct ApiKeyTag>;
using OperationId = Id<struct OperationTag>;
/// One start of a daemon: tells a restart from a delay (spec/reliability 3.11).
using BootId = Id<struct BootTag>;

}  // namespace strata

template <>
struct std::hash<strata::Uuid> {
  std::size_t operator()(const strata::Uuid& uuid) const noexcept {
    std::size_t value = 0;
    for (auto byte : uuid.bytes()) value = value * 131 + byte;
    return value;
  }
};
template <class Tag>
struct std::hash<strata::Id<Tag>> {
  std::size_t operator()(const strata::Id<Tag>& id) const noexcept { return std::hash<strata::Uuid>{}(id.uuid()); }
};
