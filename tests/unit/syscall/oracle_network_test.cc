/// The table against the kernel: sockets, System V and POSIX messages, keys, security modules.
#include <fcntl.h>
#include <linux/if.h>
#include <linux/sockios.h>
#include <mqueue.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/ioctl.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>

#include <ctime>

#include "tests/unit/syscall/oracle.h"

namespace weft::syscall::oracle {
namespace {

uint64_t value(long number) {
  return static_cast<uint64_t>(number);
}

sockaddr_in loopback() {
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}
/// A UDP socket with datagrams of 20 bytes, sent to itself, waiting in it.
uint64_t datagrams(int count = 1) {
  static const int fd = [] {
    const int made = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    sockaddr_in address = loopback();
    socklen_t bytes = sizeof address;
    EXPECT_EQ(bind(made, reinterpret_cast<sockaddr*>(&address), bytes), 0);
    EXPECT_EQ(getsockname(made, reinterpret_cast<sockaddr*>(&address), &bytes), 0);
    EXPECT_EQ(connect(made, reinterpret_cast<sockaddr*>(&address), bytes), 0);
    return made;
  }();
  char drain[64];
  while (recv(fd, drain, sizeof drain, MSG_DONTWAIT) >= 0) {
  }
  for (int i = 0; i < count; ++i) EXPECT_EQ(send(fd, "a datagram of twenty", 20, 0), 20);
  return value(fd);
}
/// A listening TCP socket with one connection that nobody has accepted.
uint64_t listener() {
  static sockaddr_in address = loopback();
  static const int fd = [] {
    const int made = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    socklen_t bytes = sizeof address;
    EXPECT_EQ(bind(made, reinterpret_cast<sockaddr*>(&address), bytes), 0);
    EXPECT_EQ(listen(made, 16), 0);
    EXPECT_EQ(getsockname(made, reinterpret_cast<sockaddr*>(&address), &bytes), 0);
    return made;
  }();
  const int client = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  EXPECT_EQ(connect(client, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  return value(fd);
}
uint64_t local_pair() {
  static const int fd = [] {
    int ends[2];
    EXPECT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
    return ends[0];
  }();
  return value(fd);
}
Args option(Arena& a, uint64_t fd, int level, int name, size_t bytes) {
  const uint64_t buffer = a.take(bytes);
  return Args{fd, value(level), value(name), buffer, a.put(static_cast<uint32_t>(bytes))};
}
msghdr message(Arena& a, size_t bytes) {
  const iovec parts[2] = {{reinterpret_cast<void*>(a.take(7)), 7},
                          {reinterpret_cast<void*>(a.take(bytes)), bytes}};
  msghdr header = {};
  header.msg_name = reinterpret_cast<void*>(a.take(128));
  header.msg_namelen = 128;
  header.msg_iov = reinterpret_cast<iovec*>(a.put(parts));
  header.msg_iovlen = 2;
  header.msg_control = reinterpret_cast<void*>(a.take(256));
  header.msg_controllen = 256;
  return header;
}

const Case kSockets[] = {
    {"socketpair", SYS_socketpair,
     [](Arena& a) { return Args{AF_UNIX, SOCK_STREAM, 0, a.take(8)}; }, 0, 3},
    {"socketpair_failing", SYS_socketpair,
     [](Arena& a) { return Args{AF_INET, SOCK_STREAM, 0, a.take(8)}; }, EOPNOTSUPP},
    {"accept", SYS_accept,
     [](Arena& a) { return Args{listener(), a.take(128), a.put(uint32_t{128})}; }, 0, 8},
    {"accept_cut", SYS_accept,
     [](Arena& a) { return Args{listener(), a.take(128), a.put(uint32_t{5})}; }, 0, 3},
    {"accept_without_address", SYS_accept, [](Arena&) { return Args{listener(), 0, 0}; }},
    {"accept4", SYS_accept4,
     [](Arena& a) { return Args{listener(), a.take(128), a.put(uint32_t{128}), SOCK_CLOEXEC}; }, 0,
     8},
    {"getsockname", SYS_getsockname,
     [](Arena& a) { return Args{datagrams(), a.take(128), a.put(uint32_t{128})}; }, 0, 8},
    {"getsockname_cut", SYS_getsockname,
     [](Arena& a) { return Args{datagrams(), a.take(128), a.put(uint32_t{3})}; }, 0, 3},
    {"getpeername", SYS_getpeername,
     [](Arena& a) { return Args{datagrams(), a.take(128), a.put(uint32_t{128})}; }, 0, 8},
    {"getpeername_unconnected", SYS_getpeername,
     [](Arena& a) { return Args{listener(), a.take(128), a.put(uint32_t{128})}; }, ENOTCONN},
    {"SO_TYPE", SYS_getsockopt,
     [](Arena& a) { return option(a, datagrams(), SOL_SOCKET, SO_TYPE, 64); }, 0, 3},
    {"SO_ERROR_cut", SYS_getsockopt,
     [](Arena& a) { return option(a, datagrams(), SOL_SOCKET, SO_ERROR, 2); }, 0, kUnchecked},
    {"SO_PEERCRED", SYS_getsockopt,
     [](Arena& a) { return option(a, local_pair(), SOL_SOCKET, SO_PEERCRED, 64); }, 0, 3},
    {"SO_PEERGROUPS_too_small", SYS_getsockopt,
     [](Arena& a) { return option(a, local_pair(), SOL_SOCKET, 59, 0); }, 0, kUnchecked, true},
    {"SO_RCVTIMEO", SYS_getsockopt,
     [](Arena& a) { return option(a, datagrams(), SOL_SOCKET, SO_RCVTIMEO, 64); }, 0, 7},
    {"TCP_INFO", SYS_getsockopt,
     [](Arena& a) { return option(a, listener(), IPPROTO_TCP, TCP_INFO, 512); }, 0, 16},
    {"getsockopt_failing", SYS_getsockopt,
     [](Arena& a) { return option(a, datagrams(), SOL_SOCKET, 9999, 64); }, ENOPROTOOPT},
    {"recvfrom", SYS_recvfrom,
     [](Arena& a) {
       return Args{datagrams(), a.take(64), 64, 0, a.take(128), a.put(uint32_t{128})};
     },
     0, 8},
    {"recvfrom_truncated", SYS_recvfrom,
     [](Arena& a) { return Args{datagrams(), a.take(5), 5, MSG_TRUNC, 0, 0}; }},
    {"recvfrom_nothing", SYS_recvfrom,
     [](Arena& a) {
       return Args{datagrams(0), a.take(64), 64, MSG_DONTWAIT, a.take(128), a.put(uint32_t{128})};
     },
     EAGAIN},
    {"recvmsg", SYS_recvmsg, [](Arena& a) { return Args{datagrams(), a.put(message(a, 64)), 0}; },
     0, 16},
    {"recvmsg_truncated", SYS_recvmsg,
     [](Arena& a) { return Args{datagrams(), a.put(message(a, 3)), MSG_TRUNC}; }, 0, 16},
    {"recvmmsg", SYS_recvmmsg,
     [](Arena& a) {
       mmsghdr messages[3];
       for (mmsghdr& one : messages) one = {message(a, 64), 0x55555555};
       return Args{datagrams(2), a.put(messages), 3, MSG_DONTWAIT, a.put(timespec{10, 0})};
     },
     0, 16},
    {"sendmmsg", SYS_sendmmsg,
     [](Arena& a) {
       static iovec part = {const_cast<char*>("a datagram"), 10};
       mmsghdr messages[2] = {};
       for (mmsghdr& one : messages) {
         one.msg_hdr.msg_iov = &part;
         one.msg_hdr.msg_iovlen = 1;
       }
       return Args{datagrams(), a.put(messages), 2, 0};
     },
     0, 7},
    {"SIOCINQ", SYS_ioctl, [](Arena& a) { return Args{datagrams(), SIOCINQ, a.take(4)}; }, 0, 3},
    {"SIOCOUTQ", SYS_ioctl, [](Arena& a) { return Args{datagrams(), SIOCOUTQ, a.take(4)}; }, 0, 3},
    {"SIOCGIFCONF", SYS_ioctl,
     [](Arena& a) {
       const uint64_t request[2] = {400, a.take(400)};
       return Args{datagrams(), SIOCGIFCONF, a.put(request)};
     },
     0, 40},
    {"SIOCGIFINDEX", SYS_ioctl,
     [](Arena& a) {
       ifreq request = {};
       std::strcpy(request.ifr_name, "lo");
       return Args{datagrams(), SIOCGIFINDEX, a.put(request)};
     },
     0, 39},
    {"SIOCGIFFLAGS", SYS_ioctl,
     [](Arena& a) {
       ifreq request = {};
       std::strcpy(request.ifr_name, "lo");
       return Args{datagrams(), SIOCGIFFLAGS, a.put(request)};
     },
     0, 39},
};

/// System V objects outlive the process that makes them, so they are removed at its end.
struct SystemV {
  SystemV()
      : memory(shmget(IPC_PRIVATE, 4096, 0600)),
        semaphores(semget(IPC_PRIVATE, 3, 0600)),
        messages(msgget(IPC_PRIVATE, 0600)) {}
  ~SystemV() {
    shmctl(memory, IPC_RMID, nullptr);
    semctl(semaphores, 0, IPC_RMID);
    msgctl(messages, IPC_RMID, nullptr);
  }
  const int memory, semaphores, messages;
};
const SystemV& system_v() {
  static const SystemV instance;
  return instance;
}
uint64_t shared_memory() {
  return value(system_v().memory);
}
uint64_t semaphores() {
  return value(system_v().semaphores);
}
uint64_t message_queue() {
  struct {
    long type;
    char text[30];
  } one = {5, "thirty bytes of text or so"};
  msgsnd(system_v().messages, &one, 30, IPC_NOWAIT);
  return value(system_v().messages);
}
uint64_t posix_queue() {
  static const int fd = [] {
    mq_attr attributes = {};
    attributes.mq_maxmsg = 4;
    attributes.mq_msgsize = 64;
    const std::string name = "/weft-oracle-" + std::to_string(getpid());
    const int made = mq_open(name.c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0600, &attributes);
    mq_unlink(name.c_str());
    return made;
  }();
  timespec now = {0, 0};
  mq_timedsend(fd, "a message", 9, 7, &now);
  return value(fd);
}
uint64_t key() {
  static const long id = ::syscall(SYS_add_key, "user", "weft-oracle", "a secret", 8, -2);
  return value(id);
}

const Case kMessages[] = {
    {"shmctl_IPC_STAT", SYS_shmctl, [](Arena& a) { return Args{shared_memory(), 2, a.take(112)}; },
     0, 7},
    {"shmctl_IPC_INFO", SYS_shmctl, [](Arena& a) { return Args{0, 3, a.take(72)}; }, 0, 7},
    {"shmctl_SHM_INFO", SYS_shmctl, [](Arena& a) { return Args{0, 14, a.take(48)}; }, 0, 7},
    {"semctl_IPC_STAT", SYS_semctl, [](Arena& a) { return Args{semaphores(), 0, 2, a.take(104)}; },
     0, 7},
    {"semctl_IPC_INFO", SYS_semctl, [](Arena& a) { return Args{0, 0, 3, a.take(40)}; }, 0, 3},
    {"semctl_SEM_INFO", SYS_semctl, [](Arena& a) { return Args{0, 0, 19, a.take(40)}; }, 0, 3},
    {"msgctl_IPC_STAT", SYS_msgctl, [](Arena& a) { return Args{message_queue(), 2, a.take(120)}; },
     0, 7},
    {"msgctl_IPC_INFO", SYS_msgctl, [](Arena& a) { return Args{0, 3, a.take(32)}; }, 0, 3},
    {"msgctl_MSG_INFO", SYS_msgctl, [](Arena& a) { return Args{0, 12, a.take(32)}; }, 0, 3},
    {"msgrcv", SYS_msgrcv, [](Arena& a) { return Args{message_queue(), a.take(100), 92, 0, 0}; }},
    {"msgrcv_cut", SYS_msgrcv,
     [](Arena& a) { return Args{message_queue(), a.take(100), 10, 0, MSG_NOERROR}; }},
    {"msgrcv_nothing", SYS_msgrcv,
     [](Arena& a) { return Args{message_queue(), a.take(100), 92, 999, IPC_NOWAIT}; }, ENOMSG},
    {"mq_timedreceive", SYS_mq_timedreceive,
     [](Arena& a) { return Args{posix_queue(), a.take(64), 64, a.take(4), 0}; }, 0, 3},
    {"mq_getsetattr", SYS_mq_getsetattr,
     [](Arena& a) { return Args{posix_queue(), 0, a.take(64)}; }, 0, 7},
    {"KEYCTL_READ", SYS_keyctl, [](Arena& a) { return Args{11, key(), a.take(64), 64}; }, 0, 0,
     true},
    {"KEYCTL_READ_cut", SYS_keyctl, [](Arena& a) { return Args{11, key(), a.take(64), 3}; }, 0,
     kUnchecked, true},
    {"KEYCTL_DESCRIBE", SYS_keyctl, [](Arena& a) { return Args{6, key(), a.take(64), 64}; }, 0, 0,
     true},
    {"KEYCTL_CAPABILITIES", SYS_keyctl, [](Arena& a) { return Args{31, a.take(2), 2}; }, 0, 0,
     true},
    {"lsm_list_modules", 461, [](Arena& a) { return Args{a.take(256), a.put(uint32_t{256}), 0}; },
     0, 7, true},
    {"lsm_get_self_attr", 459,
     [](Arena& a) { return Args{100, a.take(256), a.put(uint32_t{256}), 0}; }, 0, 32, true},
};

class NetworkOracle : public OracleTest {};

TEST_P(NetworkOracle, WritesWhatTheTableSays) {
  run(GetParam());
}

INSTANTIATE_TEST_SUITE_P(Sockets, NetworkOracle, testing::ValuesIn(kSockets), case_name);
INSTANTIATE_TEST_SUITE_P(Messages, NetworkOracle, testing::ValuesIn(kMessages), case_name);

}  // namespace
}  // namespace weft::syscall::oracle
