#include "debugger/export/otlp_sink.h"

namespace weft::exports {
namespace {

class FileSink : public OtlpSink {
 public:
  FileSink(report::OutputFile file, std::string path, OtlpSignal signal, const OtlpEncoder& encoder)
      : file_(std::move(file)), path_(std::move(path)), encoder_(encoder) {
    file_.write(encoder_.head(signal));
  }

  void put(const std::string& element) override {
    if (!first_) file_.write(encoder_.separator());
    first_ = false;
    file_.write(element);
  }
  Status finish() override {
    file_.write(encoder_.tail());
    return file_.finish();
  }
  std::string name() const override { return path_; }

 private:
  report::OutputFile file_;
  std::string path_;
  const OtlpEncoder& encoder_;
  bool first_ = true;
};

}  // namespace

Result<std::unique_ptr<OtlpSink>> otlp_file(const std::string& path, OtlpSignal signal,
                                            const OtlpEncoder& encoder) {
  auto file = report::OutputFile::open(path);
  if (!file) return file.error();
  return std::unique_ptr<OtlpSink>(
      std::make_unique<FileSink>(std::move(*file), path, signal, encoder));
}

}  // namespace weft::exports
