#include <algorithm>
#include <cctype>
#include <cerrno>

#include <fcntl.h>
#include <fmt/format.h>
#include <soci/sqlite3/soci-sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include "strata/database/driver.h"

namespace strata::database {
namespace {

// SOCI includes sqlite3.h inside this namespace; including it again outside would not compile.
using namespace sqlite_api;

sqlite3* handle(soci::session& session) {
  return static_cast<soci::sqlite3_session_backend*>(session.get_backend())->conn_;
}

sqlite3_stmt* handle(soci::statement& statement) {
  return static_cast<soci::sqlite3_statement_backend*>(statement.get_backend())->stmt_;
}

/// SQLite would make the file with the process's umask; its -wal and -shm copy the mode of the file.
void create_private_file(const Target& target) {
  const int file = ::open(target.path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOCTTY, 0600);
  if (file < 0) {
    const int error = errno;
    if (error == ENOENT) throw Error(ErrorKind::kInvalid, "the folder of " + target.shown + " does not exist");
    throw_system_error(error, "opening " + target.shown);
  }
  struct stat status{};
  const bool regular = ::fstat(file, &status) == 0 && S_ISREG(status.st_mode);
  ::close(file);
  if (!regular) throw Error(ErrorKind::kInvalid, target.shown + " is not a regular file");
}

Value read_value(sqlite3_stmt* statement, int column) {
  switch (sqlite3_column_type(statement, column)) {
    case SQLITE_NULL:
      return {};
    case SQLITE_INTEGER:
      return static_cast<std::int64_t>(sqlite3_column_int64(statement, column));
    case SQLITE_FLOAT:
      return sqlite3_column_double(statement, column);
    case SQLITE_TEXT: {
      const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement, column));
      return std::string(text, static_cast<std::size_t>(sqlite3_column_bytes(statement, column)));
    }
    default:
      throw Error(ErrorKind::kInternal, "a binary column was read: binary data is stored as base64 text");
  }
}

/// "UNIQUE constraint failed: users.name" -> "users.name"
std::string after_colon(std::string_view message) {
  const auto colon = message.find(": ");
  return std::string(colon == std::string_view::npos ? message : message.substr(colon + 2));
}

Failure constraint_failure(int extended, const std::string& message) {
  switch (extended) {
    case SQLITE_CONSTRAINT_UNIQUE:
    case SQLITE_CONSTRAINT_PRIMARYKEY:
    case SQLITE_CONSTRAINT_ROWID:
      return {ErrorKind::kConflict, "there is already a record with the same " + after_colon(message)};
    case SQLITE_CONSTRAINT_FOREIGNKEY:
      return {ErrorKind::kConflict,
              "a record that is referred to is missing, or another record still refers to this one"};
    default:
      return {ErrorKind::kInvalid, "a value is not allowed: " + message};
  }
}

class SqliteDriver final : public Driver {
 public:
  SqliteDriver(Target target, const Options& options) : target_(std::move(target)), options_(options) {
    if (!target_.in_memory) create_private_file(target_);
  }

  Engine engine() const override { return Engine::kSqlite; }

  std::unique_ptr<soci::session> connect(Role role) const override {
    // The memory database of SQLite's "memdb" is shared by the connections that name it and locks like a file.
    const std::string connection = fmt::format("dbname=\"{}\"{}", target_.path, target_.in_memory ? " vfs=memdb" : "");
    auto session = std::make_unique<soci::session>();
    try {
      session->open(soci::sqlite3, connection);
      sqlite3_busy_timeout(handle(*session), static_cast<int>(options_.lock_timeout.count()));
      run_script(*session,
                 "pragma synchronous = full; pragma foreign_keys = on; pragma trusted_schema = off; "
                 "pragma temp_store = memory; pragma journal_size_limit = 67108864");
      if (!target_.in_memory) switch_to_wal(*session);
      if (role == Role::kReader) run_script(*session, "pragma query_only = on");
    } catch (const soci::soci_error& error) {
      const Failure failure = explain(*session, role, error);
      throw Error(failure.kind, fmt::format("{} cannot be opened: {}", target_.shown, failure.message));
    }
    return session;
  }

  std::vector<std::string> placeholders(soci::statement& statement, std::string_view sql) const override {
    sqlite3_stmt* native = handle(statement);
    // SQLite compiles the first statement and ignores the rest; PostgreSQL refuses the text.
    const std::string_view rest = sql.substr(std::min(sql.size(), std::string_view(sqlite3_sql(native)).size()));
    if (!std::all_of(rest.begin(), rest.end(), [](unsigned char c) { return std::isspace(c) != 0 || c == ';'; })) {
      throw Error(ErrorKind::kInternal, "more than one statement was given at once");
    }
    std::vector<std::string> names;
    for (int i = 1; i <= sqlite3_bind_parameter_count(native); ++i) {
      const char* name = sqlite3_bind_parameter_name(native, i);
      if (name == nullptr || *name != ':') {
        throw Error(ErrorKind::kInternal, "a statement has a placeholder that is not of the form :name");
      }
      names.emplace_back(name + 1);
    }
    return names;
  }

