#include "strata/tree/restore/swap_plan.h"

#include <array>
#include <utility>

#include <boost/json.hpp>

#include "strata/base/encoding.h"
#include "strata/base/error.h"
#include "strata/crypto/digest.h"
#include "strata/tree/ignore_rules.h"
#include "strata/tree/restore/path_text.h"
#include "strata/vfs/publish.h"

namespace strata::tree {

namespace json = boost::json;

namespace {

/// Room for the largest ignore rules in base64 and the rest.
constexpr Bytes kMaxPlanBytes = IgnoreRules::kMaxBytes * 2;

constexpr std::array<std::pair<SwapPlan::Kind, std::string_view>, 3> kKinds{{
    {SwapPlan::Kind::kExchange, "exchange"},
    {SwapPlan::Kind::kContents, "contents"},
    {SwapPlan::Kind::kMerge, "merge"},
}};

std::string_view name_of(SwapPlan::Kind kind) {
  for (const auto& [value, name] : kKinds) {
    if (value == kind) return name;
  }
  throw Error(ErrorKind::kInternal, "a kind of swap without a name");
}

SwapPlan::Kind kind_of(std::string_view text) {
  for (const auto& [value, name] : kKinds) {
    if (name == text) return value;
  }
  throw Error(ErrorKind::kCorrupt, "unknown kind of swap");
}

std::int64_t micros(Timestamp time) {
  return time.time_since_epoch().count();
}

Timestamp time_at(const json::object& object, std::string_view name) {
  return Timestamp{std::chrono::microseconds{object.at(name).to_number<std::int64_t>()}};
}

SwapPlan from_json(const json::object& object) {
  SwapPlan plan;
  const auto operation = OperationId::parse(std::string_view(object.at("operation").as_string()));
  const auto ignored = parse_base64(std::string_view(object.at("ignored").as_string()));
  if (!operation || !ignored) throw Error(ErrorKind::kCorrupt, "unreadable fields");
  plan.operation = *operation;
  plan.kind = kind_of(object.at("kind").as_string());
  plan.generation = object.at("generation").to_number<std::uint32_t>();
  if (plan.generation == 0) throw Error(ErrorKind::kCorrupt, "generation 0");
  plan.running = object.at("running").as_bool();
  plan.atomic_exchange = object.at("atomic_exchange").as_bool();
  plan.keep_ignored = object.at("keep_ignored").as_bool();
  plan.ignored = as_text(*ignored);
  plan.has_kept = object.at("has_kept").as_bool();
  plan.started = time_at(object, "started");
  plan.made = time_at(object, "made");
  plan.expires = time_at(object, "expires");
  plan.keep_undo = std::chrono::hours{object.at("keep_undo_hours").to_number<std::int64_t>()};
  return plan;
}

}  // namespace

std::string SwapPlan::places_name() const {
  return "places-" + std::to_string(generation);
}

std::string SwapPlan::kept_name() const {
  return "kept-" + std::to_string(generation);
}

SwapPlan SwapPlan::completed() const {
  SwapPlan plan = *this;
  plan.running = false;
  plan.made = started;
  plan.expires = started + keep_undo;
  return plan;
}

SwapPlan SwapPlan::before_undo() const {
  SwapPlan plan = *this;
  plan.running = false;
  --plan.generation;
  return plan;
}

std::string SwapPlan::encode() const {
  const json::object object{
      {"version", kVersion},
      {"operation", operation.text()},
      {"kind", name_of(kind)},
      {"generation", generation},
      {"running", running},
      {"atomic_exchange", atomic_exchange},
      {"keep_ignored", keep_ignored},
      {"has_kept", has_kept},
      {"ignored", base64(as_bytes(ignored))},
      {"started", micros(started)},
      {"made", micros(made)},
      {"expires", micros(expires)},
      {"keep_undo_hours", std::int64_t{keep_undo.count()}},
  };
  std::string text = json::serialize(object);
  text += "\n" + hex(crypto::sha256(text)) + "\n";
  return text;
}

SwapPlan SwapPlan::decode(std::string_view text, const std::string& where) {
  const auto damaged = [&](std::string_view how) {
    return Error(ErrorKind::kCorrupt, "the plan of a restore, " + where + ", is damaged (" + std::string(how) +
                                          "): compare the live tree with the folder 'tree' beside it by hand, then "
                                          "move that area away");
  };
  const auto line_end = text.find('\n');
  if (line_end == std::string_view::npos) throw damaged("cut off");
  const auto line = text.substr(0, line_end);
  if (text.substr(line_end + 1) != hex(crypto::sha256(line)) + "\n") throw damaged("its checksum does not hold");
  try {
    const json::value value = json::parse(line);
    const json::object& object = value.as_object();
    const auto version = object.at("version").to_number<std::uint32_t>();
    if (version > kVersion) {
      throw Error(ErrorKind::kInvalid, "the plan of a restore, " + where + ", has version " + std::to_string(version) +
                                           " and was made by a newer Strata: start that one");
    }
    return from_json(object);
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::kInvalid) throw;
    throw damaged(error.message());
  } catch (const std::exception& error) {
    throw damaged(error.what());
  }
}

std::optional<SwapPlan> load_plan(const vfs::Directory& area) {
  const vfs::Path name = vfs::Path() / kPlanName;
  if (!area.exists(name)) return std::nullopt;
  return SwapPlan::decode(vfs::read_small_file(area, name, kMaxPlanBytes),
                          in_quotes(area.label() + "/" + name.bytes()));
}

void save_plan(const vfs::Directory& area, const SwapPlan& plan) {
  vfs::publish_replacing(area, std::string(kPlanName), plan.encode());
}

}  // namespace strata::tree
