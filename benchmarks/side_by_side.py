"""Emitted gradients and gradients written by hand, timed in turns.

Each round calls both once or more and the two take turns, so that other load on the machine hits both; the table gives
medians.  Gradients are compared before anything is timed.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

import srcgrad as sg
from srcgrad.arguments import leaves

# Long enough that the clock does not matter, short enough that the two take turns often.
SECONDS_A_ROUND = 0.01


@dataclass(frozen=True)
class Task:
    """A program, its gradient by hand, arguments, and how many of these, from the first, are differentiated."""

    program: Callable[..., Any]
    by_hand: Callable[..., Any]
    args: tuple[Any, ...]
    active: int


def compare(task: Task, rounds: int) -> tuple[float, float, float]:
    """Seconds of the first call, and median seconds a call of the emitted gradient and of the one by hand."""
    gradient = sg.grad(task.program, argnums=tuple(range(task.active)))
    begin = time.perf_counter()
    found = gradient(*task.args)
    first = time.perf_counter() - begin
    wanted = task.by_hand(*task.args)
    for got, want in zip(leaves(found), leaves(wanted), strict=True):
        np.testing.assert_allclose(got, want, rtol=1e-7, atol=1e-10)

    begin = time.perf_counter()
    task.by_hand(*task.args)
    calls = max(1, int(SECONDS_A_ROUND / (time.perf_counter() - begin)))
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(rounds):
        for function, taken in zip((gradient, task.by_hand), times):
            begin = time.perf_counter()
            for _ in range(calls):
                function(*task.args)
            taken.append((time.perf_counter() - begin) / calls)
    return first, statistics.median(times[0]), statistics.median(times[1])


def run(tasks: list[Task]) -> None:
    """Print a table of the tasks that the command line chooses."""
    parser = argparse.ArgumentParser(description="Emitted gradients against gradients written by hand.")
    parser.add_argument("--rounds", type=int, default=25)
    parser.add_argument("--only", default="", help="names of programs, separated by commas")
    options = parser.parse_args()
    chosen = [name for name in options.only.split(",") if name]
    print(f"{'program':<12} {'emitted us':>12} {'by hand us':>12} {'ratio':>7} {'first call ms':>14}")
    for task in tasks:
        name = task.program.__name__
        if not chosen or name in chosen:
            first, emitted, by_hand = compare(task, options.rounds)
            print(
                f"{name:<12} {1e6 * emitted:12.1f} {1e6 * by_hand:12.1f} {emitted / by_hand:7.2f} {1e3 * first:14.1f}"
            )
