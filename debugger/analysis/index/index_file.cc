#include "debugger/analysis/index/index_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstring>
#include <filesystem>
#include <functional>
#include <string_view>
#include <tuple>
#include <vector>

#include "debugger/analysis/index/index_frames.h"
#include "weft/base/unique_fd.h"
#include "weft/base/user_cache.h"
#include "weft/trace/crc32c.h"

namespace weft::analysis {

namespace {

constexpr uint64_t kMagic = 0x78646974'66657777;  // "wweftidx"
constexpr uint64_t kMaxIndexBytes = uint64_t{8} << 30;

/// All tables of a model, in the order of the file.
template <class ModelType>
auto tables_of(ModelType& model) {
  return std::tie(model.places, model.expressions, model.tasks, model.task_of_id,
                  model.task_of_thread, model.segments, model.segment_order, model.operations,
                  model.idle_cancels, model.holds, model.notes, model.blocked_calls,
                  model.unsure_calls, model.call_failures, model.ready_tasks, model.exchanges,
                  model.exchange_texts, model.connections, model.requests, model.spans);
}

struct Header {
  uint64_t magic = kMagic;
  uint32_t version = kIndexVersion;
  uint32_t row_bytes = 0;  ///< of all tables, added up: a row has changed, so has this
  std::array<uint8_t, 16> uuid{};
  uint64_t file_bytes = 0;
  uint64_t events = 0;
};

template <class Row, class Number>
uint32_t row_size(const Table<Row, Number>&) {
  return sizeof(Row);
}

Header header_for(const IndexKey& key, const Model& model) {
  Header header;
  std::apply([&](const auto&... table) { header.row_bytes = (0u + ... + row_size(table)); },
             tables_of(model));
  header.uuid = key.uuid;
  header.file_bytes = key.file_bytes;
  header.events = key.events;
  return header;
}

/// Appends to a file and adds up its checksum.
class Writer {
 public:
  explicit Writer(int fd) : fd_(fd) {}

  template <class Value>
  void put(const Value& value) {
    put_bytes(&value, sizeof value);
  }
  void put_bytes(const void* data, size_t bytes) {
    crc_ = trace::crc32c(data, bytes, crc_);
    const auto* at = static_cast<const char*>(data);
    while (ok_ && bytes > 0) {
      const ssize_t count = ::write(fd_, at, bytes);
      ok_ = count > 0;
      at += ok_ ? count : 0;
      bytes -= ok_ ? static_cast<size_t>(count) : 0;
    }
  }
  template <class Row, class Number>
  void put_table(const Table<Row, Number>& table) {
    put(table.size());
    FramePacker packer;
    for (uint32_t i = 0; i < table.block_count(); ++i)
      packer.feed(table.block(i).data(), table.block(i).size_bytes());
    put_frame(packer);
  }
  void put_strings(const StringTable& strings) {
    put(strings.size());
    FramePacker packer;
    for (const StringIndex i : strings.numbers()) {
      const auto bytes = static_cast<uint32_t>(strings[i].size());
      packer.feed(&bytes, sizeof bytes);
      packer.feed(strings[i].data(), bytes);
    }
    put_frame(packer);
  }
  bool finish() {
    const uint32_t crc = crc_;
    put(crc);
    return ok_;
  }

 private:
  void put_frame(FramePacker& packer) {
    const std::vector<char> frame = packer.finish();
    ok_ = ok_ && !frame.empty();
    put(uint64_t{frame.size()});
    put_bytes(frame.data(), frame.size());
  }

  int fd_;
  uint32_t crc_ = 0;
  bool ok_ = true;
};

/// Takes a file in memory apart. Reading past its end gives zeros and sets `failed`.
class Reader {
 public:
  explicit Reader(const std::vector<char>& bytes) : left_(bytes.data(), bytes.size()) {}

  template <class Value>
  Value take() {
    Value value{};
    failed_ = failed_ || left_.size() < sizeof value;
    if (failed_) return value;
    std::memcpy(&value, left_.data(), sizeof value);
    left_.remove_prefix(sizeof value);
    return value;
  }
  /// The next table's rows are unpacked by run().
  template <class Row, class Number>
  void take_table(Table<Row, Number>& table) {
    const auto rows = take<uint32_t>();
    failed_ = failed_ || rows == Table<Row, Number>::kMaxRows;
    add_job([&table, rows, frame = take_frame()] {
      FrameUnpacker unpacker(frame);
      while (table.size() < rows) {
        if (!unpacker.unpack(table.add_raw(rows - table.size()))) return false;
      }
      return true;
    });
  }
  void take_strings(StringTable& strings) {
    const auto count = take<uint32_t>();
    add_job([&strings, count, frame = take_frame()] {
      FrameUnpacker unpacker(frame);
      std::vector<char> text(StringTable::kMaxText);
      for (uint32_t i = 0; i < count; ++i) {
        uint32_t bytes = 0;
        if (!unpacker.unpack(std::as_writable_bytes(std::span(&bytes, 1))) || bytes > text.size())
          return false;
        if (!unpacker.unpack(std::as_writable_bytes(std::span(text).first(bytes)))) return false;
        if (strings.add({text.data(), bytes}) != StringIndex(i)) return false;
      }
      return true;
    });
  }
  bool run() { return !failed_ && run_together(jobs_); }

