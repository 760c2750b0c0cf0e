// OpenTelemetry's OTLP in JSON: ExportTraceServiceRequest, which collectors and Jaeger take.
//
//   request    a span of kind SERVER (of an exchange) or INTERNAL (that the program declared)
//   task       INTERNAL, below the task that created it; the first ones below their request
//   exchange   CLIENT, below the task that asked: a query, a call of another service
//   wake       a link of the task that was woken to the task that woke it
//
// A request with a trace ID (W3C traceparent) keeps it. Others, and tasks that work for no request, get
// one that is made of the recording's UUID: an export is the same each time.
//
// Sources: opentelemetry-proto 1.x, "OTLP/JSON": IDs are hexadecimal, 64-bit numbers are texts, enums
// are numbers; semantic conventions 1.27 for HTTP, databases, code and threads.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <map>
#include <nlohmann/json.hpp>
#include <unordered_map>
#include <vector>

#include "debugger/analysis/model/ends.h"
#include "debugger/analysis/model/expressions.h"
#include "debugger/export/exporters.h"
#include "debugger/report/text/words.h"
#include "weft/base/version.h"

namespace weft::exports {
namespace {

using Json = nlohmann::ordered_json;

constexpr size_t kMostLinks = 128, kMostNotes = 64;  ///< of a span; OpenTelemetry's limits are 128
constexpr int kInternal = 1, kServer = 2, kClient = 3;  // SpanKind
constexpr int kOk = 1, kError = 2;                      // StatusCode

/// The first byte of a span's ID: rows of different tables never have the same.
enum class SpanOf : uint8_t { kRequest = 1, kTask = 2, kExchange = 3 };

std::string span_id(SpanOf table, uint64_t row) {
  constexpr int kTableShift = 56;
  return fmt::format("{:016x}", (static_cast<uint64_t>(table) << kTableShift) | (row + 1));
}

Json text_attribute(const char* key, const std::string& value) {
  return {{"key", key}, {"value", {{"stringValue", value}}}};
}
Json number_attribute(const char* key, int64_t value) {
  return {{"key", key}, {"value", {{"intValue", std::to_string(value)}}}};
}

/// Attributes that have something to say.
class Attributes {
 public:
  void text(const char* key, const std::string& value) {
    if (!value.empty()) all_.push_back(text_attribute(key, value));
  }
  void number(const char* key, int64_t value) { all_.push_back(number_attribute(key, value)); }
  Json take() { return std::move(all_); }

 private:
  Json all_ = Json::array();
};

class OtlpSpans {
 public:
  OtlpSpans(const Analysis& analysis, report::OutputFile& file)
      : analysis_(analysis), model_(analysis.model()), file_(file) {}

  Counts write() {
    Attributes resource;
    const std::string& program = analysis_.info().program;
    resource.text("service.name", program.substr(program.rfind('/') + 1));
    resource.text("process.executable.path", program);
    resource.text("host.name", analysis_.info().host_name);
    resource.text("telemetry.sdk.name", "weft");
    resource.text("telemetry.sdk.language", "cpp");
    resource.text("telemetry.sdk.version", kVersion);
    file_.write(fmt::format(
        R"({{"resourceSpans":[{{"resource":{{"attributes":{}}},"scopeSpans":[{{"scope":{{"name":)"
        R"("weft","version":"{}"}},"spans":[)",
        dump(resource.take()), kVersion));
    for (const RequestIndex i : model_.requests.numbers()) write_request(i);
    for (const TaskIndex i : model_.tasks.numbers()) write_task(i);
    for (const ExchangeIndex i : model_.exchanges.numbers()) write_exchange(i);
    file_.write("\n]}]}]}\n");
    return counts_;
  }

 private:
  static std::string dump(const Json& json) {
    return json.dump(-1, ' ', true, Json::error_handler_t::replace);
  }

  std::string text(StringIndex index) const { return std::string(model_.strings[index]); }

  std::string nanos(Ticks time) const {
    return std::to_string(analysis_.info().start_wall_ns +
                          std::llround(analysis_.seconds_at(time) * 1e9));
  }

  /// Of a request, or of what works for none.
  std::string trace_id(RequestIndex request) const {
    constexpr size_t kAt = 3, kDigits = 32;  // "00-<32 digits>-<16 digits>-01"
    if (request != kNone) {
      const std::string parent = text(model_.requests[request].traceparent);
      const std::string id = parent.size() >= kAt + kDigits ? parent.substr(kAt, kDigits) : "";
      if (id.size() == kDigits && id.find_first_not_of("0123456789abcdef") == std::string::npos &&
          id.find_first_not_of('0') != std::string::npos) {
        return id;
      }
    }
    std::string id;
    const uint64_t number = request == kNone ? 0 : request.value() + uint64_t{1};
    const auto& uuid = analysis_.info().uuid;
    for (size_t i = 0; i < uuid.size(); ++i) {
      const size_t from_end = uuid.size() - 1 - i;
      const auto part =
          from_end < sizeof number ? static_cast<uint8_t>(number >> (8 * from_end)) : uint8_t{0};
      id += fmt::format("{:02x}", uuid[i] ^ part);
    }
    return id;
  }

