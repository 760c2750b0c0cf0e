#!/usr/bin/env python3
"""continue and reverse-continue are each other's mirror: what N continues stop at, as many
reverse-continues come by in the reverse order, in the same states.

Going forward, a watchpoint stops after the instruction that wrote; going back, before it: one
instruction between them.

mirror.py WEFT TRACE STOPS COMMAND...: the commands set breakpoints and go to where it begins.
"""
import sys

from session import Session, same


def state_going_back(session, text):
    """Of a watchpoint's stop: after what wrote."""
    if ", watchpoint" not in text:
        return session.state()
    session.do("stepi")
    state = session.state()
    session.do("reverse-stepi")
    return state


def main():
    weft, trace, stops = sys.argv[1], sys.argv[2], int(sys.argv[3])
    session = Session(weft, trace)
    for command in sys.argv[4:]:
        session.do(command)
    states = [session.state()]
    for _ in range(stops):
        text = session.do("continue")
        states.append(session.state())
    kinds = len(set(states))
    if kinds != len(states):
        sys.exit("two of the stops are the same moment: %s" % states)
    # The last stop is where it stands, unless that is after what wrote: then it comes by it again.
    last = stops if ", watchpoint" in text else stops - 1
    for number in range(last, 0, -1):
        text = session.do("reverse-continue")
        same("back at stop %d" % number, states[number], state_going_back(session, text))
    first = 1 if ", watchpoint" in text else 2
    for number in range(first, stops + 1):
        session.do("continue")
        same("forward again at stop %d" % number, states[number], session.state())
    session.end()
    print("%d stops, the same in both directions" % stops)


main()
