#include "strata/wings/api/request_parts.h"

#include <charconv>

#include "strata/base/error.h"
#include "strata/wire/headers.h"

namespace strata::wings {
namespace {

template <class IdType>
IdType parse_id(const http::Request& request, std::string_view name) {
  const auto id = IdType::parse(request.parameter(name));
  if (!id) throw Error(ErrorKind::kInvalid, "invalid " + std::string(name) + " uuid");
  return *id;
}

}  // namespace

ServerId server_id(const http::Request& request) {
  return parse_id<ServerId>(request, "server");
}
BackupId backup_id(const http::Request& request) {
  return parse_id<BackupId>(request, "backup");
}

CommandOrigin origin_of(const http::Request& request) {
  CommandOrigin origin;
  if (request.headers.has(wire::kIdempotencyKey)) {
    origin.operation = OperationId::parse(request.headers.get(wire::kIdempotencyKey));
    if (!origin.operation) throw Error(ErrorKind::kInvalid, "the Idempotency-Key header is not a uuid");
  }
  if (request.headers.has(wire::kFenceHeader)) {
    const auto text = request.headers.get(wire::kFenceHeader);
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), origin.fence);
    if (error != std::errc{} || end != text.data() + text.size())
      throw Error(ErrorKind::kInvalid, "the Strata-Fence header is not a number");
  }
  return origin;
}

http::Response accepted() {
  return http::json_response(202, boost::json::object{});
}
http::Response done() {
  return http::json_response(200, boost::json::object{});
}

}  // namespace strata::wings
