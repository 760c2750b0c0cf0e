// Processes that are killed, and processes that must not be left over.
#include <dirent.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <chrono>
#include <fstream>
#include <set>
#include <thread>

#include "tests/unit/timeline/process_state.h"
#include "tests/unit/timeline/recordings.h"

namespace weft::timeline {
namespace {

/// Field `number` (from 1) of /proc/PID/stat; the name has no spaces in it here.
int stat_field(pid_t pid, int number) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
  std::string word;
  for (int i = 0; i < number; ++i) file >> word;
  return word.empty() ? -1 : std::atoi(word.c_str());
}

std::set<pid_t> children_of(pid_t parent) {
  std::set<pid_t> children;
  DIR* folder = ::opendir("/proc");
  while (const dirent* entry = ::readdir(folder)) {
    const pid_t pid = std::atoi(entry->d_name);
    if (pid > 0 && stat_field(pid, 4) == parent) children.insert(pid);
  }
  ::closedir(folder);
  return children;
}

/// A process that is gone, or that nobody has waited for yet.
bool is_gone(pid_t pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
  std::string id, name, state;
  return !(file >> id >> name >> state) || state == "Z" || state == "X";
}

TEST(Processes, AllAreChildrenOfThisOneAndEndWithTheTimeline) {
  std::set<pid_t> children;
  {
    const auto timeline = open_timeline("thread_churn");
    ASSERT_TRUE(timeline->wait_for_first_pass());
    const auto focus = timeline->go_to({EventIndex(100)});
    ASSERT_TRUE(focus);
    children = children_of(::getpid());
    EXPECT_GE(children.size(), timeline->status().checkpoints);
    EXPECT_TRUE(children.contains((*focus)->pid()));
  }
  for (const pid_t child : children) EXPECT_TRUE(is_gone(child)) << child;
}

TEST(Processes, AKilledFocusIsNoticedAndReplaced) {
  const auto timeline = open_timeline("mutex");
  const EventIndex event = EventIndex(timeline->end().value() / 2);
  const auto first = timeline->go_to({event});
  ASSERT_TRUE(first);
  const ProcessState state = ProcessState::of(**first);
  ::kill((*first)->pid(), SIGKILL);
  while ((*first)->alive()) std::this_thread::yield();
  EXPECT_FALSE((*first)->run_to({event + 1}));
  const auto second = timeline->go_to({event});
  ASSERT_TRUE(second);
  EXPECT_EQ(ProcessState::of(**second), state);
}

TEST(Processes, KilledCheckpointsAreReplaced) {
  const auto timeline = open_timeline("mutex");
  const EventIndex event = EventIndex(timeline->end().value() / 2);
  ASSERT_TRUE(timeline->wait_for_first_pass());
  const auto before = timeline->go_to({event});
  ASSERT_TRUE(before);
  for (const pid_t child : children_of(::getpid())) {
    if (child != (*before)->pid()) ::kill(child, SIGKILL);
  }
  const auto after = timeline->go_to({event});
  ASSERT_TRUE(after) << after.error().message;
  EXPECT_EQ(ProcessState::of(**before), ProcessState::of(**after));
}

TEST(Processes, AreGoneWhenTheirControllerIsKilled) {
  const std::string trace = Recordings::of("mutex");
  int ready[2];
  ASSERT_EQ(::pipe(ready), 0);
  const pid_t controller = ::fork();
  if (controller == 0) {
    const auto timeline = open_timeline("mutex");
    const bool done = static_cast<bool>(timeline->wait_for_first_pass());
    const auto focus = timeline->go_to({EventIndex(timeline->end().value() / 2)});
    (*focus)->release();
    const char sign = done ? 'y' : 'n';
    if (::write(ready[1], &sign, 1) != 1) ::_exit(1);
    for (;;) ::pause();
  }
  char sign = 0;
  ASSERT_EQ(::read(ready[0], &sign, 1), 1);
  EXPECT_EQ(sign, 'y');
  const std::set<pid_t> children = children_of(controller);
  EXPECT_GE(children.size(), 2u);
  ::kill(controller, SIGKILL);
  ::waitpid(controller, nullptr, 0);
  // The kernel has sent their signals by now; they need a moment to die.
  for (const pid_t child : children) {
    while (!is_gone(child)) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
}

TEST(Processes, ATracePastItsEndIsAnError) {
  const auto timeline = open_timeline("mutex");
  const auto focus = timeline->go_to({timeline->end() + 1});
  ASSERT_FALSE(focus);
  EXPECT_EQ(focus.error().message.rfind("there is no event ", 0), 0u);
  EXPECT_TRUE(timeline->go_to({timeline->end()}));
}

}  // namespace
}  // namespace weft::timeline
