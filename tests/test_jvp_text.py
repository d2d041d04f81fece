"""The text of tangent functions, word for word, and that it lies inside the language which is read again.

`tests/golden_forward` holds a file for each function here: the function, then what was emitted for it.  Setting
SRCGRAD_UPDATE_GOLDEN writes the files anew.
"""

from __future__ import annotations

import copy
import inspect
import os
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Any

import golden_functions
import numpy as np
import pytest
from jvp_support import direction, only_leaves

import srcgrad as sg
from srcgrad.frontend import programs
from srcgrad.tangent.entry import called

FOLDER = Path(__file__).resolve().parent / "golden_forward"
UPDATE = "SRCGRAD_UPDATE_GOLDEN" in os.environ


def sweep(a):
    u = a.copy()
    for i in range(1, len(u) - 1):
        u[i] = 0.5 * (u[i - 1] + u[i + 1]) * u[i]
    u[::2] *= 2.0
    return np.sum(u * u)


def row_norms(x):
    total = 0.0
    for row in x:
        total += np.sqrt(row @ row)
    return total


NAMES = ("layer", "huber", "relax", "newton", "rnn", "mixture", "model", "spring_energy", "closure", "guarded")
CASES: dict[Callable[..., Any], Any] = {
    f: case for f, case in golden_functions.CASES.items() if f.__name__ in NAMES
} | {
    sweep: (0, [(np.linspace(0.5, 1.5, 6),)]),
    row_norms: (0, [(np.arange(6.0).reshape(3, 2),)]),
}  # fmt: skip
each = pytest.mark.parametrize("f", CASES, ids=lambda f: f.__name__)


def transformed(f: Callable[..., Any]) -> Any:
    """The tangent function, called as its case says."""
    argnums, calls = CASES[f]
    chosen = (argnums,) if isinstance(argnums, int) else tuple(argnums)
    made = sg.jvp(f)
    with np.errstate(invalid="ignore"):  # an arm that was not taken
        for args in calls:
            tangents = direction(args, chosen)
            given = [only_leaves(t, a) if i in chosen else None for i, (t, a) in enumerate(zip(tangents, args))]
            made(copy.deepcopy(args), given)
    return made


@each
def test_text(f: Callable[..., Any]) -> None:
    text = f"{textwrap.dedent(inspect.getsource(f)).rstrip()}\n\n\n{transformed(f).source}"
    path = FOLDER / f"{f.__name__}.py.txt"
    if UPDATE:
        path.write_text(text)
    assert path.read_text() == text, f"the text emitted for {f.__name__} is another than in {path.name}"


@each
def test_tangent(f: Callable[..., Any]) -> None:
    argnums, calls = CASES[f]
    with np.errstate(invalid="ignore"):
        for args in calls:
            sg.check_grads(f, copy.deepcopy(args), argnums=argnums, modes=("fwd",))


@each
def test_the_text_can_be_read_again(f: Callable[..., Any]) -> None:
    made = transformed(f)
    for entry in [*made._entries, *called(made._entries)]:
        program = programs.program_of(entry.forward)
        assert [p.name for p in program.params] == list(inspect.signature(entry.forward).parameters)


def test_every_file_belongs_to_a_function() -> None:
    assert {path.name for path in FOLDER.iterdir()} == {f"{f.__name__}.py.txt" for f in CASES}
