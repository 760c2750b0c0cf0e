"""An asyncio echo server, clients, timers, threads and a child: asyncio_load.py CLIENTS LINES"""

import asyncio
import hashlib
import random
import sys
import time


async def echo(reader, writer):
    while line := await reader.readline():
        await asyncio.sleep(random.random() / 1000)
        writer.write(line[::-1])
        await writer.drain()
    writer.close()


async def client(port, lines):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for _ in range(lines):
        sent = f"{time.time_ns()} {random.random()}"
        writer.write(sent.encode() + b"\n")
        async with asyncio.timeout(10) if hasattr(asyncio, "timeout") else NoLimit():
            answer = await reader.readexactly(len(sent) + 1)
        assert answer == b"\n" + sent.encode()[::-1]
    writer.close()
    return answer


class NoLimit:
    async def __aenter__(self):
        return self

    async def __aexit__(self, *_):
        return False


async def main(clients, lines):
    server = await asyncio.start_server(echo, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    answers = await asyncio.gather(*(client(port, lines) for _ in range(clients)))
    loop = asyncio.get_running_loop()
    hashed = await asyncio.gather(*(loop.run_in_executor(None, hash_of, a) for a in answers))
    child = await asyncio.create_subprocess_exec("/bin/echo", "from a child",
                                                 stdout=asyncio.subprocess.PIPE)
    told, _ = await child.communicate()
    assert told == b"from a child\n" and child.returncode == 0
    server.close()
    print(port, *hashed[:3])


def hash_of(answer):
    time.sleep(random.random() / 1000)
    return hashlib.sha256(answer).hexdigest()[:12]


asyncio.run(main(int(sys.argv[1]), int(sys.argv[2])))
