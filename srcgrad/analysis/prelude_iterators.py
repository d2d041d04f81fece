"""Functions of `itertools` written out in Python, so that what they hand on is followed: see `prelude.py`.

for a, b in itertools.product(xs, ys): ...      the pairs are a list, made before the loop
"""

from __future__ import annotations

import itertools
from collections.abc import Collection
from typing import Any

from srcgrad.analysis import prelude_arrays, prelude_heaps


def accumulate_(iterable, func=None, *, initial=None):  # type: ignore[no-untyped-def]
    result = []
    started = initial is not None
    total = initial
    if started:
        result.append(total)
    for item in iterable:
        total = func(total, item) if started else item
        started = True
        result.append(total)
    return iter(result)


def running_sums(iterable, *, initial=None):  # type: ignore[no-untyped-def]
    total = initial
    result = [] if total is None else [total]
    for item in iterable:
        total = item if total is None else total + item
        result.append(total)
    return iter(result)


def starmap_(function, iterable):  # type: ignore[no-untyped-def]
    result = []
    for row in iterable:
        result.append(function(*row))
    return iter(result)


def chain_(*iterables):  # type: ignore[no-untyped-def]
    result = []
    for items in iterables:
        for item in items:
            result.append(item)
    return iter(result)


def from_iterable(iterable):  # type: ignore[no-untyped-def]
    result = []
    for items in iterable:
        for item in items:
            result.append(item)
    return iter(result)


def picked(pools: Any, choices: Any) -> Any:
    result = []
    for places in choices:
        result.append(tuple([pool[place] for pool, place in zip(pools, places)]))
    return iter(result)


def product_(*iterables, repeat=1):  # type: ignore[no-untyped-def]
    pools = [list(items) for items in iterables] * repeat
    return picked(pools, itertools.product(*[range(len(pool)) for pool in pools]))


def product_of_two(iterable, other):  # type: ignore[no-untyped-def]
    result = []
    pool = list(other)
    for item in iterable:
        for second in pool:
            result.append((item, second))
    return iter(result)


def combinations_(iterable, r):  # type: ignore[no-untyped-def]
    pool = list(iterable)
    return picked([pool] * r, itertools.combinations(range(len(pool)), r))


def combinations_with_replacement_(iterable, r):  # type: ignore[no-untyped-def]
    pool = list(iterable)
    return picked([pool] * r, itertools.combinations_with_replacement(range(len(pool)), r))


def permutations_(iterable, r=None):  # type: ignore[no-untyped-def]
    pool = list(iterable)
    length = len(pool) if r is None else r
    return picked([pool] * length, itertools.permutations(range(len(pool)), length))


def pairwise_(iterable):  # type: ignore[no-untyped-def]
    pool = list(iterable)
    result = []
    for place in range(len(pool) - 1):
        result.append((pool[place], pool[place + 1]))
    return iter(result)


def compress_(data, selectors):  # type: ignore[no-untyped-def]
    result = []
    for item, selected in zip(data, selectors):
        if selected:
            result.append(item)
    return iter(result)


def takewhile_(predicate, iterable):  # type: ignore[no-untyped-def]
    result = []
    for item in iterable:
        if not predicate(item):
            break
        result.append(item)
    return iter(result)


def dropwhile_(predicate, iterable):  # type: ignore[no-untyped-def]
    result = []
    dropping = True
    for item in iterable:
        if dropping and not predicate(item):
            dropping = False
        if not dropping:
            result.append(item)
    return iter(result)


def filterfalse_(predicate, iterable):  # type: ignore[no-untyped-def]
    result = []
    for item in iterable:
        if not (item if predicate is None else predicate(item)):
            result.append(item)
    return iter(result)


def groupby_(iterable, key=None):  # type: ignore[no-untyped-def]
    groups: list[Any] = []
    last = None
    for item in iterable:
        found = item if key is None else key(item)
        if len(groups) == 0 or found != last:
            groups.append((found, []))
        groups[-1][1].append(item)
        last = found
    return iter([(found, iter(group)) for found, group in groups])


def zip_longest_(*iterables, fillvalue=None):  # type: ignore[no-untyped-def]
    pools = [list(items) for items in iterables]
    result = []
    for place in range(max([len(pool) for pool in pools], default=0)):
        result.append(tuple([pool[place] if place < len(pool) else fillvalue for pool in pools]))
    return iter(result)


WRITTEN: dict[Any, Any] = {
    itertools.accumulate: accumulate_, itertools.starmap: starmap_, itertools.chain: chain_,
    itertools.product: product_, itertools.combinations: combinations_,
    itertools.combinations_with_replacement: combinations_with_replacement_, itertools.permutations: permutations_,
    itertools.compress: compress_, itertools.takewhile: takewhile_, itertools.dropwhile: dropwhile_,
    itertools.filterfalse: filterfalse_, itertools.zip_longest: zip_longest_,
    itertools.groupby: groupby_,
}  # fmt: skip
if hasattr(itertools, "pairwise"):
    WRITTEN[itertools.pairwise] = pairwise_


def written(function: Any, count: int, names: Collection[str | None]) -> Any:
    """The written-out form of a function called with `count` positional arguments and these keywords, or None."""
    if function == itertools.chain.from_iterable:
        return from_iterable
    if function is itertools.accumulate and count == 1 and "func" not in names:
        return running_sums
    if function in prelude_arrays.WRITTEN:
        return prelude_arrays.WRITTEN[function] if count == 1 and not names else None
    return WRITTEN.get(function) or prelude_heaps.WRITTEN.get(function)
