#include "debugger/query/catalogue.h"

namespace weft::query {

namespace {

constexpr NamedQuery kQueries[] = {
    {"slowest-requests", "the 20 slowest requests",
     "SELECT id, what, outcome, start, duration FROM requests "
     "WHERE kind <> 'root-task' ORDER BY duration DESC LIMIT 20"},
    {"requests-by-text", "for each text of requests: how many, how long",
     "SELECT what, count(*) AS requests, avg(duration) AS mean, max(duration) AS longest, "
     "sum(failed) AS failed FROM requests GROUP BY what ORDER BY sum(duration) DESC LIMIT 50"},
    {"unfinished-requests", "requests that have not ended",
     "SELECT id, what, start, duration FROM requests WHERE NOT finished ORDER BY start"},
    {"exchanges-by-text", "for each question to others: how often, how long",
     "SELECT what, count(*) AS exchanges, avg(duration) AS mean, max(duration) AS longest "
     "FROM exchanges WHERE NOT incoming GROUP BY what ORDER BY sum(duration) DESC LIMIT 50"},
    {"exchanges-per-request", "requests that ask others most often",
     "SELECT r.id, r.what, count(*) AS exchanges, sum(e.duration) AS seconds FROM exchanges e "
     "JOIN requests r ON r.id = e.request WHERE NOT e.incoming GROUP BY r.id "
     "ORDER BY exchanges DESC LIMIT 20"},
    {"tables", "for each set of SQL tables: how often, how long",
     "SELECT tables, count(*) AS exchanges, sum(duration) AS seconds, max(duration) AS longest "
     "FROM exchanges WHERE tables IS NOT NULL GROUP BY tables ORDER BY seconds DESC"},
    {"busiest", "expressions that ran longest",
     "SELECT e.name, e.place, count(*) AS tasks, sum(t.running) AS running FROM tasks t "
     "JOIN expressions e ON e.id = t.expression WHERE NOT e.internal AND t.number IS NOT NULL "
     "GROUP BY e.id ORDER BY running DESC LIMIT 20"},
    {"ready-not-run", "tasks that were ready longest before they ran",
     "SELECT t.number, t.name, s.start, s.ready, s.thread, s.first_event FROM segments s "
     "JOIN tasks t ON t.id = s.task WHERE s.ready > 0.001 ORDER BY s.ready DESC LIMIT 20"},
    {"cancelled", "tasks that were cancelled, by expression",
     "SELECT e.name, e.place, count(*) AS cancelled FROM tasks t "
     "JOIN expressions e ON e.id = t.expression WHERE t.outcome = 'cancelled' GROUP BY e.id "
     "ORDER BY cancelled DESC"},
    {"failed-operations", "operations that ended with an error",
     "SELECT name, place, error, count(*) AS failed FROM operations WHERE error <> 0 "
     "GROUP BY name, place, error ORDER BY failed DESC"},
    {"alive", "tasks that had not ended at the end of the trace, by place",
     "SELECT name, kind, place, count(*) AS tasks, max(duration) AS oldest FROM tasks "
     "WHERE outcome = 'unfinished' GROUP BY name, kind, place ORDER BY tasks DESC"},
    {"blocking-calls", "system calls that kept a thread waiting inside a task",
     "SELECT b.call, t.name, b.thread, b.start, b.duration, b.event FROM blocked_calls b "
     "JOIN tasks t ON t.id = b.task WHERE t.number IS NOT NULL ORDER BY b.duration DESC LIMIT 20"},
    {"open-connections", "connections that this program never closed",
     "SELECT id, peer, protocol, accepted, fd, opened FROM connections WHERE closed IS NULL"},
};

}  // namespace

std::span<const NamedQuery> named_queries() {
  return kQueries;
}

}  // namespace weft::query
