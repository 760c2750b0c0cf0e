#include "recorder/runtime/mapped/map_listeners.h"

#include "recorder/runtime/ground/state.h"
#include "recorder/runtime/hooks/fiber_hooks.h"
#include "recorder/runtime/hooks/hook_places.h"
#include "recorder/runtime/preempt/spin_places.h"
#include "recorder/runtime/sites/function_table.h"
#include "recorder/runtime/sites/generated_code.h"
#include "recorder/runtime/sites/question_sites.h"
#include "recorder/runtime/sites/random_device.h"
#include "replayer/runtime/probes/probes.h"

namespace weft::runtime {

namespace {

using FunctionListener = void (*)(const Thread*, const FileMapping&, const FunctionTable&);
constexpr FunctionListener kFunctionListeners[] = {replace_random_device, listen_to_fibers};

void look_for_functions(const Thread* thread, const FileMapping& mapping, const char* path) {
  const FunctionTable functions = find_functions(mapping, path);
  for (const FunctionListener listener : kFunctionListeners) listener(thread, mapping, functions);
}

using TextListener = void (*)(const Thread*, const FileMapping&, const char* path);
constexpr TextListener kTextListeners[] = {look_for_functions, patch_questions};

using UnmapListener = void (*)(uint64_t begin, uint64_t end);
void unmap_probes(uint64_t begin, uint64_t end) {
  forget_probes(begin, end, ProbedMemory::kGone);
}

constexpr UnmapListener kUnmapListeners[] = {forget_places, forget_generated_code, unmap_probes};

}  // namespace

void text_was_mapped(const Thread* thread, const FileMapping& mapping, const char* path) {
  if (g_state.leaves_text) return;
  for (const TextListener listener : kTextListeners) listener(thread, mapping, path);
}

void memory_was_opened(uint64_t begin, uint64_t end) {
  forget_probes(begin, end, ProbedMemory::kStays);
  restore_spin_places(begin, end);
}

void memory_was_unmapped(uint64_t begin, uint64_t end) {
  for (const UnmapListener listener : kUnmapListeners) listener(begin, end);
}

void all_memory_was_unmapped() {
  unmap_probes(0, UINT64_MAX);
}

}  // namespace weft::runtime
