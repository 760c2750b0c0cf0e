// A program that only computes: sorts, hashes, multiplies. Prints the seconds that it took.
//   compute ROUNDS
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <unordered_map>
#include <vector>

static uint64_t round_of(uint64_t seed) {
  std::mt19937_64 random(seed);
  std::vector<uint64_t> numbers(200'000);
  for (uint64_t& number : numbers) number = random();
  std::sort(numbers.begin(), numbers.end());
  std::unordered_map<uint64_t, uint64_t> counts;
  for (const uint64_t number : numbers) ++counts[number % 10'007];
  double product[64] = {};
  for (size_t i = 0; i < numbers.size(); ++i) {
    product[i % 64] = product[i % 64] * 0.999 + static_cast<double>(numbers[i] >> 40);
  }
  return counts.size() + static_cast<uint64_t>(product[seed % 64]);
}

int main(int argc, char** argv) {
  const int rounds = argc > 1 ? std::atoi(argv[1]) : 100;
  const auto start = std::chrono::steady_clock::now();
  uint64_t sum = 0;
  for (int i = 0; i < rounds; ++i) sum += round_of(static_cast<uint64_t>(i));
  const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start;
  std::printf("%.6f\n", taken.count());
  return sum == 0;
}
