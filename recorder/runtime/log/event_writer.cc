#include "recorder/runtime/log/event_writer.h"

#include <linux/futex.h>
#include <sys/mman.h>

#include "recorder/runtime/ground/report.h"

namespace weft::runtime {

using channel::RecordChannel;
using trace::EventHeader;
using trace::EventKind;

namespace {

/// True if the recorder has ended, reaped or not.
bool recorder_is_gone() {
  const int32_t pid = record_channel()->recorder_pid;
  if (raw(__NR_kill, static_cast<uint64_t>(pid), 0) == -kESRCH) return true;
  char path[64];
  Text(path, sizeof path).add("/proc/").add_decimal(pid).add("/stat");
  const long fd = raw(__NR_open, address_of(path), 0 /* O_RDONLY */);
  if (fd < 0) return false;
  char stat[256] = {};
  const long bytes = raw(__NR_read, static_cast<uint64_t>(fd), address_of(stat), sizeof stat - 1);
  raw(__NR_close, static_cast<uint64_t>(fd));
  for (long i = bytes - 1; i > 1; --i) {  // the state follows the last ") "
    if (stat[i - 1] == ')') return stat[i + 1] == 'Z' || stat[i + 1] == 'X';
  }
  return false;
}

}  // namespace

RingPosition g_ring;
static RecordChannel* g_root;  // whose futex wakes the recorder

void begin_ring(RecordChannel* root) {
  g_ring = {0, 0, g_ring.last_time, record_channel()->ring_bytes};
  g_root = root;
}

namespace {

void assert_event(const EventHeader& written) {
  static constexpr Assertion<EventHeader> kWritten[] = {
      {"an event is of a kind that there is",
       [](const EventHeader& e) { return e.kind != 0 && e.kind <= trace::kMaxEventKind; }},
      {"an event is not too large",
       [](const EventHeader& e) { return trace::event_bytes(e.size) <= trace::kMaxEventBytes; }},
      {"an event is of a thread that there was",
       [](const EventHeader& e) { return e.thread < g_threads.next_id; }},
      {"only calls and hooks have numbers",
       [](const EventHeader& e) { return e.call == 0 || trace::is_call(e.kind); }},
      {"only what is handed out has a checksum",
       [](const EventHeader& e) { return e.check == 0 || (e.flags & trace::kHasCheck) != 0; }},
      {"data has an address",
       [](const EventHeader& e) {
         return e.kind != static_cast<uint8_t>(EventKind::kData) || e.size >= 8;
       }},
  };
  assert_all(kWritten, written);
}

}  // namespace

void wake_recorder() {
  g_root->recorder_futex.fetch_add(1, std::memory_order_release);
  raw(__NR_futex, address_of(&g_root->recorder_futex), FUTEX_WAKE, 1);
}

void wait_for_room() {
  RecordChannel* channel = record_channel();
  for (;;) {
    g_ring.cached_tail = channel->tail.load(std::memory_order_acquire);
    if (g_ring.head + trace::kMaxEventBytes - g_ring.cached_tail <= g_ring.bytes) return;
    if (channel->stopped.load(std::memory_order_acquire) != 0) return;
    const uint32_t seen = channel->runtime_futex.load(std::memory_order_acquire);
    channel->runtime_sleeps.store(1, std::memory_order_seq_cst);
    wake_recorder();
    if (channel->tail.load(std::memory_order_seq_cst) != g_ring.cached_tail) continue;
    const int64_t timeout[2] = {0, 50'000'000};
    raw(__NR_futex, address_of(&channel->runtime_futex), FUTEX_WAIT, seen, address_of(timeout));
    if (channel->tail.load(std::memory_order_acquire) == g_ring.cached_tail && recorder_is_gone()) {
      channel->stopped.store(1, std::memory_order_release);
    }
  }
}

void look_after_recorder() {
  RecordChannel* channel = record_channel();
  g_ring.cached_tail = channel->tail.load(std::memory_order_acquire);
  if (g_ring.head - g_ring.cached_tail <= channel::wake_bytes(g_ring.bytes)) return;
  // While the recorder is at work this is asked at every event: without a locked instruction. If it
  // falls asleep just now, the next event sees it, or its time is over in 20 ms.
  if (g_root->recorder_sleeps.load(std::memory_order_relaxed) != 0 &&
      g_root->recorder_sleeps.exchange(0, std::memory_order_seq_cst) != 0) {
    wake_recorder();
  }
}

bool map_record_channel(int fd, RingPlace place) {
  const uint64_t base = layout::kChannelAddress;
  const uint64_t ring = base + channel::kHeaderBytes;
  // A short program uses the beginning of the ring only: to make all of it here, before the program
  // starts, took a tenth of the time that recording /bin/true takes.
  const auto map = [fd](uint64_t address, uint64_t bytes, uint64_t offset) {
    return raw(__NR_mmap, address, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED,
               static_cast<uint64_t>(fd), offset) == static_cast<long>(address);
  };
  if (!map(base, channel::kHeaderBytes + place.bytes, place.offset) ||
      !map(ring + place.bytes, place.bytes, place.offset + channel::kHeaderBytes) ||
      record_channel()->magic != channel::kRecordMagic ||
      record_channel()->ring_bytes != place.bytes)
    return false;
  begin_ring(record_channel());
  return true;
}

EventWriter::EventWriter(EventKind kind, const Thread* thread) {
  start_ = room_for_event();
  cursor_ = start_ + sizeof(EventHeader);
  EventHeader* event = header();
  event->kind = static_cast<uint8_t>(kind);
  event->thread = thread->id;
  event->check = 0;
  event->call = 0;
  event->flags = 0;
}

void EventWriter::put_bytes(const void* from, size_t bytes) {
  check(bytes <= room(), "event too large", static_cast<int64_t>(bytes));
  const size_t padded = (bytes + 7) & ~size_t{7};
  if (padded != bytes) *reinterpret_cast<uint64_t*>(cursor_ + padded - 8) = 0;
  if (weft_copy_guarded(cursor_, from, bytes) != 0) weft_zero_guarded(cursor_, bytes);
  cursor_ += bytes;
}

void EventWriter::put_effect(trace::EffectKind kind, uint8_t arg, uint64_t address, uint32_t bytes,
                             const void* source) {
  const trace::EffectHeader effect{bytes, arg, static_cast<uint8_t>(kind), 0};
  __builtin_memcpy(cursor_, &effect, sizeof effect);
  cursor_ += sizeof effect;
  if (arg == trace::kAbsolute) put(address);
  put_bytes(source, bytes);
  cursor_ += (8 - bytes % 8) % 8;
}

void EventWriter::set_call(uint16_t number, uint8_t flags, uint32_t check_sum) {
  header()->call = number;
  header()->flags = flags;
  header()->check = check_sum;
}

void EventWriter::commit(int64_t result) {
  commit_at(result, ticks());
}

void EventWriter::commit_at(int64_t result, uint64_t time) {
  EventHeader* event = header();
  g_ring.last_time = event->time = time;
  event->result = result;
  event->size = static_cast<uint32_t>(cursor_ - start_ - static_cast<long>(sizeof(EventHeader)));
  assert_event(*event);
  publish_event(trace::event_bytes(event->size));
}

void write_data_events(const Thread* thread, uint64_t address, uint64_t bytes) {
  write_data_events(thread, address, bytes, pointer_to<void>(address));
}

void write_data_events(const Thread* thread, uint64_t address, uint64_t bytes, const void* source,
                       uint8_t flags) {
  const auto* from = static_cast<const uint8_t*>(source);
  while (bytes > 0) {
    const uint64_t part = bytes < trace::kMaxDataBytes ? bytes : trace::kMaxDataBytes;
    EventWriter event(EventKind::kData, thread);
    event.set_flags(flags);
    event.put(address);
    event.put_bytes(from, part);
    event.commit(0);
    address += part;
    from += part;
    bytes -= part;
  }
}

void write_file_data_events(const Thread* thread, uint64_t address, int fd, uint64_t offset,
                            uint64_t bytes) {
  static uint8_t buffer[trace::kMaxDataBytes];  // under the baton
  while (bytes > 0) {
    const uint64_t part = bytes < trace::kMaxDataBytes ? bytes : trace::kMaxDataBytes;
    const long got = raw(__NR_pread64, static_cast<uint64_t>(fd), address_of(buffer), part, offset);
    if (got <= 0) return;
    EventWriter event(EventKind::kData, thread);
    event.set_flags(trace::kFileContent);
    event.put(address);
    event.put_bytes(buffer, static_cast<size_t>(got));
    event.commit(0);
    address += static_cast<uint64_t>(got);
    offset += static_cast<uint64_t>(got);
    bytes -= static_cast<uint64_t>(got);
  }
}

namespace {

void write_note(const Thread* thread, const char* text, uint8_t flags) {
  EventWriter event(EventKind::kUnusual, thread);
  event.put_bytes(text, __builtin_strlen(text));
  event.set_flags(flags);
  event.commit(0);
}

}  // namespace

void write_unusual(const Thread* thread, const char* text) {
  write_note(thread, text, 0);
}

void write_suspect(const Thread* thread, const char* text) {
  write_note(thread, text, trace::kSuspect);
}

}  // namespace weft::runtime
