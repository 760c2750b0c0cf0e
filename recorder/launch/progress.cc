#include "recorder/launch/progress.h"

#include <fmt/format.h>
#include <termios.h>
#include <unistd.h>

#include <cstring>

#include "weft/base/human_text.h"

namespace weft::launch {
namespace {

void write_all(const std::string& text) {
  (void)!::write(STDERR_FILENO, text.data(), text.size());
}

}  // namespace

std::string progress_text(const drain::Counters& counters, double seconds) {
  return fmt::format("{:.1f} s, {} events, {}", seconds, counters.events,
                     bytes_text(counters.raw_bytes));
}

std::string summary_text(const drain::Counters& counters, double seconds,
                         const std::string& trace_path, uint32_t processes) {
  const std::string of = processes > 1 ? fmt::format(" of {} processes", processes) : "";
  return fmt::format("weft: recorded {} events{} ({}, {} in the file) in {}: {}", counters.events,
                     of, bytes_text(counters.raw_bytes), bytes_text(counters.file_bytes),
                     seconds_text(seconds), trace_path);
}

std::string death_text(int signal) {
  const char* name = ::sigabbrev_np(signal);
  return name != nullptr ? fmt::format("weft: the program was killed by SIG{}", name)
                         : fmt::format("weft: the program was killed by signal {}", signal);
}

ProgressLine::ProgressLine(bool wanted)
    : wanted_(wanted && ::isatty(STDERR_FILENO) == 1),
      keyboard_input_(::isatty(STDIN_FILENO) == 1) {}

bool ProgressLine::would_spoil(bool program_busy) const {
  termios settings{};
  if (::tcgetpgrp(STDERR_FILENO) != ::getpgrp()) return true;
  if (::tcgetattr(STDERR_FILENO, &settings) != 0 || (settings.c_lflag & ICANON) == 0) return true;
  return keyboard_input_ && !program_busy;
}

void ProgressLine::show(const drain::Counters& counters, bool program_busy) {
  if (!wanted_ || would_spoil(program_busy)) return;
  // The cursor goes back to the line's start, so that the program's next output replaces the line.
  write_all("\r\033[Kweft: " + progress_text(counters, seconds()) + "\r");
  shown_ = true;
}

void ProgressLine::clear() {
  if (std::exchange(shown_, false)) write_all("\r\033[K");
}

}  // namespace weft::launch
