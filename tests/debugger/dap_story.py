#!/usr/bin/env python3
"""The storefront in an IDE: dap_story.py WEFT TRACE SOURCES."""
import os
import sys

from dap_client import DapClient


def line_with(path, text):
    return next(i for i, line in enumerate(open(path), 1) if text in line)


def main():
    weft, trace, sources = sys.argv[1:4]
    shop = os.path.join(os.path.realpath(sources), "shop.cc")
    database = os.path.join(os.path.realpath(sources), "database.cc")
    client = DapClient(weft)
    client.start(trace=trace)
    assert client.move("configurationDone")["reason"] == "entry"

    listed = client.do("weft/requests", count=5)
    slowest = listed["requests"][0]
    assert slowest["what"].startswith("GET /") and slowest["durationSeconds"] > 0.02, slowest
    targets = client.do("gotoTargets", source={"path": shop}, line=1)["targets"]
    (target,) = [t["id"] for t in targets
                 if t["label"].startswith("request %d: " % slowest["number"])]
    stop = client.move("goto", threadId=1, targetId=target)
    thread = stop["threadId"]
    assert client.moment(thread) == slowest["event"], (client.moment(thread), slowest)

    # Tasks are threads, and have their variables.
    threads = client.do("threads")["threads"]
    (task,) = [t for t in threads if "shop::ship_orders" in t["name"]]
    names = [f["name"] for f in client.stack(task["id"])]
    assert any("ship_orders" in name for name in names), names

    # Over a co_await, and back.
    await_line = line_with(database, "co_await flush();")
    client.do("setBreakpoints", source={"path": database}, breakpoints=[{"line": await_line}])
    stop = client.move("continue", threadId=thread)
    assert stop["reason"] == "breakpoint", stop
    client.do("setBreakpoints", source={"path": database}, breakpoints=[])
    assert client.line(thread) == ("database.cc", await_line)
    awaiting = [f["name"] for f in client.stack(thread) if f["name"].startswith("awaited by task")]
    assert awaiting, client.stack(thread)
    before = client.moment(thread)
    for _ in range(3):
        client.move("next", threadId=thread, granularity="async")
        if client.line(thread)[1] != await_line:
            break
    assert client.line(thread)[1] == await_line + 1, client.line(thread)
    assert client.moment(thread) > before
    client.move("stepBack", threadId=thread, granularity="async")
    assert client.line(thread) == ("database.cc", await_line), client.line(thread)

    # Who wrote this?
    used = line_with(shop, 'if (page == "/cart")')
    client.do("setBreakpoints", source={"path": shop}, breakpoints=[{"line": used}])
    stop = client.move("continue", threadId=thread)
    client.do("setBreakpoints", source={"path": shop}, breakpoints=[])
    frame = client.user_frame(thread)
    assert frame["line"] == used, frame
    info = client.do("dataBreakpointInfo", name="number", frameId=frame["id"])
    (set_,) = client.do("setDataBreakpoints",
                        breakpoints=[{"dataId": info["dataId"]}])["breakpoints"]
    assert set_["verified"], set_
    stop = client.move("reverseContinue", threadId=thread)
    assert stop["reason"] == "data breakpoint", stop
    assert client.line(thread) == ("shop.cc", line_with(shop, "const int number = slash")), \
        client.line(thread)
    client.end()


if __name__ == "__main__":
    main()
