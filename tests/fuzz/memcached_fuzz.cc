/// libFuzzer target: conversation_fuzz.h with the decoder of memcached.
#include "tests/fuzz/conversation_fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t bytes) {
  weft::protocol::fuzz::talk(weft::protocol::Protocol::kMemcached, data, bytes);
  return 0;
}
