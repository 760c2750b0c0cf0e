// OTLP as protobuf. The numbers are those of opentelemetry-proto 1.x: trace/v1/trace.proto,
// metrics/v1/metrics.proto, common/v1/common.proto, collector/*/v1/*_service.proto. tests/clients reads
// it by the published schema.
//
// A message that is written after another of its type adds to that: so each element is a whole
// Export...ServiceRequest, and a file of several is one, too.
#include <fmt/format.h>

#include <protozero/pbf_reader.hpp>
#include <protozero/pbf_writer.hpp>

#include "debugger/export/otlp_encoder.h"
#include "weft/base/version.h"

namespace weft::exports {
namespace {

using protozero::pbf_writer;

std::string id_bytes(const OtlpTraceId& id) {
  return {id.begin(), id.end()};
}
std::string id_bytes(OtlpSpanId id) {
  std::string bytes;
  for (int shift = 56; shift >= 0; shift -= 8) bytes += static_cast<char>(id >> shift);
  return bytes;
}

/// A text of protobuf is UTF-8; what is none is replaced, byte by byte.
std::string utf8(const std::string& text) {
  constexpr const char* kReplacement = "\xef\xbf\xbd";
  const auto follows = [&text](size_t from, size_t count) {
    for (size_t i = from; i < from + count; ++i) {
      if (i >= text.size() || (static_cast<uint8_t>(text[i]) & 0xc0) != 0x80) return false;
    }
    return true;
  };
  std::string out;
  for (size_t i = 0; i < text.size();) {
    const auto first = static_cast<uint8_t>(text[i]);
    const size_t more = first < 0x80 ? 0 : first >= 0xf0 ? 3 : first >= 0xe0 ? 2 : 1;
    const auto second = i + 1 < text.size() ? static_cast<uint8_t>(text[i + 1]) : uint8_t{0};
    const bool is_short = (first == 0xe0 && second < 0xa0) || (first == 0xf0 && second < 0x90);
    const bool is_beyond = (first == 0xed && second > 0x9f) || (first == 0xf4 && second > 0x8f);
    const bool begins = first < 0x80 || (first >= 0xc2 && first <= 0xf4);
    if (begins && follows(i + 1, more) && !is_short && !is_beyond) {
      out.append(text, i, more + 1);
      i += more + 1;
    } else {
      out += kReplacement;
      ++i;
    }
  }
  return out;
}

void add_attributes(pbf_writer& to, uint32_t tag, const OtlpAttributes& attributes) {
  for (const auto& [key, value] : attributes.all()) {
    pbf_writer pair(to, tag);
    pair.add_string(1, utf8(key));
    pbf_writer any(pair, 2);
    if (const auto* number = std::get_if<int64_t>(&value)) {
      any.add_int64(3, *number);
    } else {
      any.add_string(1, utf8(std::get<std::string>(value)));
    }
  }
}

void add_span(pbf_writer& to, const OtlpSpan& span) {
  pbf_writer out(to, 2);
  out.add_bytes(1, id_bytes(span.trace));
  out.add_bytes(2, id_bytes(span.id));
  if (span.parent != 0) out.add_bytes(4, id_bytes(span.parent));
  out.add_string(5, utf8(span.name));
  out.add_enum(6, static_cast<int32_t>(span.kind));
  out.add_fixed64(7, span.start_ns);
  out.add_fixed64(8, span.end_ns);
  add_attributes(out, 9, span.attributes);
  for (const OtlpLink& link : span.links) {
    pbf_writer one(out, 13);
    one.add_bytes(1, id_bytes(link.trace));
    one.add_bytes(2, id_bytes(link.span));
    add_attributes(one, 4, link.attributes);
  }
  if (span.dropped_links > 0) out.add_uint32(14, span.dropped_links);
  pbf_writer status(out, 15);
  if (!span.status_message.empty()) status.add_string(2, utf8(span.status_message));
  if (span.status != OtlpSpan::Status::kUnset)
    status.add_enum(3, static_cast<int32_t>(span.status));
}

void add_point(pbf_writer& histogram, const OtlpResource& resource,
               const OtlpHistogramPoint& point) {
  pbf_writer out(histogram, 1);
  out.add_fixed64(2, resource.start_ns);
  out.add_fixed64(3, resource.end_ns);
  out.add_fixed64(4, point.count);
  out.add_double(5, point.sum);
  out.add_packed_fixed<uint64_t>(6, point.buckets.begin(), point.buckets.end());
  out.add_packed_fixed<double>(7, point.kBounds.begin(), point.kBounds.end());
  for (size_t i = 0; i < point.buckets.size(); ++i) {
    if (point.buckets[i] == 0) continue;
    pbf_writer exemplar(out, 8);
    exemplar.add_fixed64(2, point.exemplars[i].time_ns);
    exemplar.add_double(3, point.exemplars[i].value);
    exemplar.add_bytes(4, id_bytes(point.exemplars[i].span));
    exemplar.add_bytes(5, id_bytes(point.exemplars[i].trace));
  }
  add_attributes(out, 9, point.attributes);
  out.add_double(11, point.least);
  out.add_double(12, point.most);
}

void add_metric(pbf_writer& to, const OtlpResource& resource, const OtlpMetric& metric) {
  constexpr int32_t kDelta = 1;
  pbf_writer out(to, 2);
  out.add_string(1, metric.name);
  out.add_string(2, metric.description);
  out.add_string(3, "s");
  pbf_writer histogram(out, 9);
  for (const OtlpHistogramPoint& point : metric.points) add_point(histogram, resource, point);
  histogram.add_enum(2, kDelta);
}

class ProtobufEncoder : public OtlpEncoder {
 public:
  const char* content_type() const override { return "application/x-protobuf"; }

