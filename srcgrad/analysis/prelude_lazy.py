"""What goes through iterators item by item, as generator functions: for iterators that go step by step themselves.

for a, b in zip(steps, xs): ...      no step is taken before its turn comes
"""

# mypy: disable-error-code="no-untyped-def"

from __future__ import annotations

import itertools
from typing import Any


def zip_two(first, second):
    ones, others = iter(first), iter(second)
    while True:
        try:
            one = next(ones)
            other = next(others)
        except StopIteration:
            return
        yield one, other


def zip_three(first, second, third):
    ones, others, thirds = iter(first), iter(second), iter(third)
    while True:
        try:
            one = next(ones)
            other = next(others)
            last = next(thirds)
        except StopIteration:
            return
        yield one, other, last


def numbered(items, start=0):
    number = start
    for item in items:
        yield number, item
        number += 1


def mapped(function, items):
    for item in items:
        yield function(item)


def mapped_two(function, items, others):
    for item, other in zip(items, others):
        yield function(item, other)


def star_mapped(function, items):
    for item in items:
        yield function(*item)


def filtered(function, items):
    for item in items:
        if item if function is None else function(item):
            yield item


def filtered_out(function, items):
    for item in items:
        if not (item if function is None else function(item)):
            yield item


def until(items, stop):
    if stop == 0:
        return
    taken = 0
    for item in items:
        yield item
        taken += 1
        if taken == stop:
            return


def sliced(items, start, stop, step=1):
    number, wanted = 0, start or 0
    if stop is not None and stop <= wanted:
        return
    for item in items:
        if number == wanted:
            yield item
            wanted += step or 1
        number += 1
        if number == stop:
            return


def chained(first):
    yield from first


def chained_two(first, second):
    yield from first
    yield from second


def chained_three(first, second, third):
    yield from first
    yield from second
    yield from third


def sums(items):
    total = None
    for item in items:
        total = item if total is None else total + item
        yield total


def sums_by(items, function):
    total = None
    for item in items:
        total = item if total is None else function(total, item)
        yield total


def pairs(items):
    last = None
    first = True
    for item in items:
        if not first:
            yield last, item
        last = item
        first = False


def while_true(test, items):
    for item in items:
        if not test(item):
            return
        yield item


def from_false(test, items):
    dropping = True
    for item in items:
        if dropping and test(item):
            continue
        dropping = False
        yield item


def until_equal(function, last):
    while True:
        item = function()
        if item == last:
            return
        yield item


def counted(start=0, step=1):
    number = start
    while True:
        yield number
        number = number + step


def maker(function: Any, count: int) -> Any:
    """The written-out form of what makes items of no others: `iter(function, last)`, `itertools.count`; or None."""
    if function is itertools.count:
        return counted
    return until_equal if function is iter and count == 2 else None


# by function and number of positional arguments
WRITTEN: dict[tuple[Any, int], Any] = {
    (zip, 2): zip_two, (zip, 3): zip_three, (enumerate, 1): numbered, (enumerate, 2): numbered, (map, 2): mapped,
    (map, 3): mapped_two, (itertools.starmap, 2): star_mapped, (filter, 2): filtered,
    (itertools.filterfalse, 2): filtered_out, (itertools.islice, 2): until, (itertools.islice, 3): sliced,
    (itertools.islice, 4): sliced, (itertools.chain, 1): chained, (itertools.chain, 2): chained_two,
    (itertools.chain, 3): chained_three, (itertools.accumulate, 1): sums, (itertools.accumulate, 2): sums_by,
    (itertools.takewhile, 2): while_true, (itertools.dropwhile, 2): from_false,
}  # fmt: skip
if hasattr(itertools, "pairwise"):
    WRITTEN[itertools.pairwise, 1] = pairs