  Rows read_rows(soci::statement& statement, bool has_row, std::size_t max_rows) const override {
    Rows rows;
    if (!has_row) return rows;
    sqlite3_stmt* native = handle(statement);
    const int count = sqlite3_column_count(native);
    auto columns = std::make_shared<Row::Columns>();
    for (int i = 0; i < count; ++i) columns->emplace_back(sqlite3_column_name(native, i));
    do {
      if (rows.size() == max_rows) throw Error(ErrorKind::kTooLarge, "the database gave more rows than can be handled");
      std::vector<Value> values;
      values.reserve(static_cast<std::size_t>(count));
      for (int i = 0; i < count; ++i) values.push_back(read_value(native, i));
      rows.emplace_back(columns, std::move(values));
    } while (statement.get_backend()->fetch(1) == soci::details::statement_backend::ef_success);
    return rows;
  }

  void finish(soci::statement& statement) const noexcept override {
    // Null after a failure: SOCI has then finalized it. The result of reset repeats an error that was already reported.
    if (sqlite3_stmt* native = handle(statement)) sqlite3_reset(native);
  }

  void run_script(soci::session& session, const std::string& sql) const override {
    const int result = sqlite3_exec(handle(session), sql.c_str(), nullptr, nullptr, nullptr);
    if (result != SQLITE_OK) throw soci::sqlite3_soci_error(sqlite3_errmsg(handle(session)), result);
  }

  void commit(soci::session& session) const override { run_script(session, "commit"); }

  Failure explain(soci::session& session, Role role, const soci::soci_error& error) const override {
    const auto* native = dynamic_cast<const soci::sqlite3_soci_error*>(&error);
    if (native == nullptr) return {ErrorKind::kInternal, error.get_error_message()};
    const int primary = native->result() & 0xFF;
    int extended = native->result();
    std::string message = sqlite3_errstr(native->result());
    if (session.get_backend() != nullptr && (sqlite3_errcode(handle(session)) & 0xFF) == primary) {
      extended = sqlite3_extended_errcode(handle(session));
      message = sqlite3_errmsg(handle(session));
    }
    switch (primary) {
      case SQLITE_CONSTRAINT:
        return constraint_failure(extended, message);
      case SQLITE_BUSY:
      case SQLITE_LOCKED:
        return {ErrorKind::kUnavailable, target_.shown + " is locked by another process: try again", true};
      case SQLITE_FULL:
        return {ErrorKind::kNoSpace, "no space is left for " + target_.shown};
      case SQLITE_READONLY:
        if (role == Role::kReader) return {ErrorKind::kInternal, "a statement that writes was given to a reader"};
        return {ErrorKind::kIo, target_.shown + " cannot be written: check its owner and mode"};
      case SQLITE_CANTOPEN:
      case SQLITE_PERM:
        return {ErrorKind::kUnavailable, message};
      case SQLITE_CORRUPT:
      case SQLITE_NOTADB:
        return {ErrorKind::kCorrupt,
                fmt::format("{} is damaged ({}): restore it from a backup", target_.shown, message)};
      case SQLITE_IOERR:
        return {ErrorKind::kIo, fmt::format("{}: {} (code {})", target_.shown, message, extended)};
      case SQLITE_TOOBIG:
        return {ErrorKind::kTooLarge, "a value is too large for the database"};
      case SQLITE_MISMATCH:
        return {ErrorKind::kInvalid, "a value does not fit its column"};
      default:
        return {ErrorKind::kInternal, message};
    }
  }

  bool survives_failure() const override { return false; }
  bool is_alive(soci::session&) const override { return true; }
  bool in_transaction(soci::session& session) const override { return sqlite3_get_autocommit(handle(session)) == 0; }
  std::string begin_write() const override { return "begin immediate"; }
  std::string begin_read() const override { return "begin"; }

 private:
  /// A file system without shared memory keeps the old journal mode without an error.
  void switch_to_wal(soci::session& session) const {
    std::string mode;
    const auto take = [](void* out, int, char** values, char**) {
      *static_cast<std::string*>(out) = values[0] != nullptr ? values[0] : "";
      return 0;
    };
    const int result = sqlite3_exec(handle(session), "pragma journal_mode = wal", take, &mode, nullptr);
    if (result != SQLITE_OK) throw soci::sqlite3_soci_error(sqlite3_errmsg(handle(session)), result);
    if (mode != "wal") {
      throw Error(ErrorKind::kInvalid, target_.shown +
                                           " is on a file system that SQLite's write-ahead log cannot use: "
                                           "put it on a local disk");
    }
  }

  Target target_;
  Options options_;
};

}  // namespace

std::unique_ptr<Driver> make_sqlite_driver(const Target& target, const Options& options) {
  return std::make_unique<SqliteDriver>(target, options);
}

}  // namespace strata::database
