/// Recordings of small stories, and what the reports print about them on a screen of 80 columns.
#pragma once

#include <stdio.h>
#include <stdlib.h>

#include <cstdlib>
#include <filesystem>
#include <string>

#include "debugger/report/text/terminal.h"
#include "tests/unit/analysis/async_fixture.h"

namespace weft::report::test {

class ReportTest : public analysis::test::AsyncTest {
 protected:
  static Screen screen() { return {.width = 80, .colours = false, .unicode = true}; }

  /// What `run(options)` printed, after that what it said about errors.
  template <class Options>
  std::string print(int (*run)(const Options&), Options options, int expected_status = 0) {
    char *text = nullptr, *errors = nullptr;
    size_t bytes = 0, error_bytes = 0;
    options.path = path();
    options.use_index = false;
    options.out = ::open_memstream(&text, &bytes);
    options.error_out = ::open_memstream(&errors, &error_bytes);
    options.screen = screen();
    EXPECT_EQ(run(options), expected_status);
    std::fclose(options.out);
    std::fclose(options.error_out);
    std::string all = std::string(text, bytes) + std::string(errors, error_bytes);
    for (size_t at = all.find(path()); at != std::string::npos; at = all.find(path()))
      all.replace(at, path().size(), "FILE");
    std::free(text);
    std::free(errors);
    return all;
  }

  /// Compares with golden/NAME.txt; with WEFT_WRITE_GOLDEN=1 in the environment it is written anew.
  static void expect_golden(const std::string& name, const std::string& text) {
    const auto file = std::filesystem::path(__FILE__).parent_path() / "golden" / (name + ".txt");
    if (std::getenv("WEFT_WRITE_GOLDEN") != nullptr) trace::test::write_file(file, text);
    EXPECT_EQ(text, trace::test::read_file(file)) << "if this is meant: WEFT_WRITE_GOLDEN=1";
  }

  static void expect_fits(const std::string& text) {
    for (size_t at = 0; at < text.size();) {
      const size_t end = std::min(text.find('\n', at), text.size());
      EXPECT_LE(columns_of(text.substr(at, end - at)), 80u) << text.substr(at, end - at);
      at = end + 1;
    }
  }

  /// A request in which a page loads a user and a cart, one after the other; the cart waits for an
  /// operation. Afterwards a session waits for a lock that another one has, and the other way
  /// round.
  void record_shop() {
    const uint64_t session = create("task<> {anonymous}::session(int)");
    resume(session);
    at(1);
    const uint64_t request = begin_request("GET /cart/7", session);
    const uint64_t page = begin("cart_page", session);
    load("load_user", page, 2, 4);
    load("load_cart", page, 4, 50);
    at(51);
    end(page);
    resume(session, page);
    end_request(request, session);
    suspend(session, place("session", 30), WEFT_WAIT_IO, 5);
    record_deadlock();
    write_trace(log_, 0);
  }

  uint64_t begin(const std::string& function, uint64_t waiter) {
    const uint64_t task = create(function, waiter);
    await(waiter, task);
    suspend(waiter, place("awaits " + function, 20), WEFT_WAIT_TASK, task);
    resume(task, waiter);
    return task;
  }

  void load(const std::string& function, uint64_t page, double from, double to) {
    at(from);
    const uint64_t task = begin(function, page);
    suspend(task, place(function, 44), WEFT_WAIT_IO);
    const uint64_t operation = start_operation("socket.async_receive", task, 77, 9);
    at(to);
    complete(operation, 0, 12);
    resume(operation);
    resume(task, operation);
    end(task);
    resume(page, operation);
    end(operation);
  }

  void record_deadlock() {
    at(60);
    const uint64_t first = create("checkout"), second = create("refund");
    resume(first);
    hold(0x10, WEFT_ACQUIRE, first, "cash");
    suspend(first, place("checkout", 8), WEFT_WAIT_YIELD);
    resume(second);
    hold(0x20, WEFT_ACQUIRE, second, "stock");
    suspend(second, place("refund", 18), WEFT_WAIT_LOCK, 0x10);
    resume(first);
    suspend(first, place("checkout", 9), WEFT_WAIT_LOCK, 0x20);
    at(100);
    suspend(create("idle"), 0);
  }
};

}  // namespace weft::report::test
