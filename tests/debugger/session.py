"""weft debug as a program uses it: a command in, an answer out (--json)."""
import json
import subprocess
import sys


class Session:
    def __init__(self, weft, trace):
        self.process = subprocess.Popen(
            [weft, "debug", "--json", trace],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(self, command):
        """The answer as it came: command, ok, event, text, error."""
        self.process.stdin.write(command + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            sys.exit("weft debug ended at %r" % command)
        return json.loads(line)

    def do(self, command):
        """What it said; a failure ends the test."""
        answer = self.ask(command)
        if not answer["ok"]:
            sys.exit("%s: %s" % (command, answer["error"]))
        return answer["text"]

    def state(self):
        """Event, registers and memory, as text: equal means the same moment."""
        return self.do("moment --checksum")

    def end(self):
        self.process.stdin.close()
        if self.process.wait() != 0:
            sys.exit("weft debug ended with %d" % self.process.returncode)


def same(what, wanted, got):
    if wanted != got:
        sys.exit("%s\nwanted: %s\ngot:    %s" % (what, wanted, got))
