"""Processes that a test started: none of them outlives it.

A recording has processes in groups and sessions of their own. So the test becomes the "subreaper"
of its descendants: an orphan among them becomes its child, and can be found and ended.
"""

import ctypes
import os
import signal
import time

PR_SET_CHILD_SUBREAPER = 36


def adopt_orphans():
    """Orphaned descendants become children of this process from now on."""
    if ctypes.CDLL(None, use_errno=True).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_CHILD_SUBREAPER)")


def all_processes():
    """{pid: (name, state, parent)} of what runs now."""
    found = {}
    for entry in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{entry}/stat", encoding="utf-8", errors="replace") as stat:
                text = stat.read()
        except OSError:
            continue
        name_end = text.rindex(")")
        state, parent = text[name_end + 2:].split()[:2]
        found[int(entry)] = (text[text.index("(") + 1:name_end], state, int(parent))
    return found


def descendants(ancestor=None):
    """{pid: name} of the live processes below `ancestor`, this process if not given."""
    processes = all_processes()
    below, level = {}, {ancestor or os.getpid()}
    while level:
        level = {pid for pid, (_, _, parent) in processes.items() if parent in level}
        below.update({pid: processes[pid][0] for pid in level if processes[pid][1] != "Z"})
    return below


def reap():
    """Takes the status of orphans that have ended; the caller has waited for its own children."""
    try:
        while os.waitpid(-1, os.WNOHANG)[0] != 0:
            pass
    except ChildProcessError:
        pass


def end_descendants(grace_s=0.0):
    """Waits `grace_s` for the descendants to end, kills the rest; returns {pid: name} of those."""
    end = time.monotonic() + grace_s
    while (left := descendants()) and time.monotonic() < end:
        reap()
        time.sleep(0.01)
    while now := descendants():
        for pid in now:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        reap()
        time.sleep(0.005)
    reap()
    return left
