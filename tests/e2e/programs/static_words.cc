// flags: -static
// Counts the words of a file with a pool of threads: a static program with the whole C++ library.
#include <algorithm>
#include <fstream>
#include <future>
#include <iostream>
#include <map>
#include <string>
#include <vector>

using Counts = std::map<std::string, int>;

static Counts count(const std::vector<std::string>& words, size_t begin, size_t end) {
  Counts counts;
  for (size_t i = begin; i < end; ++i) ++counts[words[i]];
  return counts;
}

int main(int argc, char** argv) {
  std::ifstream file(argc > 1 ? argv[1] : "/etc/passwd");
  std::vector<std::string> words;
  for (std::string word; file >> word;) words.push_back(word);
  std::vector<std::future<Counts>> parts;
  const size_t size = words.size() / 4 + 1;
  for (size_t begin = 0; begin < words.size(); begin += size) {
    const size_t end = std::min(begin + size, words.size());
    parts.push_back(std::async(std::launch::async, count, std::cref(words), begin, end));
  }
  Counts all;
  for (auto& part : parts) {
    for (const auto& [word, number] : part.get()) all[word] += number;
  }
  for (const auto& [word, number] : all) std::cout << number << ' ' << word << '\n';
  return words.empty() ? 1 : 0;
}
