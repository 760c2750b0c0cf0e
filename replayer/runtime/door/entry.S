/* The doors between the program and the runtime.
 *
 * One way in for system calls: `weft_entry`. A patched call site jumps there through its stub, a
 * trapped one through the SIGSYS handler, which only redirects the interrupted context. Either way
 * the state is that of a system call instruction that has just finished on the kernel's side:
 *
 *   rax = number, rdi rsi rdx r10 r8 r9 = arguments, rcx = address to go back to, r11 = free
 *
 * The runtime always runs with the flags that the ABI promises to functions: a program that has set
 * DF, AC, ... has them cleared at its entry. So weft_leave need not load flags with popfq, which takes
 * longer than all the registers, unless the program's are unusual.
 *
 * gs points at the Thread block of this thread (thread.h; offsets below are checked there). Nothing
 * of the program's stack is touched: registers go to Thread::registers, the runtime runs on a stack
 * of its own. One way out: `weft_leave` loads Thread::registers, whatever they are by then: that
 * is how signals are delivered, how sigreturn works and how a new thread starts.
 *
 * Hooks (hooks.h) are calls of a C function, with zeros in the registers that such a function may
 * change, so that they hold the same in record and in replay.
 *
 *   program ──stub──┐                                  ┌── weft_leave ──> program (registers)
 *   program ─SIGSYS─┴─> weft_entry ─> weft_on_call() ──┤
 *   program ─hook, record─> weft_hook_record ─> the hook's function ─> program
 *   program ─hook, replay─> weft_hook_entry ─> weft_on_hook() ─> program, or as the others
 *   program ─fault────> weft_entry_fault ──────────────┤
 *   program ─question─> weft_entry_question ───────────┤
 *   program ─preempt──> weft_entry_preempt ────────────┤
 *   program ─replay's breakpoint─> weft_entry_breakpoint │
 *   program ─replay's step──> weft_entry_step ─────────┘
 */
#define T_SELF 0
#define T_ENTRY 8
#define T_STACK 16
#define T_PENDING 24
#define T_HOOK 192
#define T_CURRENT_TASK 632
#define R(n) (32 + 8 * (n))
/* trace::Registers: rax rbx rcx rdx rsi rdi rbp rsp r8..r15 rip rflags fs gs */
#define R_RAX R(0)
#define R_RBX R(1)
#define R_RCX R(2)
#define R_RDX R(3)
#define R_RSI R(4)
#define R_RDI R(5)
#define R_RBP R(6)
#define R_RSP R(7)
#define R_R8 R(8)
#define R_R9 R(9)
#define R_R10 R(10)
#define R_R11 R(11)
#define R_R12 R(12)
#define R_R13 R(13)
#define R_R14 R(14)
#define R_R15 R(15)
#define R_RIP R(16)
#define R_FLAGS R(17)
/* hooks.cc: the row of task_leave */
#define LEAVE_HOOK 3
/* hooks.h: kHookIndices */
#define HOOK_INDICES 32
/* All flags but CF PF AF ZF SF OF, IF (always set) and bit 1 (always set). */
#define UNUSUAL_FLAGS 0xfffff528

    .macro LOAD_REGISTERS
    mov %gs:R_RAX, %rax
    mov %gs:R_RBX, %rbx
    mov %gs:R_RCX, %rcx
    mov %gs:R_RDX, %rdx
    mov %gs:R_RSI, %rsi
    mov %gs:R_RDI, %rdi
    mov %gs:R_RBP, %rbp
    mov %gs:R_R8, %r8
    mov %gs:R_R9, %r9
    mov %gs:R_R10, %r10
    mov %gs:R_R11, %r11
    mov %gs:R_R12, %r12
    mov %gs:R_R13, %r13
    mov %gs:R_R14, %r14
    mov %gs:R_R15, %r15
    .endm

    .text

    .globl weft_entry
    .type weft_entry, @function
weft_entry:
    .cfi_startproc
    .cfi_undefined rip
    mov %rsp, %gs:R_RSP
    mov %gs:T_STACK, %rsp
    pushfq
    pop %r11
    mov %rax, %gs:R_RAX
    mov %rbx, %gs:R_RBX
    mov %rcx, %gs:R_RCX
    mov %rdx, %gs:R_RDX
    mov %rsi, %gs:R_RSI
    mov %rdi, %gs:R_RDI
    mov %rbp, %gs:R_RBP
    mov %r8, %gs:R_R8
    mov %r9, %gs:R_R9
    mov %r10, %gs:R_R10
    mov %r11, %gs:R_R11
    mov %r12, %gs:R_R12
    mov %r13, %gs:R_R13
    mov %r14, %gs:R_R14
    mov %r15, %gs:R_R15
    mov %rcx, %gs:R_RIP
    mov %r11, %gs:R_FLAGS
    test $UNUSUAL_FLAGS, %r11d
    jnz 2f
