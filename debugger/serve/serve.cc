#include "debugger/serve/serve.h"

#include <fmt/format.h>
#include <unistd.h>

#include <csignal>
#include <thread>
#include <utility>

#include "debugger/messages/loopback.h"
#include "debugger/page/page.h"
#include "debugger/report/text/captured.h"
#include "debugger/serve/http_server.h"
#include "debugger/serve/site.h"
#include "replayer/inspect/escape.h"
#include "replayer/inspect/failure.h"
#include "weft/base/unique_fd.h"

namespace weft::serve {
namespace {

/// Makes pages as they are asked for: into a pipe, so that none is ever in a file.
class PageMaker {
 public:
  explicit PageMaker(const ServeOptions& options) : options_(options) {}

  /// False, and why: there is no such request, or the trace cannot be read.
  bool make(const std::string& request, std::string& page) const {
    int ends[2] = {-1, -1};
    if (::pipe2(ends, O_CLOEXEC) != 0) {
      page = "too many files are open";
      return false;
    }
    const UniqueFd from(ends[0]);
    const int write_end = ends[1];
    std::jthread reader([&] { read_all(from.get(), page); });
    UniqueFd to(write_end);  // closed before the reader is waited for
    page::PageOptions options{.path = options_.path,
                              .out_path = fmt::format("/proc/self/fd/{}", to.get()),
                              .request = request,
                              .redact = options_.redact,
                              .replay = options_.replay};
    const report::Captured said = report::captured(options, page::run_page);
    to.reset();
    reader.join();
    const bool made = said.status == 0 || said.status == kReadableInPart;
    if (!made) page = said.error;
    return made;
  }

 private:
  static constexpr int kReadableInPart = static_cast<int>(ErrorClass::kBadTrace);

  static void read_all(int fd, std::string& text) {
    std::string bytes(1 << 16, '\0');
    for (ssize_t count = 0; (count = ::read(fd, bytes.data(), bytes.size())) != 0;) {
      if (count > 0) text.append(bytes, 0, static_cast<size_t>(count));
      if (count < 0 && errno != EINTR) return;
    }
  }

  const ServeOptions& options_;
};

}  // namespace

int run_serve(const ServeOptions& options) {
  std::signal(SIGPIPE, SIG_IGN);
  const PageMaker maker(options);
  std::string first;
  if (!maker.make("", first))
    return inspect::fail({ErrorClass::kUsage, first, ""}, options.error_out);
  auto listener = messages::listen_on_loopback(options.port);
  if (!listener) return inspect::fail(listener.error(), options.error_out);
  const std::string token = random_token();
  if (token.empty())
    return inspect::fail({ErrorClass::kUsage, "the kernel has no random numbers", ""},
                         options.error_out);
  const Site site(token, listener->port, [&maker](const std::string& request, std::string& page) {
    return maker.make(request, page);
  });
  std::fprintf(options.out, "weft: %s is served at %s (Ctrl-C ends)\n",
               inspect::printable(options.path).c_str(), site.url().c_str());
  std::fflush(options.out);
  HttpServer(std::move(listener->socket), site).run();
  return 0;
}

}  // namespace weft::serve
