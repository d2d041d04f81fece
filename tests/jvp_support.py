"""Checks forward mode: the value bitwise against plain Python, the tangent against a difference along its direction."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import numpy as np
from support import (
    STEP,
    _ravel,
    _unravel,
    assert_close,
    assert_like,
    assert_same_bits,
    leaves,
    map_leaves,
    normalised,
)

import srcgrad as sg


def direction(args: tuple[Any, ...], numbers: tuple[int, ...], seed: int = 5) -> list[Any]:
    """A tangent for each argument: pseudo-random where it is one of `numbers`, None elsewhere."""
    rng = np.random.default_rng(seed)

    def one(leaf: Any) -> Any:
        array = np.asarray(leaf)
        drawn = rng.uniform(-1.0, 1.0, array.shape)
        if array.dtype.kind == "c":
            drawn = drawn + 1j * rng.uniform(-1.0, 1.0, array.shape)
        return drawn.astype(array.dtype) if isinstance(leaf, np.ndarray) else type(leaf)(drawn)

    return [map_leaves(one, arg) if i in numbers else None for i, arg in enumerate(args)]


def only_leaves(tangent: Any, value: Any) -> Any:
    """The tangent with None for what is no floating number: numbers that count things, texts, functions."""
    if isinstance(value, tuple):
        parts = [only_leaves(t, v) for t, v in zip(tangent, value)]
        return type(value)(*parts) if hasattr(value, "_fields") else tuple(parts)
    if isinstance(value, list):
        return [only_leaves(t, v) for t, v in zip(tangent, value)]
    if isinstance(value, dict):
        return {key: only_leaves(tangent[key], v) for key, v in value.items()}
    return tangent if leaves(value) else None


def numeric_tangent(
    f: Callable[..., Any], args: tuple[Any, ...], numbers: tuple[int, ...], tangents: list[Any], step: float = STEP
) -> Any:
    """The derivative of every leaf of `f(*args)` along a direction, by fourth-order central differences."""
    active = tuple(args[i] for i in numbers)
    start, along = _ravel(active), _ravel(tuple(tangents[i] for i in numbers))

    def at(factor: float) -> list[Any]:
        full = list(copy.deepcopy(args))
        for i, value in zip(numbers, _unravel(active, start + factor * step * along)):
            full[i] = value
        return leaves(f(*full))

    sides = [at(factor) for factor in (1.0, -1.0, 2.0, -2.0)]
    found = iter([(8.0 * (a - b) - (c - d)) / (12.0 * step) for a, b, c, d in zip(*sides)])
    return map_leaves(lambda leaf: next(found), f(*copy.deepcopy(args)))


def check_jvp(f: Callable[..., Any], *args: Any, argnums: int | tuple[int, ...] | None = None) -> None:
    """Forward mode at one point: twice along one direction, then along a direction in the first argument alone."""
    numbers = normalised(args, argnums)
    transformed = sg.jvp(f)
    plain_args = copy.deepcopy(args)
    out = f(*plain_args)
    single = any(np.asarray(leaf).dtype in (np.float32, np.complex64) for leaf in leaves((args, out)))
    rounds = [numbers, numbers, *([numbers[:1]] if len(numbers) > 1 else [])]
    for chosen in rounds:
        used, tangents = copy.deepcopy(args), direction(args, chosen)
        given = [only_leaves(t, a) if i in chosen else None for i, (t, a) in enumerate(zip(tangents, args))]
        before = copy.deepcopy(given)
        value, tangent = transformed(tuple(used), tuple(given))
        assert_same_bits(value, out, "value")
        assert_same_bits(used, plain_args, "arguments after the call")
        assert_same_bits(given, before, "tangents after the call")
        assert_like(tangent, out, "tangent")
        assert_close(tangent, numeric_tangent(f, args, chosen, tangents), single)
