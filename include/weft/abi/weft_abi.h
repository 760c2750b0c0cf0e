/* What an instrumented program tells weft: tasks, wakes, operations, requests, notes.
 *
 * Freestanding C (C11, C++11). A program that is being recorded finds a table of functions through
 * an entry of its auxiliary vector (getauxval(3)); without one nobody listens, and a hook is a load
 * and a branch. Every function below that says "event" writes one event into the trace, at its
 * place in the total order of everything the program does, with its time; replay compares it. All
 * may be called from any thread at any time, also from signal handlers; none fails, blocks,
 * allocates, or changes errno; unknown or ended tasks are taken as they are.
 *
 *   create ──> resume ──> suspend ──> (wake) ──> resume ──> ... ──> end
 *                └─ segment ─┘
 *
 * The *current task* of a thread is what hooks without a task argument speak of. resume makes a
 * task current and returns the one that was; leave() makes that one current again. Between suspend
 * and leave the task is still current: what await_suspend starts (an operation, a child) is started
 * by it.
 *
 *   previous = abi->task_resume(task, place);     the task runs
 *   abi->task_suspend(task, place, wait, object); it is about to stop
 *   ... await_suspend ...
 *   abi->task_leave(previous);                    it has stopped (no event)
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Changes when a function's meaning changes; functions that are added only enlarge `bytes`. */
#define WEFT_ABI_VERSION 1u
/* Type of the auxiliary-vector entry; its value is the address of a struct weft_abi ("weft"). */
#define WEFT_AUXV_TYPE 0x77656674ul

/* A task is one run of one async expression. Never used again within a trace; 0: none. */
typedef uint64_t weft_task;
typedef uint64_t weft_operation;
typedef uint64_t weft_request;

/* A place in the source. std::source_location points at the same layout (Itanium C++ ABI). The
 * strings must live as long as the module that holds them; the struct need not. Where only the code's
 * address is known, `file` is "@" and that in hexadecimal digits: weft looks it up. */
struct weft_place {
  const char* file;
  const char* function;
  uint32_t line;   /* 0: unknown */
  uint32_t column; /* 0: unknown */
};

enum weft_task_kind {
  WEFT_TASK_COROUTINE = 1, /* identity: address of the coroutine frame */
  WEFT_TASK_HANDLER = 2,   /* a callback of an operation or post; identity: the operation object */
  WEFT_TASK_FIBER = 3,     /* identity: its context */
  WEFT_TASK_THREAD = 4,    /* std::thread's function */
  WEFT_TASK_OTHER = 5
};

enum weft_outcome {
  WEFT_DONE = 1,
  WEFT_FAILED = 2,   /* an exception or an error left it */
  WEFT_CANCELLED = 3 /* destroyed before it ended, or ended because it was asked to stop */
};

/* What a suspended task waits for. `object` of task_suspend identifies it. */
enum weft_wait {
  WEFT_WAIT_UNKNOWN = 0,
  WEFT_WAIT_TASK = 1,    /* object: a weft_task */
  WEFT_WAIT_IO = 2,      /* object: a file descriptor */
  WEFT_WAIT_TIMER = 3,   /* object: address of the timer, or 0 */
  WEFT_WAIT_LOCK = 4,    /* object: address of the lock */
  WEFT_WAIT_CHANNEL = 5, /* object: address of the channel */
  WEFT_WAIT_YIELD = 6,   /* nothing: it is ready at once */
  WEFT_WAIT_START = 7    /* created, not yet started */
};

/* What happens to an object that tasks wait for (locks, channels, semaphores). */
enum weft_hold {
  WEFT_ACQUIRE = 1, /* the current task owns it from now on */
  WEFT_RELEASE = 2,
  WEFT_PRODUCE = 3, /* the current task puts into it: it is one of those that readers wait for */
  WEFT_CONSUME = 4, /* the current task takes out of it: writers wait for it */
  /* What the tracing flag sees without being told: the current task came through a co_await of it,
   * whose type is called like a mutex; like a semaphore or a channel. */
  WEFT_PASS = 5,
  WEFT_PASS_MANY = 6
};

/* What a coroutine waits for: that, if it is known (`wait`, `object` as for task_suspend), or the
 * bytes in which a pointer to the frame of whom it awaits is looked for: its awaiter, its operand.
 * If there is none, `object` and `wait` stand, as far as they are known. */
