// A system call of its own, in a form that weft replaces by a jump while it records.
__attribute__((noinline)) int parent() {
  int result;
  asm volatile(
      "mov $110, %%eax\n\t"
      "syscall"
      : "=a"(result)
      :
      : "rcx", "r11", "memory");
  return result;
}

int main() {
  int sum = 0;
  for (int i = 0; i < 3; ++i) sum += parent() != 0;
  return sum == 3 ? 0 : 1;
}
