#!/usr/bin/env python3
"""Finds the storefront's slow query in a pseudo-terminal, and steps back to what woke it.

slow_query.py WEFT TRACE: exit status 0 if all was as it should be.
"""
import os
import re
import sys

from terminal import Terminal, expect


def moment(said):
    """The event that the last stop in what was said names."""
    return int(re.findall(r"^\[(\d+)\] ", said.replace("\r", ""), re.M)[-1])


def main():
    weft, trace = sys.argv[1:3]
    os.environ["XDG_STATE_HOME"] = os.path.dirname(trace)
    os.environ["COLUMNS"] = "200"
    terminal = Terminal(weft, "debug", trace)
    terminal.until_prompt()
    listed = terminal.command("requests --slowest 3 --where GET")
    expect("WHERE THE TIME WENT", listed)
    request = re.search(r"^ +(\d+) +\+.* GET /", listed, re.M).group(1)
    begun = moment(terminal.command("goto request " + request))
    graph = terminal.command("graph")
    expect("request %s: GET /" % request, graph)
    expect("SELECT ... FROM", graph)
    query = "task ~ db::Connection::query && request == " + request
    expect("in the recording", terminal.command("break-event task resumed where " + query))
    said = terminal.command("c")
    expect("db::Connection::query is resumed at database.cc", said)
    resumed = moment(said)
    expect("async:", terminal.command("where"))
    expect("wake of", terminal.command("ac"))
    woken = moment(terminal.command("ac"))
    if not begun < woken < resumed:
        sys.exit("begun at %d, woken at %d, resumed at %d" % (begun, woken, resumed))
    if terminal.end() != 0:
        sys.exit("weft debug ended with a failure")


if __name__ == "__main__":
    main()
