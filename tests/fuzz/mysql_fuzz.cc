/// libFuzzer target: conversation_fuzz.h with the decoder of MySQL.
#include "tests/fuzz/conversation_fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t bytes) {
  weft::protocol::fuzz::talk(weft::protocol::Protocol::kMysql, data, bytes);
  return 0;
}
