#include "debugger/protocol/memcached/memcached_decoder.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <vector>

namespace weft::protocol {

namespace {

constexpr uint64_t kLineEnd = 2;  // \r\n
constexpr uint64_t kMostData = uint64_t{1} << 30;
constexpr size_t kMostWords = 64;

constexpr std::string_view kStores[] = {"set", "add", "replace", "append", "prepend", "cas"};
constexpr std::string_view kOthers[] = {
    "get",   "gets", "gat",     "gats",           "delete",      "incr",     "decr", "touch",
    "stats", "quit", "version", "verbosity",      "flush_all",   "shutdown", "mg",   "md",
    "ma",    "mn",   "me",      "cache_memlimit", "lru_crawler", "slabs",    "watch"};
constexpr std::string_view kErrors[] = {"ERROR", "CLIENT_ERROR", "SERVER_ERROR"};

template <class Words>
bool is_one_of(std::string_view word, const Words& words) {
  return std::find(std::begin(words), std::end(words), word) != std::end(words);
}

std::vector<std::string_view> words_of(std::string_view line) {
  std::vector<std::string_view> words;
  while (words.size() < kMostWords) {
    line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
    if (line.empty()) break;
    words.push_back(line.substr(0, line.find(' ')));
    line.remove_prefix(words.back().size());
  }
  return words;
}

std::optional<uint64_t> number_in(std::string_view text) {
  uint64_t number = 0;
  const auto [at, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || at != text.data() + text.size()) return std::nullopt;
  return number;
}

/// Bytes of data that follow the line; nothing: none. A line that makes no sense is kMostData long.
std::optional<uint64_t> data_after(const std::vector<std::string_view>& words) {
  const bool stores = is_one_of(words[0], kStores);
  if (!stores && words[0] != "ms") return std::nullopt;
  const size_t place = stores ? 4 : 2;
  const auto bytes = words.size() > place ? number_in(words[place]) : std::nullopt;
  return bytes ? std::min(*bytes, kMostData) : kMostData;
}

std::string bytes_text(uint64_t bytes) {
  return "<" + std::to_string(bytes) + (bytes == 1 ? " byte>" : " bytes>");
}

bool is_quiet(const std::vector<std::string_view>& words) {
  const bool meta = words[0] == "mg" || words[0] == "ms" || words[0] == "md" || words[0] == "ma";
  return meta && std::find(words.begin() + 1, words.end(), "q") != words.end();
}

/// "2 values", "miss".
std::string values_text(uint64_t values) {
  if (values == 0) return "miss";
  return std::to_string(values) + (values == 1 ? " value" : " values");
}

}  // namespace

/// A client of Redis that types commands has not so many words, or capital letters.
bool is_memcached_request(std::string_view first_bytes) {
  const size_t end = first_bytes.find("\r\n");
  if (end == std::string_view::npos) return false;
  const auto words = words_of(first_bytes.substr(0, end));
  if (words.empty()) return false;
  if (is_one_of(words[0], kStores)) {
    return words.size() >= 5 && number_in(words[2]) &&
           words[3].find_first_not_of("-0123456789") == std::string_view::npos &&
           number_in(words[4]);
  }
  if (words[0] == "ms") return words.size() >= 3 && number_in(words[2]).has_value();
  return is_one_of(words[0], kOthers);
}

void MemcachedDecoder::bytes(Side side, std::string_view data) {
  if (given_up_) return;
  if (side == Side::kRequests) {
    take_requests(data);
  } else {
    take_answers(data);
  }
}

void MemcachedDecoder::take_requests(std::string_view data) {
  while (!data.empty() && !given_up_ && !requests_lost_) {
    if (!inside_) {
      if (!pipeline_.begin_request()) return give_up();
      inside_ = true;
      request_bytes_ = 0;
    } else if (!pipeline_.empty()) {
      pipeline_.sink().request_goes_on(pipeline_.back().id);
    }
    if (data_left_ > 0) {
      const uint64_t taken = std::min<uint64_t>(data_left_, data.size());
      data.remove_prefix(taken);
      request_bytes_ += taken;
      data_left_ -= taken;
      if (data_left_ == 0) command_ends();
      continue;
    }
    const size_t before = data.size();
    const bool complete = command_.take(data);
    request_bytes_ += before - data.size();
    if (complete) take_command(command_.text());
  }
}

void MemcachedDecoder::take_command(std::string_view line) {
  const auto words = words_of(line);
  const bool known = !words.empty() && (is_one_of(words[0], kStores) ||
                                        is_one_of(words[0], kOthers) || words[0] == "ms");
  if (!known || is_quiet(words) || words[0] == "watch") return give_up();
  const auto bytes = data_after(words);
  if (bytes == kMostData) return give_up();
  no_reply_ = words.back() == "noreply" || words[0] == "quit" || words[0] == "shutdown";
  what_.clear();
  // Of what is stored: the key, and how much.
  const size_t shown = bytes ? std::min<size_t>(2, words.size()) : words.size();
  for (size_t i = 0; i < shown && what_.size() < kMaxWhat; ++i)
    what_ += (i == 0 ? "" : " ") + std::string(words[i]);
  if (bytes) what_ += " " + bytes_text(*bytes);
  what_.resize(std::min(what_.size(), kMaxWhat));
  data_left_ = bytes ? *bytes + kLineEnd : 0;
  if (!bytes) command_ends();
}

void MemcachedDecoder::command_ends() {
  inside_ = false;
  pipeline_.end_request({what_, {}, {}, {}, request_bytes_});
  if (!no_reply_ || pipeline_.empty()) return;
  // Those before it are answered first, so it can only be told at once where there are none.
  if (pipeline_.size() == 1) {
    pipeline_.end_answer({.outcome = kNoReply}, When::kBefore);
  } else {
    pipeline_.back().tag = 1;
  }
}

void MemcachedDecoder::take_answers(std::string_view data) {
  if (pipeline_.answers_lost()) return pipeline_.add_lost(data.size());
  while (!data.empty() && !given_up_) {
    while (!pipeline_.empty() && pipeline_.front().tag == 1)
      pipeline_.end_answer({.outcome = kNoReply}, When::kBefore);
    if (pipeline_.empty()) return give_up();
    pipeline_.touch_answer();
    if (!answering_) {
      answering_ = true;
      answer_bytes_ = values_ = statistics_ = 0;
    }
    const size_t before = data.size();
    if (value_left_ > 0) {
      data.remove_prefix(std::min<uint64_t>(value_left_, data.size()));
      value_left_ -= before - data.size();
      answer_bytes_ += before - data.size();
      if (value_left_ == 0 && meta_value_) answer_ends(bytes_text(value_bytes_), false);
      continue;
    }
    const bool complete = answer_.take(data);
    answer_bytes_ += before - data.size();
    if (complete) take_answer_line(answer_.text());
  }
}

void MemcachedDecoder::take_answer_line(std::string_view line) {
  const auto words = words_of(line);
  if (words.empty()) return give_up();
  const auto value_of = [&](size_t place) {
    const auto bytes = words.size() > place ? number_in(words[place]) : std::nullopt;
    return bytes && *bytes < kMostData ? bytes : std::nullopt;
  };
  if (words[0] == "VALUE" || words[0] == "VA") {
    meta_value_ = words[0] == "VA";
    const auto bytes = value_of(meta_value_ ? 1 : 3);
    if (!bytes) return give_up();
    ++values_;
    value_bytes_ = *bytes;
    value_left_ = *bytes + kLineEnd;
    return;
  }
  if (words[0] == "STAT" || words[0] == "ITEM") {
    ++statistics_;
    return;
  }
  if (words[0] == "END")
    return answer_ends(
        statistics_ > 0 ? std::to_string(statistics_) + " lines" : values_text(values_), false);
  answer_ends(line, is_one_of(words[0], kErrors));
}

void MemcachedDecoder::answer_ends(std::string_view outcome, bool failed) {
  answering_ = false;
  pipeline_.end_answer({outcome.substr(0, kMaxOutcome), failed, answer_bytes_});
}

void MemcachedDecoder::gap(Side side, uint64_t count) {
  if (given_up_ || count == 0) return;
  if (side == Side::kRequests) {
    if (requests_lost_) return;
    if (inside_ && data_left_ >= count) {
      data_left_ -= count;
      request_bytes_ += count;
      if (data_left_ == 0) command_ends();
      return;
    }
    if (inside_ && data_left_ > 0) command_ends();
    data_left_ = 0;
    inside_ = false;
    command_.clear();
    requests_lost_ = true;
    return;
  }
  if (pipeline_.answers_lost()) return pipeline_.add_lost(count);
  if (answering_ && value_left_ >= count) {
    value_left_ -= count;
    answer_bytes_ += count;
    if (value_left_ == 0 && meta_value_) answer_ends(bytes_text(value_bytes_), false);
    return;
  }
  // The first value is known by its head, the others and the end of the answer are not.
  answering_ = false;
  value_left_ = 0;
  answer_.clear();
  pipeline_.lose_answers({});
}

}  // namespace weft::protocol
