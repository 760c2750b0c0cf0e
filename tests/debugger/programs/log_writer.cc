// Lines to stdout, stderr and log files, in pieces, with colours, for two requests at once.
#include <fcntl.h>
#include <unistd.h>

#include <string>

#include "weft/async.h"

void put(int fd, const std::string& text) {
  (void)!write(fd, text.data(), text.size());
}

int main() {
  const int log = open("app.log", O_WRONLY | O_CREAT | O_APPEND, 0600);
  const int same = dup(log);
  const int data = open("table.bin", O_WRONLY | O_CREAT, 0600);
  put(1, "starts\n");
  put(2, "\x1b[31mred\x1b[0m \x1b]0;title\awords\r\n");
  weft::Task first("first"), second("second");
  {
    weft::Running running(first);
    auto request = weft::request("one", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
    put(log, "one be");
    put(data, "not a log\n");
    put(same, "gins\none ends\n");
    first.end(weft::Outcome::kDone);
  }
  {
    weft::Running running(second);
    auto request = weft::request("two");
    put(log, "two " + std::string(700, 'x') + "\n");
    put(1, "\xff\n\n");
    second.end(weft::Outcome::kDone);
  }
  close(log);
  close(same);
  put(open("later-log", O_WRONLY | O_CREAT, 0600), "second file\n");
  put(1, "no line end");
  return 0;
}