 private:
  std::string_view take_frame() {
    const auto bytes = take<uint64_t>();
    failed_ = failed_ || bytes > left_.size();
    const std::string_view frame = left_.substr(0, failed_ ? 0 : static_cast<size_t>(bytes));
    left_.remove_prefix(frame.size());
    return frame;
  }
  void add_job(std::function<bool()> job) {
    if (!failed_) jobs_.push_back(std::move(job));
  }

  std::string_view left_;
  std::vector<std::function<bool()>> jobs_;
  bool failed_ = false;
};

/// The file's bytes if it is ours to trust: a regular file of this user's that nobody else writes.
bool read_own_file(const std::string& path, std::vector<char>& bytes) {
  const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  struct stat file{};
  if (!fd || ::fstat(fd.get(), &file) != 0 || !S_ISREG(file.st_mode) ||
      file.st_uid != ::geteuid() || (file.st_mode & 022) != 0 ||
      static_cast<uint64_t>(file.st_size) > kMaxIndexBytes)
    return false;
  bytes.resize(static_cast<size_t>(file.st_size));
  size_t at = 0;
  while (at < bytes.size()) {
    const ssize_t count = ::read(fd.get(), bytes.data() + at, bytes.size() - at);
    if (count <= 0) return false;
    at += static_cast<size_t>(count);
  }
  return true;
}

std::unique_ptr<Model> read_from(const std::string& path, const IndexKey& key) {
  std::vector<char> bytes;
  if (path.empty() || !read_own_file(path, bytes) || bytes.size() < sizeof(Header) + 4)
    return nullptr;
  auto model = std::make_unique<Model>();
  const Header expected = header_for(key, *model);
  uint32_t crc;
  std::memcpy(&crc, bytes.data() + bytes.size() - sizeof crc, sizeof crc);
  if (std::memcmp(bytes.data(), &expected, sizeof expected) != 0 ||
      crc != trace::crc32c(bytes.data(), bytes.size() - sizeof crc))
    return nullptr;
  Reader reader(bytes);
  reader.take<Header>();
  model->totals = reader.take<Totals>();
  reader.take_strings(model->strings);
  std::apply([&](auto&... table) { (reader.take_table(table), ...); }, tables_of(*model));
  return reader.run() ? std::move(model) : nullptr;
}

bool write_to(const std::string& path, const IndexKey& key, const Model& model) {
  std::string temporary = path + ".XXXXXX";
  const UniqueFd fd(::mkostemp(temporary.data(), O_CLOEXEC));  // mode 0600
  if (!fd) return false;
  Writer writer(fd.get());
  writer.put(header_for(key, model));
  writer.put(model.totals);
  writer.put_strings(model.strings);
  std::apply([&](const auto&... table) { (writer.put_table(table), ...); }, tables_of(model));
  if (writer.finish() && ::rename(temporary.c_str(), path.c_str()) == 0) return true;
  ::unlink(temporary.c_str());
  return false;
}

}  // namespace

std::array<std::string, 2> index_paths(const std::string& trace_path, const IndexKey& key) {
  std::string in_cache = user_cache_directory();
  if (!in_cache.empty()) {
    in_cache += '/';
    for (const uint8_t byte : key.uuid) in_cache += fmt::format("{:02x}", byte);
    if (key.process != 0) in_cache += fmt::format("@{}", key.process);
    in_cache += ".index";
  }
  return {trace_path + ".index", in_cache};
}

std::unique_ptr<Model> read_index(const std::string& trace_path, const IndexKey& key) {
  for (const std::string& path : index_paths(trace_path, key)) {
    if (auto model = read_from(path, key)) return model;
  }
  return nullptr;
}

bool write_index(const std::string& trace_path, const IndexKey& key, const Model& model) {
  const auto [beside, in_cache] = index_paths(trace_path, key);
  if (write_to(beside, key, model)) return true;
  if (in_cache.empty()) return false;
  std::error_code error;
  std::filesystem::create_directories(std::filesystem::path(in_cache).parent_path(), error);
  return !error && write_to(in_cache, key, model);
}

}  // namespace weft::analysis
