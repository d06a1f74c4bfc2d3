#pragma once

#include <string_view>

#include "strata/base/id.h"
#include "strata/wings/wings.h"

namespace strata::wings {

/// What a download link allows.
struct DownloadPermit {
  BackupId backup;
  ServerId server;  ///< nil: any
};

/// Judges the token of GET /download/backup (spec/wings 3): signature, times with 60 s leeway, scope where there is
/// one, and its uses. A link is for one download: its first use is recorded durably (also across a restart of the
/// node). A browser that resumes or splits the download with Range asks again with the same link, so up to
/// `api.max_jwt_uses` further uses are allowed while it is valid, for ranged requests only. kUnauthorized otherwise;
/// texts as the reference's.
DownloadPermit check_download_token(Wings& wings, std::string_view token, bool ranged);

}  // namespace strata::wings
