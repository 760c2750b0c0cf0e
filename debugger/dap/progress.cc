#include "debugger/dap/progress.h"

#include <chrono>
#include <condition_variable>
#include <mutex>

namespace weft::dap {
namespace {

using namespace std::chrono_literals;

constexpr auto kPatience = 500ms;

std::string next_id() {
  static std::atomic<int> last = 0;
  return "weft-" + std::to_string(++last);
}

}  // namespace

Progress::Progress(Client& client, ShowProgress shows, const std::string& title)
    : client_(client), id_(next_id()) {
  if (shows == ShowProgress::kNo) return;
  thread_ = std::jthread([this, title](const std::stop_token& stop) {
    std::mutex lock;
    std::unique_lock waiting(lock);
    std::condition_variable_any enough;
    enough.wait_for(waiting, stop, kPatience, [] { return false; });
    if (stop.stop_requested()) return;
    client_.event("progressStart", {{"progressId", id_}, {"title", title}, {"cancellable", true}});
    told_ = true;
  });
}

Progress::~Progress() {
  if (!thread_.joinable()) return;
  thread_.request_stop();
  thread_.join();
  if (told_) client_.event("progressEnd", {{"progressId", id_}});
}

}  // namespace weft::dap
