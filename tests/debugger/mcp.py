#!/usr/bin/env python3
"""What weft mcp answers, to what is right and to what is wrong: mcp.py WEFT TRACE, of programs/tasks."""
import fcntl
import json
import os
import subprocess
import sys
import time

from mcp_client import McpClient, event_of


def error_of(answer):
    return answer["error"]["code"], answer["error"]["message"]


def bad_messages(client):
    """One clear error each; the server goes on."""
    for line, code, said in [
            ("{", -32700, "the message is not JSON"),
            ("\xff", -32700, "the message is not JSON"),
            ("[" * 100_000, -32700, "the message is not JSON"),
            ("x" * (5 << 20), -32700, "a message is longer than 4194304 bytes"),
            ("[]", -32600, "the message is not an object"),
            ('{"id": 1, "method": "ping"}', -32600, '"jsonrpc" is not "2.0"'),
            ('{"jsonrpc": "2.0", "id": [], "method": "ping"}', -32600,
             '"id" is neither a text nor an integer'),
            ('{"jsonrpc": "2.0", "id": 1}', -32600, '"method" is missing'),
            ('{"jsonrpc": "2.0", "id": 1, "result": {}}', -32600,
             "nothing was asked that this could answer"),
            ('{"jsonrpc": "2.0", "id": 1, "method": 3}', -32600, '"method" is not a text'),
            ('{"jsonrpc": "2.0", "id": 1, "method": "ping", "params": [1]}', -32602,
             '"params" is not an object'),
            ('{"jsonrpc": "2.0", "id": 1, "method": "resources/list"}', -32601,
             'there is no method "resources/list"'),
            ('{"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {}}', -32602,
             '"name" is missing'),
            ('{"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "shell"}}',
             -32602, 'there is no tool "shell"'),
            ('{"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {"cursor": "x"}}',
             -32602, "there is no such cursor: all tools are on one page")]:
        got = error_of(client.raw(line))
        assert got == (code, said), (line[:80], got)
    assert client.request("ping")["result"] == {}


def bad_arguments(client):
    for tool, arguments, said in [
            ("goto", {}, 'the argument "to" is missing'),
            ("goto", {"to": "1", "fast": True}, 'there is no argument "fast"'),
            ("goto", {"to": "1\nquit"}, 'the argument "to" must be a text of one line'),
            ("goto", {"to": ["1"]}, 'the argument "to" must be a text of one line'),
            ("slowest", {"count": -1}, 'the argument "count" must be a number from 0 on'),
            ("slowest", {"count": 0}, "count must be from 1 to 1000"),
            ("tasks", {"tree": "yes"}, 'the argument "tree" must be true or false'),
            ("goto", {"to": "request 99"}, "there is no request 99"),
            ("graph", {"request": "99"}, "there is no request 99"),
            ("goto", {"to": "99999999"}, "there is no event 99999999"),
            ("search_events", {"filter": "(("}, "error: "),
            ("who_woke", {"task": 99}, "there is no task 99"),
            ("who_cancelled", {"task": 0}, "there is no task 0"),
            ("print", {"expression": "nothing_of_that_name"}, "nothing_of_that_name"),
            ("bookmark", {"name": "two words"}, "bookmark NAME"),
            ("tasks", {"page": 99}, "there is no page 99"),
            ("tasks", {"page": 0}, "there is no page 0"),
            ("open", {"path": "/nowhere.weft"}, "/nowhere.weft")]:
        text = client.fails(tool, **arguments)
        assert text.startswith("error: ") and said in text, (tool, arguments, text)
        assert not text.startswith("error: error"), text


def restores(client):
    """A call that fails leaves the session where it was; `back`, too."""
    client.do("goto", to="start")
    start = event_of(client.do("goto", to="end"))
    for tool, arguments in [("print", {"expression": "1 +", "frame": 0}),
                            ("last_value", {"expression": "no_such_value"}),
                            ("goto", {"to": "crash"})]:
        assert event_of(client.fails(tool, **arguments)) == start
    assert event_of(client.do("goto", to="back")) != start


