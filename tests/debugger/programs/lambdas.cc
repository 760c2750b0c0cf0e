// Functions inside of functions: each has a name of its own in a stack.
#include <cstdio>

struct Order {
  int count;
  template <class F>
  int each(F use) const {
    int sum = 0;
    for (int i = 0; i < count; ++i) sum += use(i);
    return sum;
  }
};

int stop_here(int value) {
  return value + 1;
}

int run(int count) {
  struct Local {
    static int twice(int value) { return stop_here(2 * value); }
  };
  const Order order{count};
  const int sum = order.each([count](int i) {
    const auto inner = [](int value) { return Local::twice(value); };
    return inner(i) + count;
  });
  return sum;
}

int main() {
  std::printf("%d\n", run(2));
  return 0;
}
