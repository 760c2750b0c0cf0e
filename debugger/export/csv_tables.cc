// A folder with a CSV file for each table of the catalogue (RFC 4180, a line of names first).
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <variant>
#include <vector>

#include "debugger/export/exporters.h"
#include "debugger/query/catalogue.h"
#include "debugger/query/csv.h"
#include "replayer/inspect/escape.h"

namespace weft::exports {

namespace {

constexpr mode_t kOwnerOnly = 0700;

std::string field(const query::Value& value) {
  if (const auto* number = std::get_if<int64_t>(&value)) return fmt::format("{}", *number);
  if (const auto* number = std::get_if<double>(&value)) return fmt::format("{:.9f}", *number);
  const auto* text = std::get_if<std::string>(&value);
  return text == nullptr ? "" : query::csv_field(*text);
}

Status write_table(const Analysis& analysis, const query::Table& table, const std::string& path) {
  auto file = report::OutputFile::open(path);
  if (!file) return file.error();
  std::string line;
  for (const query::Column& column : table.columns)
    line += (line.empty() ? "" : ",") + std::string(column.name);
  file->write(line + "\r\n");
  const uint32_t rows = table.rows(analysis.model());
  for (uint32_t row = 0; row < rows; ++row) {
    line.clear();
    for (const query::Column& column : table.columns) {
      if (&column != table.columns.data()) line += ',';
      line += field(column.get(analysis, row));
    }
    file->write(line + "\r\n");
  }
  return file->finish();
}

}  // namespace

Status write_csv_tables(const Analysis& analysis, const std::string& folder) {
  const bool made = ::mkdir(folder.c_str(), kOwnerOnly) == 0;
  if (!made)
    return Error{ErrorClass::kUsage,
                 fmt::format("cannot make the folder {}: {}", inspect::printable(folder),
                             std::strerror(errno)),
                 "Give -o the name of a new folder"};
  std::vector<std::string> written;
  for (const query::Table& table : query::tables()) {
    const std::string path = folder + "/" + table.name + ".csv";
    if (const Status status = write_table(analysis, table, path); !status) {
      for (const std::string& file : written) ::unlink(file.c_str());
      ::rmdir(folder.c_str());
      return status;
    }
    written.push_back(path);
  }
  return {};
}

}  // namespace weft::exports