1:  mov %gs:T_SELF, %rdi
    xor %ebp, %ebp
    call weft_on_call
    jmp weft_leave
2:  pushq $0x202
    popfq
    jmp 1b
    .cfi_endproc

    /* The SIGSEGV... handler and the preemption handler have put the program's registers into
     * Thread::registers and set rsp to the runtime's stack. */
    .globl weft_entry_fault
weft_entry_fault:
    .cfi_startproc
    .cfi_undefined rip
    cld
    mov %gs:T_SELF, %rdi
    xor %ebp, %ebp
    call weft_on_fault
    jmp weft_leave
    .cfi_endproc

    .globl weft_entry_question
weft_entry_question:
    .cfi_startproc
    .cfi_undefined rip
    cld
    mov %gs:T_SELF, %rdi
    xor %ebp, %ebp
    call weft_on_question
    jmp weft_leave
    .cfi_endproc

    /* A breakpoint's stub (breakpoint.cc): all registers are the program's. */
    .globl weft_entry_breakpoint
    .type weft_entry_breakpoint, @function
weft_entry_breakpoint:
    mov %rsp, %gs:R_RSP
    mov %gs:T_STACK, %rsp
    pushfq
    popq %gs:R_FLAGS
    mov %rax, %gs:R_RAX
    mov %rbx, %gs:R_RBX
    mov %rcx, %gs:R_RCX
    mov %rdx, %gs:R_RDX
    mov %rsi, %gs:R_RSI
    mov %rdi, %gs:R_RDI
    mov %rbp, %gs:R_RBP
    mov %r8, %gs:R_R8
    mov %r9, %gs:R_R9
    mov %r10, %gs:R_R10
    mov %r11, %gs:R_R11
    mov %r12, %gs:R_R12
    mov %r13, %gs:R_R13
    mov %r14, %gs:R_R14
    mov %r15, %gs:R_R15
    .globl weft_entry_preempt
weft_entry_preempt:
    .cfi_startproc
    .cfi_undefined rip
    cld
    mov %gs:T_SELF, %rdi
    xor %ebp, %ebp
    call weft_on_preempt
    jmp weft_leave
    .cfi_endproc

    /* Replay: the thread has made as many steps as were asked for (steps.cc). */
    .globl weft_entry_step
weft_entry_step:
    .cfi_startproc
    .cfi_undefined rip
    cld
    mov %gs:T_SELF, %rdi
    xor %ebp, %ebp
    call weft_on_step
    jmp weft_leave
    .cfi_endproc

    /* The first thread, where another one has called execve. */
    .globl weft_entry_exec
weft_entry_exec:
    cld
    mov %gs:T_SELF, %rdi
    xor %ebp, %ebp
    call weft_on_exec
    hlt

    /* What a hook leaves in the registers that a function may change. The last instruction also
     * settles the flags. */
    .macro CLEAR_REGISTERS
    xor %ecx, %ecx
    xor %edx, %edx
    xor %esi, %esi
    xor %edi, %edi
    xor %r8d, %r8d
    xor %r9d, %r9d
    xor %r10d, %r10d
    xor %r11d, %r11d
    .endm

    /* A hook's stub (hooks.cc) while recording: eax = which; arguments and return address as for a
     * C function. */
    .globl weft_hook_record
    .type weft_hook_record, @function
weft_hook_record:
    .cfi_startproc
    .cfi_undefined rip
    cmp $LEAVE_HOOK, %eax
    je 3f
    mov %rsp, %gs:R_RSP
    mov (%rsp), %r8
    mov %gs:T_SELF, %r9
    mov %gs:T_STACK, %rsp
    and $(HOOK_INDICES - 1), %eax
    push %rax
    push %rax
    lea weft_hook_functions(%rip), %r10
    call *(%r10, %rax, 8)
    cmpl $0, %gs:T_PENDING
    jne 2f
1:  mov %gs:R_RSP, %rsp
    CLEAR_REGISTERS
    ret
    /* A signal: its handler runs after the hook, if the hook has written an event. */
