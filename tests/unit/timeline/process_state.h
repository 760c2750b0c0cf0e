/// What a process is, as far as the program in it can tell: registers of all threads and the bytes
/// of all its writable memory.
#pragma once

#include <fcntl.h>
#include <unistd.h>

#include <cinttypes>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "replayer/timeline/focus.h"
#include "weft/base/unique_fd.h"
#include "weft/channel/layout.h"
#include "weft/trace/crc32c.h"

namespace weft::timeline {

struct ProcessState {
  std::vector<std::tuple<uint32_t, std::string>> threads;  ///< number, registers
  std::map<uint64_t, uint32_t> pages;  ///< checksums of all that is not zero, by address

  friend bool operator==(const ProcessState&, const ProcessState&) = default;

  /// Registers of all threads; for the current one, as the program has them.
  static ProcessState of(const Focus& focus) {
    ProcessState state;
    for (const ThreadState& thread : focus.threads()) {
      trace::Registers registers = thread.registers;
      registers.gs_base = 0;
      state.threads.emplace_back(
          thread.id, std::string(reinterpret_cast<char*>(&registers), sizeof registers));
    }
    const std::string folder = "/proc/" + std::to_string(focus.pid());
    const UniqueFd memory(::open((folder + "/mem").c_str(), O_RDONLY | O_CLOEXEC));
    std::ifstream maps(folder + "/maps");
    for (std::string line; std::getline(maps, line);) {
      uint64_t begin = 0, end = 0;
      char protection[8] = {};
      if (std::sscanf(line.c_str(), "%" SCNx64 "-%" SCNx64 " %7s", &begin, &end, protection) != 3) {
        continue;
      }
      if (!is_programs(begin) || protection[1] != 'w') continue;
      add_pages(memory.get(), begin, end, &state.pages);
    }
    return state;
  }

  /// What differs first, for a person.
  std::string difference(const ProcessState& other) const {
    if (threads.size() != other.threads.size()) return "another number of threads";
    for (size_t i = 0; i < threads.size(); ++i) {
      const auto &a = std::get<1>(threads[i]), &b = std::get<1>(other.threads[i]);
      for (size_t at = 0; at < a.size(); at += 8) {
        if (a.compare(at, 8, b, at, 8) != 0) {
          return "register " + std::to_string(at / 8) + " of thread " + std::to_string(i);
        }
      }
    }
    for (const auto& [address, crc] : pages) {
      const auto at = other.pages.find(address);
      if (at == other.pages.end() || at->second != crc) return hex("page ", address);
    }
    return pages.size() == other.pages.size() ? "nothing" : "another number of pages";
  }

 private:
  static std::string hex(const char* text, uint64_t number) {
    char buffer[64];
    std::snprintf(buffer, sizeof buffer, "%s%" PRIx64, text, number);
    return buffer;
  }

  static bool is_programs(uint64_t address) {
    return address < layout::kLogAddress ||
           (address >= layout::kProgramStart && address < 0x7e00'0000'0000);
  }

  /// Page by page: the kernel joins neighbouring mappings or not, as it likes.
  static void add_pages(int memory, uint64_t begin, uint64_t end,
                        std::map<uint64_t, uint32_t>* pages) {
    static const std::vector<char> zeros(layout::kPage);
    std::vector<char> bytes(256 * layout::kPage);
    for (uint64_t at = begin; at < end; at += bytes.size()) {
      const size_t wanted = std::min<uint64_t>(bytes.size(), end - at);
      const ssize_t got = ::pread(memory, bytes.data(), wanted, static_cast<off_t>(at));
      for (ssize_t page = 0; page < got; page += layout::kPage) {
        if (std::memcmp(&bytes[page], zeros.data(), layout::kPage) == 0) continue;
        (*pages)[at + page] = trace::crc32c(&bytes[page], layout::kPage);
      }
    }
  }
};

}  // namespace weft::timeline
