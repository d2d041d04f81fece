"""A training step of tensors beside PyTorch's, both eager and on one thread.

    OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 python benchmarks/tensors.py [rounds]

The task: softmax cross-entropy of a network 64 -> 64 (tanh) -> 10 on 32 rows, float64; a step sets gradients to None,
computes the loss, runs `backward()` and updates four parameters by SGD.  Rounds are interleaved, so that both see the
same machine; medians of wall time per call are printed, and the ratio.  Without PyTorch only this side is timed.
"""

from __future__ import annotations

import importlib
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np

import srcgrad as sg

CALLS = 30  # in a round


def data() -> tuple[np.ndarray[Any, Any], ...]:
    """Weights, biases, inputs and one-hot labels."""
    random = np.random.default_rng(0)
    labels = np.eye(10)[random.integers(0, 10, 32)]
    weights = random.normal(size=(64, 64)) / 8, random.normal(size=64) / 10, random.normal(size=(64, 10)) / 8
    return *weights, random.normal(size=10) / 10, random.normal(size=(32, 64)), labels


def loss(w1: Any, b1: Any, w2: Any, b2: Any, x: Any, y: Any) -> Any:
    """Mean cross-entropy, in NumPy."""
    z = np.tanh(x @ w1 + b1) @ w2 + b2
    top = np.max(z, axis=1, keepdims=True)
    norm = top + np.log(np.sum(np.exp(z - top), axis=1, keepdims=True))
    return -np.sum(y * (z - norm)) / 32.0


def ours() -> dict[str, Callable[[], Any]]:
    """What is timed of this side, by name."""
    *weights, x, y = data()
    params = [sg.tensor(weight, requires_grad=True) for weight in weights]
    optimizer = sg.optim.SGD(params, lr=1e-3)

    def step() -> None:
        optimizer.zero_grad()
        loss(*params, x, y).backward()
        optimizer.step()

    def gradients() -> list[Any]:
        leaves = [sg.tensor(weight, requires_grad=True) for weight in weights]
        loss(*leaves, x, y).backward()
        return [leaf.grad.numpy() for leaf in leaves]

    return {"forward": lambda: loss(*params, x, y), "gradients": gradients, "training step": step}


def theirs(torch: Any) -> dict[str, Callable[[], Any]]:
    """The same in PyTorch."""
    torch.set_num_threads(1)
    *weights, x, y = (torch.tensor(array) for array in data())
    params = [weight.clone().requires_grad_() for weight in weights]
    optimizer = torch.optim.SGD(params, lr=1e-3)

    def loss(w1: Any, b1: Any, w2: Any, b2: Any) -> Any:
        z = torch.tanh(x @ w1 + b1) @ w2 + b2
        top = torch.amax(z, 1, keepdim=True)
        norm = top + torch.log(torch.sum(torch.exp(z - top), 1, keepdim=True))
        return -torch.sum(y * (z - norm)) / 32.0

    def step() -> None:
        optimizer.zero_grad()
        loss(*params).backward()
        optimizer.step()

    def gradients() -> list[Any]:
        leaves = [weight.clone().requires_grad_() for weight in weights]
        loss(*leaves).backward()
        return [leaf.grad.numpy() for leaf in leaves]

    return {"forward": lambda: loss(*params), "gradients": gradients, "training step": step}


def main(rounds: int) -> None:
    """Check that both give the same gradients, time them in turns, and print the medians."""
    sides = {"srcgrad": ours()}
    try:
        torch = importlib.import_module("torch")
    except ImportError:
        print("PyTorch is not installed: only this side is timed")
    else:
        sides[f"torch {torch.__version__}"] = theirs(torch)
        for mine, other in zip(*(side["gradients"]() for side in sides.values())):
            np.testing.assert_allclose(mine, other, rtol=1e-9, atol=1e-12)
    print(f"Python {sys.version.split()[0]}, NumPy {np.__version__}, one thread, microseconds a call")
    for task in sides["srcgrad"]:
        runs = {name: side[task] for name, side in sides.items()}
        times: dict[str, list[float]] = {name: [] for name in runs}
        for number in range(rounds + 1):
            for name, run in runs.items():
                start = time.perf_counter()
                for _ in range(CALLS):
                    run()
                if number:  # the first round warms up
                    times[name].append((time.perf_counter() - start) / CALLS * 1e6)
        medians = {name: statistics.median(found) for name, found in times.items()}
        line = "   ".join(f"{name} {median:7.1f}" for name, median in medians.items())
        first, *rest = medians.values()
        print(f"{task:14s}   {line}" + "".join(f"   ratio {first / other:.2f}" for other in rest))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 40)
