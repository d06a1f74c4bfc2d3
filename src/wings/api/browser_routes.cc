#include <algorithm>

#include "strata/base/error.h"
#include "strata/disks/backup_disk.h"
#include "strata/http/range.h"
#include "strata/wings/api/download_token.h"
#include "strata/wings/api/node_api.h"
#include "strata/wings/api/request_parts.h"
#include "strata/wings/api/server_socket.h"
#include "strata/wings/operations/job_context.h"

namespace strata::wings {
namespace {

/// Stored bytes as a response body. Holds the opened backup, so that a deletion waits for the download.
class StoredBytes final : public http::BodySource {
 public:
  StoredBytes(std::shared_ptr<disks::StoredBackup> backup, std::shared_ptr<const tree::RangedReader> bytes,
              Bytes offset, Bytes length)
      : backup_(std::move(backup)), bytes_(std::move(bytes)), offset_(offset), left_(length) {}

  std::size_t read(std::span<std::uint8_t> out) override {
    const auto wanted = static_cast<std::size_t>(std::min<Bytes>(out.size(), left_));
    const std::size_t got = bytes_->read_at(offset_, out.first(wanted));
    offset_ += got;
    left_ -= got;
    return got;
  }

 private:
  std::shared_ptr<disks::StoredBackup> backup_;
  std::shared_ptr<const tree::RangedReader> bytes_;
  Bytes offset_;
  Bytes left_;
};

http::Response download(Wings& wings, const http::Request& request) {
  const auto permit =
      check_download_token(wings, request.query_value("token").value_or(""), request.headers.has("Range"));
  QuietContext quiet(wings.operations().parts(), request.stop);
  const disks::BackupRef ref{.backup = permit.backup, .server = permit.server};
  const auto adapter = wings.disks().locate(ref, quiet.context());
  if (!adapter) throw Error(ErrorKind::kNotFound, "backup not found");
  std::shared_ptr<disks::StoredBackup> stored = wings.disks().get(*adapter)->open(ref, quiet.context());
  const auto raw = stored->raw();
  if (!raw)
    throw Error(ErrorKind::kRefused, "failed to download backup: this disk stores no file that could be downloaded");

  http::Response response;
  response.headers.set("Content-Type", raw->media_type);
  response.headers.set("Content-Disposition", http::attachment(raw->file_name));
  // A stored backup never changes, so its name and size are its identity.
  const std::string etag = "\"" + permit.backup.text() + "-" + std::to_string(raw->bytes->size()) + "\"";
  const auto choice = http::apply_range(request, raw->bytes->size(), etag, response);
  if (choice.kind == http::RangeChoice::Kind::kUnsatisfiable) return response;
  response.body =
      http::Stream{.source = std::make_unique<StoredBytes>(stored, raw->bytes, choice.offset, choice.length),
                   .length = choice.length};
  return response;
}

}  // namespace

void NodeApi::add_browser_routes(http::Router& router) {
  router.add(http::Method::kGet, "/download/backup",
             [this](http::Request& request) { return download(wings_, request); });
  router.websocket("/api/servers/{server}/ws",
                   [this](http::Request& request) -> std::unique_ptr<http::WebSocketSession> {
                     return std::make_unique<ServerSocket>(wings_, wings_.servers().get(server_id(request))->uuid);
                   });
}

}  // namespace strata::wings
