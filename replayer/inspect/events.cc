#include "replayer/inspect/events.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "replayer/inspect/effect_words.h"
#include "replayer/inspect/escape.h"
#include "replayer/inspect/event_text.h"
#include "replayer/inspect/failure.h"
#include "replayer/trace/trace_growth.h"
#include "replayer/trace/trace_name.h"
#include "replayer/trace/trace_reader.h"

namespace weft::inspect {

using nlohmann::ordered_json;
using trace::EventCursor;
using trace::EventKind;
using trace::EventView;
using trace::TraceReader;

namespace {

/// --thread and --call. A name may stand for a call, a kind of event, or both (exit).
struct Filter {
  std::optional<uint32_t> thread;
  std::optional<uint16_t> call;
  std::optional<EventKind> kind;
  bool by_name = false;

  bool takes(const trace::EventHeader& header) const {
    if (thread && header.thread != *thread) return false;
    if (!by_name || (kind && header.kind == static_cast<uint8_t>(*kind))) return true;
    return call && header.kind == static_cast<uint8_t>(EventKind::kSyscall) && header.call == *call;
  }
};

Result<Filter> make_filter(const EventsOptions& options) {
  Filter filter;
  filter.thread = options.thread;
  if (options.call.empty()) return filter;
  filter.by_name = true;
  filter.call = call_by_name(options.call);
  filter.kind = options.call == "exit_group" ? EventKind::kExit : kind_by_name(options.call);
  if (filter.call || filter.kind) return filter;
  return Error{ErrorClass::kUsage, "No system call is called " + printable(options.call),
               "Give a name as in `man 2 syscalls`, or a kind of event: signal, thread, map, ..."};
}

/// "0x..": JSON readers take large numbers for doubles.
std::string hex(uint64_t value) {
  return fmt::format("{:#x}", value);
}

ordered_json effect_json(const EventView& event, const trace::EffectView& effect) {
  ordered_json out;
  out["kind"] = effect.kind == trace::EffectKind::kSent ? "sent" : "written";
  if (effect.arg != trace::kAbsolute) out["argument"] = effect.arg;
  out["address"] = hex(effect.address);
  out["bytes"] = effect.bytes.size();
  const std::string text = quote_bytes(effect.bytes, kShownBytes);
  out["preview"] = text.substr(1, text.rfind('"') - 1);
  if (const std::string words = effect_words(event, effect); !words.empty()) out["decoded"] = words;
  return out;
}

void put_call(ordered_json& out, const EventView& event) {
  out["call"] = call_name(event.header().call);
  out["site"] = hex(event.site());
  ordered_json arguments = ordered_json::array();
  for (unsigned i = 0; i < event.argument_count(); ++i)
    arguments.push_back(argument_text(event, i));
  out["arguments"] = arguments;
  out["result"] = event.header().result;
  if (const std::string error = error_name(event.header().result); !error.empty())
    out["error"] = error;
  const auto effects = event.effects();
  if (effects.empty()) return;
  for (const auto& effect : effects) out["effects"].push_back(effect_json(event, effect));
}

class Printer {
 public:
  Printer(const EventsOptions& options, const trace::TraceInfo& info)
      : options_(options), info_(info) {}

  void print(uint64_t index, const EventView& event) {
    line_.clear();
    if (options_.json) {
      put_json(index, event);
    } else {
      put_text(index, event);
    }
    line_ += '\n';
    std::fwrite(line_.data(), 1, line_.size(), options_.out);
  }

 private:
  /// How long the call took, if the trace says when it began.
  std::optional<double> duration(const EventView& event) const {
    if (event.kind() != EventKind::kSyscall) return std::nullopt;
    const auto entry = event.entry_time();
    if (!entry) return std::nullopt;
    return info_.seconds(event.time() - std::min(event.time(), *entry));
  }

  void put_text(uint64_t index, const EventView& event) {
    fmt::format_to(std::back_inserter(line_), "[{}] +{:.6f} T{} {}", index,
                   info_.seconds_at(event.time()), event.header().thread, event_text(event));
    if (const auto took = duration(event))
      fmt::format_to(std::back_inserter(line_), " <{:.6f}>", *took);
  }

  void put_json(uint64_t index, const EventView& event) {
    ordered_json out;
    out["index"] = index;
    out["seconds"] = info_.seconds_at(event.time());
    out["thread"] = event.header().thread;
    out["kind"] = kind_name(event.kind());
    if (event.kind() == EventKind::kSyscall) {
      put_call(out, event);
    } else {
      out["result"] = event.header().result;
      out["text"] = event_text(event);
    }
    if (const auto took = duration(event)) out["took_seconds"] = *took;
    line_ = out.dump(-1, ' ', true, ordered_json::error_handler_t::replace);
  }

  const EventsOptions& options_;
  const trace::TraceInfo& info_;
  std::string line_;
};

/// Prints the events of one chunk; false when nobody reads them any more.
bool print_chunk(const EventsOptions& options, const Filter& filter, Printer& printer,
                 std::span<const std::byte> events, trace::EventIndex first_index) {
  for (EventCursor at(events, first_index); !at.done(); at.next()) {
    const uint64_t index = at.index().value();
    if (index > options.to) return true;
    const EventView event = at.event();
    if (index >= options.from && filter.takes(event.header())) printer.print(index, event);
  }
  return std::ferror(options.out) == 0;
}

/// The exit status; nothing: the trace is not closed, and all that is there was printed.
std::optional<int> print_trace(const EventsOptions& options, const Filter& filter,
                               TraceReader& reader) {
  Printer printer(options, reader.info());
  std::vector<std::byte> buffer(trace::kMaxChunkRawBytes);
  for (const trace::ChunkRef& chunk : reader.chunks()) {
    const uint64_t first = chunk.first_event.value();
    if (first + chunk.event_count <= options.from) continue;
    if (first > options.to) return 0;
    const auto events = std::span(buffer).first(chunk.raw_bytes);
    if (const Status status = reader.decode(chunk, events); !status) {
      std::fflush(options.out);
      return fail(status.error(), options.error_out);
    }
    if (!print_chunk(options, filter, printer, events, chunk.first_event)) return 0;
  }
  std::fflush(options.out);
  if (reader.complete() || options.to < reader.total_events()) return 0;
  return std::nullopt;
}

}  // namespace

int run_events(const EventsOptions& options) {
  const auto filter = make_filter(options);
  if (!filter) return fail(filter.error(), options.error_out);
  const std::string path =
      options.process ? trace::process_of_trace(options.path, *options.process) : options.path;
  trace::TraceGrowth growth(path);
  for (EventsOptions rest = options;;) {
    growth.begin();
    auto reader = TraceReader::open(path);
    if (!reader) return fail(reader.error(), options.error_out);
    const auto status = print_trace(rest, *filter, *reader);
    if (status) return *status;
    if (!options.follow)
      return fail({ErrorClass::kBadTrace, path + ": " + *reader->tail_damage(), ""},
                  options.error_out);
    rest.from = std::max(rest.from, reader->total_events());
    growth.wait();
  }
}

}  // namespace weft::inspect
