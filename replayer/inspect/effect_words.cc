#include "replayer/inspect/effect_words.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <span>

#include "replayer/inspect/escape.h"
#include "replayer/inspect/event_text.h"
#include "weft/base/bounded_read.h"
#include "weft/syscall/table.h"

namespace weft::inspect {

namespace {

using Bytes = std::span<const std::byte>;

constexpr size_t kShownElements = 4;

/// Two 64-bit numbers: struct timespec, struct timeval.
std::string time_words(Bytes bytes) {
  const auto seconds = read_at<int64_t>(bytes);
  const auto part = read_at<int64_t>(bytes, 8);
  return seconds && part ? fmt::format("{{{}, {}}}", *seconds, *part) : "";
}

/// struct itimerspec: the interval, then the first expiry.
std::string timer_words(Bytes bytes) {
  if (bytes.size() < 32) return {};
  return "{" + time_words(bytes.first(16)) + ", " + time_words(bytes.subspan(16)) + "}";
}

std::string number_words(Bytes bytes) {
  const auto number = read_at<int32_t>(bytes);
  return number ? fmt::format("[{}]", *number) : "";
}

std::string pair_words(Bytes bytes) {
  const auto first = read_at<int32_t>(bytes);
  const auto second = read_at<int32_t>(bytes, 4);
  return first && second ? fmt::format("[{}, {}]", *first, *second) : "";
}

std::string epoll_words(Bytes bytes) {
  constexpr std::pair<uint32_t, const char*> kBits[] = {
      {EPOLLIN, "EPOLLIN"},   {EPOLLOUT, "EPOLLOUT"},     {EPOLLERR, "EPOLLERR"},
      {EPOLLHUP, "EPOLLHUP"}, {EPOLLRDHUP, "EPOLLRDHUP"}, {EPOLLPRI, "EPOLLPRI"}};
  constexpr size_t kSize = 12;  // packed on x86-64
  std::string out;
  for (size_t i = 0; i < std::min(bytes.size() / kSize, kShownElements); ++i) {
    auto events = *read_at<uint32_t>(bytes, kSize * i);
    const auto data = *read_at<uint64_t>(bytes, kSize * i + 4);
    std::string words;
    for (const auto& [bit, word] : kBits) {
      if (events & bit) words += fmt::format("{}{}", words.empty() ? "" : "|", word);
      events &= ~bit;
    }
    if (events != 0 || words.empty())
      words += fmt::format("{}{:#x}", words.empty() ? "" : "|", events);
    out += fmt::format("{}{{{}, {}}}", i == 0 ? "" : ", ", words,
                       data <= UINT32_MAX ? fmt::to_string(data) : fmt::format("{:#x}", data));
  }
  return fmt::format("[{}{}]", out, bytes.size() / kSize > kShownElements ? ", ..." : "");
}

std::string address_words(Bytes bytes) {
  const auto family = read_at<sa_family_t>(bytes);
  if (!family) return "";
  char text[INET6_ADDRSTRLEN];
  if (const auto v4 = read_at<sockaddr_in>(bytes); v4 && *family == AF_INET) {
    ::inet_ntop(AF_INET, &v4->sin_addr, text, sizeof text);
    return fmt::format("{}:{}", text, ntohs(v4->sin_port));
  }
  if (const auto v6 = read_at<sockaddr_in6>(bytes); v6 && *family == AF_INET6) {
    ::inet_ntop(AF_INET6, &v6->sin6_addr, text, sizeof text);
    return fmt::format("[{}]:{}", text, ntohs(v6->sin6_port));
  }
  if (*family != AF_UNIX) return "";
  const Bytes path = bytes.subspan(offsetof(sockaddr_un, sun_path));
  const auto end = path.empty() || path[0] == std::byte{0}
                       ? path.end()  // abstract: every byte counts
                       : std::find(path.begin(), path.end(), std::byte{0});
  return "unix:" + quote_bytes(path.first(static_cast<size_t>(end - path.begin())), 108);
}

std::string wait_words(Bytes bytes) {
  const auto status = read_at<int32_t>(bytes);
  if (!status) return "";
  if (WIFEXITED(*status)) return fmt::format("[exited with {}]", WEXITSTATUS(*status));
  if (WIFSIGNALED(*status)) return fmt::format("[killed by {}]", signal_name(WTERMSIG(*status)));
  if (WIFSTOPPED(*status)) return fmt::format("[stopped by {}]", signal_name(WSTOPSIG(*status)));
  if (WIFCONTINUED(*status)) return "[continued]";
  return fmt::format("[{:#x}]", *status);
}

std::string answer_words(Bytes bytes) {
  const auto answer = read_at<std::array<uint32_t, 4>>(bytes);
  if (!answer) return "";
  const auto& [eax, ebx, ecx, edx] = *answer;
  return fmt::format("[eax={:#x} ebx={:#x} ecx={:#x} edx={:#x}]", eax, ebx, ecx, edx);
}

struct EffectPlace {
  uint16_t call;
  uint8_t argument;
  std::string (*words)(Bytes);
};

constexpr EffectPlace kEffectPlaces[] = {
    {SYS_gettimeofday, 0, time_words},
    {SYS_clock_gettime, 1, time_words},
    {SYS_clock_getres, 1, time_words},
    {SYS_nanosleep, 1, time_words},
    {SYS_epoll_wait, 1, epoll_words},
    {SYS_epoll_pwait, 1, epoll_words},
    {SYS_epoll_pwait2, 1, epoll_words},
    {SYS_accept, 1, address_words},
    {SYS_accept, 2, number_words},
    {SYS_accept4, 1, address_words},
    {SYS_accept, 0, address_words},
    {SYS_accept4, 0, address_words},
    {SYS_accept4, 2, number_words},
    {SYS_getsockname, 1, address_words},
    {SYS_getsockname, 2, number_words},
    {SYS_getpeername, 1, address_words},
    {SYS_getpeername, 2, number_words},
    {SYS_recvfrom, 4, address_words},
    {SYS_recvfrom, 5, number_words},
    {SYS_pipe, 0, pair_words},
    {SYS_pipe2, 0, pair_words},
    {SYS_socketpair, 3, pair_words},
    {SYS_wait4, 1, wait_words},
    {SYS_getsockopt, 4, number_words},
    {SYS_connect, 0, address_words},
    {SYS_connect, 1, address_words},
    {SYS_bind, 1, address_words},
    {SYS_epoll_ctl, 3, epoll_words},
    {SYS_timerfd_settime, 2, timer_words},
    {syscall::kAbilitiesCall, 0, answer_words},
};

}  // namespace

std::string effect_words(const trace::EventView& event, const trace::EffectView& effect) {
  for (const EffectPlace& place : kEffectPlaces) {
    const bool here = place.call == event.header().call && place.argument < event.argument_count();
    if (!here || effect.address != event.argument(place.argument)) continue;
    const bool nobody_ended = place.call == SYS_wait4 && event.header().result == 0;  // WNOHANG
    return nobody_ended ? "[no change]" : place.words(effect.bytes);
  }
  return {};
}

}  // namespace weft::inspect
