#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>

#include "debugger/command/commands.h"
#include "debugger/query/catalogue.h"
#include "debugger/query/query.h"

namespace weft::command {
namespace {

constexpr const char* kQueryDescription = R"(
DESCRIPTION
  Runs one SELECT of SQLite's SQL over the tables of a trace and prints its
  rows. Nothing can be written: neither the trace nor the tables change. The
  tables are

    requests       what the program was asked to do; root tasks
    tasks          runs of coroutines, handlers and fibers; threads
    expressions    pieces of code that tasks run
    segments       what a task did from a resume to its suspension
    operations     asynchronous operations
    exchanges      questions and answers on connections
    connections    those that the program accepted or opened
    blocked_calls  system calls that kept a thread waiting
    notes          what the program noted with weft::note

  `weft query --schema` prints all columns, and what each means. The column id
  of a table is what columns of other tables refer to: segments.task is a
  tasks.id. Times are seconds since the start of the recording, durations are
  seconds, events are numbers as `weft events` shows them.

  SQL may also be the name of a query. `weft query --list` prints these names.

  A table shows as many columns as fit on the screen, and says which it left
  out. CSV and JSON have all columns. In JSON, the second of two columns named
  id is "id:1".

EXAMPLES
  weft query --schema
  weft query shop.weft slowest-requests
  weft query shop.weft "SELECT what, count(*) FROM requests GROUP BY what"
  weft query --format csv shop.weft "SELECT name, duration FROM tasks"
  weft query --save shop.db shop.weft

EXIT STATUS
  0  success
  2  usage, or an error in the SQL
  5  the trace is damaged or unfinished; what is readable was shown

SEE ALSO
  weft requests, weft stats, sqlite3(1))";

void print_list() {
  for (const query::NamedQuery& named : query::named_queries())
    std::printf("%-22s %s\n", named.name, named.help);
}

void add_query_options(CLI::App& app, int& exit_status) {
  auto options = std::make_shared<query::QueryOptions>();
  auto schema = std::make_shared<bool>(false), list = std::make_shared<bool>(false);
  app.add_option("FILE", options->path, "The trace")->type_name("");
  app.add_option("SQL", options->sql, "A SELECT, or the name of a query")->type_name("");
  app.add_option("--format", options->format, "Output format: table (default), json or csv")
      ->check(CLI::IsMember({"table", "json", "csv"}))
      ->type_name("FORMAT");
  app.add_option("--save", options->save, "Write all tables to a new SQLite database")
      ->type_name("DATABASE");
  app.add_flag("--schema", *schema, "Print the tables and their columns");
  app.add_flag("--list", *list, "Print the queries that have a name");
  app.callback([options, schema, list, &exit_status] {
    if (*schema) std::fputs(query::schema_text().c_str(), stdout);
    if (*list) print_list();
    if (*schema || *list) return;
    if (options->path.empty()) throw CLI::RequiredError("FILE");
    if (options->sql.empty() && options->save.empty()) throw CLI::RequiredError("SQL");
    exit_status = query::run_query(*options);
  });
}

}  // namespace

Command query_command() {
  return {"query", "run SQL over the tables of a trace", "[OPTIONS] FILE SQL", kQueryDescription,
          add_query_options};
}

}  // namespace weft::command
