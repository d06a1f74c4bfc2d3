#include "strata/cli/output.h"

#include <algorithm>

#include <fmt/format.h>

#include "strata/base/encoding.h"
#include "strata/base/units.h"

namespace strata::cli {
namespace {

namespace json = boost::json;

template <class Number>
std::string number_text(Number number, Field::Kind kind) {
  if (kind != Field::Kind::kBytes || number < 0) return std::to_string(number);
  return human_bytes(static_cast<Bytes>(number));
}

std::string plain(const json::value& value, Field::Kind kind) {
  switch (value.kind()) {
    case json::kind::null:
      return "-";
    case json::kind::bool_:
      return value.get_bool() ? "yes" : "no";
    case json::kind::string:
      return value.get_string().empty() ? "-" : printable(value.get_string());
    case json::kind::int64:
      return number_text(value.get_int64(), kind);
    case json::kind::uint64:
      return number_text(value.get_uint64(), kind);
    case json::kind::double_:
      return fmt::format("{}", value.get_double());
    case json::kind::array: {
      std::string joined;
      for (const auto& item : value.get_array()) joined += (joined.empty() ? "" : ", ") + plain(item, kind);
      return joined.empty() ? "-" : joined;
    }
    case json::kind::object:
      return printable(json::serialize(value));
  }
  return "-";
}

/// Terminal cells, near enough: code points.
std::size_t width(std::string_view text) {
  return code_points(text);
}

void pad(std::string& line, std::string_view text, std::size_t cells) {
  line += text;
  line.append(cells > width(text) ? cells - width(text) : 0, ' ');
}

}  // namespace

std::string printable(std::string_view text) {
  const std::string readable = to_readable_utf8(text);
  std::string safe;
  for (std::size_t i = 0; i < readable.size(); ++i) {
    const auto byte = static_cast<unsigned char>(readable[i]);
    // U+0080 to U+009F, the second way to write controls: two bytes in UTF-8.
    const bool wide = byte == 0xC2 && i + 1 < readable.size() && static_cast<unsigned char>(readable[i + 1]) < 0xA0;
    if (wide) ++i;
    safe += wide || byte < 0x20 || byte == 0x7F ? '?' : readable[i];
  }
  return safe;
}

const json::value* find_path(const json::value& object, std::string_view path) {
  const json::value* at = &object;
  while (!path.empty()) {
    const auto dot = path.find('.');
    const auto step = path.substr(0, dot);
    if (!at->is_object()) return nullptr;
    at = at->get_object().if_contains(step);
    if (at == nullptr) return nullptr;
    path = dot == std::string_view::npos ? std::string_view{} : path.substr(dot + 1);
  }
  return at;
}

std::string field_text(const json::value& object, const Field& field) {
  const json::value* value = find_path(object, field.path);
  if (value == nullptr) return "-";
  std::string text = plain(*value, field.kind);
  if (field.kind == Field::Kind::kTime && text.size() > 19) text = text.substr(0, 10) + " " + text.substr(11, 8);
  return text;
}

void Output::object(const json::value& value, const std::vector<Field>& fields) {
  if (options_.json) {
    fmt::print(options_.out, "{}\n", json::serialize(value));
    return;
  }
  std::size_t longest = 0;
  for (const auto& field : fields) longest = std::max(longest, width(field.title));
  for (const auto& field : fields) {
    std::string text;
    pad(text, field.title + ":", longest + 2);
    fmt::print(options_.out, "{}{}\n", text, field_text(value, field));
  }
}

void Output::table(const json::array& rows, const std::vector<Field>& columns, std::string_view empty) {
  if (options_.json) {
    fmt::print(options_.out, "{}\n", json::serialize(rows));
    return;
  }
  if (rows.empty()) {
    note(empty);
    return;
  }
  std::vector<std::size_t> widths;
  std::vector<std::vector<std::string>> cells;
  for (const auto& column : columns) widths.push_back(width(column.title));
  for (const auto& row : rows) {
    auto& texts = cells.emplace_back();
    for (std::size_t i = 0; i < columns.size(); ++i) {
      texts.push_back(field_text(row, columns[i]));
      widths[i] = std::max(widths[i], width(texts.back()));
    }
  }
  const auto print_row = [&](const auto& text_of) {
    std::string text;
    for (std::size_t i = 0; i < columns.size(); ++i) pad(text, text_of(i), i + 1 == columns.size() ? 0 : widths[i] + 2);
    fmt::print(options_.out, "{}\n", text);
  };
  print_row([&](std::size_t i) { return std::string_view(columns[i].title); });
  for (const auto& texts : cells) print_row([&](std::size_t i) { return std::string_view(texts[i]); });
}

void Output::line(std::string_view text) {
  if (!options_.json) fmt::print(options_.out, "{}\n", text);
}

void Output::raw_result(std::string_view text) {
  fmt::print(options_.out, "{}", text);
}

void Output::note(std::string_view text) noexcept {
  std::fwrite(text.data(), 1, text.size(), options_.error);
  std::fputc('\n', options_.error);
}

void Output::raw(std::string_view text) noexcept {
  std::fwrite(text.data(), 1, text.size(), options_.error);
  std::fflush(options_.error);
}

}  // namespace strata::cli