2:  pop %rcx
    mov weft_silent_hooks(%rip), %edx
    bt %ecx, %edx
    jc 1b
    mov %gs:R_RSP, %rcx
    mov (%rcx), %rdx
    mov %rdx, %gs:R_RIP
    add $8, %rcx
    mov %rcx, %gs:R_RSP
    mov %rbx, %gs:R_RBX
    mov %rbp, %gs:R_RBP
    mov %r12, %gs:R_R12
    mov %r13, %gs:R_R13
    mov %r14, %gs:R_R14
    mov %r15, %gs:R_R15
    mov %gs:T_STACK, %rsp
    mov %gs:T_SELF, %rdi
    mov %rax, %rsi
    xor %ebp, %ebp
    call weft_after_hook
    test %al, %al
    jnz weft_leave
    mov %gs:R_RBP, %rbp
    mov %gs:R_RAX, %rax
    mov %gs:R_RSP, %rsp
    lea -8(%rsp), %rsp
    CLEAR_REGISTERS
    ret
    /* task_leave: there is one after each task_suspend, and it writes no event. */
3:  mov %rdi, %gs:T_CURRENT_TASK
    xor %eax, %eax
    CLEAR_REGISTERS
    ret
    .cfi_endproc

    /* The same in replay. */
    .globl weft_hook_entry
    .type weft_hook_entry, @function
weft_hook_entry:
    .cfi_startproc
    .cfi_undefined rip
    mov %rax, %gs:R_RAX
    mov (%rsp), %rax
    mov %rax, %gs:R_RIP
    lea 8(%rsp), %rax
    mov %rax, %gs:R_RSP
    mov %rbx, %gs:R_RBX
    mov %rbp, %gs:R_RBP
    mov %r12, %gs:R_R12
    mov %r13, %gs:R_R13
    mov %r14, %gs:R_R14
    mov %r15, %gs:R_R15
    mov %rdi, %gs:R_RDI
    mov %rsi, %gs:R_RSI
    mov %rdx, %gs:R_RDX
    mov %rcx, %gs:R_RCX
    mov %gs:T_STACK, %rsp
    cld
    mov %gs:T_SELF, %rdi
    xor %ebp, %ebp
    call weft_on_hook
    test %al, %al
    jnz weft_leave
    mov %gs:R_RBP, %rbp
    mov %gs:R_RSP, %rsp
    mov %gs:R_RAX, %rax
    lea -8(%rsp), %rsp /* where the return address still lies */
    CLEAR_REGISTERS
    ret
    .cfi_endproc

    /* In a process that is not recorded. */
    .globl weft_hook_native
weft_hook_native:
    xor %eax, %eax
    ret

    /* Replay: the recording has no more events, and the program made no call. */
    .globl weft_entry_end
weft_entry_end:
    cld
    mov %gs:T_SELF, %rdi
    xor %ebp, %ebp
    call weft_on_end
    hlt

    /* Loads all registers of the thread in gs and goes on in the program. */
    .globl weft_leave
    .type weft_leave, @function
weft_leave:
    .cfi_startproc
    .cfi_undefined rip
    mov %gs:R_FLAGS, %rcx
    test $UNUSUAL_FLAGS, %ecx
    jnz 2f
    mov %ecx, %eax
    mov %cl, %ah
    shr $11, %ecx
    and $1, %ecx
    mov %cl, %al
    add $0x7f, %al /* OF, if it was set */
    sahf           /* SF ZF AF PF CF */
    LOAD_REGISTERS
    mov %gs:R_RSP, %rsp
    jmp *%gs:R_RIP
2:  mov %gs:T_STACK, %rsp
    push %rcx
    LOAD_REGISTERS
    popfq /* with TF, each instruction from here on traps */
    mov %gs:R_RSP, %rsp
    jmp *%gs:R_RIP
    .cfi_endproc

    /* Stubs of a process that is not recorded (a fork's child) come here: the plain system call,
     * on the program's own stack below the red zone. No per-thread storage is used, since threads
     * that such a process makes share this Thread block. Calls that may name /proc/self/exe are
     * looked at, execve before it is made, others after (child_paths.cc); flags stay as they are. */
    .macro IF_CALL number, to
    lea -\number(%r11), %rcx
    jrcxz \to
    .endm
    /* Calls function(NativeCall*): registers are as that leaves them (child_paths.h). */
    .macro SHOW_CALL function
    push %rax
    push %rdi
    push %rsi
    push %rdx
    push %r10
    push %r8
    push %r9
    push %r11
    pushfq
    push %rbp
    cld
    lea 16(%rsp), %rdi
    mov %rsp, %rbp
    and $-16, %rsp
    call \function
    mov %rbp, %rsp
    pop %rbp
    popfq
    pop %r11
    pop %r9
    pop %r8
    pop %r10
    pop %rdx
    pop %rsi
    pop %rdi
    pop %rax
    .endm
    .globl weft_entry_native
    .type weft_entry_native, @function
