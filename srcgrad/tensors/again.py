"""`create_graph=True` through a function that was recorded as one node: its gradient is computed by a node in turn.

    y = layer(x, w)                 one node; in a backward that is recorded, with y_bar,

    def layer_pulled(x, w, bar_0):                  is differentiated by x and w, and y_bar is an input like these:
        value = layer_(x, w)                        the adjoints of x and w come from one node, which has a reverse
        return np.sum(value * bar_0)

The function runs again in it, since what its first run remembered knows nothing of gradients.  Random generators are
set to where they were found afterwards, and a function that gives another result than the first time is refused.
Further orders, and other functions, go by operations (`eagerly`).
"""

from __future__ import annotations

import re
import weakref
from typing import Any

import numpy as np

from srcgrad import ir
from srcgrad.custom import CustomRule
from srcgrad.emit.register import bind
from srcgrad.errors import UnsupportedError
from srcgrad.gradient import Gradient
from srcgrad.locking import compiling
from srcgrad.nested import function_for
from srcgrad.recompute import bits
from srcgrad.runtime.adjoints import carries
from srcgrad.runtime.draws import Draws, sources_in
from srcgrad.tensors.base import Tensor
from srcgrad.tensors.eagerly import Pulled, Rerun, adjoints, listed
from srcgrad.tensors.graph import Node, flat

_pulled: weakref.WeakKeyDictionary[Any, dict[Any, Gradient]] = weakref.WeakKeyDictionary()


def adjoints_on_tensors(node: Node, bar: Any) -> list[Any]:
    """The adjoints of a function node's inputs, as tensors with a history.

    bar  the adjoint of the result, or Parts with those of some of several results

    They come from one node where the call can be put as a function of its arguments, and is no such node itself; from
    operations otherwise.  UnsupportedError where the function gives another result than when it was called.
    """
    call = node.op
    bars = dict(sorted(bar.bars.items())) if hasattr(bar, "bars") else {0: bar}
    if not isinstance(call.derived, Pulled):
        call.derived = Rerun(node)
        found = by_one_node(node, bars)
        if found is not None:
            return found
    return adjoints(call.derived.results(), bars, flat(node.inputs), call.leaves)


def by_one_node(node: Node, bars: dict[int, Any]) -> list[Any] | None:
    """The adjoints as results of one node; None where the call reads tensors besides its arguments, gives something
    else than real numbers and arrays, or emitted code for it is not differentiated."""
    from srcgrad.tensors.function import on_tensors

    call = node.op
    value = call.record.value
    places = places_in(value)
    if places is None or call.reads_outside or not is_real(call, value, places):
        return None
    used = tuple(places[position] for position in bars)
    values = call.values
    owners = tuple(dict.fromkeys(call.owners))
    gradient = gradient_for(call.function, call.entry.program, tuple(values), owners, used)
    plain = tuple(bar._a if isinstance(bar, Tensor) else bar for bar in bars.values())
    draws = Draws(sources_in((call.function, *values.values())))
    try:
        made_here, _, _ = function_for(gradient, (*values.values(), *plain), {})
        given = call.derived.tensors()
        total, found = on_tensors(made_here, (*given.values(), *bars.values()), {}, 1, "api")
    except UnsupportedError:
        return None
    finally:
        draws.put_back()
    parts = zip(used, plain)
    expected = sum(np.sum(part_at(value, place) * weights) for place, weights in parts)
    if bits(np.float64(expected)) != bits(np.float64(total._a)):
        raise call.derived.refusal(
            "and gave another result when it was computed again", "have it depend on its arguments"
        )
    # the adjoints of what is in a structure come in the order in which it is there
    given_at = [(name, id(array)) for name in owners for array in listed(values[name])]
    adjoint_at = dict(zip(given_at, listed(found), strict=True))
    for result in (total, *adjoint_at.values()):
        # errors and comments tell the user's line
        for each in (result._node, *result._node.inputs):
            each.code, each.at = node.code, node.at
    wanted = [(name, id(array)) for name, (_, array) in zip(call.owners, call.leaves)]
    order = [wanted.index(place) if place in wanted else None for place in given_at]
    total._node.inputs[0].op.derived = Pulled(call.derived, bars, order)
    return [adjoint_at[place] for place in wanted]


# how a result is reached in what a function gives: () for the only one, (1, 0) for `value[1][0]`
Place = tuple[int, ...]


def places_in(value: Any) -> list[Place] | None:
    """The places of the numbers and arrays in tuples and lists, in order; None where there is anything else."""
    if carries(value):
        return [()]
    if not isinstance(value, (tuple, list)):
        return None
    found: list[Place] = []
    for number, part in enumerate(value):
        inner = places_in(part)
        if inner is None:
            return None
        found += [(number, *place) for place in inner]
    return found


def part_at(value: Any, place: Place) -> Any:
    """The result at a place."""
    for number in place:
        value = value[number]
    return value


def gradient_for(
    function: Any, program: ir.Function, params: tuple[str, ...], owners: tuple[str, ...], used: tuple[Place, ...]
) -> Gradient:
    """The gradient by these parameters, with the value, of the sum of a function's results at these places, times one
    more argument for each."""
    known = _pulled.setdefault(function, {})
    found = known.get((owners, used))
    if found is None:
        with compiling:
            name = re.sub(r"\W", "_", function.__name__).strip("_") or "function"
            taken = set(params)
            bars = [fresh(f"bar_{number}", taken) for number in range(len(used))]
            called, add = fresh(f"{name}_", taken), fresh("np", taken)
            parts = ["value" + "".join(f"[{number}]" for number in place) for place in used]
            total = " + ".join(f"{add}.sum({part} * {bar})" for part, bar in zip(parts, bars))
            # a function with a rule of its own is called by itself, not by what calls it on tensors
            target = getattr(function, "rule", function)
            given = target.passed if isinstance(target, CustomRule) else ", ".join(map(passed, program.params))
            head = f"def {name}_pulled({', '.join((*params, *bars))}):"
            text = f"{head}\n    value = {called}({given})\n    return {total}\n"
            made_here = bind(text, f"{name}_pulled", {called: target, add: np}, {}, {})[f"{name}_pulled"]
            argnums = tuple(params.index(owner) for owner in owners)
            found = known[owners, used] = Gradient(made_here, argnums, False, True)
    return found


def fresh(name: str, taken: set[str]) -> str:
    """A name like this one that no parameter has."""
    while name in taken:
        name = f"_{name}"
    taken.add(name)
    return name


def passed(param: ir.Param) -> str:
    """How a parameter's value is passed on."""
    name = param.name
    return {"var": f"*{name}", "varkw": f"**{name}", "kwonly": f"{name}={name}"}.get(param.kind, name)


def is_real(call: Any, value: Any, places: list[Place]) -> bool:
    """Whether a call goes from real numbers and arrays to others."""
    arrays = [array for _, array in call.leaves] + [part_at(value, place) for place in places]
    return not any(np.iscomplexobj(array) for array in arrays)
