// 10,000 arguments and an environment of half a megabyte reach the program whole.
#include <vector>

#include "guest.h"

int main(int argc, char** argv) {
  if (argc > 1) {
    expect(argc == 10'001);
    for (int i = 1; i < argc; ++i) expect(atoi(argv[i]) == i);
    int variables = 0;
    for (char** entry = environ; *entry != nullptr; ++entry) variables += strlen(*entry) > 500;
    expect(variables == 1000);
    expect(getenv("V999") != nullptr);
    return done();
  }
  std::vector<std::string> words;
  for (int i = 0; i <= 10'000; ++i) words.push_back(std::to_string(i));
  for (int i = 0; i < 1000; ++i) {
    words.push_back("V" + std::to_string(i) + "=" + std::string(500, 'x'));
  }
  std::vector<char*> arguments, environment;
  for (int i = 0; i <= 10'000; ++i) arguments.push_back(words[i].data());
  for (int i = 0; i < 1000; ++i) environment.push_back(words[10'001 + i].data());
  arguments.push_back(nullptr);
  environment.push_back(nullptr);
  execve("/proc/self/exe", arguments.data(), environment.data());
  return 2;
}
