#!/usr/bin/env python3
"""What weft dap answers, to what is right and to what is wrong: dap.py WEFT TRACE LINES_CC, a recording
of programs/lines and its source."""
import os
import socket
import subprocess
import sys

from dap_client import DapClient


def lines_of(path):
    """The number of each line, by a part of its text."""
    lines = open(path).read().splitlines()
    return lambda text: next(i for i, line in enumerate(lines, 1) if text in line)


def breakpoints(client, source, line):
    """Conditions, log messages, counts of hits; forward and back; by line and by function."""
    client.do("launch", trace=client.trace)
    client.event("initialized")
    set_ = client.do("setBreakpoints", source={"path": source}, breakpoints=[
        {"line": line("total = add(total, i)"), "condition": "i == 2"},
        {"line": line("int sum = a + b"), "logMessage": "add {a} to {b}, {nothing}"},
        {"line": 999},
        {"line": line("return sum"), "hitCondition": "many"}])["breakpoints"]
    assert [b["verified"] for b in set_] == [True, True, False, False], set_
    assert "no count of hits" in set_[3]["message"]
    assert client.move("configurationDone")["reason"] == "entry"
    stop = client.move("continue", threadId=1)
    thread = stop["threadId"]
    assert stop["reason"] == "breakpoint" and stop["hitBreakpointIds"] == [set_[0]["id"]], stop
    assert client.line(thread) == ("lines.cc", line("total = add(total, i)"))
    said = client.said
    frame = client.user_frame(thread)
    names = client.variables(client.scope(frame, "Locals")["variablesReference"])
    assert (names["total"]["value"], names["i"]["value"], names["i"]["type"]) == ("1", "2", "int")
    names = client.variables(client.scope(frame, "Arguments")["variablesReference"])
    assert names["n"]["value"] == "4"
    assert client.do("evaluate", expression="total + i", frameId=frame["id"],
                     context="watch")["result"] == "3"
    assert "nothing" in client.fails("evaluate", expression="nothing", frameId=frame["id"])
    assert client.move("next", threadId=thread)["reason"] == "step"
    assert client.line(thread)[1] == line("for (int i = 0; i < n")
    client.move("stepBack", threadId=thread)
    assert client.line(thread)[1] == line("total = add(total, i)")
    client.move("stepIn", threadId=thread)
    assert client.line(thread)[1] == line("int sum = a + b")
    client.move("stepOut", threadId=thread)
    assert client.user_frame(thread)["name"].startswith("loop(")
    assert client.fails("scopes", frameId=frame["id"]) == "there is no such frame now"
    return said


def functions_and_events(client, line):
    client.do("setBreakpoints", source={"path": client.source}, breakpoints=[])
    (one,) = client.do("setFunctionBreakpoints",
                       breakpoints=[{"name": "factorial", "hitCondition": "3"}])["breakpoints"]
    assert one["verified"] and one["line"] == line("if (n <= 1)"), one
    stop = client.move("continue", threadId=1)
    frame = client.user_frame(stop["threadId"])
    assert frame["name"] == "factorial(n=2)" and stop["hitBreakpointIds"] == [one["id"]], frame
    client.do("setFunctionBreakpoints", breakpoints=[])
    bad, good = client.do("setExceptionBreakpoints", filters=["event"], filterOptions=[
        {"filterId": "event", "condition": "write where fd == 1"}])["breakpoints"]
    assert not bad["verified"] and good["verified"], (bad, good)
    stop = client.move("continue", threadId=1)
    assert stop["reason"] == "exception" and "write(1, " in stop["description"], stop
    later = client.moment(stop["threadId"])
    stop = client.move("reverseContinue", threadId=1)
    assert stop["reason"] == "exception" and client.moment(stop["threadId"]) < later, stop
    client.do("setExceptionBreakpoints", filters=["signal", "task-cancelled"])
    assert client.move("continue", threadId=1)["reason"] == "end of the recording"
    assert client.move("reverseContinue", threadId=1)["reason"] == "start of the recording"


def data(client, line):
    """Back to who wrote it last."""
    stop = client.move("weft/goto", to="end")
    client.do("setFunctionBreakpoints", breakpoints=[{"name": "say"}])
    stop = client.move("reverseContinue", threadId=stop["threadId"])
    client.do("setFunctionBreakpoints", breakpoints=[])
    frame = client.user_frame(stop["threadId"])
    info = client.do("dataBreakpointInfo", name="g_last", frameId=frame["id"])
    assert info["description"].startswith("g_last (4 bytes at 0x"), info
    array = client.do("dataBreakpointInfo", name="text", frameId=frame["id"])
    assert array["dataId"] is None and "has 32 bytes" in array["description"], array
    (one,) = client.do("setDataBreakpoints", breakpoints=[
        {"dataId": info["dataId"], "accessType": "write"}])["breakpoints"]
    stop = client.move("reverseContinue", threadId=stop["threadId"])
    assert stop["reason"] == "data breakpoint" and stop["hitBreakpointIds"] == [one["id"]], stop
    assert client.line(stop["threadId"])[1] == line("g_last += i")
    wrong = client.do("setDataBreakpoints", breakpoints=[{"dataId": "x"}])["breakpoints"]
    assert wrong == [{"verified": False, "message": "this is no dataId of dataBreakpointInfo"}]


