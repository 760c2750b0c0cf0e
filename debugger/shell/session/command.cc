#include "debugger/shell/session/command.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <string_view>
#include <utility>

namespace weft::shell {
namespace {

/// Edits to get from one word to the other.
size_t distance(const std::string& a, const std::string& b) {
  std::vector<size_t> row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    size_t diagonal = row[0];
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t changed = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({changed, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row[b.size()];
}

}  // namespace

const Command* find_command(CommandTables commands, const std::string& word) {
  for (const auto table : commands) {
    for (const Command& command : table) {
      if (word == command.name) return &command;
      for (const std::string& alias : split_words(command.aliases)) {
        if (word == alias) return &command;
      }
    }
  }
  return nullptr;
}

std::string nearest_command(CommandTables commands, const std::string& word) {
  std::string nearest;
  size_t best = SIZE_MAX;
  for (const auto table : commands) {
    for (const Command& command : table) {
      const size_t edits = distance(word, command.name);
      // Of a short word, one other letter makes another word.
      const size_t most = (std::min(word.size(), std::string_view(command.name).size()) + 1) / 3;
      if (edits <= most && edits < best) best = edits, nearest = command.name;
    }
  }
  return nearest;
}

std::optional<uint64_t> to_number(const std::string& text) {
  uint64_t value = 0;
  const char* const behind = text.data() + text.size();
  const auto [end, error] = std::from_chars(text.data(), behind, value);
  if (error != std::errc() || end != behind) return std::nullopt;
  return value;
}

CommandOutput failure(const Error& error) {
  return failure(error.hint.empty() ? error.message : error.message + "\n  " + error.hint);
}

std::vector<std::string> split_words(const std::string& line) {
  std::vector<std::string> words;
  std::string word;
  char quote = 0;
  bool in_word = false;
  for (const char c : line) {
    if (quote != 0 ? c == quote : c == '"' || c == '\'') {
      quote = quote != 0 ? 0 : c;
      in_word = true;
    } else if (quote == 0 && (c == ' ' || c == '\t')) {
      if (in_word) words.push_back(std::exchange(word, ""));
      in_word = false;
    } else {
      word += c;
      in_word = true;
    }
  }
  if (in_word) words.push_back(word);
  return words;
}

}  // namespace weft::shell
