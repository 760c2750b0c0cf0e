// Loads a library, calls it, unloads it; again, at another address.
#include <dlfcn.h>
#include <unistd.h>

#include <string>

static int use_library(const std::string& path, int value) {
  void* library = dlopen(path.c_str(), RTLD_NOW);
  if (library == nullptr) return 1;
  const auto add = reinterpret_cast<int (*)(int)>(dlsym(library, "late_add"));
  const int sum = add(value);
  getppid();
  dlclose(library);
  return sum == value + 40 ? 0 : 1;
}

int main(int, char** arguments) {
  const std::string program = arguments[0];
  const std::string path = program.substr(0, program.rfind('/')) + "/late.so";
  return use_library(path, 1) + use_library(path, 2);
}
