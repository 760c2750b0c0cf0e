/// The table against the kernel: processes, identity, scheduling, signals, clocks, timers, memory.
#include <fcntl.h>
#include <gtest/gtest-spi.h>
#include <linux/capability.h>
#include <linux/futex.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/timex.h>
#include <sys/wait.h>

#include <csignal>
#include <ctime>

#include "tests/unit/syscall/oracle.h"

namespace weft::syscall::oracle {
namespace {

uint64_t value(long number) {
  return static_cast<uint64_t>(number);
}

uint64_t finished_child() {
  const pid_t child = fork();
  if (child == 0) _exit(3);
  siginfo_t info;
  waitid(P_PID, static_cast<id_t>(child), &info, WEXITED | WNOWAIT);
  return value(child);
}
void interrupt_soon() {
  struct sigaction action = {};
  action.sa_handler = [](int) {};
  sigaction(SIGALRM, &action, nullptr);
  const itimerval soon{{0, 0}, {0, 20000}};
  setitimer(ITIMER_REAL, &soon, nullptr);
}
uint64_t timer() {
  static int id = [] {
    int made = -1;
    sigevent event = {};
    event.sigev_notify = SIGEV_NONE;
    must(SYS_timer_create, CLOCK_MONOTONIC, &event, &made);
    const itimerspec far{{987654321, 123456789}, {987654321, 123456789}};
    must(SYS_timer_settime, made, 0, &far, nullptr);
    return made;
  }();
  return value(id);
}
uint64_t blocked_signal_mask() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGUSR1);
  sigprocmask(SIG_BLOCK, &set, nullptr);
  return uint64_t{1} << (SIGUSR1 - 1);
}

const Case kProcess[] = {
    {"wait4", SYS_wait4, [](Arena& a) { return Args{finished_child(), a.take(4), 0, a.take(144)}; },
     0, 16},
    {"wait4_nobody", SYS_wait4, [](Arena& a) { return Args{value(-1), a.take(4), 0, a.take(144)}; },
     ECHILD},
    {"waitid", SYS_waitid,
     [](Arena& a) { return Args{P_PID, finished_child(), a.take(128), WEXITED, a.take(144)}; }, 0,
     16},
    {"waitid_nobody", SYS_waitid,
     [](Arena& a) { return Args{P_ALL, 0, a.take(128), WEXITED, a.take(144)}; }, ECHILD},
    {"uname", SYS_uname, [](Arena& a) { return Args{a.take(390)}; }, 0, 65},
    {"getrlimit", SYS_getrlimit, [](Arena& a) { return Args{RLIMIT_NOFILE, a.take(16)}; }, 0, 7},
    {"setrlimit", SYS_setrlimit,
     [](Arena& a) {
       rlimit limit;
       getrlimit(RLIMIT_CORE, &limit);
       return Args{RLIMIT_CORE, a.put(limit)};
     }},
    {"prlimit64", SYS_prlimit64, [](Arena& a) { return Args{0, RLIMIT_STACK, 0, a.take(16)}; }, 0,
     7},
    {"getrusage", SYS_getrusage, [](Arena& a) { return Args{0, a.take(144)}; }, 0, 7},
    {"sysinfo", SYS_sysinfo, [](Arena& a) { return Args{a.take(112)}; }, 0, 7},
    {"getgroups_count", SYS_getgroups, [](Arena& a) { return Args{0, a.take(64)}; }, 0, 64},
    {"getgroups", SYS_getgroups, [](Arena& a) { return Args{200, a.take(800)}; }, 0, 3},
    {"getresuid", SYS_getresuid, [](Arena& a) { return Args{a.take(4), a.take(4), a.take(4)}; }, 0,
     3},
    {"getresgid", SYS_getresgid, [](Arena& a) { return Args{a.take(4), a.take(4), a.take(4)}; }, 0,
     3},
    {"capget_version_3", SYS_capget,
     [](Arena& a) {
       const uint32_t header[2] = {_LINUX_CAPABILITY_VERSION_3, 0};
       return Args{a.put(header), a.take(24)};
     },
     0, kUnchecked},
    {"capget_unknown_version", SYS_capget,
     [](Arena& a) {
       const uint32_t header[2] = {7, 0};
       return Args{a.put(header), a.take(24)};
     },
     EINVAL},
    {"sched_getparam", SYS_sched_getparam, [](Arena& a) { return Args{0, a.take(4)}; }, 0, 3},
    {"sched_rr_get_interval", SYS_sched_rr_get_interval,
     [](Arena& a) { return Args{0, a.take(16)}; }, 0, 7},
    {"sched_getaffinity", SYS_sched_getaffinity, [](Arena& a) { return Args{0, 128, a.take(128)}; },
     0, 7},
    {"sched_getattr", SYS_sched_getattr, [](Arena& a) { return Args{0, a.take(56), 56, 0}; }, 0,
     16},
    {"sched_setattr", SYS_sched_setattr,
     [](Arena& a) {
       const uint32_t attributes[12] = {48};
       return Args{0, a.put(attributes), 0};
     },
     0, 0, true},
    {"getcpu", SYS_getcpu, [](Arena& a) { return Args{a.take(4), a.take(4), 0}; }, 0, 3},
    {"getrandom", SYS_getrandom, [](Arena& a) { return Args{a.take(100), 100, 0}; }, 0, 1},
    {"PR_GET_NAME", SYS_prctl, [](Arena& a) { return Args{PR_GET_NAME, a.take(16)}; }},
    {"PR_SET_NAME", SYS_prctl, [](Arena& a) { return Args{PR_SET_NAME, a.text("oracle")}; }},
    {"PR_GET_PDEATHSIG", SYS_prctl, [](Arena& a) { return Args{PR_GET_PDEATHSIG, a.take(4)}; }, 0,
     3},
    {"PR_GET_TSC", SYS_prctl, [](Arena& a) { return Args{PR_GET_TSC, a.take(4)}; }, 0, 3},
    {"PR_GET_CHILD_SUBREAPER", SYS_prctl,
     [](Arena& a) { return Args{PR_GET_CHILD_SUBREAPER, a.take(4)}; }, 0, 3},
    {"PR_GET_TID_ADDRESS", SYS_prctl, [](Arena& a) { return Args{PR_GET_TID_ADDRESS, a.take(8)}; },
     0, 7, true},
    {"PR_GET_AUXV", SYS_prctl, [](Arena& a) { return Args{0x41555856, a.take(512), 512}; }, 0, 32,
     true},
    {"ARCH_GET_FS", SYS_arch_prctl, [](Arena& a) { return Args{0x1003, a.take(8)}; }, 0, 7},
    {"ARCH_GET_XCOMP_SUPP", SYS_arch_prctl, [](Arena& a) { return Args{0x1021, a.take(8)}; }, 0, 7,
     true},
    {"ARCH_GET_XCOMP_PERM", SYS_arch_prctl, [](Arena& a) { return Args{0x1022, a.take(8)}; }, 0, 7,
     true},
    {"get_robust_list", SYS_get_robust_list, [](Arena& a) { return Args{0, a.take(8), a.take(8)}; },
     0, 7},
    {"FUTEX_WAKE_OP", SYS_futex,
     [](Arena& a) {
       return Args{a.put(1), FUTEX_WAKE_OP_PRIVATE,
                   1,        1,
                   a.put(1), FUTEX_OP(FUTEX_OP_SET, 9, FUTEX_OP_CMP_EQ, 0)};
     },
     0, 3},
    {"FUTEX_WAIT", SYS_futex,
     [](Arena& a) { return Args{a.put(1), FUTEX_WAIT_PRIVATE, 1, a.put(timespec{0, 1000})}; },
     ETIMEDOUT},
    {"modify_ldt_read", SYS_modify_ldt, [](Arena& a) { return Args{0, a.take(64), 64}; }, 0, 64,
     true},
};