weft_entry_native:
    lea -128(%rsp), %rsp
    push %rcx
    mov %rax, %r11
    IF_CALL 59, 3f
    IF_CALL 322, 3f
1:  push %r11
    syscall
    .globl weft_native_end
weft_native_end:
    pop %r11
    IF_CALL 2, 4f
    IF_CALL 89, 4f
    IF_CALL 257, 4f
    IF_CALL 267, 4f
2:  pop %rcx
    lea 128(%rsp), %rsp
    jmp *%rcx
3:  SHOW_CALL weft_before_native
    jmp 1b
4:  SHOW_CALL weft_after_native
    jmp 2b

    /* long weft_raw_program(long nr, long a0 .. a4, long a5 on the stack)
     * A call on the program's behalf that does not block (its address is known to seccomp.cc). */
    .globl weft_raw_program
    .type weft_raw_program, @function
weft_raw_program:
    mov %rdi, %rax
    mov %rsi, %rdi
    mov %rdx, %rsi
    mov %rcx, %rdx
    mov %r8, %r10
    mov %r9, %r8
    mov 8(%rsp), %r9
    syscall
    .globl weft_raw_program_end
weft_raw_program_end:
    ret

    /* long weft_raw_interruptible(long nr, const uint64_t args[6])
     * A call that may block. A signal that arrives between the check and the syscall instruction
     * (or that the kernel answers with a restart) finds its ip inside [begin, end) and is moved to
     * weft_raw_interrupted: nothing is lost between "nothing pending" and "the call blocks". */
    .globl weft_raw_interruptible
    .type weft_raw_interruptible, @function
weft_raw_interruptible:
    mov %rdi, %rax
    mov %rsi, %r11
    mov 0(%r11), %rdi
    mov 8(%r11), %rsi
    mov 16(%r11), %rdx
    mov 24(%r11), %r10
    mov 32(%r11), %r8
    mov 40(%r11), %r9
    .globl weft_interruptible_begin
weft_interruptible_begin:
    cmpl $0, %gs:T_PENDING
    jne weft_raw_interrupted
    syscall
    .globl weft_interruptible_end
weft_interruptible_end:
    ret
    .globl weft_raw_interrupted
weft_raw_interrupted:
    mov $-512, %rax /* ERESTARTSYS: the call has not begun, or would be restarted */
    ret

    /* long weft_raw_clone(flags, stack, parent_tid, child_tid, tls)
     * The child begins on `stack`, where its Thread* lies, in weft_child_begin(Thread*), which
     * does not return. */
    .globl weft_raw_clone
    .type weft_raw_clone, @function
weft_raw_clone:
    mov %rcx, %r10
    mov $56, %eax
    syscall
    test %rax, %rax
    jz 1f
    ret
1:  pop %rdi
    and $-16, %rsp
    xor %ebp, %ebp
    call weft_child_begin
    hlt

    /* void weft_exit_thread(uint32_t status, uint32_t call): ends the kernel thread by exit or
     * exit_group, without another use of memory. */
    .globl weft_exit_thread
    .type weft_exit_thread, @function
weft_exit_thread:
    mov %esi, %eax
    syscall
    hlt

    .globl weft_restorer
    .type weft_restorer, @function
weft_restorer:
    mov $15, %eax
    syscall

    /* long weft_copy_guarded(void* to, const void* from, size_t bytes)
     * 0, or -EFAULT if a fault came up on the way: the SIGSEGV handler moves an ip inside
     * [weft_guarded_begin, weft_guarded_end) to weft_guarded_failed. Nothing is pushed in between. */
    .globl weft_copy_guarded
    .type weft_copy_guarded, @function
    .globl weft_guarded_begin
weft_guarded_begin:
weft_copy_guarded:
    cmp $128, %rdx /* rep movsb takes some 30 cycles to start */
    ja 5f
    sub $8, %rdx
    jb 2f
1:  mov (%rsi), %rcx
    mov %rcx, (%rdi)
    add $8, %rsi
    add $8, %rdi
    sub $8, %rdx
    jae 1b
2:  test $4, %dl /* rdx is 8 too small, its low bits are right */
    jz 3f
    mov (%rsi), %ecx
    mov %ecx, (%rdi)
    add $4, %rsi
    add $4, %rdi
3:  test $2, %dl
    jz 4f
    movzwl (%rsi), %ecx
    mov %cx, (%rdi)
    add $2, %rsi
    add $2, %rdi
