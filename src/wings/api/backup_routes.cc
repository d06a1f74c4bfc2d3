#include <boost/json.hpp>

#include "strata/base/error.h"
#include "strata/wings/api/node_api.h"
#include "strata/wings/api/request_parts.h"
#include "strata/wings/operations/job_context.h"

namespace strata::wings {
namespace {

/// Ignore rules of 1 MiB, escaped, and the rest.
constexpr Bytes kCommandLimit = 8_MiB;

wire::QueryBackupAnswer query(Wings& wings, BackupId backup, std::string_view adapter) {
  QuietContext quiet(wings.operations().parts());
  const auto stored = wings.disks().get(std::string(adapter))->open({.backup = backup, .server = {}}, quiet.context());
  wire::QueryBackupAnswer answer;
  if (const auto raw = stored->raw()) {
    answer.archive_format = raw->format;
    answer.size = raw->bytes->size();
  }
  return answer;
}

}  // namespace

void NodeApi::add_backup_routes(http::Router& router) {
  using http::Method;
  router.add(Method::kPost, "/api/servers/{server}/backup", for_panel([this](http::Request& request) {
               wings_.operations().create_backup(
                   server_id(request), http::parse_body<wire::CreateBackupCommand>(request), origin_of(request));
               return accepted();
             }),
             {.body_limit = kCommandLimit});
  router.add(Method::kPost, "/api/servers/{server}/backup/{backup}/restore", for_panel([this](http::Request& request) {
               const auto command = http::parse_body<wire::RestoreBackupCommand>(request);
               if (command.adapter == "s3" && !command.download_url)
                 throw Error(ErrorKind::kInvalid, "unable to restore s3 backup without download_url");
               wings_.operations().restore_backup(server_id(request), backup_id(request), command, origin_of(request));
               return accepted();
             }));
  router.add(Method::kPost, "/api/servers/{server}/undo-restore", for_panel([this](http::Request& request) {
               wings_.operations().undo_restore(server_id(request), http::parse_body<wire::UndoRestoreCommand>(request),
                                                origin_of(request));
               return accepted();
             }));
  router.add(Method::kDelete, "/api/backups/{backup}", for_panel([this](http::Request& request) {
               const auto command = http::parse_body<wire::DeleteBackupCommand>(request);
               const auto deletion = wings_.operations().delete_backup(backup_id(request), command, origin_of(request));
               return deletion.done ? done() : accepted();
             }));
  // The older route names the server and no adapter: every disk is asked.
  router.add(Method::kDelete, "/api/servers/{server}/backup/{backup}", for_panel([this](http::Request& request) {
               QuietContext quiet(wings_.operations().parts());
               const auto backup = backup_id(request);
               const auto adapter =
                   wings_.disks().locate({.backup = backup, .server = server_id(request)}, quiet.context());
               if (!adapter) throw Error(ErrorKind::kNotFound, "backup not found");
               wings_.operations().delete_backup(backup, {.adapter = *adapter, .server = server_id(request)},
                                                 origin_of(request));
               return accepted();
             }));
  router.add(Method::kPost, "/api/backups/{backup}/verify", for_panel([this](http::Request& request) {
               wings_.operations().verify_backup(
                   backup_id(request), http::parse_body<wire::VerifyBackupCommand>(request), origin_of(request));
               return accepted();
             }));
  router.add(Method::kGet, "/api/backups/{backup}/query", for_panel([this](http::Request& request) {
               return http::answer(query(wings_, backup_id(request), request.query_value("adapter").value_or("wings")));
             }));
}

void NodeApi::add_operation_routes(http::Router& router) {
  using http::Method;
  router.add(Method::kGet, "/api/operations", for_panel([this](http::Request&) {
               return http::answer(wire::OperationList{.operations = wings_.jobs().operations()});
             }));
  router.add(Method::kPost, "/api/operations/{operation}/cancel", for_panel([this](http::Request& request) {
               const auto operation = OperationId::parse(request.parameter("operation"));
               if (!operation) throw Error(ErrorKind::kInvalid, "invalid operation uuid");
               if (!wings_.operations().cancel(*operation)) throw Error(ErrorKind::kNotFound, "operation not found");
               return accepted();
             }));
}

}  // namespace strata::wings
