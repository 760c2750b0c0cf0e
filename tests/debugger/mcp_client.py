"""weft mcp as an agent uses it: JSON-RPC lines over stdin and stdout."""
import json
import re
import subprocess
import sys


class McpClient:
    def __init__(self, weft, *arguments):
        self.process = subprocess.Popen([weft, "mcp", *arguments], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True)
        self.last_id = 0

    def send(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def receive(self):
        line = self.process.stdout.readline()
        if not line:
            sys.exit("weft mcp has ended")
        message = json.loads(line)
        assert message["jsonrpc"] == "2.0", message
        return message

    def raw(self, line):
        """The answer to a line, whatever is in it."""
        self.send(line)
        return self.receive()

    def request(self, method, **params):
        self.last_id += 1
        answer = self.raw(json.dumps(
            {"jsonrpc": "2.0", "id": self.last_id, "method": method, "params": params}))
        assert answer["id"] == self.last_id, answer
        return answer

    def initialize(self, version="2025-06-18"):
        answer = self.request("initialize", protocolVersion=version, capabilities={},
                              clientInfo={"name": "test", "version": "1"})
        self.send('{"jsonrpc": "2.0", "method": "notifications/initialized"}')
        return answer["result"]

    def call(self, tool, **arguments):
        """(did it succeed?, what it said)"""
        result = self.request("tools/call", name=tool, arguments=arguments)["result"]
        (content,) = result["content"]
        return not result["isError"], content["text"]

    def do(self, tool, **arguments):
        succeeded, text = self.call(tool, **arguments)
        if not succeeded:
            sys.exit("%s %r: %s" % (tool, arguments, text))
        return text

    def fails(self, tool, **arguments):
        succeeded, text = self.call(tool, **arguments)
        if succeeded:
            sys.exit("%s %r did not fail: %s" % (tool, arguments, text))
        return text

    def end(self):
        self.process.stdin.close()
        if self.process.wait() != 0:
            sys.exit("weft mcp ended with %d" % self.process.returncode)


def event_of(text):
    """The moment that an answer names in its footer."""
    return int(re.search(r"^---\nevent (\d+) of ", text, re.M).group(1))
