// dlopen, dlsym and dlclose, again and again, of libraries that the guest is not linked with.
// libs: -ldl
#include <dlfcn.h>

#include "guest.h"

int main() {
  for (int i = 0; i < 20; ++i) {
    void* library = dlopen("libresolv.so.2", i % 2 ? RTLD_NOW : RTLD_LAZY);
    expect(library != nullptr);
    const auto function =
        reinterpret_cast<uint32_t (*)(const unsigned char*)>(dlsym(library, "ns_get32"));
    expect(function != nullptr && function((const unsigned char*)"\1\2\3\4") == 0x01020304);
    show("function", reinterpret_cast<uintptr_t>(function));
    expect(dlsym(library, "no_such_symbol") == nullptr && dlerror() != nullptr);
    expect(dlclose(library) == 0);
  }
  expect(dlopen("libnonexistent.so", RTLD_NOW) == nullptr);
  expect(dlsym(RTLD_DEFAULT, "getpid") != nullptr);
  return done();
}
