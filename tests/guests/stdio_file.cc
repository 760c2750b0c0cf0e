// stdio: fprintf, fseek, fgets, getline and ungetc on a file of 2,000 lines.
#include "guest.h"

int main() {
  TempFile file;
  FILE* stream = fopen(file.path.c_str(), "w+");
  expect(stream != nullptr);
  for (int i = 0; i < 2000; ++i) fprintf(stream, "line %d %llu\n", i, (unsigned long long)now_ns());
  rewind(stream);
  char* line = nullptr;
  size_t capacity = 0;
  uint64_t hash = kHashStart;
  int lines = 0;
  ssize_t length;
  while ((length = getline(&line, &capacity, stream)) > 0) {
    int number = -1;
    expect(sscanf(line, "line %d", &number) == 1 && number == lines++);
    hash = hash_bytes(line, static_cast<size_t>(length), hash);
  }
  expect(lines == 2000 && feof(stream) != 0);
  expect(fseek(stream, 5, SEEK_SET) == 0 && fgetc(stream) == '0');
  free(line);
  fclose(stream);
  show("content", hash);
  return done();
}
