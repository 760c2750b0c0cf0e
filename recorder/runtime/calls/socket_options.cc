#include "recorder/runtime/calls/socket_options.h"

#include "recorder/runtime/calls/descriptors.h"
#include "recorder/runtime/ground/program_memory.h"
#include "recorder/runtime/ground/state.h"
#include "recorder/runtime/log/event_writer.h"

namespace weft::runtime {

namespace {

constexpr long kNoSuchOption = -92;  // ENOPROTOOPT
constexpr uint64_t kCounterBytes = 16;

struct Option {
  int32_t level, name;
};
constexpr Option kRings[] = {
    {263, 5},   // SOL_PACKET, PACKET_RX_RING
    {263, 13},  // SOL_PACKET, PACKET_TX_RING
    {283, 2},   // SOL_XDP, XDP_RX_RING
    {283, 3},   // SOL_XDP, XDP_TX_RING
    {283, 4},   // SOL_XDP, XDP_UMEM_REG
    {283, 5},   // SOL_XDP, XDP_UMEM_FILL_RING
    {283, 6},   // SOL_XDP, XDP_UMEM_COMPLETION_RING
};

/// struct ipt_replace, ip6t_replace, arpt_replace: where the number of counters is, and, in the
/// next aligned word, their address.
struct Table {
  Option option;
  uint16_t count_at;
};
constexpr Table kTables[] = {
    {{0, 64}, 84},   // SOL_IP, IPT_SO_SET_REPLACE
    {{41, 64}, 84},  // SOL_IPV6, IP6T_SO_SET_REPLACE
    {{0, 96}, 68},   // SOL_IP, ARPT_SO_SET_REPLACE
};

bool is_option(const Call& call, const Option& option) {
  return static_cast<int32_t>(call.args[1]) == option.level &&
         static_cast<int32_t>(call.args[2]) == option.name;
}

const Table* replaced_table(const Call& call) {
  for (const Table& table : kTables) {
    if (is_option(call, table.option)) return &table;
  }
  return nullptr;
}

/// The kernel does it, and writes `bytes` bytes at `address`.
long record_writing(Call& call, uint64_t address, uint64_t bytes) {
  const long result = enter_kernel(call);
  if (result == -kERestart) return kRestart;
  static OutputList outputs;  // used under the baton
  outputs.clear();
  if (!is_error(result)) outputs.add(trace::kAbsolute, address, bytes);
  log_call(call, result, &outputs);
  return result;
}

long replace_table(Call& call, const Table& table) {
  uint32_t count = 0;
  uint64_t counters = 0;
  const bool known = read_program(call.args[3] + table.count_at, &count) &&
                     read_program(call.args[3] + table.count_at + 4, &counters);
  return record_writing(call, counters, known ? count * kCounterBytes : 0);
}

/// {operation, address, number}: numbers of the bridges' interfaces.
long ask_for_bridges(Call& call) {
  constexpr uint64_t kGetBridges = 1;
  uint64_t words[3];
  const bool asked = read_program(call.args[2], &words) && words[0] == kGetBridges;
  return record_writing(call, asked ? words[1] : 0, asked ? words[2] * sizeof(int) : 0);
}

}  // namespace

long on_setsockopt(Call& call) {
  if (!recording()) return replay_call(call);
  for (const Option& ring : kRings) {
    if (!is_option(call, ring)) continue;
    write_unusual(call.thread, "refused: a ring of packets, which the kernel writes into");
    log_call(call, kNoSuchOption, nullptr);
    return kNoSuchOption;
  }
  if (const Table* table = replaced_table(call)) return replace_table(call, *table);
  return on_nature_change(call);
}

long on_ioctl(Call& call) {
  constexpr uint32_t kAskBridges = 0x8940;  // SIOCGIFBR
  if (recording() && static_cast<uint32_t>(call.args[1]) == kAskBridges)
    return ask_for_bridges(call);
  return on_nature_change(call);
}

}  // namespace weft::runtime
