#include <algorithm>
#include <charconv>

#include <fmt/format.h>
#include <poll.h>
#include <soci/postgresql/soci-postgresql.h>

#include "strata/database/driver.h"

namespace strata::database {
namespace {

/// Types whose text form is read as a number; catalog/pg_type.dat of PostgreSQL.
enum TypeOid : Oid { kBool = 16, kInt8 = 20, kInt2 = 21, kInt4 = 23, kFloat4 = 700, kFloat8 = 701 };

PGconn* handle(soci::session& session) {
  return static_cast<soci::postgresql_session_backend*>(session.get_backend())->conn_;
}

soci::postgresql_statement_backend& backend(soci::statement& statement) {
  return *static_cast<soci::postgresql_statement_backend*>(statement.get_backend());
}

template <class Number>
Number parse_number(std::string_view text) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) {
    throw Error(ErrorKind::kInternal, "the database gave a number that is not understood");
  }
  return number;
}

Value read_value(const PGresult* result, int row, int column) {
  if (PQgetisnull(result, row, column) != 0) return {};
  const std::string_view text(PQgetvalue(result, row, column),
                              static_cast<std::size_t>(PQgetlength(result, row, column)));
  switch (PQftype(result, column)) {
    case kBool:
      return text == "t";
    case kInt2:
    case kInt4:
    case kInt8:
      return parse_number<std::int64_t>(text);
    case kFloat4:
    case kFloat8:
      return parse_number<double>(text);
    default:
      return text;
  }
}

/// The server's sentence without the severity: the first line of "…ERROR:  sentence".
std::string server_sentence(const std::string& text) {
  constexpr std::string_view kMark = "ERROR:  ";
  std::string_view sentence = text;
  if (const auto mark = sentence.find(kMark); mark != std::string_view::npos)
    sentence.remove_prefix(mark + kMark.size());
  return std::string(sentence.substr(0, sentence.find('\n')));
}

/// The name of the constraint: the last part of the sentence in double quotes.
std::string last_quoted(const std::string& sentence) {
  const auto end = sentence.rfind('"');
  if (end == std::string::npos || end == 0) return sentence;
  const auto begin = sentence.rfind('"', end - 1);
  return begin == std::string::npos ? sentence : sentence.substr(begin + 1, end - begin - 1);
}

class PostgresqlDriver final : public Driver {
 public:
  PostgresqlDriver(Target target, const Options& options) : target_(std::move(target)), options_(options) {}

  Engine engine() const override { return Engine::kPostgresql; }

  std::unique_ptr<soci::session> connect(Role) const override {
    auto session = std::make_unique<soci::session>();
    try {
      session->open(soci::postgresql, target_.connection_string.reveal());
      PQsetNoticeProcessor(handle(*session), [](void*, const char*) {}, nullptr);
      // Terse: the detail line of an error repeats the values.
      PQsetErrorVerbosity(handle(*session), PQERRORS_TERSE);
      run_script(*session, fmt::format("set lock_timeout = {}; set statement_timeout = {}; set timezone = 'UTC'; "
                                       "set default_transaction_isolation = 'read committed'; "
                                       "set idle_in_transaction_session_timeout = '5min'",
                                       options_.lock_timeout.count(), options_.statement_timeout.count()));
    } catch (const soci::soci_error& error) {
      // libpq's text names host, port and reason; it never has the password.
      throw Error(ErrorKind::kUnavailable,
                  fmt::format("{} cannot be reached: {}", target_.shown, one_line(error.get_error_message())));
    }
    return session;
  }

  std::vector<std::string> placeholders(soci::statement& statement, std::string_view) const override {
    std::vector<std::string> names = backend(statement).names_;
    std::sort(names.begin(), names.end());
    names.erase(std::unique(names.begin(), names.end()), names.end());
    return names;
  }

  Rows read_rows(soci::statement& statement, bool, std::size_t max_rows) const override {
    // libpq has the whole result already; SOCI's row cursor is not needed.
    const PGresult* result = backend(statement).result_;
    const auto count = static_cast<std::size_t>(PQntuples(result));
    if (count > max_rows) throw Error(ErrorKind::kTooLarge, "the database gave more rows than can be handled");
    auto columns = std::make_shared<Row::Columns>();
    for (int i = 0; i < PQnfields(result); ++i) columns->emplace_back(PQfname(result, i));
    Rows rows;
    rows.reserve(count);
    for (int row = 0; row < static_cast<int>(count); ++row) {
      std::vector<Value> values;
      values.reserve(columns->size());
      for (int i = 0; i < PQnfields(result); ++i) values.push_back(read_value(result, row, i));
      rows.emplace_back(columns, std::move(values));
    }
    return rows;
  }

