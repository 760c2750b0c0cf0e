#include "debugger/export/otlp_names.h"

#include <cmath>
#include <cstdlib>

#include "debugger/analysis/model/trace_parent.h"
#include "weft/base/version.h"

namespace weft::exports {
namespace {

/// The first byte of a span's ID: rows of different tables never have the same.
enum class SpanOf : uint8_t { kRequest = 1, kTask = 2, kExchange = 3 };

OtlpSpanId span_id(SpanOf table, uint64_t row) {
  constexpr int kTableShift = 56;
  return (static_cast<uint64_t>(table) << kTableShift) | (row + 1);
}

uint64_t number_of(std::string_view digits) {
  uint64_t number = 0;
  for (const char digit : digits)
    number = number << 4 | static_cast<uint64_t>(trace::trace_digit(digit));
  return number;
}

OtlpTraceId bytes_of(std::string_view digits) {
  OtlpTraceId id{};
  for (size_t i = 0; i < id.size(); ++i)
    id[i] = static_cast<uint8_t>(number_of(digits.substr(2 * i, 2)));
  return id;
}

}  // namespace

bool is_database(std::string_view protocol) {
  return protocol == "postgres" || protocol == "redis" || protocol == "mysql" ||
         protocol == "memcached";
}

OtlpResource OtlpNames::resource() const {
  OtlpResource resource;
  const std::string& program = analysis_.info().program;
  resource.attributes.text("service.name", program.substr(program.rfind('/') + 1));
  resource.attributes.text("process.executable.path", program);
  resource.attributes.text("host.name", analysis_.info().host_name);
  resource.attributes.text("telemetry.sdk.name", "weft");
  resource.attributes.text("telemetry.sdk.language", "cpp");
  resource.attributes.text("telemetry.sdk.version", kVersion);
  resource.start_ns = nanoseconds(model_.totals.first_time);
  resource.end_ns = nanoseconds(model_.totals.last_time);
  return resource;
}

uint64_t OtlpNames::nanoseconds(Ticks time) const {
  return analysis_.info().start_wall_ns +
         static_cast<uint64_t>(std::llround(analysis_.seconds_at(time) * 1e9));
}

OtlpTraceId OtlpNames::trace(RequestIndex request) const {
  if (request != kNone) {
    const auto given = parse_traceparent(model_.strings[model_.requests[request].traceparent]);
    if (given) return bytes_of(given->trace_id);
  }
  OtlpTraceId id{};
  const uint64_t number = request == kNone ? 0 : request.value() + uint64_t{1};
  const auto& uuid = analysis_.info().uuid;
  for (size_t i = 0; i < uuid.size() && i < id.size(); ++i) {
    const size_t from_end = uuid.size() - 1 - i;
    const auto part =
        from_end < sizeof number ? static_cast<uint8_t>(number >> (8 * from_end)) : uint8_t{0};
    id[i] = uuid[i] ^ part;
  }
  return id;
}

OtlpSpanId OtlpNames::span(RequestIndex request) const {
  if (request == kNone) return 0;
  const Request& row = model_.requests[request];
  if (row.kind != RequestKind::kRootTask) return span_id(SpanOf::kRequest, request.value());
  return row.task == kNone ? 0 : span(row.task);
}

OtlpSpanId OtlpNames::span(TaskIndex task) const {
  return span_id(SpanOf::kTask, task.value());
}

OtlpSpanId OtlpNames::span(ExchangeIndex exchange) const {
  return span_id(SpanOf::kExchange, exchange.value());
}

OtlpSpanId OtlpNames::caller(const Request& request) const {
  if (request.exchange == kNone) return 0;
  const ExchangeTexts& texts = model_.exchange_texts[model_.exchanges[request.exchange].texts];
  const auto given = parse_traceparent(model_.strings[texts.traceparent]);
  return given ? number_of(given->parent_id) : 0;
}

std::string OtlpNames::protocol(const Exchange& exchange) const {
  return text(model_.connections[exchange.connection].protocol);
}

void OtlpNames::describe_kind(OtlpAttributes& attributes, const Exchange& exchange) const {
  const std::string name = protocol(exchange), what = text(exchange.what);
  const std::string first = what.substr(0, what.find(' '));
  if (name == "http") {
    attributes.text("http.request.method", first);
    if (const int64_t code = std::atoll(text(exchange.outcome).c_str()); code > 0)
      attributes.number("http.response.status_code", code);
  } else if (is_database(name)) {
    attributes.text("db.system.name", name == "postgres" ? "postgresql" : name);
    attributes.text("db.operation.name", first);
    attributes.text("db.collection.name", text(model_.exchange_texts[exchange.texts].tables));
  } else {
    attributes.text("network.protocol.name", name);
  }
}

void OtlpNames::describe(OtlpAttributes& attributes, const Exchange& exchange) const {
  describe_kind(attributes, exchange);
  const std::string name = protocol(exchange), what = text(exchange.what);
  if (name == "http") {
    const size_t blank = what.find(' ');
    const std::string target = blank == std::string::npos ? "" : what.substr(blank + 1);
    const size_t query = target.find('?');
    attributes.text("url.path", target.substr(0, query));
    if (query != std::string::npos) attributes.text("url.query", target.substr(query + 1));
  } else if (is_database(name)) {
    attributes.text("db.query.summary", what);
    attributes.text("db.query.text", text(model_.exchange_texts[exchange.texts].statement));
  }
  const std::string peer = text(model_.connections[exchange.connection].peer);
  const size_t colon = peer.rfind(':');
  attributes.text("network.peer.address", peer.substr(0, colon));
  if (colon != std::string::npos && peer.find('/') == std::string::npos)
    attributes.number("network.peer.port", std::atoll(peer.c_str() + colon + 1));
  attributes.text("weft.outcome", text(exchange.outcome));
  attributes.number("weft.event", static_cast<int64_t>(EventIndex(exchange.first).value()));
}

void OtlpNames::describe(OtlpAttributes& attributes, const Place& place) const {
  attributes.text("code.function.name", text(place.function));
  attributes.text("code.file.path", text(place.file));
  if (place.line != 0) attributes.number("code.line.number", place.line);
}

}  // namespace weft::exports
