#include "recorder/runtime/ground/report.h"

#include "recorder/runtime/ground/kernel.h"

namespace weft::runtime {

void Text::add_char(char c) {
  if (size_ + 1 >= capacity_) return;
  buffer_[size_++] = c;
  buffer_[size_] = 0;
}

Text& Text::add(const char* text) {
  while (*text != 0) add_char(*text++);
  return *this;
}

Text& Text::add_decimal(int64_t value) {
  char digits[24];
  int count = 0;
  uint64_t rest =
      value < 0 ? uint64_t{0} - static_cast<uint64_t>(value) : static_cast<uint64_t>(value);
  do {
    digits[count++] = static_cast<char>('0' + rest % 10);
    rest /= 10;
  } while (rest != 0);
  if (value < 0) add_char('-');
  while (count > 0) add_char(digits[--count]);
  return *this;
}

Text& Text::add_hex(uint64_t value) {
  add("0x");
  int shift = 60;
  while (shift > 0 && (value >> shift) == 0) shift -= 4;
  for (; shift >= 0; shift -= 4) add_char("0123456789abcdef"[(value >> shift) & 15]);
  return *this;
}

void fail(const char* what, int64_t value) {
  char buffer[512];
  Text text(buffer, sizeof buffer);
  text.add("weft: internal error: ").add(what).add(" (").add_decimal(value).add(")\n");
  raw(__NR_write, 2, address_of(buffer), text.size());
  const KernelSigaction fallback{0, 0, 0, 0};
  raw(__NR_rt_sigaction, 6, address_of(&fallback), 0, 8);
  const uint64_t none = 0;
  raw(__NR_rt_sigprocmask, 2, address_of(&none), 0, 8);
  raw(__NR_kill, static_cast<uint64_t>(raw(__NR_getpid)), 6);
  for (;;) raw(__NR_exit_group, 134);
}

}  // namespace weft::runtime
