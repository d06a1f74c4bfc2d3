#include "strata/cli/panel_fake.h"

#include <algorithm>

#include "strata/describe/json.h"
#include "strata/http/json.h"

namespace strata::cli {
namespace {

namespace json = boost::json;

std::size_t number_of(const http::Request& request, std::string_view name) {
  return static_cast<std::size_t>(std::stoul(std::string(request.query_value(name).value_or("1"))));
}

}  // namespace

FakePanel::FakePanel() {
  for (const auto method : {http::Method::kGet, http::Method::kPost, http::Method::kPatch, http::Method::kDelete})
    server_.router().add(method, "/{path...}", [this](http::Request& request) { return take(request); });
  server_.start();
}

void FakePanel::answer(const std::string& what, json::value body, int status) {
  answer(what, [body = std::move(body), status](const http::Request&) { return http::json_response(status, body); });
}

void FakePanel::answer(const std::string& what, Answer answer) {
  const std::lock_guard lock(mutex_);
  answers_.insert_or_assign(what, std::make_shared<Answer>(std::move(answer)));
}

void FakePanel::list(const std::string& path, const std::string& key, json::array items) {
  answer("GET " + path, [key, items = std::move(items)](const http::Request& request) {
    const std::string search(request.query_value("search").value_or(""));
    json::array found;
    for (const auto& item : items) {
      if (std::string_view(item.at("name").as_string()).find(search) != std::string_view::npos) found.push_back(item);
    }
    const auto page = number_of(request, "page");
    const auto per_page = number_of(request, "per_page");
    json::array data;
    for (std::size_t i = (page - 1) * per_page; i < std::min(found.size(), page * per_page); ++i)
      data.push_back(found[i]);
    return http::json_response(200, json::object{{key, json::object{{"total", found.size()},
                                                                    {"per_page", per_page},
                                                                    {"page", page},
                                                                    {"data", std::move(data)}}}});
  });
}

http::Response FakePanel::take(const http::Request& request) {
  const auto method = std::string(http::to_string(request.method));
  std::shared_ptr<Answer> answer;
  {
    const std::lock_guard lock(mutex_);
    asked_.push_back({.what = method + " " + request.target,
                      .body = request.body.empty() ? json::value() : describe::parse_json(request.body, 8_MiB),
                      .bearer = std::string(request.bearer_token())});
    const auto found = answers_.find(method + " " + request.path);
    if (found == answers_.end()) {
      return http::json_response(404,
                                 json::object{{"errors", json::array{"this test knows no " + method + request.path}}});
    }
    answer = found->second;
  }
  return (*answer)(request);
}

std::vector<FakePanel::Asked> FakePanel::asked() const {
  const std::lock_guard lock(mutex_);
  return asked_;
}

std::vector<json::value> FakePanel::bodies_of(std::string_view what) const {
  std::vector<json::value> bodies;
  for (const auto& asked : asked()) {
    if (asked.what == what) bodies.push_back(asked.body);
  }
  return bodies;
}

}  // namespace strata::cli
