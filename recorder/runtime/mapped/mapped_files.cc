#include "recorder/runtime/mapped/mapped_files.h"

#include "recorder/runtime/ground/report.h"

namespace weft::runtime {

MappedFile g_mapped_files[kMaxMappedFiles];
int g_mapped_files_used;

namespace {

constexpr uint64_t kBuckets = 4096;

MappedFile* g_by_identity[kBuckets];
MappedFile* g_free;
uint64_t g_anonymous_files;  // so far

MappedFile** bucket_of(const FileIdentity& identity) {
  const uint64_t mixed = (identity.inode + identity.device * 31) * 0x9e37'79b9'7f4a'7c15;
  return &g_by_identity[mixed >> 52];
}

MappedFile* take_slot() {
  if (MappedFile* file = g_free) {
    g_free = file->next;
    return file;
  }
  check(g_mapped_files_used < kMaxMappedFiles, "too many files are mapped", g_mapped_files_used);
  return &g_mapped_files[g_mapped_files_used++];
}

}  // namespace

MappedFile* find_mapped_file(const FileIdentity& identity) {
  MappedFile* file = *bucket_of(identity);
  while (file != nullptr && !same_file(file->identity, identity)) file = file->next;
  return file;
}

MappedFile* hold_file(const FileIdentity& identity) {
  MappedFile* file = find_mapped_file(identity);
  if (file == nullptr) {
    file = take_slot();
    MappedFile** bucket = bucket_of(identity);
    *file = {};
    file->identity = identity;
    file->fd = -1;
    file->own = true;
    file->next = *bucket;
    *bucket = file;
  }
  hold_file(file);
  return file;
}

MappedFile* hold_anonymous_file(uint64_t bytes) {
  MappedFile* file = hold_file({kAnonymousDevice, ++g_anonymous_files});
  file->bytes = bytes;
  return file;
}

void release_file(MappedFile* file) {
  if (--file->mappings != 0) return;
  if (file->fd >= 0) raw(__NR_close, static_cast<uint64_t>(file->fd));
  MappedFile** link = bucket_of(file->identity);
  while (*link != file) link = &(*link)->next;
  *link = file->next;
  file->next = g_free;
  g_free = file;
}

}  // namespace weft::runtime
