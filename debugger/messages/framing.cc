#include "debugger/messages/framing.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <utility>

namespace weft::messages {
namespace {

constexpr size_t kLongestHead = 4096;
constexpr std::string_view kHeadEnd = "\r\n\r\n";
constexpr std::string_view kLength = "content-length:", kType = "content-type:";
constexpr const char* kNoHead = "a message does not begin with a header Content-Length";

std::string lower(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), [](unsigned char c) { return std::tolower(c); });
  return out;
}

std::optional<size_t> number_in(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  size_t number = 0;
  const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || rest != text.data() + text.size()) return std::nullopt;
  return number;
}

/// The number of bytes that the head of a message announces. Nothing: it is no head of a message. A head
/// with any other line is somebody else's, who speaks HTTP: a page in a browser can send that to a port.
std::optional<size_t> length_in(std::string_view head) {
  const std::string text = lower(head);
  std::optional<size_t> length;
  for (size_t at = 0; at <= text.size();) {
    const size_t end = std::min(text.find("\r\n", at), text.size());
    const std::string_view line = std::string_view(text).substr(at, end - at);
    at = end + 2;
    if (line.starts_with(kType)) continue;
    if (length || !line.starts_with(kLength)) return std::nullopt;
    length = number_in(line.substr(kLength.size()));
    if (!length) return std::nullopt;
  }
  return length;
}

bool is_blank(std::string_view line) {
  return line.find_first_not_of(" \t\r") == std::string_view::npos;
}

}  // namespace

std::optional<Incoming> Splitter::next() {
  if (lost_) return std::nullopt;
  return framing_ == Framing::kLines ? next_line() : next_body();
}

std::optional<Incoming> Splitter::fail(std::string error) {
  return Incoming{"", std::move(error)};
}

std::optional<Incoming> Splitter::next_line() {
  while (true) {
    const size_t end = buffer_.find('\n');
    if (end == std::string::npos) {
      const bool too_long = buffer_.size() > kMostBytes;
      if (too_long || skipping_) buffer_.clear();
      if (!too_long || skipping_) return std::nullopt;
      skipping_ = true;
      return fail("a message is longer than " + std::to_string(kMostBytes) + " bytes");
    }
    std::string line = buffer_.substr(0, end);
    buffer_.erase(0, end + 1);
    if (std::exchange(skipping_, false) || is_blank(line)) continue;
    if (line.size() > kMostBytes)
      return fail("a message is longer than " + std::to_string(kMostBytes) + " bytes");
    return Incoming{std::move(line), ""};
  }
}

std::optional<Incoming> Splitter::next_body() {
  const size_t end = buffer_.find(kHeadEnd);
  if (end == std::string::npos) {
    if (buffer_.size() <= kLongestHead) return std::nullopt;
    lost_ = true;
    return fail(kNoHead);
  }
  const auto length = length_in(std::string_view(buffer_).substr(0, end));
  if (!length || *length > kMostBytes) {
    lost_ = true;
    return fail(length ? "a message is longer than " + std::to_string(kMostBytes) + " bytes"
                       : kNoHead);
  }
  const size_t begin = end + kHeadEnd.size();
  if (buffer_.size() - begin < *length) return std::nullopt;
  Incoming message{buffer_.substr(begin, *length), ""};
  buffer_.erase(0, begin + *length);
  return message;
}

std::string Splitter::left_over() const {
  if (lost_ || skipping_ || is_blank(buffer_)) return "";
  return "the last message is not complete";
}

std::string framed(Framing framing, std::string_view text) {
  if (framing == Framing::kLines) return std::string(text) + "\n";
  return "Content-Length: " + std::to_string(text.size()) + "\r\n\r\n" + std::string(text);
}

}  // namespace weft::messages
