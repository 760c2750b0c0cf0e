/// The kernel, without libc: raw system calls, and the kernel's own structures where libc's differ.
#pragma once

#include <asm/unistd_64.h>

#include <cstddef>
#include <cstdint>

extern "C" {
long weft_raw_program(long number, uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e,
                      uint64_t f);
long weft_raw_interruptible(long number, const uint64_t args[6]);
long weft_raw_clone(uint64_t flags, uint64_t stack, uint64_t parent_tid, uint64_t child_tid,
                    uint64_t tls);
[[noreturn]] void weft_exit_thread(uint32_t status, uint32_t call);
void weft_restorer();
long weft_copy_guarded(void* to, const void* from, size_t bytes);
long weft_zero_guarded(void* to, size_t bytes);
long weft_crc_guarded(uint32_t crc, const void* from, size_t bytes);
long weft_same_guarded(const void* a, const void* b, size_t bytes);
long weft_string_guarded(const char* from, size_t limit);
long weft_xrstor_guarded(const void* area, uint64_t states);
[[noreturn]] void weft_leave();
void weft_entry();
void weft_entry_native();
void weft_hook_record();
void weft_hook_entry();
void weft_hook_native();
void weft_entry_fault();
void weft_entry_question();
void weft_entry_preempt();
void weft_entry_step();
void weft_entry_breakpoint();
void weft_entry_exec();
void weft_entry_end();
extern const char weft_raw_program_end[], weft_native_end[];
extern const char weft_interruptible_begin[], weft_interruptible_end[], weft_raw_interrupted[];
extern const char weft_guarded_begin[], weft_guarded_end[], weft_guarded_failed[];
extern const char __executable_start[], _end[];
}

namespace weft::runtime {

/// A raw system call from inside the runtime (which Syscall User Dispatch lets through).
inline long raw(long number, uint64_t a = 0, uint64_t b = 0, uint64_t c = 0, uint64_t d = 0,
                uint64_t e = 0, uint64_t f = 0) {
  register uint64_t r10 asm("r10") = d;
  register uint64_t r8 asm("r8") = e;
  register uint64_t r9 asm("r9") = f;
  long result;
  asm volatile("syscall"
               : "=a"(result)
               : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
               : "rcx", "r11", "memory");
  return result;
}

template <class T>
uint64_t address_of(T* pointer) {
  return reinterpret_cast<uint64_t>(pointer);
}
template <class T>
T* pointer_to(uint64_t address) {
  return reinterpret_cast<T*>(address);
}

inline bool is_error(long result) {
  return result < 0 && result >= -4095;
}

/// errno values as the kernel returns them, and its internal ERESTARTSYS.
inline constexpr long kEPERM = 1, kESRCH = 3, kEINTR = 4, kEAGAIN = 11, kENOMEM = 12, kEACCES = 13,
                      kEFAULT = 14, kEEXIST = 17, kENODEV = 19, kEINVAL = 22, kETXTBSY = 26,
                      kENOEXEC = 8, kENOSYS = 38, kELOOP = 40, kE2BIG = 7, kETIMEDOUT = 110,
                      kERestart = 512;

/// struct sigaction as rt_sigaction takes it (arch/x86/include/uapi/asm/signal.h).
struct KernelSigaction {
  uint64_t handler;
  uint64_t flags;
  uint64_t restorer;
  uint64_t mask;
};

struct KernelStack {  // stack_t
  uint64_t base;
  int32_t flags;
  int32_t pad;
  uint64_t bytes;
};

/// The register part of a signal frame: struct sigcontext_64.
struct SignalContext {
  uint64_t r8, r9, r10, r11, r12, r13, r14, r15, rdi, rsi, rbp, rbx, rdx, rax, rcx, rsp, rip, flags;
  uint16_t cs, gs, fs, ss;
  uint64_t error_code, trap_number, old_mask, fault_address;
  uint64_t fpstate;  ///< address of the extended state, 64-byte aligned
  uint64_t reserved[8];
};

/// struct ucontext as the kernel lays it out in a signal frame.
struct UserContext {
  uint64_t flags;
  uint64_t link;
  KernelStack stack;
  SignalContext context;
  uint64_t mask;
};

struct SignalInfo {  // siginfo_t: the head that all kinds share
  int32_t signo;
  int32_t error;
  int32_t code;
  int32_t pad;
  uint64_t fields[14];
};
static_assert(sizeof(SignalInfo) == 128);

inline uint64_t ticks() {
  uint32_t low, high;
  asm volatile("rdtsc" : "=a"(low), "=d"(high));
  return uint64_t{high} << 32 | low;
}

/// Number of the processor that executes this (of the moment: it may change any time). The limit of
/// the segment that the kernel makes for this purpose (its vDSO's getcpu reads it too).
inline uint32_t current_processor() {
  uint32_t limit;
  asm volatile("lsl %1, %0" : "=r"(limit) : "r"(0x7b));
  return limit & 0xfff;
}

inline void set_gs_base(uint64_t value) {
  asm volatile("wrgsbase %0" ::"r"(value));
}
inline void set_fs_base(uint64_t value) {
  asm volatile("wrfsbase %0" ::"r"(value));
}
inline uint64_t fs_base() {
  uint64_t value;
  asm volatile("rdfsbase %0" : "=r"(value));
  return value;
}

}  // namespace weft::runtime
