/// Recording: where mappings go whose address the program leaves open. Replay maps what was
/// recorded.
#pragma once

#include <cstdint>

namespace weft::runtime {

/// Forgets everything: the start of a program image.
void reset_addresses();

/// An address for `bytes` in the image area (files) that nobody has yet.
uint64_t reserve_image(uint64_t bytes);

/// Ranges that a program may name: below weft's, and above it up to where the kernel puts its own.
bool may_be_programs(uint64_t address, uint64_t bytes);

/// The arguments of mmap.
struct MapRequest {
  uint64_t address, bytes, protection, flags, fd, offset;
};
/// Maps where the program asks for, or where weft chooses: the address or -errno.
long choose_and_map(const MapRequest& request);

/// A free place in the arena for `bytes` of whatever comes there next, or -errno: memory without
/// access, which the caller maps over.
long reserve_arena(uint64_t bytes);

/// [address, address + bytes) is free again.
void remember_hole(uint64_t address, uint64_t bytes);

}  // namespace weft::runtime
