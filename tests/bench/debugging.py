"""How long `weft debug` lets its user wait, on one recording: for tests/bench/run.

Commands go in at its standard input and come back as JSON lines, so what is measured is what the
user waits for: the search, the jump, and what LLDB does to show the place.
"""
import json
import os
import pty
import random
import re
import subprocess
import time

PROMPT = re.compile(rb"\(weft \d+[^)]*\) ")


def first_prompt_ms(weft, trace):
    """From the start to the prompt, in a pseudo-terminal."""
    start = time.perf_counter()
    pid, fd = pty.fork()
    if pid == 0:
        os.environ.update(TERM="dumb", XDG_STATE_HOME=os.path.dirname(trace))
        os.execv(weft, [weft, "debug", trace])
    seen = b""
    try:
        while not PROMPT.search(seen):
            seen += os.read(fd, 4096)
    except OSError:
        raise RuntimeError(f"weft debug ended: {seen!r}") from None
    took = time.perf_counter() - start
    os.write(fd, b"quit\n")
    try:
        while os.read(fd, 4096):
            pass
    except OSError:
        pass  # it has ended
    os.waitpid(pid, 0)
    os.close(fd)
    return took * 1000


class Debugger:
    """weft debug on a trace, its commands timed."""

    def __init__(self, weft, trace):
        self.process = subprocess.Popen([weft, "debug", "--json", trace], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.wait(60)

    def ask(self, command):
        """What it said, and after how many ms."""
        start = time.perf_counter()
        self.process.stdin.write(command + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        took = (time.perf_counter() - start) * 1000
        if not line:
            raise RuntimeError(f"weft debug ended at: {command}")
        return json.loads(line), took

    def must(self, command):
        said, took = self.ask(command)
        if not said["ok"]:
            raise RuntimeError(f"{command}: {said['error']}")
        return said, took


def percentile(times, share):
    return sorted(times)[int(share * (len(times) - 1))]


def opening(bench, name, trace):
    """With and without the sidecar index of the analysis."""
    for what, keep in (("first look", False), ("second look", True)):
        times = []
        for _ in range(bench.rounds):
            index = f"{trace}.index"
            if not keep and os.path.exists(index):
                os.unlink(index)
            times.append(first_prompt_ms(str(bench.weft), str(trace)))
        bench.add(f"debugger, {name}: open to prompt, {what}", percentile(times, 0.5), "ms", ("<=", 1000),
                  low=min(times), high=max(times))


def jumps(bench, name, trace):
    chance = random.Random(1)
    with Debugger(str(bench.weft), str(trace)) as debugger:
        events = debugger.must("goto end")[0]["event"]
        times = [debugger.must(f"goto {chance.randrange(60, events)}")[1]
                 for _ in range(bench.scaled(200, 5))]
        bench.add(f"debugger, {name}: goto, p99", percentile(times, 0.99), "ms", ("<=", 1000),
                  low=min(times), high=max(times), events=events)
        debugger.must("break-event listen")  # at the beginning of a server's life
        debugger.must("goto end")
        said, took = debugger.must("rc")
        if said["event"] > events // 2:
            raise RuntimeError(f"rc came to event {said['event']}")
        bench.add(f"debugger, {name}: rc over all events to an event", took, "ms", ("<=", 500), events=events)


def async_steps(bench, name, trace):
    """From random moments along the async graph, either way."""
    chance = random.Random(2)
    with Debugger(str(bench.weft), str(trace)) as debugger:
        events = debugger.must("goto end")[0]["event"]
        times = []
        wanted = bench.scaled(200, 5)
        for _ in range(10 * wanted):
            if len(times) >= wanted:
                break
            debugger.must(f"goto {chance.randrange(events // 10, events)}")
            for command in chance.choices(("an", "as", "af", "ac", "ae", "ran", "ras", "raf"), k=3):
                said, took = debugger.ask(command)
                if said["ok"]:
                    times.append(took)
        bench.add(f"debugger, {name}: async step, p50", percentile(times, 0.5), "ms", ("<=", 250), events=events)
        bench.add(f"debugger, {name}: async step, p99", percentile(times, 0.99), "ms", ("<=", 1000),
                  low=min(times), high=max(times), steps=len(times))


def memory_mib(pid):
    """The most that a process has had, and what of it no file stands behind."""
    with open(f"/proc/{pid}/status", encoding="ascii") as status:
        fields = dict(line.split(":", 1) for line in status if ":" in line)
    return int(fields["VmHWM"].split()[0]) / 1024, int(fields["RssAnon"].split()[0]) / 1024


def long_run(bench, trace):
    """Of a recording of millions of events that ends in a crash: the first commands, then jumps."""
    chance = random.Random(3)
    start = time.perf_counter()
    with Debugger(str(bench.weft), str(trace)) as debugger:
        debugger.must("moment")
        bench.add("debugger, long run: open to the first command", (time.perf_counter() - start) * 1000,
                  "ms", ("<=", 1000))
        events = debugger.must("goto crash")[0]["event"]
        bench.add("debugger, long run: open to the first goto crash, with its source line",
                  time.perf_counter() - start, "s", ("<=", 3), events=events)
        times = [debugger.must(f"goto {chance.randrange(100, events)}")[1]
                 for _ in range(bench.scaled(200, 5))]
        bench.add("debugger, long run: goto, p99", percentile(times, 0.99), "ms", ("<=", 300),
                  low=min(times), high=max(times))
        debugger.must("goto end")
        debugger.must("b main")
        bench.add("debugger, long run: rc over all of it to main", debugger.must("rc")[1] / 1000, "s",
                  ("<=", 4))
        most, own = memory_mib(debugger.process.pid)
        bench.add("debugger, long run: memory of weft-debugger, most", most, "MiB", ("<=", 300),
                  anonymous=round(own))


def inside_segment(bench, trace):
    """Back from the end of a loop of a million instructions and more between two events."""
    with Debugger(str(bench.weft), str(trace)) as debugger:
        debugger.must("b busy_segment.cc:19")
        debugger.must("c")
        first = debugger.must("rn")[1]
        bench.add("debugger, busy segment: first reverse-next", first, "ms", ("<=", 5000))
        for command, words in (("rn", "reverse-next"), ("rs", "reverse-step"), ("rsi", "reverse-stepi")):
            times = [debugger.must(command)[1] for _ in range(bench.scaled(8, 2))]
            bench.add(f"debugger, busy segment: each further {words}", percentile(times, 0.5), "ms", ("<=", 5000),
                      low=min(times), high=max(times))
        debugger.must("breakpoint delete 1")
        debugger.must("watchpoint set variable total")
        times = [debugger.must("rc")[1] for _ in range(bench.scaled(4, 2))]
        bench.add("debugger, busy segment: rc to a watchpoint", percentile(times, 0.5), "ms",
                  low=min(times), high=max(times))
