// A fault that the program's own handler repairs.
#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

char* g_page = nullptr;
int g_faults = 0;

void on_fault(int, siginfo_t*, void*) {
  ++g_faults;
  mprotect(g_page, 4096, PROT_READ | PROT_WRITE);
}

void touch() { g_page[0] = 1; }

int main() {
  g_page = static_cast<char*>(
      mmap(nullptr, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
  struct sigaction action {};
  action.sa_sigaction = on_fault;
  action.sa_flags = SA_SIGINFO;
  sigaction(SIGSEGV, &action, nullptr);
  touch();
  return g_faults == 1 ? 0 : 1;
}
