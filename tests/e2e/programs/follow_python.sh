#!/bin/bash
# Python's subprocess and multiprocessing, recorded with all children.
. "$(dirname "$0")/program.bash"
cat >"$work/data/children.py" <<'SOURCE'
import multiprocessing
import os
import subprocess
import threading


def run(number):
    return subprocess.run(["sh", "-c", f"echo {number} | cat; exit {number}"], capture_output=True)


def add(connection):
    a, b = connection.recv()
    connection.send(a + b)


def main():
    for number in range(3):
        done = run(number)
        print(done.stdout, done.returncode)
    print(subprocess.check_output("true && echo shell", shell=True))
    results = []
    threads = [threading.Thread(target=lambda n=n: results.append(run(n).returncode))
               for n in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(sorted(results))
    for method in "fork", "spawn":
        context = multiprocessing.get_context(method)
        ours, theirs = context.Pipe()
        process = context.Process(target=add, args=(theirs,))
        process.start()
        ours.send((20, 3))
        print(method, ours.recv())
        process.join()
        print(process.exitcode, process.pid != os.getpid())


if __name__ == "__main__":
    main()
SOURCE
check_tree /usr/bin/python3 -B children.py
