#pragma once

#include "strata/http/json.h"
#include "strata/http/message.h"
#include "strata/wings/operations/operations.h"

namespace strata::wings {

/// kInvalid "invalid server uuid".
ServerId server_id(const http::Request& request);
/// kInvalid "invalid backup uuid".
BackupId backup_id(const http::Request& request);

/// Who sent a command, from Idempotency-Key and Strata-Fence; kInvalid when they are malformed. A reference Panel sends
/// neither.
CommandOrigin origin_of(const http::Request& request);

/// `{}` with 202: it will happen.
http::Response accepted();
/// `{}` with 200.
http::Response done();

}  // namespace strata::wings