struct weft_stop {
  uint64_t object;
  const void* look_in[2];
  uint32_t bytes[2];
  uint32_t wait;
};

struct weft_abi {
  uint32_t version; /* WEFT_ABI_VERSION */
  uint32_t bytes;   /* size of this struct */

  /* Event. A new task of a kind (weft_task_kind). `parent` 0: the current task. `place` may be
   * null; for a coroutine its `function` is the coroutine itself, if that is known. */
  weft_task (*task_create)(uint32_t kind, const void* identity, const struct weft_place* place,
                           weft_task parent);
  /* Event. `task` runs on this thread now. Returns the task that was current. */
  weft_task (*task_resume)(weft_task task, const struct weft_place* place);
  /* Event. `task` is about to stop at `place`, waiting (weft_wait) for `object`. */
  void (*task_suspend)(weft_task task, const struct weft_place* place, uint32_t wait,
                       uint64_t object);
  /* No event. `previous` is current again. */
  void (*task_leave)(weft_task previous);
  /* Event. `task` ended (weft_outcome); `what` says how it failed (an exception's type, demangled
   * or not), or is null. */
  void (*task_end)(weft_task task, uint32_t outcome, const char* what);
  /* Event. The current task made `task` ready to run. */
  void (*task_wake)(weft_task task);
  /* Event. `task` is `waiter`'s child from now on: that awaits it (weft_task 0: the current one).
   */
  void (*task_await)(weft_task waiter, weft_task task);
  /* Event. A name for people, in place of the function's. `task` 0: what this thread was started with,
   * and "@" and the address of its code, as for a place. */
  void (*task_name)(weft_task task, const char* name, size_t bytes);
  /* No event. 0: none. */
  weft_task (*task_current)(void);

  /* Event. The current task starts an operation ("async_read_some"); `object` is what identifies it
   * (the operation, a timer), `fd` the file descriptor or -1. The result is the ID of its handler
   * as a task too (WEFT_TASK_HANDLER): a handler that runs is resumed, left and ended. */
  weft_operation (*operation_start)(const char* name, const struct weft_place* place,
                                    const void* object, int64_t fd);
  /* Event. It is over: `error` 0 or an error number (positive), `bytes` transferred. The task that
   * it belongs to is ready. */
  void (*operation_complete)(weft_operation operation, int32_t error, uint64_t bytes);
  /* Event. The current task asks for it to be cancelled: all operations of `object`; with "emit"
   * for `what`, the one operation whose ID `object` is (a cancellation signal's). */
  void (*operation_cancel)(const void* object, const char* what);

  /* Event. The current task, and what it creates from now on, works for a request of this name.
   * `traceparent` (W3C Trace Context, 55 characters) is where it comes from, or null. */
  weft_request (*request_begin)(const char* name, size_t bytes, const char* traceparent);
  /* Event. */
  void (*request_end)(weft_request request, uint32_t outcome);
  /* Event. Something worth knowing about the current task. */
  void (*note)(const char* key, size_t key_bytes, const char* value, size_t value_bytes);
  /* Event, when it hands out a new ID. Writes the W3C traceparent of the current task: 55
   * characters and a NUL. Tasks inherit the trace ID from their parent. */
  void (*traceparent)(char out[56]);

  /* Event. weft_hold; `name` of the object for people, or null. */
  void (*hold)(const void* object, uint32_t hold, const char* name);

  /* What the tracing flag says of coroutines. The same events as above; the code behind them is the
   * runtime's, so that no program has to be compiled with it. `function` names the coroutine in
   * place of place->function; a return type in front of it is left out.
   *
   * task_create of a coroutine; its frame can be awaited from now on. */
  weft_task (*coroutine_create)(const void* frame, const struct weft_place* place,
                                const char* function);
  /* task_resume. */
  weft_task (*coroutine_resume)(weft_task task, const struct weft_place* place,
                                const char* function);
  /* task_await for each frame that is found (two words into it lies its promise, which is as good),
   * and task_suspend, waiting for the first one. */
  void (*coroutine_suspend)(weft_task task, const struct weft_place* place, const char* function,
                            const struct weft_stop* stop);
  /* No event. `frame` only starts an operation, and a task that awaits it waits for that
   * (weft_wait). */
  void (*coroutine_hidden)(const void* frame, uint32_t wait);
  /* No event. The frame is gone. */
  void (*coroutine_gone)(const void* frame);
};

#ifdef __cplusplus
}
#endif
