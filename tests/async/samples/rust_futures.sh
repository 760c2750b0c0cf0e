#!/usr/bin/env bash
# weft trace --async: the async functions of a Rust program that was recorded as it is. The program
# needs no crate; an executor of its own polls its futures by hand, and drops one half-way.
. "$(dirname "$0")/sample.bash"
cd "$work"
command -v rustc >/dev/null || { echo "no rustc (Debian: rustc)"; exit 77; }

cat >futures.rs <<'RUST'
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake};

struct Nothing;
impl Wake for Nothing {
    fn wake(self: Arc<Self>) {}
}

/// Ready when it is polled for the second time.
struct Turn(bool);
impl Future for Turn {
    type Output = ();
    fn poll(mut self: Pin<&mut Self>, _context: &mut Context<'_>) -> Poll<()> {
        let ready = self.0;
        self.0 = true;
        if ready { Poll::Ready(()) } else { Poll::Pending }
    }
}

async fn connect(number: u64) -> u64 {
    Turn(false).await; // connect waits
    number + 1
}

async fn query(number: u64) -> [u64; 4] {
    let first = connect(number).await; // query awaits the first connect
    Turn(false).await; // query waits
    [first, connect(first).await, 0, 0] // query awaits the second connect
}

async fn handle(count: u64) -> u64 {
    let mut sum = 0;
    for number in 0..count {
        sum += query(number).await[1]; // handle awaits query
    }
    sum
}

fn main() {
    let waker = Arc::new(Nothing).into();
    let mut context = Context::from_waker(&waker);
    let mut whole = Box::pin(handle(3));
    let sum = loop {
        if let Poll::Ready(sum) = whole.as_mut().poll(&mut context) { break sum; }
        std::thread::yield_now();
    };
    let mut half = Box::pin(handle(1));
    assert!(half.as_mut().poll(&mut context).is_pending());
    drop(half);
    assert_eq!(sum, 9);
}
RUST
rustc --edition 2021 -g futures.rs -o futures

"$weft" record -q -o futures.weft -- ./futures
"$weft" trace --async futures.weft >found.out
"$weft" query --format json futures.weft "
  SELECT tasks.name, tasks.outcome, parents.name AS parent, count(*) AS count
  FROM tasks LEFT JOIN tasks AS parents ON parents.id = tasks.parent
  WHERE tasks.kind = 'coroutine' GROUP BY 1, 2, 3 ORDER BY 1, 2" >tasks.json
"$weft" query --format json futures.weft "
  SELECT tasks.name, segments.place, count(*) AS count
  FROM segments JOIN tasks ON tasks.id = segments.task
  WHERE segments.place IS NOT NULL AND segments.place != '' GROUP BY 1, 2 ORDER BY 1, 2" >places.json

python3 - <<'PYTHON'
import json

def rows(path):
    return [tuple(json.loads(line).values()) for line in open(path)]

def line(words):
    source = open('futures.rs').read().splitlines()
    return 'futures.rs:%d' % (1 + next(i for i, text in enumerate(source) if text.endswith('// ' + words)))

tasks = rows('tasks.json')
assert tasks == [
    ('futures::connect', 'cancelled', 'futures::query', 1),
    ('futures::connect', 'done', 'futures::query', 6),
    ('futures::handle', 'cancelled', 'thread 0', 1),
    ('futures::handle', 'done', 'thread 0', 1),
    ('futures::query', 'cancelled', 'futures::handle', 1),
    ('futures::query', 'done', 'futures::handle', 3)], tasks
places = rows('places.json')
assert sorted(places) == sorted([
    ('futures::connect', line('connect waits'), 7),
    ('futures::handle', line('handle awaits query'), 10),
    ('futures::query', line('query awaits the first connect'), 4),
    ('futures::query', line('query waits'), 3),
    ('futures::query', line('query awaits the second connect'), 3)]), places
PYTHON
