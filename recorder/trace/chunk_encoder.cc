#include "recorder/trace/chunk_encoder.h"

#include <cstring>

#include "weft/trace/crc32c.h"
#include "weft/trace/event_check.h"

namespace weft::trace {

namespace {

uint64_t mix(uint64_t a, uint64_t b) {
  const auto product = static_cast<unsigned __int128>(a ^ 0x9e3779b97f4a7c15u) *
                       static_cast<unsigned __int128>(b ^ 0xe7037ed1a0b428dbu);
  return static_cast<uint64_t>(product) ^ static_cast<uint64_t>(product >> 64);
}

uint64_t hash_key(const ShapeKey& key) {
  return mix(mix(key.site, key.effects), key.traits);
}

uint64_t hash_form(const ShapeKey& key, const uint64_t* arguments) {
  uint64_t hash = hash_key(key);
  const unsigned count = key.argument_count();
  for (unsigned i = 0; i < count; ++i) hash = mix(hash, arguments[i]);
  return hash;
}

}  // namespace

ChunkEncoder::ChunkEncoder(Parts parts, Place place) : place_(place), parts_(parts) {
  reset();
}

void ChunkEncoder::choose_thread(uint32_t number, uint8_t& step) {
  if (event_count_ > 0 && model_.thread_number(slot_) == number) return;
  step |= kOtherThread;
  const uint32_t next = model_.thread_count();
  slot_ = threads_by_hash_.find_or_add(
      mix(number, 0), next, [&](uint32_t n) { return model_.thread_number(n) == number; },
      [&](uint32_t n) { return mix(model_.thread_number(n), 0); });
  column(Column::kThread).put_number(slot_);
  if (slot_ != next) return;
  column(Column::kThreadNumber).put_number(number);
  model_.add_thread(number);
}

bool ChunkEncoder::form_is(uint32_t number, const ShapeKey& key, const uint64_t* arguments) {
  if (number == 0) return false;
  const Form& form = model_.form(number);
  return model_.shape(form.shape).key == key &&
         std::memcmp(form.arguments, arguments, sizeof form.arguments) == 0;
}

uint32_t ChunkEncoder::choose_form(const ShapeKey& key, const uint64_t* arguments, uint8_t& step) {
  FormCode code = FormCode::kLikely;
  uint32_t number = model_.likely(slot_);
  if (!form_is(number, key, arguments)) {
    code = FormCode::kPossible;
    number = model_.possible(slot_);
    if (!form_is(number, key, arguments)) {
      bool is_new = false;
      number = look_up_form(key, arguments, is_new);
      code = is_new ? FormCode::kNew : FormCode::kKnown;
      if (!is_new) column(Column::kFormRef).put_number(number);
    }
  }
  step |= static_cast<uint8_t>(code);
  model_.advance(slot_, number);
  return number;
}

uint32_t ChunkEncoder::look_up_form(const ShapeKey& key, const uint64_t* arguments, bool& is_new) {
  const uint32_t next = model_.form_count();
  const uint32_t number = forms_by_hash_.find_or_add(
      hash_form(key, arguments), next, [&](uint32_t n) { return form_is(n, key, arguments); },
      [&](uint32_t n) {
        return hash_form(model_.shape(model_.form(n).shape).key, model_.form(n).arguments);
      });
  is_new = number == next;
  if (!is_new) return number;
  const uint32_t next_shape = model_.shape_count();
  const uint32_t shape = shapes_by_hash_.find_or_add(
      hash_key(key), next_shape, [&](uint32_t n) { return model_.shape(n).key == key; },
      [&](uint32_t n) { return hash_key(model_.shape(n).key); });
  if (shape == next_shape) model_.add_shape(key);
  model_.add_form(shape);
  write_new_form(number, arguments, shape == next_shape);
  return number;
}

void ChunkEncoder::write_new_form(uint32_t number, const uint64_t* arguments, bool new_shape) {
  Form& form = model_.form(number);
  const ShapeKey& key = model_.shape(form.shape).key;
  column(Column::kShape).put_number(new_shape ? 0 : form.shape + 1);
  if (new_shape) column(Column::kShape).put_bytes(&key, sizeof key);
  const unsigned count = key.argument_count();
  if (count == 0) return;
  unsigned changed = 0;
  for (unsigned i = 0; i < count; ++i)
    changed |= (form.arguments[i] != arguments[i] ? 1u : 0u) << i;
  ColumnBuffer& out = column(Column::kArguments);
  out.put(static_cast<uint8_t>(changed));
  for (unsigned i = 0; i < count; ++i) {
    if (changed >> i & 1) out.put_number(zigzag(arguments[i] - form.arguments[i]));
    form.arguments[i] = arguments[i];
  }
}

void ChunkEncoder::put_time(Column which, uint64_t units) {
  if (units < kTimeEscape) return column(which).put(static_cast<uint8_t>(units));
  const int bytes = (64 - __builtin_clzll(units) + 7) / 8;
  column(which).put(static_cast<uint8_t>(kTimeEscape + bytes - 1));
  column(Column::kTimeBytes).put_bytes(&units, static_cast<size_t>(bytes));
}

void ChunkEncoder::put_sizes(Shape& shape, const CallParts& call, int64_t result, uint8_t& step) {
  bool as_guessed = true;
  for (int i = 0; i < call.effect_count; ++i) {
    const EffectParts& effect = call.effects[i];
    as_guessed &= effect.size == shape.effects[i].guess_size(result, effect.kind);
  }
  if (as_guessed) return;
  step |= kOtherSize;
  for (int i = 0; i < call.effect_count; ++i) {
    const EffectParts& effect = call.effects[i];
    column(Column::kSize).put_number(effect.size);
    shape.effects[i].learn_size(effect.size, result, effect.kind);
  }
}

void ChunkEncoder::put_contents(Shape& shape, const CallParts& call, int64_t result,
                                uint8_t& step) {
  unsigned changed = 0;
  for (int i = 0; i < call.effect_count; ++i) {
    const EffectParts& effect = call.effects[i];
    EffectModel& model = shape.effects[i];
    if (effect.has_own_address) {
      column(Column::kAddress).put_number(zigzag(effect.address - model.address));
      model.address = effect.address;
    }
    if (effect.size == 0) continue;
    if (call.is_clock(shape.key.call(), i)) {
      changed |= (put_clock(effect, shape.key.call(), call) ? 1u : 0u) << i;
      continue;
    }
    const uint8_t* last = column(model.data_column).data() + model.data_offset;
    if (model.data_bytes == effect.size && std::memcmp(last, effect.data, effect.size) == 0)
      continue;
    changed |= 1u << i;
    model.data_column = data_column(effect.kind, effect.size, result);
    model.data_offset = column(model.data_column).size();
    model.data_bytes = effect.size;
    column(model.data_column).put_bytes(effect.data, effect.size);
  }
  if (changed == 0) return;
  step |= kOtherBytes;
  column(Column::kSame).put(static_cast<uint8_t>(changed));
}

/// True if the guess was wrong.
bool ChunkEncoder::put_clock(const EffectParts& effect, uint16_t number, const CallParts& call) {
  ClockModel& clock = model_.clock(number, call.arguments[0]);
  const int64_t guess = clock.guess(call.time, model_.clock_rate(number));
  const uint64_t units = clock_units_in_a_second(number);
  const auto seconds = read_as<uint64_t>(effect.data);
  const auto part = read_as<uint64_t>(effect.data + 8);
  if (part >= units || seconds >> 33 != 0) {
    column(Column::kClock).put(0);
    column(Column::kRecords).put_bytes(effect.data, kClockBytes);
    return true;
  }
  const auto value = static_cast<int64_t>(seconds * units + part);
  clock.learn(value, call.time);
  if (value == guess) return false;
  column(Column::kClock).put_number(1 + zigzag(static_cast<uint64_t>(value - guess)));
  return true;
}

/// A page at `place` is about to be referred to. What this encoder holds itself is in the file not
/// later than the reference.
void ChunkEncoder::reach(uint64_t place) {
  const auto process = static_cast<uint32_t>(place >> kPlaceProcessShift);
  if (process != place_.process)
    parts_.others->ensure_written(process, place - page_place(process, 0));
}

/// `bytes` are the content of a kData event, and lie at `log_offset` of the decoded log.
void ChunkEncoder::put_content(uint64_t log_offset, const std::byte* bytes, uint32_t count,
                               bool of_file) {
  const size_t before = column(Column::kContent).size();
  ColumnBuffer& runs = column(Column::kRuns);
  ColumnBuffer& content = column(Column::kContent);
  uint32_t stored_pages = 0;
  uint32_t known_pages = 0;
  uint64_t known_at = 0;
  const auto end_run = [&] {
    runs.put_number(stored_pages);
    runs.put_number(known_pages);
    if (known_pages != 0) {
      runs.put_number(zigzag(known_at - run_end_));
      run_end_ = known_at + uint64_t{known_pages} * kContentPage;
    }
    stored_pages = known_pages = 0;
  };
  const uint32_t whole = count - count % kContentPage;
  for (uint32_t at = 0; at < whole; at += kContentPage) {
    const uint64_t place =
        parts_.shared->pages.find_or_add(bytes + at, page_place(place_.process, log_offset + at));
    const bool goes_on = place == known_at + uint64_t{known_pages} * kContentPage;
    if (known_pages != 0 && (place == PageIndex::kNew || !goes_on)) end_run();
    if (place == PageIndex::kNew) {
      ++stored_pages;
      content.put_bytes(bytes + at, kContentPage);
    } else {
      if (known_pages++ == 0) {
        known_at = place;
        reach(place);
      }
    }
  }
  end_run();
  content.put_bytes(bytes + whole, count - whole);
  if (content.size() != before)
    pieces_.push_back({static_cast<uint32_t>(content.size() - before), of_file});
}

void ChunkEncoder::put_opaque(EffectModel& model, const EventHeader& header,
                              const std::byte* payload, uint8_t& step) {
  if (header.size != model.guess_size(header.result, EffectKind::kWritten)) {
    step |= kOtherSize;
    column(Column::kSize).put_number(header.size);
    model.learn_size(header.size, header.result, EffectKind::kWritten);
  }
  ColumnBuffer& out = column(Column::kOpaque);
  uint32_t done = 0;
  if (header.kind == static_cast<uint8_t>(EventKind::kData) && header.size >= 8 + kContentPage) {
    out.put_bytes(payload, 8);
    return put_content(place_.raw_offset + raw_bytes_ + sizeof header + 8, payload + 8,
                       header.size - 8, (header.flags & kFileContent) != 0);
  }
  if (header.kind == static_cast<uint8_t>(EventKind::kSyscall) && header.size >= 16 &&
      (header.flags & kHasEntryTime) != 0) {
    // Its time loses the same bits as everybody's.
    const uint64_t head[2] = {read_as<uint64_t>(payload),
                              read_as<uint64_t>(payload + 8) / kTimeUnitTicks * kTimeUnitTicks};
    out.put_bytes(head, done = sizeof head);
  }
  out.put_bytes(payload + done, header.size - done);
}

void ChunkEncoder::put_check(Form& form, Shape& shape, uint32_t check, const CallParts& call,
                             uint8_t& step) {
  if (check != shape.last_check) {
    step |= kOtherCheck;
    CheckCode code = CheckCode::kLastOfForm;
    if (check != form.last_check) {
      uint32_t of_sent = 0;
      for (int i = 0; i < call.effect_count; ++i) {
        const EffectParts& effect = call.effects[i];
        if (effect.kind == EffectKind::kSent)
          of_sent = crc32c_register(of_sent, effect.data, effect.size);
      }
      code = check == of_sent ? CheckCode::kOfSent : CheckCode::kLiteral;
    }
    column(Column::kCheckCode).put(static_cast<uint8_t>(code));
    if (code == CheckCode::kLiteral) column(Column::kCheckBytes).put_bytes(&check, sizeof check);
  }
  form.last_check = shape.last_check = check;
}

const char* ChunkEncoder::add(const EventHeader& header, const std::byte* payload) {
  CallParts call;
  const bool whole = is_call(header.kind) && take_apart(header, payload, call);
  if (!whole) {
    if (const char* fault = payload_fault(header, payload)) return fault;
    call = CallParts{};  // it may be half filled
  }
  const bool checked = header.check != 0 || (header.flags & kHasCheck) != 0;
  const ShapeKey key{
      .site = call.site,
      .effects = call.effect_codes,
      .traits = ShapeKey::pack(header.call, header.kind, header.flags, !whole, checked)};
  uint8_t step = 0;
  choose_thread(header.thread, step);
  Form& form = model_.form(choose_form(key, call.arguments, step));
  Shape& shape = model_.shape(form.shape);
  const uint64_t time = header.time / kTimeUnitTicks;
  if (event_count_ == 0) base_time_ = last_time_ = time;
  put_time(Column::kTime, time - last_time_);
  last_time_ = call.time = time;
  if (header.result != form.last_result) {
    step |= kOtherResult;
    column(Column::kResult)
        .put_number(
            zigzag(static_cast<uint64_t>(header.result) - static_cast<uint64_t>(form.last_result)));
    form.last_result = header.result;
  }
  if (whole) {
    if (header.flags & kHasEntryTime)
      put_time(Column::kEntryTime, time - call.entry_time / kTimeUnitTicks);
    put_sizes(shape, call, header.result, step);
    put_contents(shape, call, header.result, step);
  } else {
    put_opaque(shape.effects[0], header, payload, step);
  }
  if (checked) put_check(form, shape, header.check, call, step);
  column(Column::kStep).put(step);
  ++event_count_;
  raw_bytes_ += static_cast<uint32_t>(event_bytes(header.size));
  return nullptr;
}

void ChunkEncoder::finish(std::vector<std::byte>& chunk) {
  ChunkHeader header{};
  header.raw_bytes = raw_bytes_;
  header.first_event = place_.first_event;
  header.raw_offset = place_.raw_offset;
  header.process = place_.process;
  header.base_time = base_time_;
  header.event_count = event_count_;
  header.clock_khz = parts_.clock_khz;
  parts_.shared->packer.pack(header, columns_, pieces_, chunk);
  place_.first_event += event_count_;
  place_.raw_offset += raw_bytes_;
  reset();
}

std::array<size_t, kColumnCount> ChunkEncoder::column_bytes() const {
  std::array<size_t, kColumnCount> sizes{};
  for (size_t i = 0; i < kColumnCount; ++i) sizes[i] = columns_[i].size();
  return sizes;
}

void ChunkEncoder::reset() {
  model_.reset(parts_.clock_khz);
  threads_by_hash_.clear();
  forms_by_hash_.clear();
  shapes_by_hash_.clear();
  for (ColumnBuffer& buffer : columns_) buffer.clear();
  pieces_.clear();
  base_time_ = last_time_ = 0;
  slot_ = 0;
  event_count_ = raw_bytes_ = 0;
  run_end_ = 0;
}

}  // namespace weft::trace
