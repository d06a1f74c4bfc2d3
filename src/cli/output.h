#pragma once

#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json.hpp>

namespace strata::cli {

/// A column of a table or a line of a description: a title and where the value is in the JSON object ("node.name").
struct Field {
  enum class Kind { kText, kBytes, kTime };
  std::string title;
  std::string path;
  Kind kind = Kind::kText;
};

/// Where verbs print. Results go to standard output, everything else (progress, warnings, errors) to standard error, so
/// that a pipe gets only results. One thread.
class Output {
 public:
  struct Options {
    bool json = false;         ///< results as JSON, one document
    bool terminal = false;     ///< standard error is a terminal: progress bars
    std::size_t columns = 80;  ///< its width
    std::FILE* out = stdout;
    std::FILE* error = stderr;
  };
  explicit Output(Options options) : options_(options) {}

  bool json() const { return options_.json; }
  void set_json(bool json) { options_.json = json; }
  bool terminal() const { return options_.terminal; }
  std::size_t columns() const { return options_.columns; }

  /// One object: JSON as it came, or "Title: value" lines.
  void object(const boost::json::value& value, const std::vector<Field>& fields);
  /// Many: a JSON array, or a table with a header. `empty` is said when there is none (not as JSON).
  void table(const boost::json::array& rows, const std::vector<Field>& columns, std::string_view empty);
  /// A result line; nothing as JSON.
  void line(std::string_view text);
  /// A result that is a text of its own (a script), also with --json.
  void raw_result(std::string_view text);
  /// A line to standard error. When that is closed there is nobody to tell: not a failure of the verb.
  void note(std::string_view text) noexcept;
  /// To standard error, as it is, flushed: progress.
  void raw(std::string_view text) noexcept;

 private:
  Options options_;
};

/// The value at a dotted path, printed; "-" for null and absent.
std::string field_text(const boost::json::value& object, const Field& field);

/// nullptr when a step of the dotted path is missing.
const boost::json::value* find_path(const boost::json::value& object, std::string_view path);

/// What a terminal may print of a text from elsewhere: control characters, the 8-bit ones too, become '?', so that a
/// name cannot move the cursor.
std::string printable(std::string_view text);

}  // namespace strata::cli
