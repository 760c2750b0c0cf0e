#!/usr/bin/env python3
"""The story of the storefront by weft mcp: mcp_story.py WEFT TRACE. Prints the transcript."""
import re
import sys

from mcp_client import McpClient, event_of


class Agent:
    def __init__(self, weft, trace):
        self.client = McpClient(weft, trace)
        self.client.initialize()
        self.calls = 0

    def ask(self, tool, **arguments):
        self.calls += 1
        said = self.client.do(tool, **arguments)
        print("%d. %s %s\n%s" % (self.calls, tool, arguments or "", said))
        assert len(said) < 7000, "an answer of %d bytes" % len(said)
        return said

    def find(self, pattern, text):
        found = re.search(pattern, text, re.M)
        if not found:
            sys.exit("%r is not in what was said" % pattern)
        return found.group(1)


def main():
    agent = Agent(*sys.argv[1:3])
    slowest = agent.ask("slowest")
    table = agent.find(r"(?:same time as|within .* of) UPDATE (\w+)", slowest)
    request = agent.find(r"^ +(\d+) .*SELECT \.\.\. FROM " + table, slowest)
    graph = agent.ask("graph", request=request)
    agent.find(r"\* .*(SELECT \.\.\. FROM %s)" % table, graph)
    begin = int(agent.find(r"events (\d+)\.\.", graph))
    assert agent.calls <= 6 and table == "orders", (agent.calls, table)

    updates = agent.ask("search_events", filter='sendto where bytes ~ "UPDATE %s"' % table)
    event = [int(e) for e in re.findall(r"^\[(\d+)\]", updates, re.M) if int(e) < begin][-1]
    assert event_of(agent.ask("goto", to=str(event))) == event
    where = agent.ask("where")
    agent.find(r"awaited by task \d+ (shop::ship_orders)", where)
    frame = agent.find(r"frame #(\d+): storefront`db::Connection::query", where)
    value = agent.ask("print", expression="sql", frame=int(frame))
    agent.find(r"(UPDATE %s SET state)" % table, value)
    assert agent.calls <= 6, agent.calls
    agent.client.end()


if __name__ == "__main__":
    main()
