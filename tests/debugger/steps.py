#!/usr/bin/env python3
"""As many steps back as forward: at each moment the same registers and the same memory.

steps.py WEFT TRACE STEPS PAIR... -- COMMAND...: the commands go to where it begins; the pairs
(next/reverse-next) take turns.
"""
import sys

from session import Session, same


def main():
    weft, trace, steps = sys.argv[1], sys.argv[2], int(sys.argv[3])
    behind = sys.argv.index("--")
    pairs = [pair.split("/") for pair in sys.argv[4:behind]]
    session = Session(weft, trace)
    for command in sys.argv[behind + 1 :]:
        session.do(command)
    states = [session.state()]
    for step in range(steps):
        session.do(pairs[step % len(pairs)][0])
        states.append(session.state())
    if len(set(states)) < steps // 2:
        sys.exit("it hardly moved: only %d moments" % len(set(states)))
    for step in range(steps - 1, -1, -1):
        back = pairs[step % len(pairs)][1]
        session.do(back)
        same("%s %d" % (back, step), states[step], session.state())
    session.end()
    print("%d steps forward and back, %d moments" % (steps, len(set(states))))


main()
