/// What kept tasks from running: the part of `weft stats` after the table.
#pragma once

#include <string>

#include "debugger/report/text/words.h"

namespace weft::report {

/// "thread 1 blocked 30.00 s in futex inside handler #7 (main.cc:40); 12 tasks ready meanwhile".
/// Empty if no call blocked.
std::string blocked_calls_text(const Analysis& analysis);

/// "do_select #5 was ready at +3.100 s and ran 20.10 s later; thread 0 ran parse #4 meanwhile".
/// Empty if nobody was ready for long.
std::string held_up_text(const Analysis& analysis);

/// Strands and thread pools whose handlers were ready for long; empty: none.
std::string executors_text(const Analysis& analysis);

/// Cancels that found nothing under way, by who called them; empty: none.
std::string idle_cancels_text(const Analysis& analysis);

}  // namespace weft::report
