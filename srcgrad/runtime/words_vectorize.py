"""What `np.vectorize(f, signature="(m,n),(n)->(m)")` says of the shapes of arguments and results."""

from __future__ import annotations

import re
from typing import Any

import numpy as np


def core_names(signature: str) -> tuple[list[tuple[str, ...]], list[tuple[str, ...]]]:
    """The names of the axes that the function itself is given, and of those that it gives: a tuple an array."""
    inputs, outputs = (
        [tuple(re.findall(r"\w+", core)) for core in re.findall(r"\(([^)]*)\)", side)] for side in signature.split("->")
    )
    return inputs, outputs


def core_sizes(inputs: Any, args: Any) -> dict[str, int]:
    """The lengths of the axes by their names."""
    sizes: dict[str, int] = {}
    for names, arg in zip(inputs, args):
        _note(sizes, names, np.shape(arg))
    return sizes


def _note(sizes: dict[str, int], names: tuple[str, ...], shape: tuple[int, ...]) -> None:
    """Note the lengths of the last axes of a shape."""
    if len(shape) < len(names):
        raise ValueError(f"{len(shape)}-dimensional argument does not have enough dimensions for {names}")
    for name, length in zip(names, shape[len(shape) - len(names) :]):
        if sizes.setdefault(name, length) != length:
            raise ValueError(f"inconsistent size for core dimension {name!r}: {length} vs {sizes[name]}")


def loop_shape(inputs: Any, args: Any) -> tuple[int, ...]:
    """The shape of the axes that are gone through."""
    shapes = [np.shape(arg) for arg in args]
    return np.broadcast_shapes(*[shape[: len(shape) - len(names)] for names, shape in zip(inputs, shapes)])


def core_shape(names: tuple[str, ...], sizes: dict[str, int], first: Any = None) -> tuple[int, ...]:
    """The shape of a result of the function, whose new axes are as long as those of its first result."""
    if first is not None:
        _note(sizes, names, np.shape(first))
    elif any(name not in sizes for name in names):
        raise ValueError("cannot call `vectorize` with a signature including new output dimensions on size 0 inputs")
    return tuple([sizes[name] for name in names])
