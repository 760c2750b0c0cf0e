#include "debugger/shell/session/debug_session.h"

#include <dlfcn.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include "debugger/process/runtime_symbols.h"
#include "debugger/shell/source/recorded_file.h"
#include "debugger/shell/source/symbol_files.h"
#include "replayer/inspect/escape.h"
#include "replayer/inspect/event_text.h"
#include "replayer/pack/pack.h"
#include "replayer/session/module_map.h"

namespace weft::shell {
namespace {

constexpr const char* kInstallLldb = "install it, for example: apt-get install liblldb-19";

}  // namespace

Result<std::unique_ptr<DebugSession>> DebugSession::open(const DebugOptions& options) {
  std::unique_ptr<DebugSession> session(new DebugSession(options));
  if (const Status status = session->start(); !status) return status.error();
  return session;
}

Status DebugSession::start() {
  const std::string runtime = options_.folder + "/weft-runtime";
  std::error_code ignored;
  const std::string packed = pack::symbols_folder(options_.trace_path);
  if (std::filesystem::is_directory(packed, ignored)) options_.symbols.push_back(packed);
  const auto symbols = process::read_runtime_symbols(runtime);
  if (!symbols) return symbols.error();
  timeline::TimelineOptions timeline_options;
  timeline_options.runtime_path = runtime;
  auto timeline = timeline::Timeline::open(options_.trace_path, timeline_options);
  if (!timeline) return timeline.error();
  timeline_ = std::move(*timeline);
  events_ = std::make_unique<EventLog>(timeline_->log(), timeline_->reader().info());
  if (events_->count() == 0) {
    return Error{ErrorClass::kBadTrace, options_.trace_path + " has no events",
                 "see what is in it with weft info"};
  }
  processes_ = std::make_unique<travel::TimelineSource>(*timeline_);
  traveller_ = std::make_unique<travel::Traveller>(*processes_, *symbols);
  thread_ = std::make_unique<travel::TravelThread>();
  server_ = std::make_unique<remote::LldbServer>(*thread_, *traveller_);
  return travel([&](travel::Traveller& traveller) {
    server_->set_end_words([this] {
      const auto killed = events_->killed();
      return killed ? inspect::event_text(events_->at(*killed)) : "end of the recording";
    });
    return traveller.go({events_->start()});
  });
}

DebugSession::~DebugSession() {
  source_.reset();
  server_.reset();
  if (thread_ != nullptr) thread_->call([this] { traveller_.reset(); });
  remove_copies();
}

void DebugSession::remove_copies() {
  std::error_code ignored;
  if (!copies_folder_.empty()) std::filesystem::remove_all(copies_folder_, ignored);
}

EventIndex DebugSession::moment() {
  return travel([](travel::Traveller& traveller) { return traveller.program().event(); });
}

travel::Instant DebugSession::here() {
  return travel([](travel::Traveller& traveller) { return traveller.here(); });
}

Status DebugSession::go(const travel::Instant& instant, const std::string& reason) {
  const Status status = travel([&](travel::Traveller& traveller) {
    const Status went = traveller.go(instant);
    if (!went) return went;
    server_->hold(reason);
    server_->set_limit(kNone, "");  // the limit may be an event that it has passed by now
    return went;
  });
  if (!status) return status;
  if (source_ != nullptr) {
    place_modules(instant.event);
    source_->refresh(
        travel([](travel::Traveller& traveller) { return traveller.program().current_thread(); }));
  }
  thread_->call([this] { server_->let_go(); });
  return {};
}

void DebugSession::show_tasks(remote::ListTasks list) {
  if (source() == nullptr || thread_->call([this] { return server_->shows_tasks(); })) return;
  const trace::ThreadNumber current = travel([&](travel::Traveller& traveller) {
    server_->show_tasks(std::move(list));
    server_->hold(server_->stop_words());
    return traveller.program().current_thread();
  });
  source_->refresh(current);
  thread_->call([this] { server_->let_go(); });
}

void DebugSession::set_limit(EventIndex event, const std::string& words) {
  thread_->call([this, event, &words] { server_->set_limit(event, words); });
}

process::ProgramStop DebugSession::last_stop() {
  return thread_->call([this] { return server_->last_stop(); });
}

std::string DebugSession::stop_words() {
  return thread_->call([this] { return server_->stop_words(); });
}

std::vector<std::byte> DebugSession::watched_before(Address address) {
  return thread_->call([this, address] { return server_->watched_before(address); });
}

std::string DebugSession::take_written() {
  return thread_->call([this] { return server_->take_written(); });
}

uint64_t DebugSession::moves() {
  return thread_->call([this] { return server_->moves(); });
}

process::ProgramStop DebugSession::run_without_source(EventIndex limit) {
  return travel([limit](travel::Traveller& traveller) { return traveller.run(limit); });
}

SourceDebugger* DebugSession::source() {
  if (!source_tried_) load_source();
  source_tried_ = true;
  return source_.get();
}

void DebugSession::load_source() {
  const std::string path = options_.folder + "/weft-lldb.so";
  void* plug_in = ::dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (plug_in == nullptr) {
    source_error_ = fmt::format("LLDB cannot be loaded ({}): {}", ::dlerror(), kInstallLldb);
    return;
  }
  const auto make = reinterpret_cast<MakeSourceDebugger>(::dlsym(plug_in, kMakeSourceDebugger));
  if (make == nullptr) {
    source_error_ = path + " is of another version: install weft as a whole";
    return;
  }
  std::string error;
  source_.reset(make(source_options(), error));
  if (source_ == nullptr) source_error_ = "LLDB cannot be used: " + error;
  place_modules(moment());
}

const ModulePlaces& DebugSession::module_places() {
  if (places_ == nullptr) places_ = std::make_unique<ModulePlaces>(events_->mappings());
  return *places_;
}

void DebugSession::place_modules(EventIndex moment) {
  if (source_ == nullptr) return;
  const size_t epoch = module_places().at(moment);
  if (placed_epoch_ == epoch) return;
  placed_epoch_ = epoch;
  std::vector<LoadedModule> modules;
  for (const auto& [path, base] : module_places().epochs()[epoch].files) {
    const auto local = local_files_.find(path);
    if (local != local_files_.end()) modules.push_back({local->second, base});
  }
  source_->place(modules);
}

/// In a folder of its own: files of the program may have the same name. Its path, or empty.
std::string DebugSession::write_copy(const RecordedFile& recorded) {
  const std::string folder = fmt::format("{}/{}", copies_folder_, changed_files_.size());
  std::error_code error;
  std::filesystem::create_directory(folder, error);
  return error ? "" : recorded.write_copy(folder);
}

/// Where the file is now as it was recorded; empty: nowhere.
std::string DebugSession::local_copy(const session::ModuleMapping& file, SourceOptions& options) {
  const RecordedFile recorded(events_->mappings(), file);
  if (recorded.is_still_there()) return file.path;
  const SymbolFiles symbols = find_symbols(options_.symbols, file.path, recorded.build_id());
  const std::string path = inspect::printable(file.path);
  if (!symbols.whole.empty()) {
    changed_files_.push_back(fmt::format("{} is not the file that was recorded: {} is", path,
                                         inspect::printable(symbols.whole)));
    return symbols.whole;
  }
  if (copies_folder_.empty()) {
    const char* parent = std::getenv("TMPDIR");
    std::string name =
        std::string(parent != nullptr && *parent != '\0' ? parent : "/tmp") + "/weft-debug-XXXXXX";
    if (::mkdtemp(name.data()) != nullptr) copies_folder_ = name;
  }
  const std::string copy = copies_folder_.empty() ? "" : write_copy(recorded);
  if (!copy.empty() && !symbols.debug.empty())
    options.debug_files.emplace_back(copy, symbols.debug);
  changed_files_.push_back(
      fmt::format("{} is not the file that was recorded: {}", path,
                  copy.empty() ? "it has no names or source"
                  : symbols.debug.empty()
                      ? "the trace's own copy is used, without debug information"
                      : "the trace's own copy is used, with " + inspect::printable(symbols.debug)));
  return copy;
}

SourceOptions DebugSession::source_options() {
  SourceOptions options;
  options.connection = server_->client_fd();
  options.stable_output = options_.batch;
  options.symbol_folders = options_.symbols;
  options.reads_init_file = options_.reads_init_files();
  options.colours =
      !options_.batch && ::isatty(STDOUT_FILENO) != 0 && ::getenv("NO_COLOR") == nullptr;
  for (const session::ModuleMapping& file : module_places().files()) {
    const std::string path = local_copy(file, options);
    if (path.empty()) continue;
    local_files_[file.path] = path;
    if (file.path == events_->info().program) options.program = path;
    options.files.push_back(path);
  }
  for (const std::string& pair : options_.source_map) {
    const size_t equals = pair.find('=');
    if (equals != std::string::npos)
      options.source_map.emplace_back(pair.substr(0, equals), pair.substr(equals + 1));
  }
  return options;
}

}  // namespace weft::shell
