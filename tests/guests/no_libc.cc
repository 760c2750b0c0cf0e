// No C library at all: own _start, raw system calls, a stack as the kernel gives it.
// flags: -nostdlib -static -fno-stack-protector -fno-pie -no-pie -O1
// status: 3

static long call(long number, long a, const void* b, long c) {
  asm volatile("syscall" : "+a"(number) : "D"(a), "S"(b), "d"(c) : "rcx", "r11", "memory");
  return number;
}

extern "C" __attribute__((used)) void start(const long* stack) {
  long now[2] = {};
  call(228, 1, now, 0);  // clock_gettime
  char text[] = "0000000000000000 0\n";
  for (int i = 0; i < 16; ++i) text[i] = "0123456789abcdef"[now[1] >> (60 - 4 * i) & 15];
  text[17] = static_cast<char>('0' + stack[0]);
  call(1, 1, text, sizeof text - 1);
  call(60, stack[0] == 1 ? 3 : 4, nullptr, 0);
}

asm(".globl _start\n_start: xor %ebp,%ebp\n mov %rsp,%rdi\n and $-16,%rsp\n call start\n hlt\n");
