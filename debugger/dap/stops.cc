#include "debugger/dap/stops.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace weft::dap {

Result<HitCondition> HitCondition::parse(const std::string& text) {
  constexpr std::array<std::pair<std::string_view, Test>, 6> kWords = {{{">=", Test::kFrom},
                                                                        {">", Test::kAfter},
                                                                        {"==", Test::kOnly},
                                                                        {"=", Test::kOnly},
                                                                        {"%", Test::kEach},
                                                                        {"", Test::kFrom}}};
  HitCondition condition;
  const size_t begin = text.find_first_not_of(' ');
  if (begin == std::string::npos) return condition;
  std::string rest = text.substr(begin, text.find_last_not_of(' ') + 1 - begin);
  for (const auto& [word, test] : kWords) {
    if (!rest.starts_with(word)) continue;
    condition.test_ = test;
    rest.erase(0, word.size());
    break;
  }
  rest.erase(0, std::min(rest.find_first_not_of(' '), rest.size()));
  const auto count = shell::to_number(rest);
  if (!count || *count == 0)
    return Error{ErrorClass::kUsage, fmt::format("'{}' is no count of hits", text),
                 "give N, >= N, > N, == N or % N"};
  condition.count_ = *count;
  return condition;
}

bool HitCondition::holds(uint64_t hits) const {
  switch (test_) {
    case Test::kFrom:
      return hits >= count_;
    case Test::kAfter:
      return hits > count_;
    case Test::kOnly:
      return hits == count_;
    case Test::kEach:
      return hits % count_ == 0;
    case Test::kAlways:
      break;
  }
  return true;
}

int64_t Stops::add(ClientStop stop) {
  stop.id = ++last_id_;
  stops_.push_back(std::move(stop));
  return last_id_;
}

void Stops::remove(shell::Shell& shell, StopKind kind, const std::string& owner) {
  std::erase_if(stops_, [&](const ClientStop& stop) {
    if (stop.kind != kind || stop.owner != owner) return false;
    shell::SourceDebugger* source = shell.session.source();
    if (kind == StopKind::kEvent) {
      for (const int number : stop.numbers) shell.event_breakpoints.remove(number);
    } else if (kind == StopKind::kData && source != nullptr) {
      for (const int number : stop.numbers)
        source->command(fmt::format("watchpoint delete {}", number));
    } else if (source != nullptr) {
      source->remove_breakpoints(stop.numbers);
    }
    return true;
  });
}

ClientStop* Stops::find(StopKind kind, int number) {
  const auto found = std::ranges::find_if(stops_, [&](const ClientStop& stop) {
    const bool in_code = kind == StopKind::kSource && stop.kind == StopKind::kFunction;
    return (stop.kind == kind || in_code) && std::ranges::count(stop.numbers, number) != 0;
  });
  return found == stops_.end() ? nullptr : &*found;
}

}  // namespace weft::dap
