#!/usr/bin/env python3
"""Drives weft debug in a pseudo-terminal, as a person would.

terminal.py WEFT TRACE: exit status 0 if all was as it should be.
"""
import os
import pty
import re
import select
import sys
import time

PROMPT = re.compile(rb"\(weft \d+[^)]*\) ")
SECONDS = 60


class Terminal:
    def __init__(self, *command):
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.environ["TERM"] = "dumb"
            os.execv(command[0], command)
        self.seen = b""

    def until_prompt(self):
        """What was said up to the next prompt."""
        end = time.monotonic() + SECONDS
        while not PROMPT.search(self.seen):
            ready, _, _ = select.select([self.fd], [], [], max(0, end - time.monotonic()))
            if not ready:
                sys.exit("no prompt, only: %r" % self.seen)
            try:
                self.seen += os.read(self.fd, 4096)
            except OSError:
                sys.exit("it ended with: %r" % self.seen)
        match = PROMPT.search(self.seen)
        said, self.seen = self.seen[: match.start()], self.seen[match.end() :]
        return said.decode(errors="replace")

    def command(self, text):
        os.write(self.fd, text.encode() + b"\n")
        return self.until_prompt()

    def end(self):
        os.write(self.fd, b"quit\n")
        _, status = os.waitpid(self.pid, 0)
        return os.waitstatus_to_exitcode(status)


def expect(what, text):
    if what not in text:
        sys.exit("expected %r in:\n%s" % (what, text))


def main():
    weft, trace = sys.argv[1:3]
    os.environ["XDG_STATE_HOME"] = os.path.dirname(trace)
    terminal = Terminal(weft, "debug", trace)
    expect("help lists the commands", terminal.until_prompt())
    expect("reverse-continue", terminal.command("help"))
    terminal.command("b add")
    expect("breakpoint 1", terminal.command("c"))
    expect("breakpoint 1", terminal.command(""))  # the same again
    expect("breakpoint 1", terminal.command("rc"))
    expect("did you mean 'events'", terminal.command("event"))
    expect("end of the recording", terminal.command("goto end"))
    os.write(terminal.fd, b"rever\t")  # completion
    time.sleep(0.2)
    terminal.command("\x15events")
    os.write(terminal.fd, b"\x03")  # Ctrl-C at the prompt does no harm
    expect("no such event", terminal.command("events call == reboot"))
    if terminal.end() != 0:
        sys.exit("it did not end with 0")
    with open(os.path.join(os.path.dirname(trace), "weft", "debug_history")) as history:
        expect("b add", history.read())


if __name__ == "__main__":
    main()
