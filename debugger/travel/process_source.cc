#include "debugger/travel/process_source.h"

namespace weft::travel {
namespace {

class FocusProcess : public StandingProcess {
 public:
  explicit FocusProcess(std::unique_ptr<timeline::Focus> focus) : focus_(std::move(focus)) {}
  pid_t pid() const override { return focus_->pid(); }

 private:
  std::unique_ptr<timeline::Focus> focus_;
};

}  // namespace

Result<std::unique_ptr<StandingProcess>> TimelineSource::at(const timeline::Moment& moment) {
  auto focus = timeline_.go_to(moment);
  if (!focus) return focus.error();
  return std::unique_ptr<StandingProcess>(new FocusProcess(std::move(*focus)));
}

}  // namespace weft::travel
