"""Functions that bring their own derivative, and checkpointed ones, inside a function that is differentiated.

What their forward and their backward do, the user's code included, is differentiated like any other code: the
derivative of such a gradient is that of the backward and of the forward.
"""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np

from srcgrad.checkpointing import Checkpoint, check_snapshots
from srcgrad.customcalls import CustomForward, CustomRecord, CustomTangent
from srcgrad.recompute import RecomputedForward
from srcgrad.runtime import nested_bars
from srcgrad.runtime.adjoints import Adjoints, carries
from srcgrad.runtime.helpers import fill, in_form_of, like
from srcgrad.runtime.hooks import HookRecord, replaced


def forward(run: Any, site: CustomForward, /, *args: Any, **keywords: Any) -> Any:
    """The result of a call of a function with a rule of its own, and its record."""
    return site.run(args, keywords, run)


def tangent(run: Any, site: CustomTangent, /, *args: Any, dots: Any = None, **keywords: Any) -> Any:
    """The same in forward mode: the result and its tangent."""
    return site.run(args, keywords, dots, run)


def reverse(run: Any, record: CustomRecord, bars: Adjoints, bar: Any = None) -> Any:
    """What `CustomRecord.reverse` does."""
    bar = gathered(run, record.value, bars) if bar is None else full(run, bar, record.value)
    return record.handed_on(bar, partial(nested_bars.add_items, run, bars), run)


def gathered(run: Any, value: Any, bars: Adjoints) -> Any:
    """What was gathered for the numbers in a result, in its structure; None for other parts of it."""
    if carries(value):
        return full(run, nested_bars.made(run, bars, value), value)
    if isinstance(value, (list, tuple)):
        items = [gathered(run, item, bars) for item in value]
        return in_form_of(value, items)
    if isinstance(value, dict):
        return {key: gathered(run, item, bars) for key, item in value.items()}
    return None


def full(run: Any, bar: Any, value: Any) -> Any:
    """A cotangent with the shape and type of its value, read-only where it is an array."""
    if isinstance(value, tuple) and isinstance(bar, tuple):
        return tuple(full(run, b, v) for b, v in zip(bar, value))
    if not isinstance(value, np.ndarray):
        return bar
    shaped = run(fill, bar, value)
    made = run(np.array, shaped) if np.iscomplexobj(bar) else run(like, shaped, value)
    made.flags.writeable = False
    return made


def hooked(run: Any, record: HookRecord, bars: Adjoints) -> None:
    """What `HookRecord.reverse` does."""
    value = record.value
    found = run(like, nested_bars.take(run, bars, value), value)
    given = replaced(run(record.hook, found), found)
    nested_bars.add(run, bars, value, given)


def recomputed(run: Any, site: RecomputedForward, /, *args: Any, **keywords: Any) -> Any:
    """A call of a checkpointed function: what it remembers is kept, as the outer derivative needs it."""
    if site.calls.closure:
        holder, *rest = args
        args = (holder.function if isinstance(holder, Checkpoint) else holder, *rest)
    return run.forward(site.calls, *args, **keywords)


def turns(run: Any, turn: Any, items: Any, snapshots: int | None, *state: Any) -> tuple[Any, ...]:
    """What `run_turns` does; what each turn remembers is kept, as the outer derivative needs it."""
    check_snapshots(snapshots)
    kept = []
    for item in items if isinstance(items, range) else tuple(items):
        *state, needed = run(turn, item, *state)
        kept.append(needed)
    return (*state, kept)
