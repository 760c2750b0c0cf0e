/// The tables of mappings against each other, and against /proc/self/maps.
#include <sys/mman.h>

#include "recorder/runtime/ground/map_lines.h"
#include "recorder/runtime/ground/state.h"
#include "recorder/runtime/mapped/memory_map.h"
#include "recorder/runtime/sites/generated_code.h"
#include "replayer/runtime/audit/audit.h"

namespace weft::runtime {

namespace {

constexpr Assertion<Mapping> kMapping[] = {
    {"a mapping is not empty", [](const Mapping& m) { return m.begin < m.end; }},
    {"a mapping is of pages",
     [](const Mapping& m) { return (m.begin | m.end | m.offset) % layout::kPage == 0; }},
    {"a mapping shows a file", [](const Mapping& m) { return m.file != nullptr; }},
    {"a mapping is the program's", [](const Mapping& m) { return m.end < 0x7f00'0000'0000; }},
    {"a mapping is not the runtime's",
     [](const Mapping& m) {
       return m.end <= address_of(__executable_start) || m.begin >= address_of(_end);
     }},
    {"only a recording watches shared memory",
     [](const Mapping& m) { return recording() || m.copy == 0 || m.copy % layout::kPage == 0; }},
};

void audit_table(MappingTable& table) {
  const Mapping* before = nullptr;
  for (const Mapping& mapping : table) {
    assert_all(kMapping, mapping);
    assert_that("mappings ascend, and are apart",
                [&] { return before == nullptr || before->end <= mapping.begin; });
    before = &mapping;
  }
}

/// The parts of it that are mapped; and `shared`, if all of these are.
uint64_t mapped_bytes(const Mapping& mapping, bool* shared) {
  uint64_t bytes = 0;
  for (const MapLine& line : map_lines()) {
    const uint64_t from = line.begin > mapping.begin ? line.begin : mapping.begin;
    const uint64_t to = line.end < mapping.end ? line.end : mapping.end;
    if (from >= to) continue;
    bytes += to - from;
    *shared = *shared && line.shared;
  }
  return bytes;
}

void audit_against_kernel(MappingTable& table, bool is_shared) {
  for (const Mapping& mapping : table) {
    bool shared = true;
    assert_that("what is in the tables is mapped",
                [&] { return mapped_bytes(mapping, &shared) == mapping.bytes(); });
    assert_that("what is shared is shared", [&] { return !recording() || !is_shared || shared; });
  }
}

}  // namespace

void audit_memory() {
  audit_table(g_memory_map.shared());
  audit_table(g_memory_map.private_files());
  for (const Mapping& mapping : g_memory_map.shared()) {
    assert_that("memory is shared or private", [&] {
      return g_memory_map.private_files().find(mapping.begin) == nullptr &&
             g_memory_map.private_files().find(mapping.end - 1) == nullptr;
    });
  }
  map_lines().read("");
  audit_against_kernel(g_memory_map.shared(), true);
  audit_against_kernel(g_memory_map.private_files(), false);
  for (const MapLine& line : map_lines()) {
    assert_that("code that was searched is not written unseen", [&] {
      constexpr uint32_t kAll = PROT_WRITE | PROT_EXEC;
      return (line.protection & kAll) != kAll || !has_watched_code(line.begin, line.end);
    });
  }
  assert_generated_code();
}

}  // namespace weft::runtime
