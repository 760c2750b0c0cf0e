#include "replayer/trace/chunk_decoder.h"

#include <algorithm>
#include <cstring>

#include "weft/trace/crc32c.h"
#include "weft/trace/event_check.h"

namespace weft::trace {

namespace {

constexpr const char* kCut = "its columns are too short";
constexpr const char* kTooLarge = "its events are larger than it says";

/// CRC-32C of the kSent effects of a call that was just decoded at `payload`.
uint32_t crc_of_sent(const EventHeader& header, const ShapeKey& key, const std::byte* payload) {
  uint32_t crc = 0;
  const std::byte* at =
      payload + 8 * (1 + ((header.flags & kHasEntryTime) ? 1u : 0u) + key.argument_count());
  for (const std::byte* end = payload + header.size; at < end;) {
    EffectHeader effect;
    std::memcpy(&effect, at, sizeof effect);
    at += sizeof effect + (effect.arg == kAbsolute ? 8 : 0);
    if (effect.kind == static_cast<uint8_t>(EffectKind::kSent))
      crc = crc32c_register(crc, at, effect.size);
    at += (effect.size + 7) & ~7u;
  }
  return crc;
}

}  // namespace

template <class T>
void ChunkDecoder::put(const T& value) {
  std::memcpy(at_, &value, sizeof value);
  at_ += sizeof value;
}

const char* ChunkDecoder::decode(const ChunkHeader& header, std::span<const std::byte> stored,
                                 std::span<std::byte> events, EarlierLog* earlier) {
  if (header.type != ChunkType::kEvents || header.raw_bytes != events.size() ||
      header.raw_bytes > kMaxChunkRawBytes ||
      header.event_count > header.raw_bytes / sizeof(EventHeader))
    return "its header contradicts itself";
  if (const char* wrong = columns_.open(stored, header.content_bytes)) return wrong;
  model_.reset(header.clock_khz);
  start_ = at_ = events.data();
  end_ = at_ + events.size();
  raw_offset_ = page_place(header.process, header.raw_offset);
  run_end_ = 0;
  earlier_ = earlier;
  last_time_ = header.base_time;
  slot_ = 0;
  for (uint32_t i = 0; i < header.event_count; ++i) {
    const std::byte* event = at_;
    if (const char* wrong = decode_event()) return wrong;
    if (const char* wrong = event_fault(event, static_cast<uint64_t>(at_ - event))) return wrong;
  }
  if (const char* wrong = columns_.fault()) return wrong;
  return at_ == end_ ? nullptr : "its events are smaller than it says";
}

const char* ChunkDecoder::choose_thread(uint8_t step) {
  if ((step & kOtherThread) == 0)
    return model_.thread_count() > 0 ? nullptr : "it has an event of no thread";
  const uint64_t slot = column(Column::kThread).take_number();
  if (slot > model_.thread_count()) return "it names a thread that it does not have";
  if (slot == model_.thread_count()) {
    const uint64_t number = column(Column::kThreadNumber).take_number();
    if (number > UINT32_MAX) return "it names an impossible thread";
    model_.add_thread(static_cast<uint32_t>(number));
  }
  slot_ = static_cast<uint32_t>(slot);
  return nullptr;
}

const char* ChunkDecoder::choose_form(uint8_t step, uint32_t& number) {
  switch (static_cast<FormCode>(step & kFormCodeMask)) {
    case FormCode::kLikely:
      number = model_.likely(slot_);
      break;
    case FormCode::kPossible:
      number = model_.possible(slot_);
      break;
    case FormCode::kNew:
      if (const char* wrong = read_new_form(number)) return wrong;
      break;
    case FormCode::kKnown: {
      const uint64_t known = column(Column::kFormRef).take_number();
      number = known < model_.form_count() ? static_cast<uint32_t>(known) : 0;
      break;
    }
  }
  if (number == 0) return "it names a call that it does not have";
  model_.advance(slot_, number);
  return nullptr;
}

const char* ChunkDecoder::read_new_form(uint32_t& number) {
  const uint64_t code = column(Column::kShape).take_number();
  if (code > model_.shape_count()) return "it names a call site that it does not have";
  uint32_t shape = static_cast<uint32_t>(code - 1);
  if (code == 0) {
    ShapeKey key;
    if (!column(Column::kShape).take_bytes(&key, sizeof key)) return kCut;
    if (!key.is_sound()) return "it has an impossible call site";
    shape = model_.add_shape(key);
  }
  number = model_.add_form(shape);
  Form& form = model_.form(number);
  const unsigned count = model_.shape(shape).key.argument_count();
  if (count == 0) return nullptr;
  const unsigned changed = column(Column::kArguments).take();
  for (unsigned i = 0; i < count; ++i) {
    if (changed >> i & 1) form.arguments[i] += unzigzag(column(Column::kArguments).take_number());
  }
  return nullptr;
}

uint64_t ChunkDecoder::take_time(Column which) {
  const uint8_t code = column(which).take();
  if (code < kTimeEscape) return code;
  uint64_t units = 0;
  const size_t bytes = std::min<size_t>(code - kTimeEscape + 1u, sizeof units);
  column(Column::kTimeBytes).take_bytes(&units, bytes);
  return units;
}

const char* ChunkDecoder::decode_event() {
  const uint8_t step = column(Column::kStep).take();
  if (const char* wrong = choose_thread(step)) return wrong;
  uint32_t number = 0;
  if (const char* wrong = choose_form(step, number)) return wrong;
  Form& form = model_.form(number);
  Shape& shape = model_.shape(form.shape);
  last_time_ += take_time(Column::kTime);
  if (step & kOtherResult) {
    const uint64_t difference = unzigzag(column(Column::kResult).take_number());
    form.last_result = static_cast<int64_t>(static_cast<uint64_t>(form.last_result) + difference);
  }
  EventHeader header{.time = last_time_ * kTimeUnitTicks,
                     .result = form.last_result,
                     .size = 0,
                     .thread = model_.thread_number(slot_),
                     .check = 0,
                     .call = shape.key.call(),
                     .kind = shape.key.kind(),
                     .flags = shape.key.flags()};
  if (room() < sizeof header) return kTooLarge;
  std::byte* event = at_;
  at_ += sizeof header;
  const char* wrong = shape.key.opaque() ? read_opaque(header, shape.effects[0], step)
                                         : read_call(header, form, shape, step);
  if (wrong == nullptr && shape.key.checked())
    wrong = read_check(header, form, shape, step, event + sizeof header);
  if (wrong == nullptr) std::memcpy(event, &header, sizeof header);
  return wrong;
}

const char* ChunkDecoder::read_call(EventHeader& header, Form& form, Shape& shape, uint8_t step) {
  const std::byte* payload = at_;
  const unsigned count = shape.key.argument_count();
  const bool has_entry_time = (header.flags & kHasEntryTime) != 0;
  if (room() < 8 * (1 + (has_entry_time ? 1u : 0u) + count)) return kTooLarge;
  put(shape.key.site);
  if (has_entry_time) put((last_time_ - take_time(Column::kEntryTime)) * kTimeUnitTicks);
  for (unsigned i = 0; i < count; ++i) put(form.arguments[i]);
  uint64_t sizes[kMaxShapeEffects];
  read_sizes(shape, header, step, sizes);
  const unsigned changed = (step & kOtherBytes) ? column(Column::kSame).take() : 0;
  const bool has_clock = clock_units_in_a_second(header.call) != 0;
  for (int i = 0; i < kMaxShapeEffects && shape.effect_code(i).bits != 0; ++i) {
    const EffectCode code = shape.effect_code(i);
    const uint64_t address = code.argument() < 6 ? form.arguments[code.argument()] : 0;
    const bool other = (changed >> i & 1) != 0;
    const char* wrong = read_effect(shape.effects[i], code, address, sizes[i]);
    if (wrong == nullptr) {
      wrong = has_clock && i == 0 && !code.sent() && sizes[i] == kClockBytes
                  ? read_clock(header.call, form.arguments[0], other)
                  : read_bytes(shape.effects[i], code, sizes[i], other, header.result);
    }
    if (wrong != nullptr) return wrong;
  }
  header.size = static_cast<uint32_t>(at_ - payload);
  return nullptr;
}

void ChunkDecoder::read_sizes(Shape& shape, const EventHeader& header, uint8_t step,
                              uint64_t* sizes) {
  for (int i = 0; i < kMaxShapeEffects && shape.effect_code(i).bits != 0; ++i) {
    EffectModel& model = shape.effects[i];
    const EffectKind kind = shape.effect_code(i).effect_kind();
    if (step & kOtherSize) {
      sizes[i] = column(Column::kSize).take_number();
      model.learn_size(sizes[i], header.result, kind);
    } else {
      sizes[i] = model.guess_size(header.result, kind);
    }
  }
}

/// The head of an effect; makes sure of the room for its bytes.
const char* ChunkDecoder::read_effect(EffectModel& model, EffectCode code, uint64_t address,
                                      uint64_t size) {
  if (code.has_own_address())
    address = model.address += unzigzag(column(Column::kAddress).take_number());
  const size_t head = sizeof(EffectHeader) + (code.absolute() ? 8 : 0);
  if (size > kMaxDataBytes || room() < head + ((size + 7) & ~uint64_t{7})) return kTooLarge;
  put(EffectHeader{.size = static_cast<uint32_t>(size),
                   .arg = code.absolute() ? kAbsolute : code.argument(),
                   .kind = code.kind(),
                   .zero = 0});
  if (code.absolute()) put(address);
  return nullptr;
}

const char* ChunkDecoder::read_bytes(EffectModel& model, EffectCode code, uint64_t size,
                                     bool changed, int64_t result) {
  if (changed) {
    model.data_column = data_column(code.effect_kind(), size, result);
    model.data_offset = column(model.data_column).position();
    model.data_bytes = size;
    if (!column(model.data_column).take_bytes(at_, size)) return kCut;
  } else if (size > 0) {
    if (size != model.data_bytes) return "it repeats bytes of another length";
    std::memcpy(at_, column(model.data_column).at(model.data_offset), size);
  }
  const size_t padding = (8 - size % 8) % 8;
  std::memset(at_ + size, 0, padding);
  at_ += size + padding;
  return nullptr;
}

const char* ChunkDecoder::read_clock(uint16_t call, uint64_t argument, bool changed) {
  ClockModel& clock = model_.clock(call, argument);
  int64_t value = clock.guess(last_time_, model_.clock_rate(call));
  if (changed) {
    const uint64_t code = column(Column::kClock).take_number();
    if (code == 0) {
      if (!column(Column::kRecords).take_bytes(at_, kClockBytes)) return kCut;
      at_ += kClockBytes;
      return nullptr;
    }
    value = static_cast<int64_t>(static_cast<uint64_t>(value) + unzigzag(code - 1));
  }
  clock.learn(value, last_time_);
  const uint64_t units = clock_units_in_a_second(call);
  put(static_cast<uint64_t>(value) / units);
  put(static_cast<uint64_t>(value) % units);
  return nullptr;
}

/// The content of a kData event of at least a page; the caller has seen to the room for it.
const char* ChunkDecoder::read_content(uint64_t bytes) {
  ColumnReader& runs = column(Column::kRuns);
  uint64_t pages = bytes / kContentPage;
  while (pages > 0) {
    const uint64_t stored = runs.take_number();
    const uint64_t known = runs.take_number();
    if (stored > pages || known > pages - stored || stored + known == 0) return kTooLarge;
    if (!column(Column::kContent).take_bytes(at_, stored * kContentPage)) return kCut;
    at_ += stored * kContentPage;
    pages -= stored + known;
    if (known == 0) continue;
    const uint64_t from = run_end_ + unzigzag(runs.take_number());
    run_end_ = from + known * kContentPage;
    if (const char* wrong = read_known_pages(from, known * kContentPage)) return wrong;
  }
  const uint64_t rest = bytes % kContentPage;
  if (!column(Column::kContent).take_bytes(at_, rest)) return kCut;
  at_ += rest;
  return nullptr;
}

const char* ChunkDecoder::read_known_pages(uint64_t from, uint64_t bytes) {
  const uint64_t here = raw_offset_ + static_cast<uint64_t>(at_ - start_);
  if (from >> kPlaceProcessShift != here >> kPlaceProcessShift) {
    if (earlier_ != nullptr && !earlier_->copy(from, {at_, bytes}))
      return "a chunk of another process that it needs is damaged";
    if (earlier_ == nullptr) std::memset(at_, 0, bytes);
    at_ += bytes;
    return nullptr;
  }
  if (from > here || bytes > here - from) return "it repeats what has not come yet";
  if (from >= raw_offset_) {
    std::memcpy(at_, start_ + (from - raw_offset_), bytes);
  } else if (bytes > raw_offset_ - from) {
    return "it repeats bytes of two chunks";
  } else if (earlier_ == nullptr) {
    std::memset(at_, 0, bytes);
  } else if (!earlier_->copy(from, {at_, bytes})) {
    return "an earlier chunk that it needs is damaged";
  }
  at_ += bytes;
  return nullptr;
}

const char* ChunkDecoder::read_opaque(EventHeader& header, EffectModel& model, uint8_t step) {
  uint64_t size = model.guess_size(header.result, EffectKind::kWritten);
  if (step & kOtherSize) {
    size = column(Column::kSize).take_number();
    model.learn_size(size, header.result, EffectKind::kWritten);
  }
  if (size > kMaxEventBytes) return kTooLarge;
  header.size = static_cast<uint32_t>(size);
  const size_t taken = event_bytes(header.size) - sizeof header;
  if (room() < taken) return kTooLarge;
  std::byte* end = at_ + taken;
  const bool has_pages =
      header.kind == static_cast<uint8_t>(EventKind::kData) && size >= 8 + kContentPage;
  const uint64_t opaque = has_pages ? 8 : size;
  if (!column(Column::kOpaque).take_bytes(at_, opaque)) return kCut;
  at_ += opaque;
  if (has_pages) {
    if (const char* wrong = read_content(size - 8)) return wrong;
  }
  std::memset(at_, 0, static_cast<size_t>(end - at_));
  at_ = end;
  return nullptr;
}

const char* ChunkDecoder::read_check(EventHeader& header, Form& form, Shape& shape, uint8_t step,
                                     const std::byte* payload) {
  header.check = shape.last_check;
  if (step & kOtherCheck) {
    switch (static_cast<CheckCode>(column(Column::kCheckCode).take())) {
      case CheckCode::kLastOfForm:
        header.check = form.last_check;
        break;
      case CheckCode::kOfSent:
        header.check = shape.key.opaque() ? 0 : crc_of_sent(header, shape.key, payload);
        break;
      case CheckCode::kLiteral:
        if (!column(Column::kCheckBytes).take_bytes(&header.check, sizeof header.check))
          return kCut;
        break;
      default:
        return "it has an impossible check";
    }
  }
  form.last_check = shape.last_check = header.check;
  return nullptr;
}

}  // namespace weft::trace
