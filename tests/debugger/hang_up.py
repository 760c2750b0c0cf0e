#!/usr/bin/env python3
"""hang_up.py WEFT TRACE FOLDER: ends weft debug from outside in the midst of things; exit status 0 if
all of its processes end with it, and FOLDER is empty."""
import glob
import os
import pty
import select
import signal
import sys


class Reader:
    """What the terminal shows. What comes after the awaited text is kept: one read may bring both."""

    def __init__(self, fd):
        self.fd = fd
        self.unread = b""

    def until(self, what):
        while what not in self.unread:
            self.unread += os.read(self.fd, 4096)
        self.unread = self.unread.split(what, 1)[1]


def children(pid):
    all_of_them = []
    for path in glob.glob(f"/proc/{pid}/task/*/children"):
        try:
            with open(path) as file:
                all_of_them += [int(word) for word in file.read().split()]
        except OSError:
            pass  # that thread has ended
    return all_of_them


def family(pid):
    return [pid] + [one for child in children(pid) for one in family(child)]


def open_all(pids):
    opened = []
    for pid in pids:
        try:
            opened.append(os.pidfd_open(pid))
        except ProcessLookupError:
            pass  # a copy that was given up meanwhile
    return opened


def trial(weft, trace, end):
    pid, fd = pty.fork()
    if pid == 0:
        os.environ["TERM"] = "dumb"
        os.execv(weft, [weft, "debug", trace])
    reader = Reader(fd)
    reader.until(b") ")
    os.write(fd, b"b add\n")  # LLDB is there, and the copy of the file
    reader.until(b"note: ")
    reader.until(b") ")
    watched = open_all(family(pid))
    if len(watched) < 2:
        sys.exit("there is no replayed process")
    if end == "close":
        os.close(fd)  # the kernel sends SIGHUP
    else:
        os.kill(pid, end)
    os.waitpid(pid, 0)
    for one in watched:  # readable once it has ended; ctest ends a test that hangs
        select.select([one], [], [])


def main():
    weft, trace, folder = sys.argv[1:4]
    for end in ("close", signal.SIGHUP, signal.SIGTERM):
        trial(weft, trace, end)
        if os.listdir(folder):
            sys.exit(f"{end}: left behind: {os.listdir(folder)}")


main()
