// What the browser tests look at: 40 requests of which 4 are slow, because of a job in the background;
// names and notes that want to be markup; a task of a library, wakes, a cancelled task; a cycle of
// locks at the end.
#include <unistd.h>

#include <string>

#include "weft/async.h"

namespace {

constexpr int kFirst = 2, kLast = 41;  // the session is request 1
constexpr int kEachSlow = 10;
constexpr char kHostile[] =
    "<img src=x onerror=alert(1)></script><script>window.hacked = 1</script><!-- \xe2\x80\xa8 \xff";

void wait_for(unsigned microseconds) {
  ::usleep(microseconds);
}

/// A task of Boost.Asio's, as its place says.
weft_task library_task() {
  static const weft_place place = {"/usr/include/boost/asio/detail/wait.hpp",
                                   "boost::asio::detail::wait_handler", 88, 1};
  const weft_abi* weft = weft::instrument::table();
  return weft == nullptr ? 0 : weft->task_create(WEFT_TASK_OTHER, nullptr, &place, 0);
}

void run_library_task(bool slow) {
  const weft_task task = library_task();
  if (task == 0) return;
  const weft_abi* weft = weft::instrument::table();
  const weft_task before = weft->task_resume(task, nullptr);
  weft->task_suspend(task, nullptr, WEFT_WAIT_TIMER, 1);
  weft->task_leave(before);
  wait_for(slow ? 100'000 : 500);
  weft->task_wake(task);
  const weft_task again = weft->task_resume(task, nullptr);
  weft->task_end(task, WEFT_DONE, nullptr);
  weft->task_leave(again);
}

void load(const weft::Task& page, int number, bool slow) {
  weft::Task task(number == 5 ? kHostile : "load_cart");
  {
    weft::Running running(task);
    weft::note("table", "carts");
    const std::string line =
        "reads carts of " + std::to_string(number) + (number == 5 ? kHostile : "") + "\n";
    [[maybe_unused]] const ssize_t written = ::write(STDOUT_FILENO, line.data(), line.size());
    weft::note(kHostile, kHostile);
    run_library_task(slow);
    weft::wake(page.id());
  }
  weft::Task tried("try_cache");
  {
    weft::Running running(tried);
    running.suspends(weft::waiting_for_descriptor(9));
  }
  if (number % 2 == 0) tried.end(weft::Outcome::kCancelled);
}

void serve(int number) {
  const std::string name = number == 5 ? kHostile : "GET /cart/" + std::to_string(number);
  auto request = weft::request(name);
  weft::Task page("cart_page");
  weft::Running running(page);
  load(page, number, number % kEachSlow == 7);
  if (number == 12) request.fail();
}

void lock_up() {
  static int cash, stock;
  static weft::Task first("checkout"), second("refund");
  {
    weft::Running running(first);
    weft::acquired(&cash, "cash");
    running.suspends(weft::waiting_for_lock(&stock));
  }
  weft::Running running(second);
  weft::acquired(&stock, "stock");
  running.suspends(weft::waiting_for_lock(&cash));
}

}  // namespace

int main() {
  weft::Task session("session");
  {
    weft::Running running(session);
    for (int number = kFirst; number <= kLast; ++number) serve(number);
  }
  lock_up();
  ::_exit(0);  // with both of them waiting
}
