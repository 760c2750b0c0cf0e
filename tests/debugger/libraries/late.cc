// Loaded by programs/late_library.cc.
extern "C" int late_add(int value) {
  const int sum = value + 40;
  return sum;
}