  std::string spans(const OtlpResource& resource, std::span<const OtlpSpan> spans) override {
    return element(resource, [spans](pbf_writer& scope) {
      for (const OtlpSpan& span : spans) add_span(scope, span);
    });
  }
  std::string metrics(const OtlpResource& resource, std::span<const OtlpMetric> metrics) override {
    return element(resource, [&resource, metrics](pbf_writer& scope) {
      for (const OtlpMetric& metric : metrics) add_metric(scope, resource, metric);
    });
  }

  std::string head(OtlpSignal /*signal*/) const override { return ""; }
  std::string separator() const override { return ""; }
  std::string tail() const override { return ""; }

  std::string refused(const std::string& answer) const override {
    try {
      for (protozero::pbf_reader reply(answer); reply.next();) {
        if (reply.tag() != 1) {
          reply.skip();
          continue;
        }
        int64_t count = 0;
        std::string why;
        for (protozero::pbf_reader partial = reply.get_message(); partial.next();) {
          if (partial.tag() == 1) {
            count = partial.get_int64();
          } else if (partial.tag() == 2) {
            why = partial.get_string();
          } else {
            partial.skip();
          }
        }
        if (count > 0) return fmt::format("{} of them: {}", count, why);
      }
    } catch (const protozero::exception&) {
      return "";  // what it says is not OTLP; its status is that it took all
    }
    return "";
  }

 private:
  /// Export...ServiceRequest > Resource... > Scope...: the same numbers for each signal.
  template <class AddAll>
  static std::string element(const OtlpResource& resource, AddAll add_all) {
    std::string bytes;
    pbf_writer request(bytes);
    {
      pbf_writer one(request, 1);
      {
        pbf_writer about(one, 1);
        add_attributes(about, 1, resource.attributes);
      }
      pbf_writer scoped(one, 2);
      {
        pbf_writer scope(scoped, 1);
        scope.add_string(1, "weft");
        scope.add_string(2, kVersion);
      }
      add_all(scoped);
    }
    return bytes;
  }
};

}  // namespace

std::unique_ptr<OtlpEncoder> otlp_protobuf() {
  return std::make_unique<ProtobufEncoder>();
}

}  // namespace weft::exports
