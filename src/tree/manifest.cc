#include "strata/tree/manifest.h"

#include <algorithm>
#include <optional>

#include <boost/json.hpp>

#include "strata/base/encoding.h"
#include "strata/base/error.h"
#include "strata/crypto/digest.h"

namespace strata::tree {

namespace {

namespace json = boost::json;

// {"manifest":BODY,"sha256":"HEX"}: the checksum is over the bytes of BODY as they stand.
constexpr std::string_view kBefore = R"({"manifest":)";
constexpr std::string_view kBetween = R"(,"sha256":")";
constexpr std::string_view kAfter = R"("})";
constexpr std::size_t kHexBytes = 64;
constexpr std::size_t kAfterBody = kBetween.size() + kHexBytes + kAfter.size();
constexpr std::size_t kMaxBody = Manifest::kMaxBytes - kBefore.size() - kAfterBody;

/// The readable form, and where that is not the whole truth the bytes beside it.
void put_text(json::object& object, std::string_view name, std::string_view bytes) {
  object[name] = to_readable_utf8(bytes);
  if (!is_utf8(bytes)) object[std::string(name) + "_base64"] = base64(as_bytes(bytes));
}

json::object to_json(const Warning& warning) {
  json::object object;
  put_text(object, "path", warning.path);
  put_text(object, "reason", warning.reason);
  return object;
}

/// All but the warnings.
json::object to_json(const Manifest& manifest, bool with_rules) {
  json::object object;
  object["format_version"] = Manifest::kVersion;
  object["backup"] = manifest.backup.text();
  put_text(object, "backup_name", manifest.backup_name);
  object["server"] = manifest.server.text();
  put_text(object, "server_name", manifest.server_name);
  object["node"] = manifest.node.text();
  object["configuration"] = manifest.configuration.text();
  put_text(object, "disk", manifest.disk);
  put_text(object, "format", manifest.format);
  object["operation"] = manifest.operation.text();
  object["fence"] = manifest.fence;
  object["started"] = rfc3339(manifest.started);
  object["completed"] = rfc3339(manifest.completed);
  put_text(object, "tool", manifest.tool);
  if (with_rules) put_text(object, "ignore_rules", manifest.ignore_rules);
  object["ignore_rules_omitted"] = !with_rules;
  object["entries"] = manifest.entries;
  object["files"] = manifest.files;
  object["content_bytes"] = manifest.content_bytes;
  object["owners_recorded"] = manifest.owners_recorded;
  object["list_digest"] = hex(manifest.list_digest);
  object["root_hash"] = hex(manifest.root_hash);
  object["warnings_count"] = manifest.warnings_count;
  object["warnings"] = json::array();
  return object;
}

[[noreturn]] void corrupt(const std::string& what) {
  throw Error(ErrorKind::kCorrupt, "the manifest of the backup is damaged: " + what);
}

/// Reads members of an object that our own checksum vouches for: anything odd is damage, not input to be polite to.
class Members {
 public:
  explicit Members(const json::value& value) {
    if (!value.is_object()) corrupt("an object is expected");
    object_ = &value.get_object();
  }

  const json::value& at(std::string_view name) const {
    const json::value* value = object_->if_contains(name);
    if (value == nullptr) corrupt("'" + std::string(name) + "' is missing");
    return *value;
  }
  std::string text(std::string_view name) const {
    const std::string encoded = std::string(name) + "_base64";
    if (object_->contains(encoded)) {
      const auto bytes = parse_base64(plain_text(encoded));
      if (!bytes) wrong(encoded);
      return std::string(as_text(*bytes));
    }
    return plain_text(name);
  }
  std::uint64_t number(std::string_view name) const {
    const json::value& value = at(name);
    if (value.is_uint64()) return value.get_uint64();
    if (!value.is_int64() || value.get_int64() < 0) wrong(name);
    return static_cast<std::uint64_t>(value.get_int64());
  }
  bool flag(std::string_view name) const {
    if (!at(name).is_bool()) wrong(name);
    return at(name).get_bool();
  }
  Timestamp time(std::string_view name) const {
    const auto value = parse_rfc3339(plain_text(name));
    if (!value) wrong(name);
    return *value;
  }
  ContentHash hash(std::string_view name) const {
    const auto bytes = parse_hex(plain_text(name));
    ContentHash result{};
    if (!bytes || bytes->size() != result.size()) wrong(name);
    std::copy(bytes->begin(), bytes->end(), result.begin());
    return result;
  }
  template <class Kind>
  Kind id(std::string_view name) const {
    const auto value = Kind::parse(plain_text(name));
    if (!value) wrong(name);
    return *value;
  }
  const json::array& list(std::string_view name) const {
    if (!at(name).is_array()) wrong(name);
    return at(name).get_array();
  }

