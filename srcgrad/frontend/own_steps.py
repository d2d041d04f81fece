"""The `__next__` of a class as a function that makes an iterator which goes step by step.

def __next__(self):                      def steps(self):
    if self.n == 0:                          at = 0
        raise StopIteration
    self.n -= 1                              def step():
    return self.x**self.n                        nonlocal at
                                                 at = 0
                                                 if self.n == 0:
                                                     at = -1
                                                     return None
                                                 self.n -= 1
                                                 return self.x**self.n

                                             def ended():
                                                 return at < 0

                                             return Steps(step, ended)
"""

from __future__ import annotations

import copy
from typing import Any

import gast

from srcgrad.frontend.stepping import LEAVING, inside, unused
from srcgrad.written.python_iterators import Steps

TEXT = """
def {steps}({obj}):
    {again}
    {at} = 0

    def {step}():
        nonlocal {at}
        {at} = 0

    def {ended}():
        return {at} < 0

    return {made}({step}, {ended})
"""


def own_steps(node: Any, again: bool) -> Any:
    """The definition of that function; `again`: it asks the object's `__iter__` first."""
    node = copy.deepcopy(node)
    taken = {n.id for n in gast.walk(node) if isinstance(n, gast.Name)}
    names = {name: unused(name, taken) for name in ("steps", "at", "step", "ended", "made")}
    obj = node.args.args[0].id
    text = TEXT.format(obj=obj, again=f"{obj} = {obj}.__iter__()" if again else "", **names)
    whole = gast.parse(text).body[0]
    step = next(s for s in whole.body if isinstance(s, gast.FunctionDef))
    for name in (n for n in gast.walk(whole) if isinstance(n, gast.Name) and n.id == names["made"]):
        name.bound = Steps
    for inner in gast.walk(whole):
        gast.copy_location(inner, node)
    step.body += _body(node, names["at"])
    return whole


def _body(node: Any, at: str) -> list[Any]:
    """What a step does."""
    takes = any(
        isinstance(n, gast.Call) and isinstance(n.func, gast.Name) and n.func.id == "next" and len(n.args) == 1
        for stmt in node.body
        for n in inside(stmt)
    )
    ends = _Ends(at)
    body = [part for stmt in node.body for part in ends.each(stmt)]
    if not takes:
        return body
    # the end of another iterator is its own
    stop = gast.ExceptHandler(gast.Name("StopIteration", gast.Load(), None, None), None, ends.end(node))
    return [gast.fix_missing_locations(gast.copy_location(gast.Try(body, [stop], [], []), node))]


class _Ends(gast.NodeTransformer):  # type: ignore[misc]
    """`raise StopIteration` as the end of the iterator, where no `try` stands around it."""

    def __init__(self, at: str) -> None:
        self.at = at

    def end(self, node: Any) -> list[Any]:
        mark = gast.Assign([gast.Name(self.at, gast.Store(), None, None)], gast.Constant(-1, None), None)
        leave = gast.Return(gast.Constant(None, None))
        return [gast.fix_missing_locations(gast.copy_location(new, node)) for new in (mark, leave)]

    def each(self, node: Any) -> list[Any]:
        found = self.visit(node)
        return found if isinstance(found, list) else [found]

    def generic_visit(self, node: Any) -> Any:
        return node if isinstance(node, (*LEAVING, gast.Try)) else super().generic_visit(node)

    def visit_Raise(self, node: Any) -> Any:
        error = node.exc.func if isinstance(node.exc, gast.Call) else node.exc
        return self.end(node) if isinstance(error, gast.Name) and error.id == "StopIteration" else node