const Case kTime[] = {
    {"times", SYS_times, [](Arena& a) { return Args{a.take(32)}; }, 0, 7},
    {"time", SYS_time, [](Arena& a) { return Args{a.take(8)}; }, 0, 7},
    {"gettimeofday", SYS_gettimeofday, [](Arena& a) { return Args{a.take(16), a.take(8)}; }, 0, 7},
    {"clock_gettime", SYS_clock_gettime, [](Arena& a) { return Args{0, a.take(16)}; }, 0, 7},
    {"clock_getres", SYS_clock_getres, [](Arena& a) { return Args{0, a.take(16)}; }, 0, 7},
    {"getitimer", SYS_getitimer, [](Arena& a) { return Args{1, a.take(32)}; }, 0, 7},
    {"setitimer", SYS_setitimer, [](Arena& a) { return Args{1, a.put(itimerval{}), a.take(32)}; },
     0, 7},
    {"timer_create", SYS_timer_create,
     [](Arena& a) {
       sigevent event = {};
       event.sigev_notify = SIGEV_NONE;
       return Args{CLOCK_MONOTONIC, a.put(event), a.take(4)};
     },
     0, 3},
    {"timer_gettime", SYS_timer_gettime, [](Arena& a) { return Args{timer(), a.take(32)}; }, 0, 7},
    {"timer_settime", SYS_timer_settime,
     [](Arena& a) { return Args{timer(), 0, a.put(itimerspec{{0, 0}, {1000, 0}}), a.take(32)}; }, 0,
     7},
    {"nanosleep", SYS_nanosleep,
     [](Arena& a) { return Args{a.put(timespec{0, 1000}), a.take(16)}; }, 0, kUnchecked},
    {"nanosleep_interrupted", SYS_nanosleep,
     [](Arena& a) {
       interrupt_soon();
       return Args{a.put(timespec{10, 0}), a.take(16)};
     },
     EINTR},
    {"clock_nanosleep_interrupted", SYS_clock_nanosleep,
     [](Arena& a) {
       interrupt_soon();
       return Args{CLOCK_MONOTONIC, 0, a.put(timespec{10, 0}), a.take(16)};
     },
     EINTR},
    {"adjtimex", SYS_adjtimex, [](Arena& a) { return Args{a.put(timex{})}; }, 0, kUnchecked},
    {"adjtimex_failing", SYS_adjtimex,
     [](Arena& a) {
       timex change = {};
       change.modes = ADJ_TICK;
       change.tick = -1;
       return Args{a.put(change)};
     },
     EINVAL, 0, true},
    {"clock_adjtime", SYS_clock_adjtime, [](Arena& a) { return Args{0, a.put(timex{})}; }, 0,
     kUnchecked},
};

