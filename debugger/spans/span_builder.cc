#include "debugger/spans/span_builder.h"

namespace weft::spans {
namespace {

using channel::ProbeHit;
using probes::ExitKind;

HitPlace place_of(const ProbeHit& hit) {
  return {EventIndex(hit.event), hit.ordinal};
}

bool leaves(const Meaning& meaning, const probes::Function& function, const ProbeHit& hit) {
  switch (meaning.exit.kind) {
    case ExitKind::kReturn:
    case ExitKind::kJump:
      return true;
    case ExitKind::kConditional:
      return probes::condition_holds(meaning.exit.condition, hit.words[kExitWord]);
    case ExitKind::kComputed:
      return !function.holds(hit.words[kExitWord]);
  }
  return false;
}

}  // namespace

void SpanBuilder::take(const ProbeHit& hit) {
  if (hit.probe >= meanings_.size()) return;
  const Meaning& meaning = meanings_[hit.probe];
  Thread& thread = threads_[hit.thread];
  if (meaning.unwinding == Unwinding::kThrow) thread.thrown_at = hit.rsp;
  if (meaning.unwinding == Unwinding::kCatch) unwind(thread, hit);
  if (meaning.entry_of != kNoFunction) enter(thread, hit, meaning.entry_of);
  if (meaning.exit_of != kNoFunction && leaves(meaning, functions_[meaning.exit_of].code, hit)) {
    leave(thread, hit, meaning);
  }
}

void SpanBuilder::enter(Thread& thread, const ProbeHit& hit, uint32_t function) {
  for (size_t at = thread.open.size(); at-- > 0;) {
    if (thread.open[at].rsp != hit.rsp) continue;
    const bool is_loop =
        spans_[thread.open[at].span].function == function && functions_[function].loops_to_start;
    if (is_loop) return;  // its first instruction again
    close(thread, at, hit, SpanEnd::kNotSeen);
  }
  Span span;
  span.function = function;
  span.outer = thread.open.empty() ? kNoSpan : thread.open.back().span;
  span.thread = ThreadNumber(hit.thread);
  span.entry = place_of(hit);
  for (int i = 0; i < kSpanArguments; ++i)
    span.arguments[i] = hit.words[kFirstArgument + static_cast<uint32_t>(i)];
  thread.open.push_back({static_cast<uint32_t>(spans_.size()), hit.rsp});
  spans_.push_back(span);
}

void SpanBuilder::leave(Thread& thread, const ProbeHit& hit, const Meaning& meaning) {
  for (size_t at = thread.open.size(); at-- > 0;) {
    const Open& open = thread.open[at];
    if (open.rsp != hit.rsp || spans_[open.span].function != meaning.exit_of) continue;
    const bool returned = meaning.exit.kind == ExitKind::kReturn;
    return close(thread, at, hit, returned ? SpanEnd::kReturned : SpanEnd::kTailCall);
  }
}

void SpanBuilder::unwind(Thread& thread, const ProbeHit& hit) {
  if (thread.thrown_at == 0) return;
  for (size_t at = thread.open.size(); at-- > 0;) {
    const uint64_t rsp = thread.open[at].rsp;
    if (rsp >= thread.thrown_at && rsp <= hit.rsp) close(thread, at, hit, SpanEnd::kException);
  }
  thread.thrown_at = 0;
}

void SpanBuilder::close(Thread& thread, size_t at, const ProbeHit& hit, SpanEnd end) {
  Span& span = spans_[thread.open[at].span];
  span.exit = place_of(hit);
  span.end = end;
  thread.open.erase(thread.open.begin() + static_cast<ptrdiff_t>(at));
}

std::vector<Span> SpanBuilder::finish(EventIndex end) {
  for (auto& [number, thread] : threads_) {
    for (const Open& open : thread.open) spans_[open.span].exit = {end, 0};
    thread.open.clear();
  }
  return std::move(spans_);
}

}  // namespace weft::spans
