#!/bin/bash
# python3's multiprocessing: children, which are not recorded, whose semaphores and values lie in memory
# that they share with the program.
. "$(dirname "$0")/program.bash"
output_varies=1
cat >"$work/work.py" <<'PY'
import multiprocessing, os, random

def square(x):
    return x * x

def count(total):
    for _ in range(100):
        with total.get_lock():
            total.value += random.randint(1, 6)

if __name__ == "__main__":
    with multiprocessing.Pool(3) as pool:
        print(sum(pool.map(square, range(1000))))
    total = multiprocessing.Value("i", 0)
    children = [multiprocessing.Process(target=count, args=(total,)) for _ in range(3)]
    for child in children: child.start()
    for child in children: child.join()
    print(total.value, os.getpid())
PY
check_command /usr/bin/python3 "$work/work.py"

# Children that are started anew. They open the semaphores, and take what the program gives.
cat >"$work/anew.py" <<'PY'
import multiprocessing, os, sys

def add(queue, total, lock):
    with lock:
        total.value += 1
    queue.put(total.value)

if __name__ == "__main__":
    multiprocessing.set_start_method(sys.argv[1])
    queue, lock = multiprocessing.Queue(), multiprocessing.Lock()
    total = multiprocessing.Value("i", os.getpid())
    children = [multiprocessing.Process(target=add, args=(queue, total, lock)) for _ in range(3)]
    for child in children: child.start()
    print(sorted(queue.get() for _ in children))
    for child in children: child.join()
    print(total.value)
PY
check_command /usr/bin/python3 "$work/anew.py" spawn
check_command /usr/bin/python3 "$work/anew.py" forkserver
