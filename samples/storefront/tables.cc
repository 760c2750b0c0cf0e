#include "tables.h"

#include <algorithm>
#include <cctype>
#include <mutex>
#include <thread>

namespace {

constexpr auto kSelectTakes = std::chrono::microseconds(500);
constexpr int kCustomers = 40;
constexpr int kProducts = 20;

/// "SELECT a, b FROM t WHERE c = 'x y'" -> SELECT a , b FROM t WHERE c = "x y"
std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  for (size_t i = 0; i < text.size();) {
    const size_t begin = i;
    const auto is_word = [](unsigned char c) { return std::isalnum(c) || c == '_'; };
    if (text[i] == '\'') {
      i = std::min(text.find('\'', i + 1), text.size() - 1) + 1;
      words.emplace_back(text.substr(begin + 1, i - begin - 2));
    } else if (is_word(static_cast<unsigned char>(text[i]))) {
      while (i < text.size() && is_word(static_cast<unsigned char>(text[i]))) ++i;
      words.emplace_back(text.substr(begin, i - begin));
    } else {
      if (std::isspace(static_cast<unsigned char>(text[i])) == 0) words.emplace_back(1, text[i]);
      ++i;
    }
  }
  return words;
}

/// The place of a column; as many as there are columns: it is none of them.
size_t place_of(const Table& table, std::string_view column) {
  const auto found = std::find(table.columns.begin(), table.columns.end(), column);
  return static_cast<size_t>(found - table.columns.begin());
}

Answer failed(std::string what) {
  return {{}, {}, {}, std::move(what)};
}

}  // namespace

Tables::Tables(std::chrono::milliseconds update_takes) : update_takes_(update_takes) {
  auto& products = tables_["products"];
  products.columns = {"id", "name", "price"};
  for (int i = 1; i <= kProducts; ++i) {
    products.rows.push_back(
        {std::to_string(i), "thing " + std::to_string(i), std::to_string(100 + i * 37 % 900)});
  }
  auto& carts = tables_["carts"];
  carts.columns = {"customer", "product", "amount"};
  auto& orders = tables_["orders"];
  orders.columns = {"id", "customer", "product", "state"};
  for (int i = 0; i < kCustomers * 3; ++i) {
    const std::string customer = std::to_string(1 + i % kCustomers);
    const std::string product = std::to_string(1 + i * 7 % kProducts);
    if (i % 3 != 0) carts.rows.push_back({customer, product, std::to_string(1 + i % 4)});
    orders.rows.push_back(
        {std::to_string(1000 + i), customer, product, i % 5 == 0 ? "packed" : "shipped"});
  }
}

Answer Tables::select(const std::vector<std::string>& words) {
  const auto from = std::find(words.begin(), words.end(), "FROM");
  if (words.end() - from < 6) return failed("expected FROM table WHERE column = value");
  const auto found = tables_.find(from[1]);
  if (found == tables_.end()) return failed("relation \"" + from[1] + "\" does not exist");
  Table& table = found->second;
  const std::shared_lock lock(table.mutex);
  std::this_thread::sleep_for(kSelectTakes);
  const size_t where = place_of(table, from[3]);
  if (where == table.columns.size()) return failed("column \"" + from[3] + "\" does not exist");
  const bool counts = words[1] == "count";
  Answer answer;
  std::vector<size_t> places;
  for (auto word = words.begin() + 1; !counts && word < from; word += 2) {
    places.push_back(place_of(table, *word));
    if (places.back() == table.columns.size()) return failed("no column \"" + *word + '"');
    answer.columns.push_back(*word);
  }
  for (const Row& row : table.rows) {
    if (row[where] != from[5]) continue;
    answer.rows.emplace_back();
    for (const size_t place : places) answer.rows.back().push_back(row[place]);
  }
  if (counts) {
    answer.columns = {"count"};
    answer.rows = {{std::to_string(answer.rows.size())}};
  }
  answer.tag = "SELECT " + std::to_string(answer.rows.size());
  return answer;
}

Answer Tables::update(const std::vector<std::string>& words) {
  if (words.size() < 10) return failed("expected UPDATE table SET column = a WHERE column = b");
  const auto found = tables_.find(words[1]);
  if (found == tables_.end()) return failed("relation \"" + words[1] + "\" does not exist");
  Table& table = found->second;
  const std::unique_lock lock(table.mutex);
  std::this_thread::sleep_for(update_takes_);
  const size_t set = place_of(table, words[3]);
  const size_t where = place_of(table, words[7]);
  if (std::max(set, where) == table.columns.size()) return failed("no such column");
  int updated = 0;
  for (Row& row : table.rows) {
    if (row[where] != words[9]) continue;
    row[set] = words[5];
    ++updated;
  }
  return {{}, {}, "UPDATE " + std::to_string(updated), {}};
}

Answer Tables::run(std::string_view statement) {
  const auto words = words_of(statement);
  if (!words.empty() && words[0] == "SELECT") return select(words);
  if (!words.empty() && words[0] == "UPDATE") return update(words);
  return failed("syntax error");
}
