#include "debugger/connections/log/exchange_log.h"

#include <algorithm>

namespace weft::connections {

namespace {

constexpr int kThreadBits = 24;
constexpr uint64_t kMaxThread = (1u << kThreadBits) - 1;

uint32_t clamp(uint64_t bytes) {
  return static_cast<uint32_t>(std::min<uint64_t>(bytes, UINT32_MAX));
}

}  // namespace

ExchangeLog::Record* ExchangeLog::find(uint32_t number) {
  return number < records_.size() ? &records_[number] : nullptr;
}

/// Calls often begin or end several exchanges: they share a mark. 0 is "none".
uint32_t ExchangeLog::put(const Mark& mark) {
  if (!mark) return 0;
  const uint64_t where =
      mark.event.value() << kThreadBits | std::min<uint64_t>(mark.thread.value(), kMaxThread);
  if (marks_.empty() || marks_.back().where != where) marks_.push_back({where, mark.time});
  return static_cast<uint32_t>(marks_.size());
}

Mark ExchangeLog::get(uint32_t mark) const {
  if (mark == 0) return {};
  const PackedMark& packed = marks_[mark - 1];
  return {trace::EventIndex(packed.where >> kThreadBits), packed.time,
          trace::ThreadNumber(packed.where & kMaxThread)};
}

uint32_t ExchangeLog::begin(uint32_t connection, protocol::Protocol protocol, Asker asker,
                            BeginsWith first) {
  if (records_.size() >= limit_) {
    ++left_out_;
    return kNone;
  }
  Record record{};
  record.connection = connection;
  record.protocol = protocol;
  record.flags = static_cast<uint8_t>((asker == Asker::kOtherEnd ? kIncoming : 0) |
                                      (first == BeginsWith::kPush ? kPush : 0));
  records_.push_back(record);
  return static_cast<uint32_t>(records_.size() - 1);
}

void ExchangeLog::mark_ready(uint32_t number, const Mark& mark) {
  if (Record* record = find(number)) record->ready = put(mark);
}

void ExchangeLog::mark_request(uint32_t number, const Mark& mark) {
  Record* record = find(number);
  if (record == nullptr) return;
  record->request_last = put(mark);
  if (record->request_first == 0) record->request_first = record->request_last;
}

void ExchangeLog::mark_answer(uint32_t number, const Mark& mark) {
  Record* record = find(number);
  if (record == nullptr) return;
  record->answer_last = put(mark);
  if (record->answer_first == 0) record->answer_first = record->answer_last;
}

void ExchangeLog::give_up(uint32_t number, const Mark& mark) {
  if (Record* record = find(number); record != nullptr) record->gave_up = put(mark);
}

void ExchangeLog::end_request(uint32_t number, const protocol::RequestText& text) {
  Record* record = find(number);
  if (record == nullptr) return;
  record->flags |= kAsked;
  record->what = texts_.intern(text.what);
  record->request_bytes = clamp(text.bytes);
  if (text.statement.empty() && text.tables.empty() && text.traceparent.empty()) return;
  more_.push_back(
      {texts_.intern(text.statement), texts_.intern(text.tables), texts_.intern(text.traceparent)});
  record->more = static_cast<uint32_t>(more_.size());
}

void ExchangeLog::end_answer(uint32_t number, const protocol::AnswerText& text,
                             const Mark& at_least) {
  Record* record = find(number);
  if (record == nullptr) return;
  record->flags |= kFinished;
  if (text.failed) record->flags |= kFailed;
  record->outcome = texts_.intern(text.outcome);
  record->answer_bytes = clamp(text.bytes);
  if (record->answer_last == 0 && at_least) mark_answer(number, at_least);
}

Exchange ExchangeLog::at(size_t number) const {
  const Record& record = records_[number];
  Exchange out;
  out.number = static_cast<uint32_t>(number);
  out.connection = record.connection;
  out.protocol = record.protocol;
  out.incoming = (record.flags & kIncoming) != 0;
  out.push = (record.flags & kPush) != 0;
  out.asked = (record.flags & kAsked) != 0;
  out.finished = (record.flags & kFinished) != 0;
  out.failed = (record.flags & kFailed) != 0;
  out.ready = get(record.ready);
  out.request_first = get(record.request_first);
  out.request_last = get(record.request_last);
  out.answer_first = get(record.answer_first);
  out.answer_last = get(record.answer_last);
  out.gave_up = get(record.gave_up);
  out.request_bytes = record.request_bytes;
  out.answer_bytes = record.answer_bytes;
  out.what = texts_.text(record.what);
  out.outcome = texts_.text(record.outcome);
  if (record.more == 0) return out;
  const More& more = more_[record.more - 1];
  out.statement = texts_.text(more.statement);
  out.tables = texts_.text(more.tables);
  out.traceparent = texts_.text(more.traceparent);
  return out;
}

}  // namespace weft::connections
