"""Cost of a Hessian-vector product against its gradient, for large arrays: prints, asserts nothing.

Run:  python benchmarks/second_order.py
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np

import srcgrad as sg


def elementwise(x: Any) -> Any:
    return np.sum(np.tanh(x) ** 2 * np.exp(-x * x))


def layers(x: Any) -> Any:
    h = x
    for _ in range(3):
        h = np.tanh(h @ h)
    return np.sum(h * h)


def stencil(u: Any) -> Any:
    for _ in range(10):
        u = u + 0.1 * (np.roll(u, 1) + np.roll(u, -1) - 2.0 * u) * u
    return np.sum(u**3)


def best(run: Callable[[], Any], times: int = 7) -> float:
    """The least time of several, in seconds."""
    run()
    run()
    found = []
    for _ in range(times):
        start = time.perf_counter()
        run()
        found.append(time.perf_counter() - start)
    return min(found)


def compare(f: Any, x: Any, v: Any) -> None:
    """Time a gradient and a Hessian-vector product."""
    gradient, product = sg.grad(f), sg.hvp(f)
    once, twice = best(lambda: gradient(x)), best(lambda: product(x, v))
    print(f"{f.__name__:12s} gradient {1e3 * once:8.2f} ms   hvp {1e3 * twice:8.2f} ms   ratio {twice / once:.2f}")


def main() -> None:
    rng = np.random.default_rng(0)
    for f, x in ((elementwise, rng.normal(size=1_000_000)), (layers, rng.normal(size=(400, 400)) / 20),
                 (stencil, 0.1 * rng.normal(size=1_000_000))):  # fmt: skip
        compare(f, x, rng.normal(size=x.shape))


if __name__ == "__main__":
    main()