const Case kSignals[] = {
    {"rt_sigaction", SYS_rt_sigaction, [](Arena& a) { return Args{SIGUSR1, 0, a.take(32), 8}; }, 0,
     7},
    {"rt_sigprocmask", SYS_rt_sigprocmask, [](Arena& a) { return Args{0, 0, a.take(8), 8}; }, 0, 7},
    {"rt_sigpending", SYS_rt_sigpending, [](Arena& a) { return Args{a.take(8), 8}; }, 0, 7},
    {"rt_sigtimedwait", SYS_rt_sigtimedwait,
     [](Arena& a) {
       const uint64_t mask = blocked_signal_mask();
       kill(getpid(), SIGUSR1);
       return Args{a.put(mask), a.take(128), 0, 8};
     }},
    {"rt_sigtimedwait_too_late", SYS_rt_sigtimedwait,
     [](Arena& a) {
       return Args{a.put(blocked_signal_mask()), a.take(128), a.put(timespec{0, 1000}), 8};
     },
     EAGAIN},
    {"sigaltstack", SYS_sigaltstack, [](Arena& a) { return Args{0, a.take(24)}; }, 0, 7},
};

const Case kMemory[] = {
    {"mincore", SYS_mincore,
     [](Arena& a) {
       static void* const region =
           mmap(nullptr, 5 * 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
       return Args{reinterpret_cast<uint64_t>(region), 5 * 4096 - 7, a.take(5)};
     }},
    {"get_mempolicy", SYS_get_mempolicy,
     [](Arena& a) { return Args{a.take(4), a.take(128), 1024, 0, 0}; }, 0, 3, true},
    {"move_pages", SYS_move_pages,
     [](Arena& a) {
       const uint64_t pages[2] = {a.take(1) & ~uint64_t{4095}, 4096};
       return Args{0, 2, a.put(pages), 0, a.take(8), 0};
     },
     0, 3, true},
    {"process_vm_readv", SYS_process_vm_readv,
     [](Arena& a) {
       static const char source[20] = "what is to be read.";
       const iovec local[2] = {{reinterpret_cast<void*>(a.take(5)), 5},
                               {reinterpret_cast<void*>(a.take(50)), 50}};
       const iovec remote[1] = {{const_cast<char*>(source), 20}};
       return Args{value(getpid()), a.put(local), 2, a.put(remote), 1, 0};
     },
     0, 0, true},
};

const Row kTooShort = {63, "uname", Policy::kRecord, Block::kNever, {out(389 - 65)}};
const Row kTooLong = {63, "uname", Policy::kRecord, Block::kNever, {out(1000)}};
const Case kUname = {"uname", SYS_uname, [](Arena& a) { return Args{a.take(1000)}; }};

TEST(Oracle, NoticesBytesThatTheTableForgot) {
  static Case wrong = kUname;
  wrong.row = &kTooShort;
  EXPECT_FATAL_FAILURE(run(wrong), "where the table says nothing");
}
TEST(Oracle, NoticesBytesThatAreNeverWritten) {
  static Case wrong = kUname;
  wrong.row = &kTooLong;
  EXPECT_NONFATAL_FAILURE(run(wrong), "never wrote the end of what the table says");
}

class ProcessOracle : public OracleTest {};

TEST_P(ProcessOracle, WritesWhatTheTableSays) {
  run(GetParam());
}

INSTANTIATE_TEST_SUITE_P(Process, ProcessOracle, testing::ValuesIn(kProcess), case_name);
INSTANTIATE_TEST_SUITE_P(Time, ProcessOracle, testing::ValuesIn(kTime), case_name);
INSTANTIATE_TEST_SUITE_P(Signals, ProcessOracle, testing::ValuesIn(kSignals), case_name);
INSTANTIATE_TEST_SUITE_P(Memory, ProcessOracle, testing::ValuesIn(kMemory), case_name);

}  // namespace
}  // namespace weft::syscall::oracle
