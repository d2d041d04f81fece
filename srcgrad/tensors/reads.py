"""Which values the reverse of an operation reads: what a node remembers whole, and what only as a shape.

    x @ c, x tracked      x_bar = y_bar @ c.T       c; of x and the result only shapes
    np.tanh(x)            x_bar = y_bar * (1-y*y)   the result
    x + y                                           nothing but shapes

A large array that is not read is replaced by its ghost: an array of the same shape and dtype that takes no memory.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from types import FunctionType
from typing import Any

import numpy as np

from srcgrad.adjoint.looks import ATTRIBUTES, FUNCTIONS, looks
from srcgrad.rules.formulas import names_in
from srcgrad.rules.language import MISSING, Rule
from srcgrad.runtime.words import WORDS

# arrays of up to so many bytes are remembered as they are: a node takes more
SMALL = 1024
# positions of arguments, lists of arrays for one, of which these words read no elements, which `looks` cannot see
SHAPES_OF = {
    "fill": 1, "join_split": 1, "like": 1, "split_columns": 1, "split_depth": 1, "split_hstack": 1, "split_vstack": 1,
}  # fmt: skip


# positions of lists of arrays, for each item of which these words read the others
OTHERS = {"einsum_cotangents": 2}


def shaped(word: Any, known: tuple[tuple[int, str], ...] = (), count: int = 0) -> frozenset[int]:
    """The positions of the arguments of a word, or of another function, whose elements it does not read.

    known   positions of arguments that are words of the language, as in `mode="wrap"`, and which
    count   how many arguments are given; 0 for all
    """
    if not str(getattr(word, "__module__", None)).startswith("srcgrad."):
        return ALL if word in LOOKING else frozenset()
    position = SHAPES_OF.get(word.__name__)
    if count and isinstance(word, FunctionType):
        given = word.__code__.co_argcount
        defaults = enumerate(word.__defaults__ or (), given - len(word.__defaults__ or ()))
        known += tuple([(place, value) for place, value in defaults if place >= count and isinstance(value, str)])
    found = looks(word, False, known)  # a ghost lies elsewhere
    return found if position is None else found | {position}


ALL = frozenset(range(8))
LOOKING = {getattr(np, name) for name in FUNCTIONS if hasattr(np, name)}


class Reads:
    """What is read where these arguments are tracked: for each argument whether it is, and whether the result is; which
    are not, and are handed over among others that are."""

    __slots__ = ("among", "args", "value")

    def __init__(self, args: tuple[bool, ...], value: bool, among: tuple[int, ...] = ()) -> None:
        self.args, self.value, self.among = args, value, among


def reads_of(rule: Rule, places: dict[str, Any], tracked: Sequence[bool], words: Mapping[int, str]) -> Reads:
    """What the formulas of the tracked arguments read.

    places  the positions of arguments by the rule's names
    words   by position, what those are that are words
    """
    left_out = {p.name: p.default for p in rule.params if isinstance(p.default, str) and p.name not in places}
    known = {**left_out, **{name: words[place] for name, place in places.items() if place in words}}
    positions = {name: place if isinstance(place, tuple) else (place,) for name, place in places.items()}
    wanted = {name for name, place in positions.items() if name in rule.formulas and any(tracked[i] for i in place)}
    names = {name for each in wanted for name in read_in(rule.formulas[each], rule, places, known)}
    for name, expression in reversed(rule.lets):
        if name in names:
            names |= read_in(expression, rule, places, known)
    if rule.name == "reached":
        names.add("bar")  # what comes before it asks where it was 0
    by_others: set[Any] = {read_by_others(rule.formulas[each]) for each in wanted}
    args = [False] * len(tracked)
    for name in names & set(positions):
        for place in positions[name]:
            args[place] = name not in by_others or any(tracked[i] for i in positions[name] if i != place)
    # sums are small, and the reverse of something else may read them where it would add up the same again
    among = tuple([i for name in by_others & set(positions) for i in positions[name] if not args[i]])
    return Reads(tuple(args), "y" in names or rule.name == "sum", among)


def read_by_others(formula: ast.expr) -> str | None:
    """The list of arrays of which the cotangent of each item reads the other items, not the item."""
    match formula:
        case ast.Call(func=ast.Name(id=word), args=args) if word in OTHERS:
            return ast.unparse(args[OTHERS[word]])
    return None


def read_in(formula: ast.expr, rule: Rule, given: Any, known: Mapping[str, str]) -> set[str]:
    """The names of which a formula reads more than the shape, in a call with these arguments; some are known words."""
    match formula:
        case ast.Name(id=name):
            return {name}
        case ast.Attribute(value=ast.Name(), attr=attr) if attr in ATTRIBUTES:
            return set()
        case ast.IfExp(test=test, body=body, orelse=orelse):
            arms = {True: [body], False: [orelse]}.get(decided(test, rule, given), [body, orelse])
            return {name for arm in arms for name in read_in(arm, rule, given, known)}
        case ast.Call(func=ast.Attribute(value=ast.Name(id="np"), attr=attr)) if attr in FUNCTIONS:
            return set()
        case ast.Call(func=ast.Name(id=name), args=args, keywords=keywords):
            words = [(i, known[arg.id]) for i, arg in enumerate(args) if isinstance(arg, ast.Name) and arg.id in known]
            skipped = shaped(WORDS[name], tuple(words)) if name in WORDS else ()
            parts = [arg for place, arg in enumerate(args) if place not in skipped] + [k.value for k in keywords]
            return {name for part in parts for name in read_in(part, rule, given, known)}
    children = [part.value if isinstance(part, ast.keyword) else part for part in ast.iter_child_nodes(formula)]
    return {name for part in children if isinstance(part, ast.expr) for name in read_in(part, rule, given, known)}


def decided(test: ast.expr, rule: Rule, given: Any) -> Any:
    """What a condition of a formula comes to where it is about arguments that were left out; None where it is not."""
    defaults = {name: rule.default(name) for name in names_in(test) - {"literal"}}
    if set(defaults) & set(given) or MISSING in defaults.values():
        return None
    scope = {"literal": lambda value: type(value) in (int, float), **defaults}
    return bool(eval(compile(ast.Expression(test), "<formula>", "eval"), scope))


# ------------------------------------------------------------------------------------------------------------- ghosts

_BYTES = np.full(32, 0xFF, np.uint8)  # nan in every floating dtype: who reads a ghost sees it
_BYTES.flags.writeable = False


# by shape and dtype
_ghosts: dict[Any, Any] = {}
MAX_GHOSTS = 1024


def ghost(array: Any) -> Any:
    """An array of this shape and dtype without memory of its own, all elements nan; an object of its own."""
    key = array.shape, array.dtype
    known = _ghosts.get(key)
    if known is None:
        if len(_ghosts) >= MAX_GHOSTS:
            _ghosts.clear()
        known = _ghosts[key] = np.ndarray(array.shape, array.dtype, _BYTES, 0, (0,) * array.ndim)
    return known.view()


def is_large(value: Any) -> bool:
    """Whether a value is an array that takes memory, or keeps one alive that does."""
    if value.__class__ is not np.ndarray or value.dtype.kind not in "fciu":
        return False
    base = value.base
    if base is _BYTES:
        return False
    return value.nbytes > SMALL or (base is not None and (base.__class__ is not np.ndarray or base.nbytes > SMALL))


def forgotten(value: Any) -> Any:
    """An argument of which the reverse reads shapes only: ghosts for large arrays, also for those in a list."""
    if value.__class__ is list or value.__class__ is tuple:
        return type(value)([forgotten(part) for part in value])
    return ghost(value) if is_large(value) else value
