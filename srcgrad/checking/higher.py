"""Derivatives as functions that are differentiated again: what `check_grads` checks at higher orders."""

from __future__ import annotations

import builtins
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from srcgrad.checking.trees import is_leaf, mapped
from srcgrad.emit.register import bind

REVERSE = """def gradient({params}):
    _, pullback = vjp(f, {params})
    return pullback(cotangents)
"""
FORWARD = """def tangent({params}):
    return jvp(f, ({params},), tangents)[1]
"""


def derivatives_of(
    f: Callable[..., Any], args: tuple[Any, ...], modes: Sequence[str], outputs: Any, rng: np.random.Generator
) -> Iterator[Callable[..., Any]]:
    """The gradient for a random cotangent, and the tangent along a random direction, as functions of the arguments.

    modes   which of them: "rev", "fwd"
    """
    from srcgrad.jvp import jvp  # the package imports this module
    from srcgrad.pullback import vjp

    def direction(leaf: Any) -> Any:
        """A random direction of a leaf's shape and type; None for what has none."""
        if not is_leaf(leaf):
            return None
        like = np.asarray(leaf)
        drawn = rng.normal(size=like.shape)
        if like.dtype.kind == "c":
            drawn = drawn + 1j * rng.normal(size=like.shape)
        drawn = np.asarray(drawn).astype(like.dtype)
        return drawn if isinstance(leaf, np.ndarray) else type(leaf)(drawn[()])

    helpers: dict[str, Any] = {"f": f, "vjp": vjp, "jvp": jvp}
    helpers |= {"cotangents": mapped(outputs, direction), "tangents": mapped(args, direction)}
    params = ", ".join(f"x{i}" for i in range(len(args)))
    name = getattr(f, "__name__", None) or repr(f)
    for mode, text in (("rev", REVERSE), ("fwd", FORWARD)):
        if mode in modes:
            what = "gradient" if mode == "rev" else "tangent"
            function = bind(text.format(params=params), what, helpers, {"__builtins__": builtins}, {})[what]
            function.__name__ = f"the {what} of {name}"
            yield function
