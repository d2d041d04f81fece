"""The text that is emitted, word for word: a change of it has to be read and wanted.

`tests/golden` holds a file for each function of `golden_functions.py` and `golden_writes.py`: the function, then what
was emitted for it.
Setting SRCGRAD_UPDATE_GOLDEN writes the files anew.
"""

from __future__ import annotations

import copy
import inspect
import os
import re
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from golden_functions import CASES as PURE
from golden_writes import CASES as WRITING

import srcgrad as sg

CASES = {**PURE, **WRITING}
FOLDER = Path(__file__).resolve().parent / "golden"
UPDATE = "SRCGRAD_UPDATE_GOLDEN" in os.environ


def emitted(f: Callable[..., Any]) -> str:
    """The text emitted for the calls of a function; comments count lines from the function's own first line."""
    argnums, calls = CASES[f]
    gradient = sg.grad(f, argnums=argnums)
    with np.errstate(invalid="ignore"):  # an arm that was not taken
        for args in calls:
            gradient(*copy.deepcopy(args))
    above = f.__code__.co_firstlineno - 1
    return re.sub(r"# (\d+): ", lambda found: f"# {int(found[1]) - above}: ", gradient.source)


@pytest.mark.parametrize("f", CASES, ids=lambda f: f.__name__)
def test_text(f: Callable[..., Any]) -> None:
    text = f"{textwrap.dedent(inspect.getsource(f)).rstrip()}\n\n\n{emitted(f)}"
    path = FOLDER / f"{f.__name__}.py.txt"
    if UPDATE:
        path.write_text(text)
    assert path.read_text() == text, f"the text emitted for {f.__name__} is another than in {path.name}"


@pytest.mark.parametrize("f", CASES, ids=lambda f: f.__name__)
def test_gradient(f: Callable[..., Any]) -> None:
    argnums, calls = CASES[f]
    with np.errstate(invalid="ignore"):
        for args in calls:
            sg.check_grads(f, copy.deepcopy(args), argnums=argnums)


def test_every_file_belongs_to_a_function() -> None:
    assert {path.name for path in FOLDER.iterdir()} == {f"{f.__name__}.py.txt" for f in CASES}
