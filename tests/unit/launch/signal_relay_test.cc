#include "recorder/launch/signal_relay.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

namespace weft::launch {
namespace {

signalfd_siginfo signal_from(pid_t sender, int number, int code) {
  signalfd_siginfo signal{};
  signal.ssi_signo = static_cast<uint32_t>(number);
  signal.ssi_code = code;
  signal.ssi_pid = static_cast<uint32_t>(sender);
  return signal;
}

/// A process that sleeps until the test is over.
struct Sleeper {
  pid_t pid = ::fork();
  Sleeper() {
    if (pid == 0) {
      while (true) ::pause();
    }
  }
  ~Sleeper() {
    ::kill(pid, SIGKILL);
    ::waitpid(pid, nullptr, 0);
  }
};

TEST(SignalRelay, WhatOthersSendIsForTheProgram) {
  const Sleeper program;
  EXPECT_TRUE(meant_for_program(signal_from(::getpid(), SIGTERM, SI_USER), program.pid));
  EXPECT_TRUE(meant_for_program(signal_from(1, SIGHUP, SI_QUEUE), program.pid));
}

TEST(SignalRelay, TheTerminalReachesTheProgramByItself) {
  const Sleeper program;
  EXPECT_FALSE(meant_for_program(signal_from(0, SIGINT, SI_KERNEL), program.pid));
}

TEST(SignalRelay, TheProgramItselfSentItToItsGroup) {
  const Sleeper program;
  EXPECT_FALSE(meant_for_program(signal_from(program.pid, SIGTERM, SI_USER), program.pid));
}

TEST(SignalRelay, AChildOfTheProgramSentItToItsGroup) {
  // This process plays the program, the sleeper its child.
  const Sleeper child;
  EXPECT_FALSE(meant_for_program(signal_from(child.pid, SIGTERM, SI_USER), ::getpid()));
}

TEST(SignalRelay, AnAlarmThatWasSetBeforeGoesOn) {
  const Sleeper program;
  EXPECT_TRUE(meant_for_program(signal_from(0, SIGALRM, SI_KERNEL), program.pid));
}

TEST(SignalRelay, ChildrensEndsAreTheLaunchersOwnBusiness) {
  const Sleeper program;
  EXPECT_FALSE(meant_for_program(signal_from(1, SIGCHLD, SI_USER), program.pid));
}

}  // namespace
}  // namespace weft::launch
