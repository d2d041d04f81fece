"""Functions of `heapq` and `bisect` that move items of a list, written out in Python: see `prelude.py`.

heapq.heappush(heap, (distance, node))      the heap is a list, in which values keep their adjoints

Every item comes to stand where the library puts it.
"""

from __future__ import annotations

import bisect
import heapq
from typing import Any


def risen(heap: Any, place: Any, top: Any) -> None:
    """Let the item at a place rise, at most to `top`, as long as it is less than what is above it."""
    item = heap[place]
    while place > top:
        above = (place - 1) // 2
        if not item < heap[above]:
            break
        heap[place] = heap[above]
        place = above
    heap[place] = item


def sunk(heap: Any, place: Any) -> None:
    """Let the item at a place sink to the bottom along the lesser items, and rise from there."""
    item, top, count = heap[place], place, len(heap)
    below = 2 * place + 1
    while below < count:
        if below + 1 < count and not heap[below] < heap[below + 1]:
            below += 1
        heap[place] = heap[below]
        place, below = below, 2 * below + 1
    heap[place] = item
    risen(heap, place, top)


def heappush_(heap, item):  # type: ignore[no-untyped-def]
    heap.append(item)
    risen(heap, len(heap) - 1, 0)


def heappop_(heap):  # type: ignore[no-untyped-def]
    last = heap.pop()
    if len(heap) == 0:
        return last
    least = heap[0]
    heap[0] = last
    sunk(heap, 0)
    return least


def heapify_(heap):  # type: ignore[no-untyped-def]
    for place in range(len(heap) // 2 - 1, -1, -1):
        sunk(heap, place)


def heapreplace_(heap: Any, item: Any) -> Any:
    least = heap[0]
    heap[0] = item
    sunk(heap, 0)
    return least


def heappushpop_(heap, item):  # type: ignore[no-untyped-def]
    if len(heap) > 0 and heap[0] < item:
        return heapreplace_(heap, item)
    return item


def nsmallest_(n, iterable, key=None):  # type: ignore[no-untyped-def]
    return sorted(iterable, key=key)[: max(n, 0)]


def nlargest_(n, iterable, key=None):  # type: ignore[no-untyped-def]
    return sorted(iterable, key=key, reverse=True)[: max(n, 0)]


def insort_right_(a, x, lo=0, hi=None, *, key=None):  # type: ignore[no-untyped-def]
    wanted = x if key is None else key(x)
    a.insert(bisect.bisect_right(a, wanted, lo, len(a) if hi is None else hi, key=key), x)


def insort_left_(a, x, lo=0, hi=None, *, key=None):  # type: ignore[no-untyped-def]
    wanted = x if key is None else key(x)
    a.insert(bisect.bisect_left(a, wanted, lo, len(a) if hi is None else hi, key=key), x)


WRITTEN: dict[Any, Any] = {
    heapq.heappush: heappush_, heapq.heappop: heappop_, heapq.heapify: heapify_, heapq.heapreplace: heapreplace_,
    heapq.heappushpop: heappushpop_, heapq.nsmallest: nsmallest_, heapq.nlargest: nlargest_,
    bisect.insort_right: insort_right_, bisect.insort_left: insort_left_,
}  # fmt: skip
