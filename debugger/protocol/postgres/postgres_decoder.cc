#include "debugger/protocol/postgres/postgres_decoder.h"

#include "debugger/protocol/postgres/sql_text.h"

namespace weft::protocol {

namespace {

constexpr uint32_t kStartup = 0x00030000;  // 3.0; 3.1 and later share the upper half
constexpr uint32_t kCancel = 80877102;
constexpr uint32_t kSsl = 80877103;
constexpr uint32_t kGss = 80877104;

/// Pending::tag
enum PostgresTag : uint32_t { kCycle, kStartUp, kOneByte };

/// Messages of the extended query protocol, and of a function call.
bool belongs_to_cycle(char type) {
  return std::string_view("QPBEDCSHF").find(type) != std::string_view::npos;
}
/// Messages of a frontend that open no exchange: passwords, COPY's data, Terminate.
bool is_silent(char type) {
  return std::string_view("pdcfX").find(type) != std::string_view::npos;
}
bool is_backend_message(char type) {
  return std::string_view("RKSZTDCEIN123sntAGHWdcVv").find(type) != std::string_view::npos;
}

/// "connect user=app database=shop"; the first byte of `content` is after the version.
std::string connect_text(std::string_view content) {
  std::string out = "connect";
  for (int i = 0; i < 32 && !content.empty(); ++i) {
    const std::string_view key = take_c_string(content);
    const std::string_view value = take_c_string(content);
    if (key == "user" || key == "database")
      out.append(" ").append(key).append("=").append(value.substr(0, 48));
  }
  return out;
}

}  // namespace

void PostgresDecoder::bytes(Side side, std::string_view data) {
  if (given_up_) return;
  if (side == Side::kRequests) {
    take_requests(data);
  } else {
    take_answers(data);
  }
}

void PostgresDecoder::take_requests(std::string_view data) {
  using Got = PostgresFrames::Got;
  if (requests_lost_) return;
  while (!data.empty() && !given_up_) {
    if (cycle_open_ && requests_.inside()) pipeline_.sink().request_goes_on(pipeline_.back().id);
    const Got got = requests_.take(data);
    if (got == Got::kNonsense) return give_up();
    if (got == Got::kFrame) request_frame();
    if (got != Got::kBegin) continue;
    const char type = requests_.type();
    if (is_silent(type)) continue;
    if ((type != 0 && !belongs_to_cycle(type)) || !begin_request()) give_up();
  }
}

bool PostgresDecoder::begin_request() {
  if (cycle_open_) return true;
  sql_.clear();
  parsed_.clear();
  executions_ = request_bytes_ = 0;
  cycle_open_ = pipeline_.begin_request(kCycle);
  return cycle_open_;
}

void PostgresDecoder::request_frame() {
  if (!cycle_open_) return;  // a password, data of COPY
  request_bytes_ += requests_.bytes();
  std::string_view content = requests_.content();
  switch (requests_.type()) {
    case 0:
      return startup_frame();
    case 'Q':
      return end_cycle(take_c_string(content), "");
    case 'F':
      return end_cycle("function call", "");
    case 'S':
      if (executions_ == 0 && !parsed_.empty()) return end_cycle(parsed_, "PREPARE ");
      return end_cycle(sql_, "");
    default:
      extended_frame();
  }
}

void PostgresDecoder::extended_frame() {
  std::string_view content = requests_.content();
  switch (requests_.type()) {
    case 'P': {
      const std::string_view name = take_c_string(content);
      const std::string_view sql = take_c_string(content);
      statements_.parse(name, sql);
      if (parsed_.empty()) parsed_ = sql.substr(0, kMaxStatement);
      break;
    }
    case 'B': {
      const std::string_view portal = take_c_string(content);
      statements_.bind(portal, take_c_string(content));
      break;
    }
    case 'E':
      if (executions_++ == 0) sql_ = statements_.sql_of_portal(take_c_string(content));
      break;
    case 'D':  // a statement or a portal; it names the exchange if nothing is executed
      if (parsed_.empty() && content.size() > 1 && content[0] == 'S')
        parsed_ = statements_.sql_of_statement(content.substr(1, content.find('\0', 1) - 1));
      break;
    default:
      break;
  }
}

void PostgresDecoder::end_cycle(std::string_view sql, std::string_view prefix) {
  SqlSummary summary = summarize_sql(sql);
  std::string what = std::string(prefix) + (summary.what.empty() ? "Sync" : summary.what);
  if (executions_ > 1) what += " (+" + std::to_string(executions_ - 1) + " more)";
  const std::string tables = join_tables(summary.tables);
  pipeline_.end_request({what, sql.substr(0, kMaxStatement), tables, {}, request_bytes_});
  cycle_open_ = false;
}

void PostgresDecoder::startup_frame() {
  std::string_view content = requests_.content();
  if (content.size() < 4) return give_up();
  const uint32_t code = big_endian_32(content);
  std::string what;
  auto tag = kStartUp;
  if (code == kSsl || code == kGss) {
    what = code == kSsl ? "SSLRequest" : "GSSENCRequest";
    tag = kOneByte;
    requests_.expect_untyped();
  } else if (code == kCancel) {
    what = "CancelRequest";
  } else if (code >> 16 == kStartup >> 16) {
    what = connect_text(content.substr(4));
  } else {
    return give_up();
  }
  pipeline_.back().tag = tag;
  pipeline_.end_request({what, {}, {}, {}, request_bytes_});
  cycle_open_ = false;
}

void PostgresDecoder::take_answers(std::string_view data) {
  using Got = PostgresFrames::Got;
  while (!data.empty() && !given_up_) {
    if (pipeline_.answers_lost()) return pipeline_.add_lost(data.size());
    pipeline_.touch_answer();
    if (!pipeline_.empty() && pipeline_.front().tag == kOneByte && !answers_.inside()) {
      one_byte_answer(data.front());
      data.remove_prefix(1);
      continue;
    }
    const Got got = answers_.take(data);
    if (got == Got::kNonsense || (got == Got::kBegin && !is_backend_message(answers_.type())))
      return give_up();
    if (got == Got::kFrame) answer_frame();
  }
}

/// What follows an accepted request is encrypted.
void PostgresDecoder::one_byte_answer(char answer) {
  const bool accepted = answer == 'S' || answer == 'G';
  pipeline_.end_answer({.outcome = accepted ? "accepted" : "refused", .bytes = 1});
  if (pipeline_.empty()) cycle_open_ = false;
  if (accepted) give_up();
}

void PostgresDecoder::answer_frame() {
  if (answers_.type() == 'A') take_notification();
  if (pipeline_.empty()) return;
  pipeline_.front().answer_bytes += answers_.bytes();
  std::string_view content = answers_.content();
  switch (answers_.type()) {
    case 'C':
      if (!failed_) outcome_ = take_c_string(content).substr(0, kMaxOutcome);
      break;
    case 'I':
      if (!failed_) outcome_ = "empty";
      break;
    case 'E':
      take_error();
      break;
    case 'Z':
      end_answer();
      break;
    default:
      break;
  }
}

/// ErrorResponse: fields of a type byte and a string each. After FATAL the server hangs up.
void PostgresDecoder::take_error() {
  std::string_view content = answers_.content();
  std::string_view severity = "ERROR", code, message;
  while (!content.empty() && content.front() != '\0') {
    const char field = content.front();
    content.remove_prefix(1);
    const std::string_view value = take_c_string(content);
    if (field == 'V') severity = value;
    if (field == 'C') code = value;
    if (field == 'M') message = value;
  }
  if (!failed_) {
    outcome_.assign(severity.substr(0, 16));
    outcome_.append(" ").append(code.substr(0, 5)).append(" ").append(message);
    outcome_.resize(std::min(outcome_.size(), kMaxOutcome));
  }
  failed_ = true;
  if (severity == "FATAL" || severity == "PANIC") end_answer();
}

void PostgresDecoder::take_notification() {
  std::string_view content = answers_.content();
  content.remove_prefix(std::min<size_t>(content.size(), 4));  // the notifying process
  const std::string what = "NOTIFY " + std::string(take_c_string(content).substr(0, 64));
  const ExchangeId id = pipeline_.sink().begin_push(what);
  pipeline_.sink().begin_answer(id);
  pipeline_.sink().end_answer(id, {.bytes = answers_.bytes()}, When::kNow);
}

void PostgresDecoder::end_answer() {
  if (outcome_.empty()) outcome_ = pipeline_.front().tag == kStartUp ? "connected" : "OK";
  pipeline_.end_answer({outcome_, failed_, 0});
  outcome_.clear();
  failed_ = false;
  if (pipeline_.empty()) cycle_open_ = false;  // answered before it had ended
}

void PostgresDecoder::gap(Side side, uint64_t count) {
  using Skipped = PostgresFrames::Skipped;
  if (given_up_ || count == 0) return;
  const bool requests = side == Side::kRequests;
  if (!requests && pipeline_.answers_lost()) return pipeline_.add_lost(count);
  if (requests && requests_lost_) return;
  PostgresFrames& frames = requests ? requests_ : answers_;
  const Skipped skipped = frames.skip(count);
  if (skipped == Skipped::kInside) return;
  if (skipped != Skipped::kLost) requests ? request_frame() : answer_frame();
  if (skipped == Skipped::kFrame) return;
  frames.restart();
  if (requests) {
    requests_lost_ = true;
  } else {
    pipeline_.lose_answers({outcome_, failed_, 0});
    outcome_.clear();
    failed_ = false;
  }
}

void PostgresDecoder::call_ends(Side side, bool partial) {
  if (side == Side::kAnswers) {
    pipeline_.answers_call_ends(partial);
  } else if (!partial && requests_lost_) {
    requests_lost_ = false;
    // Programs flush after Sync: the lost part has closed the cycle.
    if (cycle_open_) end_cycle(sql_.empty() ? parsed_ : sql_, "");
  }
}

void PostgresDecoder::give_up() {
  cycle_open_ = false;
  PipelinedDecoder::give_up();
}

}  // namespace weft::protocol
