#include "debugger/protocol/mysql/mysql_decoder.h"

#include <algorithm>

#include "debugger/protocol/characters.h"
#include "debugger/protocol/postgres/sql_text.h"

namespace weft::protocol {

namespace {

// Capabilities of the client.
constexpr uint64_t kQueryAttributes = 0x800'0000;
constexpr uint64_t kConnectWithDb = 0x8, kCompress = 0x20, kProtocol41 = 0x200, kClientSsl = 0x800,
                   kAuthLengthEncoded = 0x200000, kDeprecateEof = 0x1000000, kZstd = 0x4000000;
// Bits of the status that ends a result.
constexpr uint64_t kMoreResults = 0x8, kCursorExists = 0x40;
// First bytes of packets.
constexpr uint8_t kOk = 0x00, kLocalFile = 0xfb, kEof = 0xfe, kError = 0xff;
constexpr uint64_t kMostEofBytes = 9;
constexpr uint64_t kMostStatements = 4096;

enum Command : uint8_t {
  kQuit = 0x01,
  kInitDb = 0x02,
  kQuery = 0x03,
  kFieldList = 0x04,
  kStatistics = 0x09,
  kChangeUser = 0x11,
  kBinlogDump = 0x12,
  kPrepare = 0x16,
  kExecute = 0x17,
  kLongData = 0x18,
  kCloseStatement = 0x19,
  kFetch = 0x1c,
  kBinlogDumpGtid = 0x1e,
  kLogin = 0xff,  ///< of weft's own: Pending::tag of the login
};

const char* command_name(uint8_t command) {
  switch (command) {
    case 0x05:
      return "create database";
    case 0x06:
      return "drop database";
    case kStatistics:
      return "statistics";
    case 0x0a:
      return "processlist";
    case 0x0c:
      return "kill";
    case 0x0d:
      return "debug";
    case 0x0e:
      return "ping";
    case kChangeUser:
      return "change user";
    case 0x1a:
      return "reset statement";
    case 0x1b:
      return "set option";
    case kFetch:
      return "fetch";
    case 0x1f:
      return "reset connection";
    default:
      return "command";
  }
}

std::string_view take_string(std::string_view& content) {
  const std::string_view text = content.substr(0, content.find('\0'));
  content.remove_prefix(std::min(content.size(), text.size() + 1));
  return text;
}

/// Commands that are not answered.
bool is_unanswered(uint8_t command) {
  return command == kQuit || command == kLongData || command == kCloseStatement;
}

std::string counted(uint64_t count, const char* one, const char* many) {
  return std::to_string(count) + " " + (count == 1 ? one : many);
}

}  // namespace

bool is_mysql_greeting(std::string_view first_bytes) {
  constexpr uint64_t kLeast = 30, kMost = 512;
  std::string_view rest = first_bytes;
  const uint64_t length = take_integer(rest, 3);
  const uint64_t sequence = take_integer(rest, 1), version = take_integer(rest, 1);
  const size_t end = rest.find('\0');
  return length >= kLeast && length <= kMost && sequence == 0 && version == 10 &&
         end != std::string_view::npos && end >= 3 && is_digit(rest[0]) &&
         std::all_of(rest.begin(), rest.begin() + static_cast<std::ptrdiff_t>(end),
                     [](char c) { return c >= ' ' && c <= '~'; });
}

void MysqlDecoder::bytes(Side side, std::string_view data) {
  if (given_up_) return;
  if (side == Side::kRequests) {
    take_requests(data);
  } else {
    take_answers(data);
  }
}

void MysqlDecoder::take_requests(std::string_view data) {
  using Got = MysqlPackets::Got;
  bool more = true;  // an empty payload ends without another byte
  while ((!data.empty() || more) && !given_up_ && !requests_lost_) {
    if (!silent_ && !pipeline_.empty() && !pipeline_.back().complete)
      pipeline_.sink().request_goes_on(pipeline_.back().id);
    const Got got = requests_.take(data);
    if (got == Got::kBegin) request_begins();
    if (got == Got::kPacket) request_packet();
    more = got == Got::kBegin;
  }
}

void MysqlDecoder::request_begins() {
  // After the first packet of a login, or of another user's, more of its proof may come.
  const bool proves = !pipeline_.empty() && pipeline_.front().tag == kChangeUser;
  silent_ = sends_file_ || (!logged_in_ && login_asked_) || proves ||
            (logged_in_ && (requests_.length() == 0 || is_unanswered(requests_.first_byte())));
  if (silent_) return;
  if (!pipeline_.begin_request(logged_in_ ? requests_.first_byte() : uint32_t{kLogin}))
    return give_up();
  login_asked_ = true;
}

void MysqlDecoder::request_packet() {
  if (sends_file_ && requests_.length() == 0) sends_file_ = false;
  if (silent_) return;
  if (logged_in_) {
    command_packet(requests_.content());
  } else {
    login_packet(requests_.content());
  }
}

/// Capabilities (4), the largest packet (4), character set (1), zeros (23), user, proof, database.
void MysqlDecoder::login_packet(std::string_view content) {
  constexpr size_t kBeforeUser = 28;
  const uint64_t capabilities = take_integer(content, 4);
  if ((capabilities & kProtocol41) == 0 || (capabilities & kClientSsl) != 0) {
    const bool encrypts = (capabilities & kClientSsl) != 0 && content.size() <= kBeforeUser;
    if (encrypts) end_request("TLS", "");
    if (encrypts || (capabilities & kProtocol41) == 0) return give_up();
  }
  ends_without_eof_ = (capabilities & kDeprecateEof) != 0;
  query_attributes_ = (capabilities & kQueryAttributes) != 0;
  compressed_ = (capabilities & (kCompress | kZstd)) != 0;
  content.remove_prefix(std::min(content.size(), kBeforeUser));
  std::string what = "connect user=" + std::string(take_string(content).substr(0, 48));
  const uint64_t proof =
      (capabilities & kAuthLengthEncoded) != 0 ? take_length(content) : take_integer(content, 1);
  content.remove_prefix(std::min<uint64_t>(content.size(), proof));
  if ((capabilities & kConnectWithDb) != 0 && !content.empty())
    what += " database=" + std::string(take_string(content).substr(0, 48));
  end_request(what, "");
}

void MysqlDecoder::command_packet(std::string_view content) {
  const auto command = static_cast<uint8_t>(take_integer(content, 1));
  switch (command) {
    case kQuery:
      // The number of attributes, and of their sets; attributes would come before the text.
      if (query_attributes_) {
        if (take_length(content) != 0) return end_request("query", "");
        take_length(content);
      }
      return end_request("", content);
    case kPrepare:
      prepared_sql_ = content.substr(0, kMaxStatement);
      return end_request("PREPARE ", content);
    case kExecute: {
      const auto statement = statements_.find(static_cast<uint32_t>(take_integer(content, 4)));
      return statement == statements_.end() ? end_request("EXECUTE", "")
                                            : end_request("", statement->second);
    }
    case kInitDb:
      return end_request("use " + std::string(content.substr(0, 64)), "");
    case kFieldList:
      return end_request("fields of " + std::string(take_string(content).substr(0, 64)), "");
    case kBinlogDump:
    case kBinlogDumpGtid:
      end_request("binlog dump", "");
      return give_up();  // a stream without an end
    default:
      return end_request(command_name(command), "");
  }
}

/// With `sql`: `what` stands before its summary.
void MysqlDecoder::end_request(std::string_view what, std::string_view sql) {
  const SqlSummary summary = summarize_sql(sql);
  const std::string text = std::string(what) + (sql.empty() ? "" : summary.what);
  const std::string tables = join_tables(summary.tables);
  pipeline_.end_request({std::string_view(text).substr(0, kMaxWhat),
                         sql.substr(0, kMaxStatement),
                         tables,
                         {},
                         requests_.bytes()});
}

void MysqlDecoder::take_answers(std::string_view data) {
  using Got = MysqlPackets::Got;
  if (pipeline_.answers_lost()) return pipeline_.add_lost(data.size());
  bool more = true;
  while ((!data.empty() || more) && !given_up_) {
    const Got got = answers_.take(data);
    if (login_asked_ && !pipeline_.empty()) pipeline_.touch_answer();
    if (got == Got::kPacket) answer_packet();
    more = got == Got::kBegin;
  }
}

void MysqlDecoder::answer_packet() {
  if (pipeline_.empty()) {
    if (login_asked_) give_up();  // else it is the greeting
    return;
  }
  answer_bytes_ += answers_.bytes();
  const std::string_view content = answers_.content();
  if (answers_.first_byte() == kError && part_ != Part::kColumns) return answer_error(content);
  switch (part_) {
    case Part::kFirst:
      return first_packet(content);
    case Part::kColumns:
      if (--left_ > 0) return;
      part_ = Part::kRows;
      if (!ends_without_eof_) {
        std::string_view rest = content.substr(std::min<size_t>(content.size(), 3));
        if ((take_integer(rest, 2) & kCursorExists) != 0) end_answer("cursor");
      }
      return;
    case Part::kRows:
      return row_packet(content);
    case Part::kFields:
      if (!is_last_row(content)) {
        ++rows_;
        return;
      }
      return end_answer(counted(rows_, "field", "fields"));
    case Part::kDescription:
      if (--left_ == 0) end_answer("OK");
      return;
  }
}

void MysqlDecoder::first_packet(std::string_view content) {
  const uint32_t command = pipeline_.front().tag;
  const uint8_t first = answers_.first_byte();
  if (command == kLogin || command == kChangeUser) {
    if (first != kOk) return;  // the proof goes on
    logged_in_ = true;
    end_answer("OK");
    if (compressed_) give_up();
    return;
  }
  if (command == kStatistics) return end_answer("OK");
  if (command == kFieldList || command == kFetch) {
    part_ = command == kFetch ? Part::kRows : Part::kFields;
    answer_bytes_ -= answers_.bytes();  // it is counted again there
    return answer_packet();
  }
  if (first == kLocalFile) {
    sends_file_ = true;
    return;
  }
  if (first == kOk && command == kPrepare) return prepared(content);
  if (first == kOk) {
    take_integer(content, 1);
    const uint64_t affected = take_length(content);
    take_length(content);  // the last ID
    return result_ends(take_integer(content, 2),
                       affected == 0 ? "OK" : "OK, " + std::to_string(affected) + " affected");
  }
  if (first == kEof && answers_.length() < kMostEofBytes) return end_answer("OK");
  part_ = Part::kColumns;
  left_ = take_length(content) + (ends_without_eof_ ? 0 : 1);
}

/// The statement's number (4), how many columns (2) and parameters (2) are described next.
void MysqlDecoder::prepared(std::string_view content) {
  take_integer(content, 1);
  const auto number = static_cast<uint32_t>(take_integer(content, 4));
  const uint64_t columns = take_integer(content, 2), parameters = take_integer(content, 2);
  if (statements_.size() >= kMostStatements) statements_.clear();
  statements_[number] = prepared_sql_;
  const uint64_t end = ends_without_eof_ ? 0 : 1;
  left_ = columns + (columns > 0 ? end : 0) + parameters + (parameters > 0 ? end : 0);
  if (left_ == 0) return end_answer("OK");
  part_ = Part::kDescription;
}

bool MysqlDecoder::is_last_row(std::string_view content) const {
  return !content.empty() && static_cast<uint8_t>(content[0]) == kEof &&
         answers_.length() < (ends_without_eof_ ? uint64_t{0xffffff} : kMostEofBytes);
}

void MysqlDecoder::row_packet(std::string_view content) {
  if (!is_last_row(content)) {
    ++rows_;
    return;
  }
  take_integer(content, 1);
  if (ends_without_eof_) {
    take_length(content);
    take_length(content);
  } else {
    take_integer(content, 2);  // warnings
  }
  result_ends(take_integer(content, 2), counted(rows_, "row", "rows"));
}

void MysqlDecoder::result_ends(uint64_t status, std::string_view outcome) {
  part_ = Part::kFirst;
  if ((status & kMoreResults) == 0) end_answer(outcome);
}

/// Code (2), '#' and the SQL state (5), the message.
void MysqlDecoder::answer_error(std::string_view content) {
  take_integer(content, 1);
  std::string text = "ERROR " + std::to_string(take_integer(content, 2));
  if (content.starts_with('#')) {
    text += " " + std::string(content.substr(1, 5));
    content.remove_prefix(std::min<size_t>(content.size(), 6));
  }
  end_answer(text + " " + std::string(content), true);
}

void MysqlDecoder::end_answer(std::string_view outcome, bool failed) {
  pipeline_.end_answer({outcome.substr(0, kMaxOutcome), failed, answer_bytes_});
  part_ = Part::kFirst;
  rows_ = answer_bytes_ = left_ = 0;
  sends_file_ = false;
}

void MysqlDecoder::gap(Side side, uint64_t count) {
  if (given_up_ || count == 0) return;
  using Skipped = MysqlPackets::Skipped;
  if (side == Side::kRequests) {
    if (requests_lost_) return;
    const Skipped skipped = requests_.skip(count);
    if (skipped == Skipped::kPacket) request_packet();
    if (skipped != Skipped::kLost) return;
    if (!silent_ && !pipeline_.empty() && !pipeline_.back().complete) end_request(kNotRecorded, "");
    requests_.restart();
    requests_lost_ = true;
    return;
  }
  if (pipeline_.answers_lost()) return pipeline_.add_lost(count);
  const Skipped skipped = answers_.skip(count);
  if (skipped == Skipped::kPacket) answer_packet();
  if (skipped != Skipped::kLost) return;
  answers_.restart();
  part_ = Part::kFirst;
  rows_ = left_ = 0;
  pipeline_.lose_answers({.bytes = answer_bytes_});
  answer_bytes_ = 0;
}

}  // namespace weft::protocol
