// storefront_db as a child process, where no other database is named.
#pragma once

#include <sys/types.h>

#include <string>

class ChildDatabase {
 public:
  /// Starts a database whose updates take `update_ms`, unless there is one already: then its
  /// connection string is `conninfo`.
  ChildDatabase(std::string conninfo, int update_ms);
  /// Ends it.
  ~ChildDatabase();
  ChildDatabase(const ChildDatabase&) = delete;

  /// How to connect to it, for libpq.
  const std::string& conninfo() const { return conninfo_; }

 private:
  pid_t pid_ = -1;
  std::string conninfo_;
};