 private:
  [[noreturn]] static void wrong(std::string_view name) {
    corrupt("'" + std::string(name) + "' is not what it should be");
  }
  std::string plain_text(std::string_view name) const {
    if (!at(name).is_string()) wrong(name);
    return std::string(at(name).get_string());
  }

  const json::object* object_;
};

/// The bytes between the fixed parts, with the checksum verified.
std::string_view checked_body(std::string_view text) {
  if (text.size() > Manifest::kMaxBytes) corrupt("it is larger than 64 KiB");
  if (text.size() < kBefore.size() + kAfterBody || !text.starts_with(kBefore))
    corrupt("it is cut off or not a manifest");
  const auto body = text.substr(kBefore.size(), text.size() - kBefore.size() - kAfterBody);
  auto rest = text.substr(kBefore.size() + body.size());
  if (!rest.starts_with(kBetween) || !rest.ends_with(kAfter)) corrupt("it is cut off or not a manifest");
  if (rest.substr(kBetween.size(), kHexBytes) != hex(crypto::sha256(body))) corrupt("its checksum does not hold");
  return body;
}

}  // namespace

std::string Manifest::encode() const {
  const bool rules_unknown = ignore_rules_omitted && ignore_rules.empty();
  json::object object = to_json(*this, !rules_unknown);
  std::size_t size = json::serialize(object).size();
  if (size > kMaxBody && !rules_unknown) {
    object = to_json(*this, false);
    size = json::serialize(object).size();
  }
  if (size > kMaxBody) {
    throw Error(ErrorKind::kTooLarge, "the manifest of the backup would be larger than 64 KiB: shorten the names");
  }
  auto& list = object["warnings"].get_array();
  for (const auto& warning : warnings) {
    if (list.size() == Warnings::kKept) break;
    auto item = to_json(warning);
    size += json::serialize(item).size() + 1;  // and a comma
    if (size > kMaxBody) break;
    list.push_back(std::move(item));
  }
  const std::string body = json::serialize(object);
  std::string text(kBefore);
  text += body;
  text += kBetween;
  text += hex(crypto::sha256(body));
  text += kAfter;
  return text;
}

Manifest Manifest::decode(std::string_view text) {
  const auto body = checked_body(text);
  boost::system::error_code error;
  const json::value value = json::parse(body, error);
  if (error) corrupt("it is not JSON");
  const Members members(value);
  if (const auto version = members.number("format_version"); version != kVersion) {
    throw Error(ErrorKind::kInvalid, "the manifest has format version " + std::to_string(version) +
                                         ", this program reads version 1: use a newer release");
  }
  Manifest manifest;
  manifest.backup = members.id<BackupId>("backup");
  manifest.backup_name = members.text("backup_name");
  manifest.server = members.id<ServerId>("server");
  manifest.server_name = members.text("server_name");
  manifest.node = members.id<NodeId>("node");
  manifest.configuration = members.id<ConfigurationId>("configuration");
  manifest.disk = members.text("disk");
  manifest.format = members.text("format");
  manifest.operation = members.id<OperationId>("operation");
  manifest.fence = members.number("fence");
  manifest.started = members.time("started");
  manifest.completed = members.time("completed");
  manifest.tool = members.text("tool");
  manifest.ignore_rules_omitted = members.flag("ignore_rules_omitted");
  if (!manifest.ignore_rules_omitted) manifest.ignore_rules = members.text("ignore_rules");
  manifest.entries = members.number("entries");
  manifest.files = members.number("files");
  manifest.content_bytes = members.number("content_bytes");
  manifest.owners_recorded = members.flag("owners_recorded");
  manifest.list_digest = members.hash("list_digest");
  manifest.root_hash = members.hash("root_hash");
  manifest.warnings_count = members.number("warnings_count");
  for (const auto& item : members.list("warnings")) {
    const Members warning(item);
    manifest.warnings.push_back({warning.text("path"), warning.text("reason")});
  }
  return manifest;
}

}  // namespace strata::tree