  /// The span at the top of what works for the request; empty: there is none.
  std::string request_span(RequestIndex request) const {
    if (request == kNone) return "";
    const Request& row = model_.requests[request];
    if (row.kind != RequestKind::kRootTask) return span_id(SpanOf::kRequest, request.value());
    return row.task == kNone ? "" : span_id(SpanOf::kTask, row.task.value());
  }

  Json begin_span(RequestIndex request, const std::string& id, const std::string& parent,
                  const std::string& name, int kind) const {
    Json span = {{"traceId", trace_id(request)}, {"spanId", id}};
    if (!parent.empty() && parent != id) span["parentSpanId"] = parent;
    span["name"] = name.empty() ? "unknown" : name;
    span["kind"] = kind;
    return span;
  }

  void put(Json span, Ticks start, Ticks end, Json attributes) {
    span["startTimeUnixNano"] = nanos(start);
    span["endTimeUnixNano"] = nanos(std::max(start, end));
    span["attributes"] = std::move(attributes);
    file_.write((first_ ? "\n" : ",\n") + dump(span));
    first_ = false;
  }

  static Json status_of(Outcome outcome, const std::string& message) {
    if (outcome == Outcome::kDone) return {{"code", kOk}};
    if (outcome == Outcome::kOpen) return Json::object();
    return {{"code", kError},
            {"message", message.empty() ? report::outcome_name(outcome) : message}};
  }

  /// What an exchange says about itself, by the conventions of its protocol.
  void describe(Attributes& attributes, const Exchange& exchange) const {
    const Connection& connection = model_.connections[exchange.connection];
    const std::string protocol = text(connection.protocol), what = text(exchange.what);
    const size_t blank = what.find(' ');
    if (protocol == "http") {
      attributes.text("http.request.method", what.substr(0, blank));
      const std::string target = blank == std::string::npos ? "" : what.substr(blank + 1);
      const size_t query = target.find('?');
      attributes.text("url.path", target.substr(0, query));
      if (query != std::string::npos) attributes.text("url.query", target.substr(query + 1));
      if (const int64_t code = std::atoll(text(exchange.outcome).c_str()); code > 0)
        attributes.number("http.response.status_code", code);
    } else if (protocol == "postgres" || protocol == "redis") {
      attributes.text("db.system.name", protocol == "postgres" ? "postgresql" : protocol);
      attributes.text("db.query.summary", what);
      attributes.text("db.operation.name", what.substr(0, blank));
      const ExchangeTexts& texts = model_.exchange_texts[exchange.texts];
      attributes.text("db.query.text", text(texts.statement));
      attributes.text("db.collection.name", text(texts.tables));
    } else {
      attributes.text("network.protocol.name", protocol);
    }
    const std::string peer = text(connection.peer);
    const size_t colon = peer.rfind(':');
    attributes.text("network.peer.address", peer.substr(0, colon));
    if (colon != std::string::npos && peer.find('/') == std::string::npos)
      attributes.number("network.peer.port", std::atoll(peer.c_str() + colon + 1));
    attributes.text("weft.outcome", text(exchange.outcome));
    attributes.number("weft.event", static_cast<int64_t>(EventIndex(exchange.first).value()));
  }

  void write_request(RequestIndex number) {
    const Request& request = model_.requests[number];
    if (request.kind == RequestKind::kRootTask) return;  // its task is the span
    const bool came_in = request.exchange != kNone;
    Json span = begin_span(number, request_span(number), caller_of(request),
                           report::request_label(model_, number), came_in ? kServer : kInternal);
    span["status"] = status_of(request.outcome, "");
    Attributes attributes;
    attributes.number("weft.request", number.value() + int64_t{1});
    if (came_in) describe(attributes, model_.exchanges[request.exchange]);
    put(std::move(span), request.start, finish_of(model_, request), attributes.take());
    ++counts_.requests;
  }

  /// The span of another process that asked: only a header that came in names one.
  std::string caller_of(const Request& request) const {
    constexpr size_t kAt = 36, kDigits = 16;
    if (request.exchange == kNone) return "";
    const ExchangeTexts& texts = model_.exchange_texts[model_.exchanges[request.exchange].texts];
    const std::string parent = text(texts.traceparent);
    return parent.size() >= kAt + kDigits ? parent.substr(kAt, kDigits) : "";
  }

