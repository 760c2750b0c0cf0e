#include "replayer/inspect/flag_words.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <span>

namespace weft::inspect {

namespace {

struct Word {
  uint64_t value;
  const char* text;
};

/// What an argument is made of: one of `choices` in the bits of `choice_mask`, and any of `bits`.
struct Vocabulary {
  uint64_t choice_mask;
  std::span<const Word> choices;
  std::span<const Word> bits;
};

#define WEFT_WORD(name)                \
  Word {                               \
    static_cast<uint64_t>(name), #name \
  }

constexpr Word kAccessModes[] = {WEFT_WORD(O_RDONLY), WEFT_WORD(O_WRONLY), WEFT_WORD(O_RDWR)};
constexpr Word kOpenBits[] = {WEFT_WORD(O_CREAT),     WEFT_WORD(O_EXCL),     WEFT_WORD(O_NOCTTY),
                              WEFT_WORD(O_TRUNC),     WEFT_WORD(O_APPEND),   WEFT_WORD(O_NONBLOCK),
                              WEFT_WORD(O_DIRECTORY), WEFT_WORD(O_NOFOLLOW), WEFT_WORD(O_CLOEXEC),
                              WEFT_WORD(O_PATH),      WEFT_WORD(O_SYNC),     WEFT_WORD(O_DSYNC)};
constexpr Word kNothing[] = {{PROT_NONE, "PROT_NONE"}};
constexpr Word kProtections[] = {WEFT_WORD(PROT_READ), WEFT_WORD(PROT_WRITE), WEFT_WORD(PROT_EXEC),
                                 WEFT_WORD(PROT_GROWSDOWN)};
constexpr Word kMapTypes[] = {WEFT_WORD(MAP_SHARED), WEFT_WORD(MAP_PRIVATE),
                              WEFT_WORD(MAP_SHARED_VALIDATE)};
constexpr Word kMapBits[] = {
    WEFT_WORD(MAP_FIXED),     WEFT_WORD(MAP_ANONYMOUS), WEFT_WORD(MAP_GROWSDOWN),
    WEFT_WORD(MAP_DENYWRITE), WEFT_WORD(MAP_NORESERVE), WEFT_WORD(MAP_POPULATE),
    WEFT_WORD(MAP_STACK),     WEFT_WORD(MAP_HUGETLB),   WEFT_WORD(MAP_FIXED_NOREPLACE)};
constexpr Word kFamilies[] = {WEFT_WORD(AF_UNSPEC), WEFT_WORD(AF_UNIX),    WEFT_WORD(AF_INET),
                              WEFT_WORD(AF_INET6),  WEFT_WORD(AF_NETLINK), WEFT_WORD(AF_PACKET)};
constexpr Word kSocketTypes[] = {WEFT_WORD(SOCK_STREAM), WEFT_WORD(SOCK_DGRAM), WEFT_WORD(SOCK_RAW),
                                 WEFT_WORD(SOCK_SEQPACKET)};
constexpr Word kSocketBits[] = {WEFT_WORD(SOCK_NONBLOCK), WEFT_WORD(SOCK_CLOEXEC)};
constexpr Word kMessageBits[] = {WEFT_WORD(MSG_OOB),      WEFT_WORD(MSG_PEEK),
                                 WEFT_WORD(MSG_TRUNC),    WEFT_WORD(MSG_WAITALL),
                                 WEFT_WORD(MSG_DONTWAIT), WEFT_WORD(MSG_NOSIGNAL),
                                 WEFT_WORD(MSG_MORE),     WEFT_WORD(MSG_CMSG_CLOEXEC)};
constexpr Word kClocks[] = {WEFT_WORD(CLOCK_REALTIME),           WEFT_WORD(CLOCK_MONOTONIC),
                            WEFT_WORD(CLOCK_PROCESS_CPUTIME_ID), WEFT_WORD(CLOCK_THREAD_CPUTIME_ID),
                            WEFT_WORD(CLOCK_MONOTONIC_RAW),      WEFT_WORD(CLOCK_REALTIME_COARSE),
                            WEFT_WORD(CLOCK_MONOTONIC_COARSE),   WEFT_WORD(CLOCK_BOOTTIME)};
constexpr Word kWhences[] = {WEFT_WORD(SEEK_SET), WEFT_WORD(SEEK_CUR), WEFT_WORD(SEEK_END),
                             WEFT_WORD(SEEK_DATA), WEFT_WORD(SEEK_HOLE)};
constexpr Word kAccessible[] = {WEFT_WORD(F_OK)};
constexpr Word kAccessBits[] = {WEFT_WORD(R_OK), WEFT_WORD(W_OK), WEFT_WORD(X_OK)};
constexpr Word kWaitBits[] = {WEFT_WORD(WNOHANG), WEFT_WORD(WUNTRACED), WEFT_WORD(WCONTINUED)};
constexpr Word kMaskChanges[] = {WEFT_WORD(SIG_BLOCK), WEFT_WORD(SIG_UNBLOCK),
                                 WEFT_WORD(SIG_SETMASK)};

#undef WEFT_WORD

constexpr Vocabulary kOpen{O_ACCMODE, kAccessModes, kOpenBits};
constexpr Vocabulary kOpenOnly{0, {}, kOpenBits};
constexpr Vocabulary kProtection{~uint64_t{0}, kNothing, kProtections};
constexpr Vocabulary kMap{0xf, kMapTypes, kMapBits};
constexpr Vocabulary kFamily{~uint64_t{0}, kFamilies, {}};
constexpr Vocabulary kSocketType{0xf, kSocketTypes, kSocketBits};
constexpr Vocabulary kSocketFlags{0, {}, kSocketBits};
constexpr Vocabulary kMessage{0, {}, kMessageBits};
constexpr Vocabulary kClock{~uint64_t{0}, kClocks, {}};
constexpr Vocabulary kWhence{~uint64_t{0}, kWhences, {}};
constexpr Vocabulary kAccess{~uint64_t{0}, kAccessible, kAccessBits};
constexpr Vocabulary kWait{0, {}, kWaitBits};
constexpr Vocabulary kMaskChange{~uint64_t{0}, kMaskChanges, {}};

struct FlagPlace {
  uint16_t call;
  uint8_t argument;
  const Vocabulary* words;
};

constexpr FlagPlace kFlagPlaces[] = {
    {SYS_open, 1, &kOpen},
    {SYS_openat, 2, &kOpen},
    {SYS_pipe2, 1, &kOpenOnly},
    {SYS_dup3, 2, &kOpenOnly},
    {SYS_eventfd2, 1, &kOpenOnly},
    {SYS_epoll_create1, 0, &kOpenOnly},
    {SYS_timerfd_create, 0, &kClock},
    {SYS_timerfd_create, 1, &kOpenOnly},
    {SYS_mmap, 2, &kProtection},
    {SYS_mmap, 3, &kMap},
    {SYS_mprotect, 2, &kProtection},
    {SYS_socket, 0, &kFamily},
    {SYS_socket, 1, &kSocketType},
    {SYS_socketpair, 0, &kFamily},
    {SYS_socketpair, 1, &kSocketType},
    {SYS_accept4, 3, &kSocketFlags},
    {SYS_sendto, 3, &kMessage},
    {SYS_recvfrom, 3, &kMessage},
    {SYS_sendmsg, 2, &kMessage},
    {SYS_recvmsg, 2, &kMessage},
    {SYS_sendmmsg, 3, &kMessage},
    {SYS_recvmmsg, 3, &kMessage},
    {SYS_clock_gettime, 0, &kClock},
    {SYS_clock_getres, 0, &kClock},
    {SYS_clock_nanosleep, 0, &kClock},
    {SYS_timer_create, 0, &kClock},
    {SYS_lseek, 2, &kWhence},
    {SYS_access, 1, &kAccess},
    {SYS_faccessat, 2, &kAccess},
    {SYS_wait4, 2, &kWait},
    {SYS_rt_sigprocmask, 0, &kMaskChange},
};

std::string words_of(const Vocabulary& vocabulary, uint64_t value) {
  std::string out;
  const auto add = [&out](const std::string& word) { out += (out.empty() ? "" : "|") + word; };
  for (const Word& word : vocabulary.choices) {
    if ((value & vocabulary.choice_mask) != word.value) continue;
    add(word.text);
    value &= ~vocabulary.choice_mask;
    break;
  }
  for (const Word& word : vocabulary.bits) {
    // Longer words (O_SYNC) hold shorter ones (O_DSYNC), and come first.
    if ((value & word.value) != word.value) continue;
    add(word.text);
    value &= ~word.value;
  }
  if (value != 0) add(fmt::format("{:#x}", value));
  return out.empty() ? "0" : out;
}

}  // namespace

std::string flag_words(uint16_t call, unsigned index, uint64_t value) {
  for (const FlagPlace& place : kFlagPlaces) {
    // These arguments are ints: the upper half of the register is nobody's.
    if (place.call == call && place.argument == index)
      return words_of(*place.words, value & 0xffff'ffff);
  }
  return {};
}

}  // namespace weft::inspect
