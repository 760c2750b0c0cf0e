"""weft dap as an IDE uses it: the Debug Adapter Protocol over stdin and stdout, or over a socket."""
import json
import subprocess
import sys


class DapClient:
    def __init__(self, weft, *arguments):
        self.process = subprocess.Popen([weft, "dap", *arguments], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE)
        self.to, self.come = self.process.stdin, self.process.stdout
        self.seq = 0
        self.events = []
        self.said = []  # what was written to the console

    def send_text(self, text):
        data = text.encode("utf-8", "surrogateescape")
        self.to.write(b"Content-Length: %d\r\n\r\n" % len(data) + data)
        self.to.flush()

    def receive(self):
        length = None
        while True:
            line = self.come.readline()
            if not line:
                sys.exit("weft dap has ended")
            if line == b"\r\n":
                break
            name, value = line.decode().split(":")
            if name.lower() == "content-length":
                length = int(value)
        return json.loads(self.come.read(length))

    def send(self, command, **arguments):
        self.seq += 1
        self.send_text(json.dumps({"seq": self.seq, "type": "request", "command": command,
                                   "arguments": arguments}))
        return self.seq

    def response(self, seq):
        while True:
            message = self.receive()
            if message["type"] == "event":
                self.events.append(message)
            elif message["request_seq"] == seq:
                return message

    def ask(self, command, **arguments):
        """The response as it came."""
        return self.response(self.send(command, **arguments))

    def do(self, command, **arguments):
        """The body; a failure ends the test."""
        answer = self.ask(command, **arguments)
        if not answer["success"]:
            sys.exit("%s %r: %s" % (command, arguments, answer["message"]))
        return answer["body"]

    def fails(self, command, **arguments):
        answer = self.ask(command, **arguments)
        if answer["success"]:
            sys.exit("%s %r did not fail: %r" % (command, arguments, answer["body"]))
        assert answer["body"]["error"]["format"], answer
        return answer["message"]

    def event(self, name):
        """The next one of that name; those before it are passed over."""
        while True:
            message = self.events.pop(0) if self.events else self.receive()
            if message["type"] == "event" and message["event"] == "output":
                self.said.append(message["body"]["output"])
            if message["type"] == "event" and message["event"] == name:
                return message.get("body", {})

    def start(self, **launch):
        """The capabilities; stands at the first stop afterwards, if there are no breakpoints to set."""
        able = self.do("initialize", adapterID="weft", linesStartAt1=True, columnsStartAt1=True)
        self.do("launch", **launch)
        self.event("initialized")
        return able

    def move(self, command, **arguments):
        """The stop that it leads to."""
        self.do(command, **arguments)
        return self.event("stopped")

    def stack(self, thread):
        return self.do("stackTrace", threadId=thread)["stackFrames"]

    def line(self, thread):
        """(file, line) of the innermost frame with source that is the program's own."""
        for frame in self.stack(thread):
            if "source" in frame and frame.get("presentationHint") != "subtle":
                return frame["source"]["name"], frame["line"]
        sys.exit("there is no frame with source")

    def user_frame(self, thread):
        return next(f for f in self.stack(thread)
                    if "source" in f and f.get("presentationHint") != "subtle")

    def variables(self, reference):
        return {v["name"]: v for v in self.do("variables", variablesReference=reference)["variables"]}

    def scope(self, frame, name):
        return next(s for s in self.do("scopes", frameId=frame["id"])["scopes"] if s["name"] == name)

    def moment(self, thread):
        """The event at which the session stands."""
        frame = self.stack(thread)[0]
        scope = self.scope(frame, "Moment")
        return int(self.variables(scope["variablesReference"])["event"]["value"].split()[0])

    def end(self):
        self.do("disconnect")
        self.to.close()
        if self.process.wait() != 0:
            sys.exit("weft dap ended with %d" % self.process.returncode)
