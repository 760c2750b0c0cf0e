/// Would this call wait? Asked of the kernel before the thread makes it, so that the baton can be
/// handed over first (baton.h). The call's result is that of the blocking call in every case.
///
/// What can be asked, and how:
///
///   recv, recvfrom, recvmsg, read of a socket   the call itself with MSG_DONTWAIT
///   read of a pipe, an eventfd, a timerfd...    the call itself with RWF_NOWAIT
///   send, write to an AF_UNIX or a datagram socket, up to a fourth of its buffer
///                                               the call itself with MSG_DONTWAIT
///   write of up to PIPE_BUF bytes to a pipe     the call itself with RWF_NOWAIT
///   epoll_wait                                  the call itself with a time-out of 0
///   poll, select                                the same for copies of the sets, then the call
///   accept, writes to TCP, readv, what is not known     poll() for its descriptor, then the call
///
/// "The call itself" is the call if it succeeds: these do all or nothing, or what the blocking call
/// would do too (a stream's read returns what is there). Where the kernel could do a part that the
/// blocking call would not stop at, no question is asked: MSG_WAITALL, SO_RCVLOWAT above 1,
/// recvmmsg, long writes. No question is asked for a descriptor with O_NONBLOCK either, as its
/// calls do not wait; nor if the program has a seccomp filter, which would see calls that the
/// program does not make.
///
/// Where the last calls that receive from a descriptor had to wait, the next one is assumed to wait
/// too, without a question, until one of them does not. So two threads that talk to each other cost
/// no questions.
///
/// What is known of a descriptor (nature.h) may be out of date: another process can change the
/// flags of a shared file. Then the question is the wrong one: its answer costs time, not the
/// right result, as every answer but a success leads to the call as the program made it.
#pragma once

#include <cstdint>

#include "recorder/runtime/ground/thread.h"
#include "weft/syscall/row.h"

namespace weft::runtime {

/// Makes the call `number`, and lets others have the baton meanwhile if it waits.
long call_among_others(Thread* thread, uint16_t number, syscall::Block block,
                       const uint64_t (&args)[6]);

}  // namespace weft::runtime