def tasks(client):
    """The child is woken by hand; both are found, at the right moments."""
    said = client.do("search_events", filter="task-resumed where task ~ child")
    assert said.startswith("2 events from event "), said
    second = int(said.splitlines()[2].split("]")[0][1:])
    assert event_of(client.do("goto", to=str(second))) == second
    woke = client.do("who_woke", task=2)
    assert "task 2 child was resumed at event %d" % second in woke, woke
    assert "cause: " in woke and "task_wake" in woke, woke
    assert "was not cancelled: it ended at event" in client.do("who_cancelled", task=2)

    first = client.do("goto", to="start")
    assert "it runs first at event" in client.fails("who_woke", task=2)
    assert "weft debug -c 'goto %d' -c where " % event_of(first) in first, first
    client.do("bookmark", name="wake", event=second)
    assert event_of(client.do("goto", to="wake")) == second
    assert "parent" in client.do("tasks", at="here")


def cancelled(client):
    """An expression that never ends, which the client no longer wants: no answer, and the next calls run."""
    start = event_of(client.do("tasks"))
    client.send(json.dumps({"jsonrpc": "2.0", "id": 9, "method": "tools/call", "params": {
        "name": "print", "arguments": {"expression": "({ while (true) {} 1; })"}}}))
    time.sleep(0.5)
    client.send(json.dumps({"jsonrpc": "2.0", "method": "notifications/cancelled",
                            "params": {"requestId": 9}}))
    for _ in range(2):
        said = client.do("print", expression="1 + 1")
        assert said.startswith("(int) 2\n") and event_of(said) == start, said


def without_blocking(weft, trace):
    """Whoever starts weft may share descriptors with it that do not block: it waits itself."""
    to, from_us = os.pipe()
    from_it, out = os.pipe()
    fcntl.fcntl(out, fcntl.F_SETPIPE_SZ, 4096)
    for one in (to, out):
        os.set_blocking(one, False)
    process = subprocess.Popen([weft, "mcp", trace], stdin=to, stdout=out)
    os.close(to)
    os.close(out)
    time.sleep(1)
    with os.fdopen(from_us, "w") as sends, os.fdopen(from_it) as receives:
        def send(i, method):
            sends.write(json.dumps({"jsonrpc": "2.0", "id": i, "method": method, "params": {
                "protocolVersion": "2025-06-18"} if method == "initialize" else {}}) + "\n")
            sends.flush()
        send(1, "initialize")
        for i in range(2, 8):
            send(i, "tools/list")
        time.sleep(1)  # its answers do not fit into the pipe
        assert [json.loads(receives.readline())["id"] for _ in range(7)] == list(range(1, 8))
    assert process.wait(timeout=20) == 0


def ends_in_the_middle(weft, trace):
    """Asked to end while an expression runs that never does, and while one does whose client is gone."""
    for leave in ["terminate", "kill"]:
        client = McpClient(weft, trace)
        client.initialize()
        client.send(json.dumps({"jsonrpc": "2.0", "id": 9, "method": "tools/call", "params": {
            "name": "print", "arguments": {"expression": "({ while (true) {} 1; })"}}}))
        time.sleep(0.5)
        if leave == "terminate":
            client.process.terminate()
        else:
            client.process.stdin.close()
            client.process.stdout.close()
        client.process.wait(timeout=30)


def main():
    weft, trace = sys.argv[1:3]
    client = McpClient(weft)
    assert error_of(client.request("tools/list")) == (-32600, "initialize must come first")
    assert client.initialize("1999-01-01")["protocolVersion"] == "2025-11-25"
    assert client.initialize()["protocolVersion"] == "2025-06-18"
    tools = {tool["name"]: tool for tool in client.request("tools/list")["result"]["tools"]}
    assert len(tools) == 15 and all(t["annotations"]["readOnlyHint"] for t in tools.values())
    assert tools["goto"]["inputSchema"]["required"] == ["to"]
    assert "no recording is open" in client.fails("requests")
    assert "no recording is open" in client.fails("open")
    assert "tasks" in client.do("open", path=trace)
    bad_messages(client)
    bad_arguments(client)
    restores(client)
    tasks(client)
    cancelled(client)
    client.end()
    without_blocking(weft, trace)
    ends_in_the_middle(weft, trace)
    piped = McpClient(weft, trace)  # who closes what it writes still gets its answers
    piped.send(json.dumps({"jsonrpc": "2.0", "id": "a", "method": "ping"}))
    piped.process.stdin.write('{"jsonrpc": "2.0", "id"')
    piped.process.stdin.close()
    assert piped.receive() == {"jsonrpc": "2.0", "id": "a", "result": {}}
    assert error_of(piped.receive()) == (-32700, "the last message is not complete")
    assert piped.process.wait() == 0


if __name__ == "__main__":
    main()
