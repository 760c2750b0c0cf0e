// OTLP/JSON: IDs are hexadecimal, 64-bit numbers are texts, enums are numbers. Bytes that are no UTF-8 are
// replaced.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "debugger/export/otlp_encoder.h"
#include "weft/base/version.h"

namespace weft::exports {
namespace {

using Json = nlohmann::ordered_json;

std::string hexadecimal(const OtlpTraceId& id) {
  std::string text;
  for (const uint8_t byte : id) text += fmt::format("{:02x}", byte);
  return text;
}
std::string hexadecimal(OtlpSpanId id) {
  return fmt::format("{:016x}", id);
}

Json attributes_json(const OtlpAttributes& attributes) {
  Json all = Json::array();
  for (const auto& [key, value] : attributes.all()) {
    const auto* number = std::get_if<int64_t>(&value);
    all.push_back({{"key", key},
                   {"value", number != nullptr ? Json{{"intValue", std::to_string(*number)}}
                                               : Json{{"stringValue", std::get<0>(value)}}}});
  }
  return all;
}

Json link_json(const OtlpLink& link) {
  return {{"traceId", hexadecimal(link.trace)},
          {"spanId", hexadecimal(link.span)},
          {"attributes", attributes_json(link.attributes)}};
}

Json status_json(const OtlpSpan& span) {
  Json status = Json::object();
  if (span.status != OtlpSpan::Status::kUnset) status["code"] = static_cast<int>(span.status);
  if (!span.status_message.empty()) status["message"] = span.status_message;
  return status;
}

Json span_json(const OtlpSpan& span) {
  Json json = {{"traceId", hexadecimal(span.trace)}, {"spanId", hexadecimal(span.id)}};
  if (span.parent != 0) json["parentSpanId"] = hexadecimal(span.parent);
  json["name"] = span.name;
  json["kind"] = static_cast<int>(span.kind);
  if (Json status = status_json(span); !status.empty()) json["status"] = std::move(status);
  if (!span.links.empty()) {
    json["links"] = Json::array();
    for (const OtlpLink& link : span.links) json["links"].push_back(link_json(link));
  }
  if (span.dropped_links > 0) json["droppedLinksCount"] = span.dropped_links;
  json["startTimeUnixNano"] = std::to_string(span.start_ns);
  json["endTimeUnixNano"] = std::to_string(span.end_ns);
  json["attributes"] = attributes_json(span.attributes);
  return json;
}

Json point_json(const OtlpResource& resource, const OtlpHistogramPoint& point) {
  Json counts = Json::array(), exemplars = Json::array();
  for (size_t i = 0; i < point.buckets.size(); ++i) {
    counts.push_back(std::to_string(point.buckets[i]));
    const OtlpExemplar& one = point.exemplars[i];
    if (point.buckets[i] == 0) continue;
    exemplars.push_back({{"timeUnixNano", std::to_string(one.time_ns)},
                         {"asDouble", one.value},
                         {"spanId", hexadecimal(one.span)},
                         {"traceId", hexadecimal(one.trace)}});
  }
  return {{"attributes", attributes_json(point.attributes)},
          {"startTimeUnixNano", std::to_string(resource.start_ns)},
          {"timeUnixNano", std::to_string(resource.end_ns)},
          {"count", std::to_string(point.count)},
          {"sum", point.sum},
          {"bucketCounts", std::move(counts)},
          {"explicitBounds", OtlpHistogramPoint::kBounds},
          {"exemplars", std::move(exemplars)},
          {"min", point.least},
          {"max", point.most}};
}

class JsonEncoder : public OtlpEncoder {
 public:
  const char* content_type() const override { return "application/json"; }

  std::string spans(const OtlpResource& resource, std::span<const OtlpSpan> spans) override {
    std::string text = begin(resource, "scopeSpans", "spans");
    for (size_t i = 0; i < spans.size(); ++i)
      text += (i == 0 ? "\n" : ",\n") + dump(span_json(spans[i]));
    return text + "\n]}]}";
  }

  std::string metrics(const OtlpResource& resource, std::span<const OtlpMetric> metrics) override {
    constexpr int kDelta = 1;
    std::string text = begin(resource, "scopeMetrics", "metrics");
    for (size_t i = 0; i < metrics.size(); ++i) {
      Json points = Json::array();
      for (const OtlpHistogramPoint& point : metrics[i].points)
        points.push_back(point_json(resource, point));
      text += (i == 0 ? "\n" : ",\n") +
              dump({{"name", metrics[i].name},
                    {"description", metrics[i].description},
                    {"unit", "s"},
                    {"histogram",
                     {{"dataPoints", std::move(points)}, {"aggregationTemporality", kDelta}}}});
    }
    return text + "\n]}]}";
  }

  std::string head(OtlpSignal signal) const override {
    return signal == OtlpSignal::kTraces ? "{\"resourceSpans\":[" : "{\"resourceMetrics\":[";
  }
  std::string separator() const override { return ",\n"; }
  std::string tail() const override { return "]}\n"; }

  std::string refused(const std::string& answer) const override {
    const Json json = Json::parse(answer, nullptr, false);
    if (!json.is_object() || !json.contains("partialSuccess")) return "";
    const Json& partial = json["partialSuccess"];
    for (const char* key : {"rejectedSpans", "rejectedDataPoints"}) {
      if (!partial.is_object() || !partial.contains(key)) continue;
      const Json& count = partial[key];
      const std::string number = count.is_string() ? count.get<std::string>() : count.dump();
      if (number == "0") continue;
      const Json why = partial.value("errorMessage", Json(""));
      return fmt::format("{} of them: {}", number, why.is_string() ? why.get<std::string>() : "");
    }
    return "";
  }

 private:
  static std::string dump(const Json& json) {
    return json.dump(-1, ' ', true, Json::error_handler_t::replace);
  }

  static std::string begin(const OtlpResource& resource, const char* scopes, const char* what) {
    return fmt::format(
        R"({{"resource":{{"attributes":{}}},"{}":[{{"scope":{{"name":"weft","version":"{}"}},"{}":[)",
        dump(attributes_json(resource.attributes)), scopes, kVersion, what);
  }
};

}  // namespace

std::unique_ptr<OtlpEncoder> otlp_json() {
  return std::make_unique<JsonEncoder>();
}

}  // namespace weft::exports
