#include "debugger/query/save_tables.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sqlite3.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <memory>

#include "debugger/query/catalogue.h"
#include "debugger/query/model_tables.h"
#include "replayer/inspect/escape.h"
#include "weft/base/unique_fd.h"

namespace weft::query {

namespace {

using Database = std::unique_ptr<sqlite3, decltype(&sqlite3_close)>;

Error cannot_save(const std::string& path, const char* why) {
  return {ErrorClass::kUsage, "cannot write " + inspect::printable(path) + ": " + why,
          "Make room, or name a file in a folder that you may write to"};
}

Status copy_tables(const analysis::Analysis& analysis, const std::string& path) {
  sqlite3* opened = nullptr;
  const int status = sqlite3_open(":memory:", &opened);
  const Database database(opened, sqlite3_close);
  if (status != SQLITE_OK) return cannot_save(path, sqlite3_errmsg(opened));
  if (const Status added = add_model_tables(opened, analysis); !added) return added;
  char* attach = sqlite3_mprintf("ATTACH %Q AS saved", path.c_str());
  // If it fails, the file goes: a journal would protect nothing.
  std::string sql = attach + std::string("; PRAGMA saved.journal_mode = OFF; BEGIN");
  sqlite3_free(attach);
  for (const Table& table : tables())
    sql += fmt::format("; CREATE TABLE saved.{0} AS SELECT * FROM main.{0}", table.name);
  sql += "; COMMIT; DETACH saved";
  return sqlite3_exec(opened, sql.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK
             ? Status()
             : Status(cannot_save(path, sqlite3_errmsg(opened)));
}

}  // namespace

Status save_tables(const analysis::Analysis& analysis, const std::string& path) {
  if (::access(path.c_str(), F_OK) == 0)
    return Error{ErrorClass::kUsage, inspect::printable(path) + " exists already",
                 "Give it another name"};
  std::string temporary = path + ".XXXXXX";
  const UniqueFd made(::mkostemp(temporary.data(), O_CLOEXEC));  // mode 0600
  if (!made) return cannot_save(path, std::strerror(errno));
  const Status copied = copy_tables(analysis, temporary);
  if (copied &&
      ::renameat2(AT_FDCWD, temporary.c_str(), AT_FDCWD, path.c_str(), RENAME_NOREPLACE) == 0)
    return {};
  const int error = errno;
  ::unlink(temporary.c_str());
  return copied ? Status(cannot_save(path, std::strerror(error))) : copied;
}

}  // namespace weft::query
