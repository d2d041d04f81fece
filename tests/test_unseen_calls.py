"""Functions that Python calls by itself: right where they keep nothing, refused where they keep what is active."""

from __future__ import annotations

import bisect
import functools
import itertools
from typing import Any

import numpy as np
import pytest
from support import differences

import srcgrad as sg


class Lazy:
    """Computes what it holds when somebody asks, whoever it is."""

    def __init__(self, x):
        self.x = x
        self.held = None

    def ensure(self):
        if self.held is None:
            self.held = [self.x * self.x, self.x * 3.0]
        return self.held

    def __len__(self):
        return len(self.ensure())

    def __bool__(self):
        return bool(self.ensure()[0] > 0.0)

    def __contains__(self, value):
        return value in self.ensure()

    def __eq__(self, other):
        return self.ensure()[0] == other.ensure()[0]

    def __lt__(self, other):
        return self.ensure()[0] < other.ensure()[0]

    def __hash__(self):
        return len(self.ensure())

    def __repr__(self):
        return f"Lazy({self.ensure()})"

    def __str__(self):
        return repr(self)

    def __index__(self):
        return len(self.ensure()) - 1

    @property
    def data(self):
        return self.ensure()

    @functools.cached_property
    def square(self):
        return self.x * self.x

    def energy(self):
        return self.ensure()[1]


def by_len(a, b):
    return len(a)


def by_truth(a, b):
    if a:
        pass


def by_not(a, b):
    return not a


def by_while(a, b):
    while a:
        break


def by_and(a, b):
    return a and b


def by_contains(a, b):
    return 3.0 in a


def by_eq(a, b):
    return a == b


def by_ne(a, b):
    return a != b


def by_lt(a, b):
    return a < b


def by_hash(a, b):
    return {a: 1.0}


def by_set(a, b):
    return {a}


def by_repr(a, b):
    return repr(a)


def by_format(a, b):
    return f"{a}"


def by_percent(a, b):
    return "%s" % a  # noqa: UP031


def by_format_method(a, b):
    return f"{a}"


def by_index(a, b):
    return [1.0, 2.0][a]


def by_key(a, b):
    return sorted([a, b], key=lambda v: v.energy())


def by_key_in_place(a, b):
    items = [a, b]
    items.sort(key=lambda v: v.energy())


def by_unbound_key(a, b):
    return max([a, b], key=Lazy.energy)


def by_order(a, b):
    return max([a, b])


def by_hasattr(a, b):
    return hasattr(a, "data")


def by_place(a, b):
    return [a, b].index(b)


def by_lists(a, b):
    return [a] == [b]


def by_all(a, b):
    return all([a, b])


def by_str(a, b):
    return str(a)


def by_insort(a, b):
    bisect.insort([a], b)


ASKED = [
    by_len, by_truth, by_not, by_while, by_and, by_contains, by_eq, by_ne, by_lt, by_hash, by_set, by_repr, by_format,
    by_percent, by_format_method, by_index, by_key, by_key_in_place, by_unbound_key, by_order, by_hasattr, by_place,
    by_lists, by_all, by_str, by_insort,
]  # fmt: skip


@pytest.mark.parametrize("ask", ASKED, ids=lambda f: f.__name__)
def test_what_is_kept_unseen_is_refused(ask: Any) -> None:
    def f(x):
        a, b = Lazy(x), Lazy(2.0 * x)
        ask(a, b)
        return a.ensure()[0] * b.ensure()[1]

    for run in (lambda: sg.grad(f)(0.7), lambda: sg.jvp(f, (0.7,), (1.0,))):
        with pytest.raises(sg.UnsupportedError, match="keeps values that depend on the input") as caught:
            run()
        assert caught.value.filename == __file__


@pytest.mark.parametrize("ask", ASKED, ids=lambda f: f.__name__)
def test_what_was_kept_before_is_followed(ask: Any) -> None:
    class_of = type("Ready", (Lazy,), {"ensure": lambda self: self.held})

    def f(x):
        a, b = class_of(x), class_of(2.0 * x)
        a.held, b.held = [x * x, x * 3.0], [4.0 * x * x, x * 6.0]
        ask(a, b)
        return a.held[0] * b.held[1]

    np.testing.assert_allclose(sg.grad(f)(0.7), differences(f, 0.7), rtol=1e-6)


def test_keys_that_cache_are_refused() -> None:
    def by_memo(x):
        known: dict[int, Any] = {}

        def cost(k):
            if k not in known:
                known[k] = x * k
            return known[k]

        best = min(range(1, 4), key=cost)
        return cost(best) * known[2]

    def by_history(x):
        seen = []

        def loss(k):
            seen.append((k - x) ** 2)
            return seen[-1]

        return min([0.0, 1.0], key=loss) + sum(seen)

    def by_cached_property(x):
        items = [Lazy(x), Lazy(2.0 * x)]
        return min(items, key=lambda v: v.square).square

    for f in (by_memo, by_history, by_cached_property):
        with pytest.raises(sg.UnsupportedError, match="keeps values that depend on the input"):
            sg.grad(f)(0.7)


def test_keys_that_keep_nothing_are_followed() -> None:
    def f(x):
        items = [{"v": x * i, "w": [x, i]} for i in range(1, 4)]
        best = min(items, key=lambda item: sum([abs(item["v"] - 1.0), *(w * 0.1 for w in item["w"])]))
        order = sorted(range(3), key=lambda i: -items[i]["v"])
        groups = [len(list(g)) for _, g in itertools.groupby(items, key=lambda item: item["v"] > 1.0)]
        return best["v"] ** 2 + items[order[0]]["v"] * groups[0]

    np.testing.assert_allclose(sg.grad(f)(0.7), differences(f, 0.7), rtol=1e-6)
