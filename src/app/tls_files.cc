#include "strata/app/tls_files.h"

#include "strata/app/path_parts.h"
#include "strata/base/error.h"
#include "strata/vfs/directory.h"
#include "strata/vfs/publish.h"

namespace strata::app {
namespace {

std::string read_pem(vfs::Kernel& kernel, const std::string& file) {
  const auto [folder, name] = split_path(absolute_path(file));
  return vfs::read_small_file(vfs::Directory::open_trusted(kernel, folder), vfs::Path::parse(name), 1_MiB);
}

}  // namespace

std::optional<http::ServerTls> load_tls(vfs::Kernel& kernel, const std::string& certificate_file,
                                        const std::string& key_file) {
  if (certificate_file.empty() && key_file.empty()) return std::nullopt;
  if (certificate_file.empty() || key_file.empty())
    throw Error(ErrorKind::kInvalid, "TLS needs both a certificate and a key file");
  return http::ServerTls{.certificate_chain = read_pem(kernel, certificate_file),
                         .private_key = Secret(read_pem(kernel, key_file))};
}

}  // namespace strata::app
