// System V shared memory, attached twice in one process, and a System V semaphore and queue.
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>

#include "guest.h"

int main() {
  const int memory = shmget(IPC_PRIVATE, 8192, IPC_CREAT | 0600);
  expect(memory >= 0);
  char* first = static_cast<char*>(shmat(memory, nullptr, 0));
  char* second = static_cast<char*>(shmat(memory, nullptr, 0));
  expect(shmctl(memory, IPC_RMID, nullptr) == 0);
  expect(first != second && first != reinterpret_cast<char*>(-1));
  strcpy(first, "shared");
  expect(std::string(second) == "shared");
  expect(shmdt(first) == 0 && second[0] == 's' && shmdt(second) == 0);
  const int semaphore = semget(IPC_PRIVATE, 1, 0600);
  sembuf up{0, 2, 0}, down{0, -3, IPC_NOWAIT};
  expect(semop(semaphore, &up, 1) == 0);
  expect(semop(semaphore, &down, 1) == -1 && errno == EAGAIN);
  expect(semctl(semaphore, 0, GETVAL) == 2 && semctl(semaphore, 0, IPC_RMID) == 0);
  const int queue = msgget(IPC_PRIVATE, 0600);
  struct {
    long type;
    char text[8];
  } message{7, "queued"}, received{};
  expect(msgsnd(queue, &message, 8, 0) == 0);
  expect(msgrcv(queue, &received, 8, 7, 0) == 8 && std::string(received.text) == "queued");
  expect(msgctl(queue, IPC_RMID, nullptr) == 0);
  return done();
}
