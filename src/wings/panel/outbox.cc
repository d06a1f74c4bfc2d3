#include "strata/wings/panel/outbox.h"

#include <algorithm>
#include <condition_variable>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <utility>

#include <fmt/format.h>

#include "strata/base/error.h"
#include "strata/base/units.h"
#include "strata/describe/enumeration.h"

namespace strata::wings {
namespace {

using SteadyTime = std::chrono::steady_clock::time_point;

/// Results looked at in one round; the rest follow as these are acknowledged.
constexpr std::size_t kRound = 500;

/// When something may be tried again: doubled from attempt to attempt, with full jitter.
struct Retry {
  int failures = 0;
  SteadyTime due{};
};

/// Answers of something before the Panel, not of the Panel itself.
bool is_gateway_failure(int status) {
  return status == 502 || status == 503 || status == 504;
}

Bytes size_of(const JournalOperation& operation) {
  const auto* size = operation.report.is_object() ? operation.report.get_object().if_contains("size") : nullptr;
  boost::system::error_code failure;
  const auto bytes = size == nullptr ? Bytes{0} : size->to_number<Bytes>(failure);
  return failure ? 0 : bytes;
}

}  // namespace

struct Outbox::Implementation {
  Journal& journal;
  PanelClient& panel;
  OutboxOptions options;
  Log& log;
  std::mutex mutex;
  std::condition_variable_any changed;
  bool woken = false;
  std::jthread thread;
  // Of the thread.
  std::map<OperationId, Retry> retries;
  Retry connection;

  Implementation(Journal& journal_in, PanelClient& panel_in, OutboxOptions options_in, Log& log_in)
      : journal(journal_in), panel(panel_in), options(std::move(options_in)), log(log_in) {}

  void run(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      SteadyTime next = SteadyTime::max();
      try {
        next = send_due(stop);
      } catch (const Error& error) {
        log.error("results cannot be read from the journal", {{"reason", error.message()}});
        next = std::chrono::steady_clock::now() + options.longest_delay;
      }
      wait(next, stop);
    }
  }

  void wait(SteadyTime next, const std::stop_token& stop) {
    std::unique_lock lock(mutex);
    const auto is_woken = [this] { return woken; };
    if (next == SteadyTime::max()) {
      changed.wait(lock, stop, is_woken);
    } else {
      changed.wait_until(lock, stop, next, is_woken);
    }
    if (!std::exchange(woken, false)) return;
    for (auto& [id, retry] : retries) retry.due = {};
    connection.due = {};
  }

  /// One round; answers when the next one is due.
  SteadyTime send_due(const std::stop_token& stop) {
    auto pending = journal.pending_reports(kRound);
    forget_others(pending);
    bool again = false;
    for (const auto& operation : pending) {
      if (stop.stop_requested()) return {};
      if (connection.due > std::chrono::steady_clock::now()) return connection.due;
      auto& retry = retries[operation.id];
      if (retry.due > std::chrono::steady_clock::now()) continue;
      again |= send(operation, retry, stop);
    }
    if (again || pending.size() == kRound) return {};  // what waited behind these is due now
    SteadyTime next = SteadyTime::max();
    for (const auto& [id, retry] : retries) next = std::min(next, retry.due);
    return next;
  }

  void forget_others(const std::vector<JournalOperation>& pending) {
    std::erase_if(retries, [&pending](const auto& entry) {
      return std::none_of(pending.begin(), pending.end(),
                          [&entry](const JournalOperation& operation) { return operation.id == entry.first; });
    });
  }