  void finish(soci::statement& statement) const noexcept override { backend(statement).result_.reset(); }

  void run_script(soci::session& session, const std::string& sql) const override { (void)run_native(session, sql); }

  void commit(soci::session& session) const override {
    // A transaction that failed answers COMMIT with ROLLBACK and no error.
    if (run_native(session, "commit") != "COMMIT") {
      throw soci::postgresql_soci_error("ERROR:  the transaction was rolled back by the server", "40000");
    }
  }

  Failure explain(soci::session& session, Role, const soci::soci_error& error) const override {
    const auto* native = dynamic_cast<const soci::postgresql_soci_error*>(&error);
    if (session.get_backend() == nullptr || PQstatus(handle(session)) == CONNECTION_BAD) return connection_lost();
    if (native == nullptr) return {ErrorKind::kInternal, error.get_error_message()};
    const std::string state = native->sqlstate();
    const std::string sentence = server_sentence(error.get_error_message());
    const std::string_view group = std::string_view(state).substr(0, 2);
    if (state == "23505") {
      return {ErrorKind::kConflict, "there is already a record with the same values: " + last_quoted(sentence)};
    }
    if (state == "23503") {
      return {ErrorKind::kConflict,
              "a record that is referred to is missing, or another record still refers to this one: " + sentence};
    }
    if (group == "23") return {ErrorKind::kInvalid, "a value is not allowed: " + sentence};
    // The sentences of class 22 repeat the value.
    if (group == "22") {
      return {ErrorKind::kInvalid, fmt::format("a value does not fit its column (SQLSTATE {})", state)};
    }
    if (group == "08" || state == "57P01" || state == "57P02" || state == "57P03" || state == "25P03") {
      return connection_lost();
    }
    if (group == "40" || state == "55P03") {
      return {ErrorKind::kUnavailable, "the database is busy with the same records: try again", true};
    }
    if (state == "57014") return {ErrorKind::kTimeout, "the database took too long to answer"};
    if (state == "53100") return {ErrorKind::kNoSpace, "no space is left for " + target_.shown};
    if (group == "53") return {ErrorKind::kUnavailable, fmt::format("{}: {}", target_.shown, sentence)};
    // "cached plan must not change result type": the schema moved on under a prepared statement.
    if (state == "0A000" || state == "26000") return {ErrorKind::kUnavailable, sentence, true, true};
    return {ErrorKind::kInternal, fmt::format("{} (SQLSTATE {})", sentence, state)};
  }

  bool survives_failure() const override { return true; }

  bool is_alive(soci::session& session) const override {
    if (PQstatus(handle(session)) != CONNECTION_OK) return false;
    // An idle connection has nothing to read unless the server said good-bye.
    pollfd socket{PQsocket(handle(session)), POLLIN, 0};
    return ::poll(&socket, 1, 0) == 0;
  }

  bool in_transaction(soci::session& session) const override {
    return PQtransactionStatus(handle(session)) != PQTRANS_IDLE;
  }
  std::string begin_write() const override { return "begin"; }
  std::string begin_read() const override { return "begin isolation level repeatable read read only"; }

 private:
  static std::string one_line(std::string text) {
    std::replace(text.begin(), text.end(), '\n', ' ');
    while (text.ends_with(' ')) text.pop_back();
    return text;
  }

  Failure connection_lost() const {
    return {ErrorKind::kUnavailable, fmt::format("the connection to {} was lost: try again", target_.shown), false,
            true};
  }

  static std::string run_native(soci::session& session, const std::string& sql) {
    const std::unique_ptr<PGresult, decltype(&PQclear)> result(PQexec(handle(session), sql.c_str()), &PQclear);
    const auto status = PQresultStatus(result.get());
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK && status != PGRES_EMPTY_QUERY) {
      const char* state = PQresultErrorField(result.get(), PG_DIAG_SQLSTATE);
      throw soci::postgresql_soci_error(PQerrorMessage(handle(session)), state != nullptr ? state : "08000");
    }
    return PQcmdStatus(result.get());
  }

  Target target_;
  Options options_;
};

}  // namespace

std::unique_ptr<Driver> make_postgresql_driver(const Target& target, const Options& options) {
  return std::make_unique<PostgresqlDriver>(target, options);
}

}  // namespace strata::database
