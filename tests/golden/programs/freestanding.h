/// System calls without a C library: what golden programs are made of. A program that is a few
/// pages makes a trace of a few KiB.
#pragma once

inline long call(long number, long a = 0, long b = 0, long c = 0, long d = 0, long e = 0,
                 long f = 0) {
  register long r10 asm("r10") = d;
  register long r8 asm("r8") = e;
  register long r9 asm("r9") = f;
  asm volatile("syscall"
               : "+a"(number)
               : "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
               : "rcx", "r11", "memory");
  return number;
}

inline long address_of(const volatile void* pointer) {
  return reinterpret_cast<long>(pointer);
}

/// Writes a line to stdout: a name and a number in hexadecimal digits.
inline void show(const char* name, unsigned long value) {
  char text[64];
  int at = 0;
  while (name[at] != 0) text[at] = name[at], ++at;
  text[at++] = ' ';
  for (int shift = 60; shift >= 0; shift -= 4) text[at++] = "0123456789abcdef"[value >> shift & 15];
  text[at++] = '\n';
  call(1 /* write */, 1, address_of(text), at);
}

[[noreturn]] inline void end(int status) {
  for (;;) call(231 /* exit_group */, status);
}

/// The program; `stack` as the kernel gives it: argument count, arguments, environment, auxiliary
/// vector.
extern "C" [[noreturn]] __attribute__((used)) void start(const unsigned long* stack);
asm(".globl _start\n_start: xor %ebp,%ebp\n mov %rsp,%rdi\n and $-16,%rsp\n call start\n hlt\n");
