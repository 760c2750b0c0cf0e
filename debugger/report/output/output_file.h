/// A file that a report is written to: only its owner can read it, and it is there as a whole or not
/// at all.
///
///   open()    makes a file of another name beside it, mode 0600
///   write()   adds to it
///   finish()  gives it its name, in place of what had that name
/// If finish() is not reached, nothing is left behind.
#pragma once

#include <string>
#include <string_view>

#include "weft/base/result.h"
#include "weft/base/unique_fd.h"

namespace weft::report {

class OutputFile {
 public:
  static Result<OutputFile> open(const std::string& path);
  OutputFile(OutputFile&&) = default;
  OutputFile& operator=(OutputFile&&) = delete;
  ~OutputFile();

  /// A failure is told by finish().
  void write(std::string_view text);
  Status finish();
  uint64_t bytes() const { return bytes_; }

 private:
  OutputFile(std::string path, std::string temporary, UniqueFd fd)
      : path_(std::move(path)), temporary_(std::move(temporary)), fd_(std::move(fd)) {}
  void flush();

  std::string path_;
  std::string temporary_;  ///< empty: the path is written to directly, being no file (/dev/stdout)
  UniqueFd fd_;
  std::string buffer_;
  uint64_t bytes_ = 0;
  int error_ = 0;
};

/// Two names of one file: what is read must not be written.
bool is_same_file(const std::string& a, const std::string& b);

}  // namespace weft::report