  std::string parent_of(const Task& task) const {
    const bool same = task.parent != kNone && model_.tasks[task.parent].request == task.request &&
                      model_.tasks[task.parent].kind != TaskKind::kKernelThread;
    return same ? span_id(SpanOf::kTask, task.parent.value()) : request_span(task.request);
  }

  void write_task(TaskIndex number) {
    const Task& task = model_.tasks[number];
    if (task.kind == TaskKind::kKernelThread) return;
    Json span = begin_span(task.request, span_id(SpanOf::kTask, number.value()), parent_of(task),
                           task_name(model_, number), kInternal);
    span["status"] = status_of(task.outcome, task.what == kNone ? "" : demangled(text(task.what)));
    add_links(span, number);
    Attributes attributes;
    attributes.number("weft.task", static_cast<int64_t>(task.id.value()));
    attributes.number("thread.id", task.thread.value());
    const Place& place = model_.places[task.place];
    attributes.text("code.function.name", text(place.function));
    attributes.text("code.file.path", text(place.file));
    if (place.line != 0) attributes.number("code.line.number", place.line);
    if (task.created != kNone)
      attributes.number("weft.event", static_cast<int64_t>(EventIndex(task.created).value()));
    add_notes(attributes, number);
    put(std::move(span), task.created_time, finish_of(model_, task), attributes.take());
    ++counts_.tasks;
  }

  /// Who woke it.
  void add_links(Json& span, TaskIndex number) {
    const Task& task = model_.tasks[number];
    Json links = Json::array();
    uint32_t dropped = 0;
    for (uint32_t i = 0; i < task.segment_count; ++i) {
      const Segment& segment = model_.segments[model_.segment_of(task, i)];
      const TaskIndex by = segment.cause_task;
      if (by == kNone || by == number || model_.tasks[by].kind == TaskKind::kKernelThread) continue;
      ++counts_.flows;
      if (links.size() == kMostLinks) {
        ++dropped;
        continue;
      }
      links.push_back(
          {{"traceId", trace_id(model_.tasks[by].request)},
           {"spanId", span_id(SpanOf::kTask, by.value())},
           {"attributes",
            {text_attribute("weft.cause", report::cause_name(segment.cause)),
             number_attribute("weft.event",
                              static_cast<int64_t>(EventIndex(segment.cause_event).value()))}}});
    }
    if (!links.empty()) span["links"] = std::move(links);
    if (dropped > 0) span["droppedLinksCount"] = dropped;
  }

  /// What the program noted about it: of notes with the same key the last.
  void add_notes(Attributes& attributes, TaskIndex number) {
    if (notes_.empty()) {
      for (const auto i : model_.notes.numbers()) notes_[model_.notes[i].task].push_back(i);
    }
    const auto own = notes_.find(number);
    if (own == notes_.end()) return;
    std::map<std::string, std::string> values;
    for (const auto i : own->second)
      values[text(model_.notes[i].key)] = text(model_.notes[i].value);
    size_t count = 0;
    for (const auto& [key, value] : values) {
      if (++count > kMostNotes) return;
      attributes.text(("weft.note." + key).c_str(), value);
    }
  }

  void write_exchange(ExchangeIndex number) {
    const Exchange& exchange = model_.exchanges[number];
    if (exchange.incoming) return;  // that is a request
    const bool by_task = exchange.task != kNone &&
                         model_.tasks[exchange.task].kind != TaskKind::kKernelThread &&
                         model_.tasks[exchange.task].request == exchange.request;
    Json span = begin_span(
        exchange.request, span_id(SpanOf::kExchange, number.value()),
        by_task ? span_id(SpanOf::kTask, exchange.task.value()) : request_span(exchange.request),
        text(exchange.what), kClient);
    span["status"] = exchange.failed ? Json{{"code", kError}, {"message", text(exchange.outcome)}}
                                     : Json::object();
    Attributes attributes;
    describe(attributes, exchange);
    put(std::move(span), exchange.start, finish_of(model_, exchange), attributes.take());
    ++counts_.slices;
  }

  const Analysis& analysis_;
  const Model& model_;
  report::OutputFile& file_;
  Counts counts_;
  std::unordered_map<TaskIndex, std::vector<RowIndex<Note>>> notes_;  ///< by task
  bool first_ = true;
};

}  // namespace

Counts write_otlp_spans(const Analysis& analysis, report::OutputFile& file) {
  return OtlpSpans(analysis, file).write();
}

}  // namespace weft::exports