4:  xor %eax, %eax
    test $1, %dl
    jz 6f
    mov (%rsi), %cl
    mov %cl, (%rdi)
    ret
5:  mov %rdx, %rcx
    rep movsb
    xor %eax, %eax
6:  ret

    /* long weft_zero_guarded(void* to, size_t bytes) */
    .globl weft_zero_guarded
    .type weft_zero_guarded, @function
weft_zero_guarded:
    mov %rsi, %rcx
    xor %eax, %eax
    rep stosb
    ret

    /* uint32_t (or -EFAULT) weft_crc_guarded(uint32_t crc, const void* from, size_t bytes): CRC-32C */
    .globl weft_crc_guarded
    .type weft_crc_guarded, @function
weft_crc_guarded:
    mov %edi, %eax
    cmp $8, %rdx
    jb 2f
1:  crc32q (%rsi), %rax
    add $8, %rsi
    sub $8, %rdx
    cmp $8, %rdx
    jae 1b
2:  test $4, %dl
    jz 3f
    crc32l (%rsi), %eax
    add $4, %rsi
3:  test $2, %dl
    jz 4f
    crc32w (%rsi), %eax
    add $2, %rsi
4:  test $1, %dl
    jz 5f
    crc32b (%rsi), %eax
5:  ret

    /* long weft_same_guarded(const void* a, const void* b, size_t bytes): 1, 0 if they differ, or
     * -EFAULT. A multiple of 32 bytes. */
    .globl weft_same_guarded
    .type weft_same_guarded, @function
weft_same_guarded:
    mov (%rdi), %rax
    mov 8(%rdi), %rcx
    mov 16(%rdi), %r8
    mov 24(%rdi), %r9
    xor (%rsi), %rax
    xor 8(%rsi), %rcx
    xor 16(%rsi), %r8
    xor 24(%rsi), %r9
    or %rcx, %rax
    or %r9, %r8
    or %r8, %rax
    jnz 1f
    add $32, %rdi
    add $32, %rsi
    sub $32, %rdx
    jnz weft_same_guarded
    mov $1, %eax
    ret
1:  xor %eax, %eax
    ret

    /* long weft_string_guarded(const char* from, size_t limit): length, `limit`, or -EFAULT
     * Aligned words: none of them lies on two pages, so no byte after the end can fault. */
    .globl weft_string_guarded
    .type weft_string_guarded, @function
weft_string_guarded:
    mov %edi, %ecx
    mov %rdi, %r8
    and $7, %ecx
    and $-8, %r8
    shl $3, %ecx
    mov $-1, %rdx
    shl %cl, %rdx
    not %rdx /* the bytes in front of the string, which are no end */
    movabs $0x0101010101010101, %r9
    movabs $0x8080808080808080, %r10
    or (%r8), %rdx
    jmp 2f
1:  add $8, %r8
    mov %r8, %rax
    sub %rdi, %rax
    cmp %rsi, %rax
    jae 3f
    mov (%r8), %rdx
2:  mov %rdx, %rcx
    sub %r9, %rcx
    not %rdx
    and %rdx, %rcx
    and %r10, %rcx /* the lowest bit set is in the first byte that is 0 */
    jz 1b
    bsf %rcx, %rcx
    shr $3, %ecx
    lea (%r8, %rcx), %rax
    sub %rdi, %rax
    cmp %rsi, %rax
    jae 3f
    ret
3:  mov %rsi, %rax
    ret

    /* Loads three words from rdi: into rax, rdx and rcx. rax = -EFAULT if they cannot be read. No
     * other register changes. */
    .globl weft_load_guarded
    .type weft_load_guarded, @function
weft_load_guarded:
    mov 8(%rdi), %rdx
    mov 16(%rdi), %rcx
    mov (%rdi), %rax
    ret

    /* long weft_xrstor_guarded(const void* area, uint64_t states): 0, or -EFAULT (also for a malformed
     * area) */
    .globl weft_xrstor_guarded
    .type weft_xrstor_guarded, @function
weft_xrstor_guarded:
    mov %esi, %eax
    mov %rsi, %rdx
    shr $32, %rdx
    xrstor64 (%rdi)
    xor %eax, %eax
    ret
    .globl weft_guarded_end
weft_guarded_end:
    .globl weft_guarded_failed
weft_guarded_failed:
    mov $-14, %rax
    ret

    .globl _start
_start:
    xor %ebp, %ebp
    mov %rsp, %rdi
    and $-16, %rsp
    call weft_main
    hlt

    .section .note.GNU-stack, "", @progbits
