#include "strata/describe/json.h"

#include <fmt/format.h>

#include "strata/base/error.h"
#include "strata/base/units.h"
#include "strata/describe/reader.h"

namespace strata::describe {

namespace json = boost::json;

json::value parse_json(std::string_view text, Bytes max_bytes) {
  if (text.size() > max_bytes) {
    throw Error(ErrorKind::kTooLarge, fmt::format("invalid payload: larger than {}", human_bytes(max_bytes)));
  }
  json::parse_options options;
  options.max_depth = Reader::kMaxDepth;
  json::stream_parser parser({}, options);
  boost::system::error_code failure;
  const auto used = parser.write_some(text.data(), text.size(), failure);
  if (!failure && used == text.size()) parser.finish(failure);
  if (failure || used != text.size()) {
    const auto reason = failure ? failure.message() : std::string("text after the end");
    throw Error(ErrorKind::kInvalid, fmt::format("invalid payload: {} near byte {}", reason, used));
  }
  return parser.release();
}

void read_json(const json::value& from, const Schema& schema, void* to) {
  Reader reader;
  schema.read(from, to, Rules{}, reader);
  reader.throw_faults();
}

void read_texts(const json::value& from, const Schema& schema, void* to) {
  Reader reader(Reader::Source::kTexts);
  schema.read(from, to, Rules{}, reader);
  reader.throw_faults();
}

void read_query(std::span<const std::pair<std::string, std::string>> from, const Schema& schema, void* to) {
  json::object members;
  for (const auto& [key, text] : from) {
    if (text.empty()) continue;
    if (auto* earlier = members.if_contains(key)) {
      if (earlier->is_array()) {
        earlier->get_array().emplace_back(text);
      } else {
        *earlier = json::array{*earlier, text};
      }
    } else {
      members.emplace(key, text);
    }
  }
  read_texts(std::move(members), schema, to);
}

json::value write_json(const void* from, const Schema& schema, Secrets secrets) {
  json::value value;
  schema.write(from, Rules{}, secrets, value);
  return value;
}

}  // namespace strata::describe
