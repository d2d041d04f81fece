"""Queues, and containers found when the program runs, that go through arrays: each item is a value of its own."""

from __future__ import annotations

import collections

import numpy as np
from programs.data import array


class Box:
    """Something to hang values on."""


def queue_of_an_array(x):
    queue = collections.deque(x)
    last = queue.pop()
    return sum(v * i for i, v in enumerate(queue)) + queue[0] * queue[-1] + last * last


def queue_extended(x):
    queue = collections.deque()
    queue.extend(x)
    short = collections.deque(maxlen=3)
    short.extend(x * 2.0)
    short.extendleft(x)
    return queue[0] * queue[1] + sum(short) * short[1]


def queue_turned(x):
    queue = collections.deque(x)
    queue.rotate(1)
    queue.appendleft(x[0] ** 2)
    a, b = queue.pop(), queue.popleft()
    queue.extend([a * b, a])
    queue.reverse()
    return sum(v * i for i, v in enumerate(queue)) + queue[0] * queue[-1]


def work_list(x):
    queue = collections.deque([x])
    total = 0.0
    while queue:
        part = queue.popleft()
        total += np.sum(part**2)
        if len(part) > 1:
            queue.append(part[1:])
            queue.append(part[:1])
    return total


def list_found_when_run(x):
    box = Box()
    box.items = [1.0]
    items = vars(box)["items"]
    items.extend(x)
    items[1:2] = x[:2]
    return sum(box.items) * items[1]


def set_found_when_run(x):
    box = Box()
    box.items = set()
    vars(box)["items"].update(x)
    return sum(sorted(box.items))


def dict_found_when_run(x):
    box = Box()
    box.items = {}
    items = vars(box)["items"]
    items.update(enumerate(x))
    items.update(a=x[0])
    return items[0] * items["a"] * items[3]


def array_found_when_run(x):
    box = Box()
    box.cells = x * 1.0
    cells = vars(box)["cells"]
    cells.sort()
    cells.put([1], x[0] ** 2)
    filled = vars(box)["cells"]
    filled.__setitem__(0, x[1])
    return cells[0] * 3.0 + np.sum(cells**2)


CASES = [(f, (array(4, low=0.2),), None) for f in (
    queue_of_an_array, queue_extended, queue_turned, work_list, list_found_when_run, set_found_when_run,
    dict_found_when_run, array_found_when_run,
)]  # fmt: skip
