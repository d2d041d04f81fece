"""`np.vectorize`, written out in Python: a loop that calls the user's function, on the values that NumPy calls it on.

np.vectorize(f)(x, y)                            f on Python numbers, element by element
np.vectorize(f, signature="(n),(n)->()")(x, y)   f on rows
np.vectorize(f, excluded={"p"})(x, p=p)          f on elements of x, and on p as it is
"""

from __future__ import annotations

from typing import Any

import numpy as np

from srcgrad.runtime.words_pick import common_shape, type_characters, typed
from srcgrad.runtime.words_vectorize import core_names, core_shape, core_sizes, loop_shape

# what `np.vectorize(otypes=...)` holds in the place of the function that it is still to be given
NO_FUNCTION = getattr(np, "_NoValue", None)


def vectorize_call(self: Any, *args: Any, **kwargs: Any) -> Any:
    """A call of `np.vectorize(f)`; or of `np.vectorize(otypes=...)`, which takes the function."""
    if self.pyfunc is NO_FUNCTION:
        return Vectorized(args[0], self.otypes, None, self.excluded, self.cache, self.signature)
    if not kwargs and not self.excluded:
        return applied(self, self.pyfunc, args)
    excluded = self.excluded or ()
    places = [i for i in range(len(args)) if i not in excluded]
    names = [name for name in kwargs if name not in excluded]

    def function(*varying: Any) -> Any:
        given = list(args)
        named = dict(kwargs)
        for i in range(len(places)):
            given[places[i]] = varying[i]
        for i in range(len(names)):
            named[names[i]] = varying[len(places) + i]
        return self.pyfunc(*given, **named)

    return applied(self, function, [args[i] for i in places] + [kwargs[name] for name in names])


def applied(self: Any, function: Any, args: Any) -> Any:
    """The function on rows, elements, or on nothing that varies."""
    if self.signature is not None:
        return on_rows(self, function, args)
    return on_elements(self, function, args) if args else function()


def on_elements(self: Any, function: Any, args: Any) -> Any:
    """The function on Python numbers; without `otypes=` once more on the first elements, to see what it gives."""
    shape = common_shape(*args)
    columns = [np.ravel(np.broadcast_to(a, shape)) for a in args]
    size = np.size(columns[0])
    results = []
    types = self.otypes
    if types is None:
        if not size:
            raise ValueError("cannot call `vectorize` on size 0 inputs unless `otypes` is set")
        first = function(*[column[0] for column in columns])
        types = type_characters(first)
        if self.cache:
            results.append(first)
    for i in range(len(results), size):
        results.append(function(*[column[i].item() for column in columns]))
    if len(types) == 1:
        return np.reshape(typed(np.array(results), types[0]), shape)
    return tuple([np.reshape(typed(np.array(part), kind), shape) for part, kind in zip(zip(*results), types)])


def on_rows(self: Any, function: Any, args: Any) -> Any:
    """The function on the last axes of its arguments that `signature=` names; its first result says the type."""
    inputs, outputs = core_names(self.signature)
    if len(args) != len(inputs):
        raise TypeError(f"wrong number of positional arguments: expected {len(inputs)}, got {len(args)}")
    sizes = core_sizes(inputs, args)
    shape = loop_shape(inputs, args)
    spread = [np.array(np.broadcast_to(a, (*shape, *core_shape(n, sizes)))) for a, n in zip(args, inputs)]
    results = []
    for index in np.ndindex(*shape):
        result = function(*[a[index] for a in spread])
        given = len(result) if isinstance(result, tuple) else 1
        if given != len(outputs):
            raise ValueError(f"wrong number of outputs from pyfunc: expected {len(outputs)}, got {given}")
        results.append(result if len(outputs) > 1 else (result,))
    types = self.otypes
    if not results:
        if types is None:
            raise ValueError("cannot call `vectorize` on size 0 inputs unless `otypes` is set")
        empty = [np.zeros((*shape, *core_shape(n, sizes)), t) for n, t in zip(outputs, types)]
        return empty[0] if len(empty) == 1 else tuple(empty)
    if types is None:
        types = type_characters(results[0])
    found = []
    for i in range(len(outputs)):
        core = core_shape(outputs[i], sizes, results[0][i])
        joined = np.stack([np.broadcast_to(result[i], core) for result in results])
        found.append(np.reshape(typed(joined, types[i]), (*shape, *core)))
    return found[0] if len(found) == 1 else tuple(found)


class Vectorized:
    """`np.vectorize(f)` of a function that holds what derivatives flow through."""

    def __init__(
        self, pyfunc: Any = NO_FUNCTION, otypes: Any = None, doc: Any = None, excluded: Any = None,
        cache: bool = False, signature: Any = None,
    ) -> None:  # fmt: skip
        self.pyfunc = pyfunc
        self.otypes = otypes
        self.excluded = excluded
        self.cache = cache
        self.signature = signature

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return vectorize_call(self, *args, **kwargs)
