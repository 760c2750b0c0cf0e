#!/usr/bin/env python3
"""Commands at random, forward and back: each answers in time, none loses the recording, and every
moment that they lead to is the same when it is reached a second time, from elsewhere.

random_walk.py WEFT TRACE SEED COMMANDS [SETUP...]: a failure names the seed and the commands so far.
"""
import os
import random
import signal
import sys

from session import Session

SECONDS = 120  # of one command: none may hang
CHECKED = 7    # every so many commands, the moment is reached a second time

MOVES = ["c", "rc", "n", "rn", "s", "rs", "si", "rsi", "finish", "rf", "ne", "rne", "an", "ran", "as",
         "ras", "af", "raf", "ac", "ae", "back", "forward", "n 2", "rn 2", "si 3", "rsi 3", "c", "rc",
         "goto start", "goto end", "until", "last-write", "reverse-continue 2", "next-event 3"]
LOOKS = ["where", "where --all", "bt", "bt full", "v", "threads", "tasks", "thread list", "output",
         "events", "info locals", "info args", "frame variable", "moment", "x/4xb $sp", "p/x 255", "p 2 + 2", "p (int)getpid()",
         "info registers rip", "requests", "stats", "task", "display 1",
         "undisplay 1", "up", "down", "list", "info break", "disassemble -p", "graph", "tasks --full"]
ENDINGS = ("went another way", "the replayed process died", "the replay diverged")


class Walk:
    def __init__(self, weft, trace, seed):
        self.random = random.Random(seed)
        self.session = Session(weft, trace)
        self.seed = seed
        self.said = []
        self.marks = 0

    def fail(self, why):
        sys.exit("seed %d: %s, after:\n  %s" % (self.seed, why, "\n  ".join(self.said[-40:])))

    def ask(self, command):
        self.said.append(command)
        signal.alarm(SECONDS)
        answer = self.session.ask(command)
        signal.alarm(0)
        said = answer["text"] + answer["error"]
        for ending in ENDINGS:
            if ending in said:
                self.fail("%r says %r" % (command, said))
        return answer

    def events(self):
        text = self.ask("moment")["text"]  # "moment 90 of 338: ..."
        return int(text.split(" of ")[1].split(":")[0])

    def command(self, count):
        kind = self.random.random()
        if kind < 0.45:
            return self.random.choice(MOVES)
        if kind < 0.6:
            return "goto %d" % self.random.randrange(count + 1)
        return self.random.choice(LOOKS)

    def check(self):
        """The same moment from elsewhere has the same registers and memory."""
        self.marks += 1
        self.ask("bookmark m%d" % self.marks)
        first = self.ask("moment --checksum")["text"]
        self.ask("goto %s" % self.random.choice(["start", "end"]))
        went = self.ask("goto m%d" % self.marks)
        if not went["ok"]:
            self.fail("the moment does not come again: %s" % went["error"])
        again = self.ask("moment --checksum")["text"]
        if first.splitlines()[-1] != again.splitlines()[-1]:
            self.fail("another state at the same moment:\n%s%s" % (first, again))


def children_of(pid):
    with open("/proc/%d/task/%d/children" % (pid, pid)) as file:
        return [int(child) for child in file.read().split()]


def main():
    weft, trace, seed, commands = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
    walk = Walk(weft, trace, seed)
    signal.signal(signal.SIGALRM, lambda *_: walk.fail("no answer in %d s" % SECONDS))
    for setup in sys.argv[5:]:
        walk.ask(setup)
    count = walk.events()
    for number in range(commands):
        walk.ask(walk.command(count))
        if number % CHECKED == 0:
            walk.check()
    pid = walk.session.process.pid
    children = children_of(pid)
    walk.session.end()
    left = [child for child in children if os.path.exists("/proc/%d" % child)]
    if left:
        walk.fail("processes are left over: %s" % left)
    print("seed %d: %d commands, %d moments reached twice" % (seed, commands, walk.marks))


main()
