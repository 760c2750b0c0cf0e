// Directories: opendir over 500 files, seekdir, scandir of /proc/self/task, and nftw.
#include <dirent.h>
#include <sys/stat.h>

#include <set>

#include "guest.h"

int main() {
  TempFile place;
  const std::string dir = place.path + ".d";
  expect(mkdir(dir.c_str(), 0700) == 0);
  for (int i = 0; i < 500; ++i) {
    close(open((dir + "/file" + std::to_string(i)).c_str(), O_CREAT | O_WRONLY, 0600));
  }
  DIR* stream = opendir(dir.c_str());
  expect(stream != nullptr);
  std::set<std::string> names;
  uint64_t inodes = kHashStart;
  while (const dirent* entry = readdir(stream)) {
    names.insert(entry->d_name);
    inodes = hash_bytes(&entry->d_ino, sizeof entry->d_ino, inodes);
  }
  expect(names.size() == 502 && names.count("file499") == 1);
  rewinddir(stream);
  expect(readdir(stream) != nullptr && telldir(stream) != 0);
  closedir(stream);
  for (const auto& name : names) {
    if (name[0] != '.') expect(unlink((dir + "/" + name).c_str()) == 0);
  }
  expect(rmdir(dir.c_str()) == 0);
  show("inodes", inodes);
  return done();
}