  /// True when the result is settled, so that the next of this backup may go.
  bool send(const JournalOperation& operation, Retry& retry, const std::stop_token& stop) {
    const auto timeout = options.base_timeout + std::chrono::seconds(size_of(operation) / 10_GiB);
    PanelClient::ReportAnswer answer;
    try {
      answer = panel.report(report_path(operation), operation.report, timeout, stop);
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::kCancelled) fail_connection(error.message());
      return false;
    }
    if (is_gateway_failure(answer.status)) {
      fail_connection(fmt::format("status {}", answer.status));
      return false;
    }
    if (std::exchange(connection.failures, 0) > 0) log.info("the Panel takes results again");
    return settle(operation, retry, answer);
  }

  bool settle(const JournalOperation& operation, Retry& retry, const PanelClient::ReportAnswer& answer) {
    const std::vector<LogField> fields{{"operation", operation.id.text()},
                                       {"kind", std::string(describe::text_of(operation.kind))},
                                       {"status", std::to_string(answer.status)},
                                       {"answer", answer.message}};
    if (answer.status < 400) {
      journal.set_delivery(operation.id, Delivery::kAcknowledged);
      log.debug("the Panel has a result", fields);
      return true;
    }
    if (answer.status == 404 || answer.status == 410) {
      journal.set_delivery(operation.id, Delivery::kUnclaimed);
      log.warning("the Panel does not know what a result is about: it is kept for 30 days", fields);
      return true;
    }
    if (answer.status == 409) {
      journal.set_delivery(operation.id, Delivery::kRefused);
      log.error("ALARM: the Panel has another result for this operation: compare the backup with what the Panel shows",
                fields);
      return true;
    }
    // Credentials that are being changed, or a state that has to come first: no hurry.
    const bool slow = answer.status < 500 && answer.status != 429 && answer.status != 408;
    delay(retry, slow ? options.longest_delay : options.first_delay);
    if (retry.failures == 1) log.warning("the Panel did not take a result: it is sent again", fields);
    return false;
  }

  void fail_connection(const std::string& reason) {
    delay(connection, options.first_delay);
    if (connection.failures == 1) log.warning("the Panel cannot be reached: results wait", {{"reason", reason}});
  }

  void delay(Retry& retry, std::chrono::milliseconds first) {
    auto longest = first;
    for (int i = 0; i < retry.failures && longest < options.longest_delay; ++i) longest *= 2;
    longest = std::min(longest, options.longest_delay);
    ++retry.failures;
    const auto wait =
        std::chrono::duration<double, std::milli>(static_cast<double>(longest.count()) * options.jitter());
    // Full jitter may come out as nothing; a loop without any pause must not.
    const auto pause =
        std::max(std::chrono::milliseconds{1}, std::chrono::duration_cast<std::chrono::milliseconds>(wait));
    retry.due = std::chrono::steady_clock::now() + pause;
  }
};

Outbox::Outbox(Journal& journal, PanelClient& panel, OutboxOptions options, Log& log)
    : implementation_(std::make_unique<Implementation>(journal, panel, std::move(options), log)) {}

Outbox::~Outbox() {
  stop();
}

void Outbox::start() {
  implementation_->thread =
      std::jthread([self = implementation_.get()](const std::stop_token& stop) { self->run(stop); });
}

void Outbox::wake() {
  const std::lock_guard lock(implementation_->mutex);
  implementation_->woken = true;
  implementation_->changed.notify_all();
}

void Outbox::retry_unclaimed() {
  for (const auto& operation : implementation_->journal.with_delivery(Delivery::kUnclaimed, kRound)) {
    implementation_->journal.set_delivery(operation.id, Delivery::kPending);
  }
  wake();
}

void Outbox::stop() {
  implementation_->thread.request_stop();
  if (implementation_->thread.joinable()) implementation_->thread.join();
}

std::string report_path(const JournalOperation& operation) {
  const auto backup = [&operation] {
    if (!operation.backup) throw Error(ErrorKind::kInternal, "an operation of a backup without its uuid");
    return "backups/" + operation.backup->text();
  };
  switch (operation.kind) {
    case wire::OperationKind::kCreate:
      return backup();
    case wire::OperationKind::kRestore:
      return backup() + "/restore";
    case wire::OperationKind::kDelete:
      return backup() + "/deletion";
    case wire::OperationKind::kVerify:
      return backup() + "/verification";
    case wire::OperationKind::kUndo:
      if (!operation.server) throw Error(ErrorKind::kInternal, "an undo without its server");
      return "servers/" + operation.server->text() + "/undo";
  }
  throw Error(ErrorKind::kInternal, "an operation of an unknown kind");
}

}  // namespace strata::wings
