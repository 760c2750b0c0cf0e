#!/usr/bin/env python3
"""endless_call.py WEFT TRACE: Ctrl-C in expressions that do not end by themselves."""
import os
import sys
import time

from terminal import Terminal, expect

# What a person notices is half a second; a busy machine is slower than that.
SECONDS = 0.5 * float(os.environ.get("WEFT_SLOWNESS", "4"))


def interrupt(terminal, expression):
    os.write(terminal.fd, expression.encode() + b"\n")
    time.sleep(1.5)
    begin = time.monotonic()
    os.write(terminal.fd, b"\x03")
    said = terminal.until_prompt()
    seconds = time.monotonic() - begin
    if seconds > SECONDS:
        sys.exit("%s went on for %.2f s after Ctrl-C:\n%s" % (expression, seconds, said))
    print("%s: %.2f s" % (expression, seconds))
    return said


def main():
    weft, trace = sys.argv[1:3]
    os.environ["XDG_STATE_HOME"] = os.path.dirname(trace)
    terminal = Terminal(weft, "debug", trace)
    terminal.until_prompt()
    terminal.command("b work")
    expect("breakpoint 1", terminal.command("c"))
    # The twin: what takes a while is waited for.
    expect("(long) 42", terminal.command("p take_a_while()"))
    for expression in ("p loop_for_ever()", "p wait_for_ever()", "p (long)loop_for_ever() + 1"):
        expect("interrupted", interrupt(terminal, expression))
        expect("(int) 42", terminal.command("p 41 + 1"))
        expect("work", terminal.command("where"))
    expect("breakpoint 1", terminal.command("c"))
    if terminal.end() != 0:
        sys.exit("it did not end with 0")


if __name__ == "__main__":
    main()