def places(client, line):
    """Targets of goto; the console; pause; restart."""
    target = client.do("gotoTargets", source={"path": client.source},
                       line=line("int b = factorial"))["targets"]
    labels = {t["label"]: t["id"] for t in target}
    number = line("int b = factorial")
    stop = client.move("goto", threadId=1, targetId=labels["start of the recording"])
    assert stop["reason"] == "goto", stop
    assert client.fails("goto", threadId=1, targetId=1) == "there is no such target now"
    for way, start in [("the next time that lines.cc:%d runs", "start"),
                       ("the last time that lines.cc:%d ran", "end")]:
        client.move("weft/goto", to=start)
        targets = client.do("gotoTargets", source={"path": client.source}, line=number)["targets"]
        (id_,) = [t["id"] for t in targets if t["label"] == way % number]
        stop = client.move("goto", threadId=1, targetId=id_)
        assert client.line(stop["threadId"]) == ("lines.cc", number)
    frame = client.user_frame(stop["threadId"])
    assert "main" in client.do("evaluate", expression="where", context="repl",
                               frameId=frame["id"])["result"]
    client.do("evaluate", expression="next", context="repl", frameId=frame["id"])
    client.event("stopped")
    assert client.line(stop["threadId"])[1] > number
    assert client.move("pause", threadId=1)["reason"] == "pause"
    assert client.move("restart")["reason"] == "entry"
    source = client.do("source", source={"path": client.source}, sourceReference=0)["content"]
    assert source == open(client.source).read()
    assert "is not here" in client.fails("source", source={"path": "/nowhere.cc"})


def bad_messages(client):
    for text, said in [
            ("{", "the message is not a JSON object"),
            ("[" * 1000, "the message is not a JSON object"),
            ('{"seq": 7, "type": "event"}', "the message is not a request"),
            ('{"seq": 8, "type": "request"}', '"command" is missing'),
            ('{"seq": 9, "type": "request", "command": "next", "arguments": 1}',
             '"arguments" is not an object'),
            ('{"seq": 10, "type": "request", "command": "fly"}', "there is no request 'fly'")]:
        client.send_text(text)
        answer = client.receive()
        assert not answer["success"] and answer["message"] == said, answer
    for command, arguments, said in [
            ("variables", {"variablesReference": 99}, "there is no such value now"),
            ("stackTrace", {"threadId": 99}, "there is no such thread now"),
            ("evaluate", {"expression": "1\n2"}, "an expression is one line"),
            ("setBreakpoints", {}, "source.path is missing"),
            ("weft/goto", {}, '"to" is missing'),
            ("dataBreakpointInfo", {"name": ["x"]}, '"name" is missing')]:
        assert said in client.fails(command, **arguments), (command, arguments)


def on_port(weft, trace):
    """One client, then it ends; a port in use is one error; a broken head is one error, and the end."""
    server = subprocess.Popen([weft, "dap", "--port", "0", trace], stdout=subprocess.PIPE, text=True)
    port = int(server.stdout.readline().rsplit(":", 1)[1])
    taken = subprocess.run([weft, "dap", "--port", str(port)], capture_output=True, text=True)
    assert taken.returncode == 2 and "cannot listen on 127.0.0.1:%d" % port in taken.stderr, taken
    with socket.create_connection(("127.0.0.1", port)) as connection:
        client = DapClient.__new__(DapClient)
        client.seq, client.events, client.said = 0, [], []
        client.to, client.come = connection.makefile("wb"), connection.makefile("rb")
        assert client.start()["supportsStepBack"]
        client.to.write(b"GET / HTTP/1.1\r\n\r\n")
        client.to.flush()
        assert "does not begin with a header" in client.receive()["message"]
        assert client.come.read() == b""
    assert server.wait() == 0


def counts_from_zero(weft, trace, source, line):
    client = DapClient(weft)
    client.do("initialize", adapterID="weft", linesStartAt1=False)
    client.do("launch", trace=trace)
    client.event("initialized")
    wanted = line("int sum = a + b") - 1
    (one,) = client.do("setBreakpoints", source={"path": source},
                       breakpoints=[{"line": wanted}])["breakpoints"]
    assert one["line"] == wanted, one
    client.move("configurationDone")
    stop = client.move("continue", threadId=1)
    assert client.line(stop["threadId"])[1] == wanted
    client.end()


def main():
    weft, trace, source = sys.argv[1:4]
    line = lines_of(source)
    client = DapClient(weft)
    client.trace, client.source = trace, source
    able = client.do("initialize", adapterID="weft")
    filters = [f["filter"] for f in able["exceptionBreakpointFilters"]]
    assert able["supportsDataBreakpoints"] and "task-cancelled" in filters, able
    assert client.fails("next", threadId=1).startswith("no recording is open")
    assert '"trace" is missing' in client.fails("launch")
    assert "/nowhere.weft" in client.fails("launch", trace="/nowhere.weft")
    logged = breakpoints(client, source, line)
    assert [text[:10] for text in logged[:2]] == ["add 0 to 0", "add 0 to 1"], logged
    assert "nothing" in logged[0], logged
    functions_and_events(client, line)
    data(client, line)
    places(client, line)
    bad_messages(client)
    client.do("terminate")
    client.event("terminated")
    client.end()
    counts_from_zero(weft, trace, source, line)
    on_port(weft, trace)


if __name__ == "__main__":
    os.environ.pop("COLUMNS", None)
    main()
