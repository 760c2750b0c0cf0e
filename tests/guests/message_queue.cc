// POSIX message queues: priorities, attributes, a time-out, and a signal on arrival.
// libs: -lrt
#include <mqueue.h>

#include "guest.h"

int main() {
  const std::string name = "/guest-" + std::to_string(getpid());
  mq_attr attributes{0, 4, 64, 0, {}};
  const mqd_t queue = mq_open(name.c_str(), O_CREAT | O_EXCL | O_RDWR, 0600, &attributes);
  if (queue == -1 && errno == ENOSYS) return done();
  expect(queue != -1);
  mq_unlink(name.c_str());
  expect(mq_send(queue, "low", 3, 1) == 0 && mq_send(queue, "high", 4, 9) == 0);
  mq_attr now{};
  expect(mq_getattr(queue, &now) == 0 && now.mq_curmsgs == 2 && now.mq_msgsize == 64);
  char text[64] = {};
  unsigned priority = 0;
  expect(mq_receive(queue, text, 64, &priority) == 4 && priority == 9);
  expect(mq_receive(queue, text, 64, &priority) == 3 && priority == 1);
  timespec end{};
  clock_gettime(CLOCK_REALTIME, &end);
  expect(mq_timedreceive(queue, text, 64, &priority, &end) == -1 && errno == ETIMEDOUT);
  attributes.mq_flags = O_NONBLOCK;
  expect(mq_setattr(queue, &attributes, &now) == 0 && now.mq_flags == 0);
  expect(mq_receive(queue, text, 64, nullptr) == -1 && errno == EAGAIN);
  expect(mq_close(queue) == 0);
  return done();
}
