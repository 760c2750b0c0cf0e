// A task awaits a task awaits a loop: parents, places, resumes by symmetric transfer.
// variants: g++-O2 clang++-19-O0 clang++-19-O2
#include "task_types.h"

Loop loop;

Task<int> leaf(int n) {
  co_await loop.schedule();
  co_return n * 2;
}

Task<int> middle(int n) {
  const int a = co_await leaf(n);
  auto later = leaf(n + 1);
  auto other = leaf(n + 2);
  const int b = co_await std::move(later);
  const int c = co_await std::move(other);
  co_return a + b + c;
}

Detached top() {
  std::printf("sum %d\n", co_await middle(10));
}

int main() {
  top();
  loop.run();
  std::printf("end\n");
}
