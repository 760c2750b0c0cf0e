/// What <thread> and <future> of libstdc++ find: the library's header, and the names of threads.
#pragma once
#pragma GCC system_header

#include_next <bits/std_thread.h>

#if defined(_GLIBCXX_HAS_GTHREADS) && defined(__x86_64__) && _GLIBCXX_RELEASE >= 11
#include "weft/instrument/thread_start.h"
#endif
