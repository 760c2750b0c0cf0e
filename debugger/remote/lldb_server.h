/// Shows the program in focus to LLDB, as a GDB remote server does: LLDB sees one process that
/// stands and goes on, and never learns that behind a stop there may be another process, at an
/// earlier time.
///
///   shell ──────────────────────────────┐ jumps, searches
///   LLDB ══ socket pair ══ LldbServer ──┴─> Traveller (on the travel thread)
///
/// Why not attach LLDB to the replayed process itself? It would see weft's runtime, one kernel
/// thread instead of the program's threads, and each jump in time would cost an attach (0.2 s) and
/// all that LLDB knew of the process.
///
/// A jump looks to LLDB like a process that went on and stopped: the shell calls hold(), lets LLDB
/// continue, and every request to go on is answered with where the program stands now.
#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "debugger/remote/packets.h"
#include "debugger/remote/register_file.h"
#include "debugger/remote/task_threads.h"
#include "debugger/travel/travel_thread.h"
#include "debugger/travel/traveller.h"
#include "weft/base/unique_fd.h"

namespace weft::remote {

class LldbServer {
 public:
  LldbServer(travel::TravelThread& thread, travel::Traveller& traveller);
  ~LldbServer();

  /// LLDB's end of the socket pair; it stays ours to close.
  int client_fd() const { return client_.get(); }

  // Of the travel thread:

  /// LLDB's requests to go on stop before this event; `words` say why.
  void set_limit(trace::EventIndex event, std::string words) {
    limit_ = event;
    limit_words_ = std::move(words);
  }
  /// What a stop at the end of the recording is called; asked for there.
  void set_end_words(std::function<std::string()> words) { end_words_ = std::move(words); }
  /// From now on requests to go on are answered by `reason`, and nothing moves.
  void hold(std::string reason);
  void let_go() { held_ = false; }
  /// Why the program stands, in words: for hold() where it stands already.
  std::string stop_words() const;
  /// From now on suspended tasks are threads, too.
  void show_tasks(ListTasks list) { tasks_.show(std::move(list)); }
  bool shows_tasks() const { return tasks_.shown(); }
  /// Of a thread that is a suspended task: where its coroutines stand; see CoroutineStack.
  std::vector<Address> places_of_task(travel::ShownThread thread) {
    const auto* stack = thread.is_task() ? tasks_.stack(thread) : nullptr;
    return stack != nullptr ? stack->places : std::vector<Address>();
  }
  /// How the program came to stand where it stands, when LLDB let it go last.
  const process::ProgramStop& last_stop() const { return stop_; }
  /// What stood at a watched address when the program was let go last, which is what a hit of that
  /// watch has overwritten. Empty: it is not watched.
  std::vector<std::byte> watched_before(Address address) const;
  /// What expressions have written to stdout and stderr since the last time.
  std::string take_written() { return std::exchange(written_, ""); }
  /// How often it was let go.
  uint64_t moves() const { return moves_; }

 private:
  void serve(const std::stop_token& stop);
  void answer(const std::string& packet);
  std::string reply(std::string_view packet);

  /// What _M gave out, and what LLDB wrote there: code of its own among it. Each process gets it
  /// when it is used there first.
  struct OwnMemory {
    uint32_t protection;
    std::vector<std::byte> content;
  };

  std::string query(std::string_view packet);
  enum class Which : uint8_t { kOne, kAll };
  std::string read_registers(std::string_view rest, Which which);
  std::string write_registers(std::string_view rest, Which which);
  std::string read_memory(std::string_view rest);
  std::string write_memory(std::string_view rest);
  std::string allocate(std::string_view rest);
  enum class Change : uint8_t { kInsert, kRemove };
  std::string breakpoint(std::string_view rest, Change change);
  std::string resume(std::string_view actions);
  std::string thread_list();
  std::string memory_region(std::string_view rest);

  std::string stop_reply();
  std::string stop_reply_of(travel::ShownThread thread);
  std::string reason_of() const;
  travel::ShownThread chosen_thread(std::string_view& rest);
  RegisterFile file_of(travel::ShownThread thread);
  OwnMemory* own_memory_at(Address address);
  void bring_own_memory();
  void remember_watched();

  travel::TravelThread& thread_;
  travel::Traveller& traveller_;
  UniqueFd server_, client_;
  PacketReader reader_;
  trace::EventIndex limit_ = kNone;
  std::string limit_words_;
  std::function<std::string()> end_words_ = [] { return "end of the recording"; };
  bool held_ = false;
  uint64_t moves_ = 0;
  std::string held_reason_;
  process::ProgramStop stop_;
  std::string stop_text_;
  std::string written_;
  TaskThreads tasks_;
  std::set<Address> breakpoints_;
  std::set<process::Watch> watches_;
  std::map<Address, std::vector<std::byte>> watched_before_;
  std::map<Address, OwnMemory> own_memory_;
  Address next_own_memory_;
  std::jthread reader_thread_;  ///< last: it uses all of the above
};

}  // namespace weft::remote
