#include "debugger/report/output/output_file.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "replayer/inspect/escape.h"

namespace weft::report {

namespace {

constexpr size_t kBufferBytes = 1 << 20;

Error cannot_write(const std::string& path, int error) {
  return {ErrorClass::kUsage,
          "cannot write " + inspect::printable(path) + ": " + std::strerror(error),
          error == ENOSPC || error == EDQUOT || error == EFBIG
              ? "Make room, or give -o a file on another disk"
              : "Give -o a file in a folder that you may write to"};
}

}  // namespace

Result<OutputFile> OutputFile::open(const std::string& path) {
  struct stat status{};
  const bool exists = ::stat(path.c_str(), &status) == 0;
  if (exists && S_ISDIR(status.st_mode)) return cannot_write(path, EISDIR);
  if (exists && !S_ISREG(status.st_mode)) {
    UniqueFd fd(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
    if (!fd) return cannot_write(path, errno);
    return OutputFile(path, "", std::move(fd));
  }
  std::string temporary = path + ".XXXXXX";
  UniqueFd fd(::mkostemp(temporary.data(), O_CLOEXEC));  // mode 0600
  if (!fd) return cannot_write(path, errno);
  return OutputFile(path, temporary, std::move(fd));
}

OutputFile::~OutputFile() {
  if (fd_ && !temporary_.empty()) ::unlink(temporary_.c_str());
}

void OutputFile::write(std::string_view text) {
  buffer_ += text;
  bytes_ += text.size();
  if (buffer_.size() >= kBufferBytes) flush();
}

void OutputFile::flush() {
  for (size_t done = 0; done < buffer_.size() && error_ == 0;) {
    const ssize_t wrote = ::write(fd_.get(), buffer_.data() + done, buffer_.size() - done);
    if (wrote >= 0) {
      done += static_cast<size_t>(wrote);
    } else if (errno != EINTR) {
      error_ = errno;
    }
  }
  buffer_.clear();
}

Status OutputFile::finish() {
  flush();
  if (error_ == 0 && !temporary_.empty() && ::fsync(fd_.get()) != 0) error_ = errno;
  if (error_ == 0 && !temporary_.empty() && ::rename(temporary_.c_str(), path_.c_str()) != 0)
    error_ = errno;
  if (error_ != 0) return cannot_write(path_, error_);
  fd_.reset();
  return {};
}

bool is_same_file(const std::string& a, const std::string& b) {
  struct stat one{}, other{};
  return ::stat(a.c_str(), &one) == 0 && ::stat(b.c_str(), &other) == 0 &&
         one.st_dev == other.st_dev && one.st_ino == other.st_ino;
}

}  // namespace weft::report
