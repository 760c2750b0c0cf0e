#!/usr/bin/env python3
"""Interrupts what runs: dap_pause.py WEFT TRACE BUSY_LOOP_CC."""
import sys
import time

from dap_client import DapClient


def start(weft, trace, source, **more):
    """Goes on; a condition that is never true is looked at 20,000 times on the way."""
    line = next(i for i, text in enumerate(open(source), 1) if "g_sum = g_sum + value" in text)
    client = DapClient(weft)
    client.do("initialize", adapterID="weft", supportsProgressReporting=True)
    client.do("launch", trace=trace)
    client.event("initialized")
    client.events_in_all = int(client.do("evaluate", expression="moment", context="repl")["result"]
                               .split(" of ")[1].split(":")[0])
    client.do("setBreakpoints", source={"path": source}, breakpoints=[
        {"line": line, "condition": "value == -1", **more}])
    client.move("configurationDone")
    client.do("continue", threadId=1)
    progress = client.event("progressStart")
    assert progress["cancellable"] and "continue" in progress["title"], progress
    return client, progress


def main():
    weft, trace, source = sys.argv[1:4]
    client, progress = start(weft, trace, source)
    client.do("pause", threadId=1)  # answered after the stop: what came meanwhile is kept
    stop = client.event("stopped")
    assert stop["reason"] == "pause", stop
    assert client.event("progressEnd")["progressId"] == progress["progressId"]
    assert client.moment(stop["threadId"]) < client.events_in_all, stop  # it has not come to the end

    client.do("continue", threadId=1)
    progress = client.event("progressStart")
    client.do("cancel", progressId=progress["progressId"])
    assert client.event("stopped")["reason"] == "pause"
    client.end()

    # A request that waits is cancelled by its number: what runs goes on.
    client, _ = start(weft, trace, source)
    asked = client.send("evaluate", expression="1 + 1", context="hover")
    client.send("cancel", requestId=asked)
    paused = client.send("pause", threadId=1)
    answer = client.response(asked)
    assert not answer["success"] and answer["message"] == "cancelled", answer
    assert client.response(paused)["success"]
    assert client.event("stopped")["reason"] == "pause"
    client.end()

    # Several requests in the queue: what is to end what runs, ends all that is before it.
    for end in ["pause", "cancel"]:
        client, _ = start(weft, trace, source)
        began = time.monotonic()
        for command in ["continue", "continue", "continue", end]:
            last = client.send(command, threadId=1)
        assert client.response(last)["success"]
        for _ in range(4):
            stop = client.event("stopped")
            assert stop["reason"] == "pause", stop
        assert client.moment(stop["threadId"]) < client.events_in_all, stop
        value = client.do("evaluate", expression="1 + 1", context="hover",
                          frameId=client.stack(stop["threadId"])[0]["id"])
        assert value["result"] == "2"
        client.end()
        assert time.monotonic() - began < 20

    client, _ = start(weft, trace, source)
    for command in ["continue", "continue", "disconnect"]:
        client.send(command, threadId=1)
    client.process.wait(timeout=20)

    client, _ = start(weft, trace, source)
    client.process.terminate()
    client.process.wait(timeout=8)

    client, _ = start(weft, trace, source)
    client.to.close()  # without a word
    client.come.close()
    client.process.wait(timeout=60)


if __name__ == "__main__":
    main()
