"""Random function texts: nested control flow, helper calls and containers over float scalars and arrays of three.

A text defines helper functions and `program(x, v, n, flags)`; x and v are active, n and flags choose paths.  Every
assigned value is bounded, so that programs neither overflow nor lose their derivative.  All tests in a program are
comparisons, so that `recorded` can tell which path ran.
"""

from __future__ import annotations

import ast
import copy
import itertools
import linecache
from collections.abc import Callable
from random import Random
from typing import Any

import numpy as np

COUNT = itertools.count()
ENDLESS = 100_000  # comparisons
SCALARS, VECTORS, LISTS, DICTS, TUPLES = "s", "v", "l", "d", "t"


class Writer:
    """Writes one program, asking `random` for every decision."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.lines: list[str] = []
        self.fresh = itertools.count()
        self.helpers: list[str] = []

    def pick(self, *options: Any) -> Any:
        """One of the options."""
        return self.random.choice(options)

    def chance(self, of: int) -> bool:
        """True about once in `of`."""
        return self.random.randrange(of) == 0

    def line(self, depth: int, text: str) -> None:
        self.lines.append("    " * depth + text)

    # ------------------------------------------------------------------------------------------------ expressions

    def number(self) -> str:
        return str(self.pick(0.5, 1.5, -0.7, 0.3, 2.0, -1.2))

    def scalar(self, scope: Scope, depth: int = 2) -> str:
        """A float expression."""
        names = scope.of(SCALARS)
        kind = self.random.randint(0, 13 if depth else 4)
        if kind == 1:
            return self.number()
        if kind == 2 and scope.of(VECTORS):
            return f"{self.pick(*scope.of(VECTORS))}[{self.pick(0, 1, -1)}]"
        if kind == 3 and scope.of(LISTS):
            return f"{self.pick(*scope.of(LISTS))}[{self.pick(0, -1)}]"
        if kind == 4 and scope.of(DICTS, TUPLES):
            name = self.pick(*scope.of(DICTS, TUPLES))
            return f"{name}[{self.pick(repr('a'), repr('b')) if name[0] == DICTS else self.pick(0, 1)}]"
        if kind <= 4:
            return self.pick(*names)
        a = self.scalar(scope, depth - 1)
        if kind == 5:
            return f"np.sin({a})"
        if kind == 6:
            return f"np.tanh({a} * {self.scalar(scope, depth - 1)})"
        if kind in (7, 8):
            return f"({a} {self.pick('+', '-', '*')} {self.scalar(scope, depth - 1)})"
        if kind == 9:
            return f"({a}) / (2.0 + ({a}) ** 2)"
        if kind == 10:
            return f"np.{self.pick('sum', 'mean')}({self.vector(scope, depth - 1)})"
        if kind == 11:
            return f"({a} if {self.test(scope)} else {self.scalar(scope, depth - 1)})"
        if kind == 12 and self.helpers:
            b, turns = self.scalar(scope, depth - 1), self.pick("n", "1", "flags[0]")
            return f"{self.pick(*self.helpers)}({a}, {b}, {turns})"
        if kind == 13 and scope.of(LISTS):
            return f"np.tanh(sum({self.pick(*scope.of(LISTS))}))"
        return f"0.5 * {a}"

    def vector(self, scope: Scope, depth: int = 2) -> str:
        """An expression for an array of three."""
        kind = self.random.randint(0, 9 if depth > 0 else 0)
        a = self.pick(*scope.of(VECTORS))
        if kind == 0:
            return a
        if kind == 1:
            return f"np.sin({self.vector(scope, depth - 1)})"
        if kind in (2, 3):
            return f"({a} {self.pick('+', '-', '*')} {self.vector(scope, depth - 1)})"
        if kind in (4, 5):
            return f"({self.scalar(scope, depth - 1)} {self.pick('*', '+')} {self.vector(scope, depth - 1)})"
        if kind == 6:
            return f"np.where({a} > {self.number()}, {self.vector(scope, depth - 1)}, {self.scalar(scope, depth - 1)})"
        if kind == 7:
            return f"np.array([{', '.join(self.scalar(scope, depth - 1) for _ in range(3))}])"
        if kind == 8:
            return f"{a}[::-1]"
        return f"np.tanh({a})"

    def bounded(self, scope: Scope) -> str:
        """A float expression that is at most about one."""
        return self.pick("np.sin({})", "np.tanh({})", "0.8 * np.cos({})").format(self.scalar(scope))

    def test(self, scope: Scope) -> str:
        """A condition made of comparisons."""
        kind = self.random.randint(0, 7)
        a = self.pick(*scope.of(SCALARS))
        if kind == 0:
            return f"{a} > {self.number()}"
        if kind == 1:
            return f"n {self.pick('>', '<=', '==')} {self.pick(0, 1, 2)}"
        if kind == 2:
            return f"flags[{self.pick(0, 1, 2)}] == {self.pick(0, 1)}"
        if kind == 3 and scope.turns:
            return f"{self.pick(*scope.turns)} % 2 == {self.pick(0, 1)}"
        if kind == 4:
            return f"np.sum({self.pick(*scope.of(VECTORS))}) < {self.number()}"
        if kind == 5:
            return f"-0.5 < {a} < {self.pick(0.4, 1.1)}"
        if kind == 6:
            return f"({self.test(scope)} {self.pick('and', 'or')} {self.test(scope)})"
        return f"not {a} < {self.number()}"

    # ------------------------------------------------------------------------------------------------- statements

    def target(self, scope: Scope, kind: str) -> str:
        """An old or new name of a kind; None of those being iterated over."""
        old = [name for name in scope.of(kind) if name not in scope.locked]
        return self.pick(*old) if old and not self.chance(3) else f"{kind}{next(self.fresh)}"

    def block(self, scope: Scope, depth: int, size: int) -> None:
        """A few statements; always at least one line."""
        for _ in range(self.random.randint(1, size)):
            if self.statement(scope, depth, size):
                return

    def statement(self, scope: Scope, depth: int, size: int) -> bool:
        """One statement; True when nothing can follow it."""
        kind = self.random.randint(0, 18 if size > 1 else 9)
        if scope.in_loop and self.chance(6):
            kind = 9
        elif self.chance(8):
            kind = self.pick(5, 6, 7)
        if kind in (2, 3):
            name = self.target(scope, VECTORS)
            self.line(depth, f"{name} = np.{self.pick('tanh', 'sin')}({self.vector(scope)})")
            scope.add(name)
        elif kind == 4:
            name = self.pick(*[s for s in scope.of(SCALARS) if s not in scope.locked])
            self.line(depth, f"{name} {self.pick('+=', '-=', '*=')} {self.bounded(scope)}")
        elif kind == 5 and [name for name in scope.of(LISTS) if name not in scope.locked]:
            name = self.pick(*[name for name in scope.of(LISTS) if name not in scope.locked])
            action = self.pick("{0}.append({1})", "{0}[-1] = {1}", "{0}[0] += {1}", "{0} = {0} + [{1}]")
            self.line(depth, action.format(name, self.bounded(scope)))
        elif kind == 6 and scope.of(DICTS):
            name, key = self.pick(*scope.of(DICTS)), self.pick("a", "b")
            self.line(depth, f"{name}[{key!r}] {self.pick('=', '+=')} {self.bounded(scope)}")
        elif kind == 7:
            self.container(scope, depth)
        elif kind == 8 and scope.of(TUPLES):
            first, second = f"s{next(self.fresh)}", f"s{next(self.fresh)}"
            self.line(depth, f"{first}, {second} = {self.pick(*scope.of(TUPLES))}")
            scope.add(first)
            scope.add(second)
        elif kind == 9 and depth > 1:
            return self.exit(scope, depth)
        elif kind in (10, 11, 12):
            self.branch(scope, depth, size)
        elif kind in (13, 14, 15):
            self.for_loop(scope, depth, size)
        elif kind == 16:
            self.while_loop(scope, depth, size)
        elif kind == 17:
            self.guarded(scope, depth, size)
        elif kind == 18:
            name = f"f{next(self.fresh)}"
            self.line(depth, f"{name} = lambda a, b: np.sin(a * {self.pick(*scope.of(SCALARS))}) + b")
            result = self.target(scope, SCALARS)
            self.line(depth, f"{result} = np.tanh({name}({self.scalar(scope)}, {self.scalar(scope)}))")
            scope.add(result)
        else:
            name = self.target(scope, SCALARS)
            self.line(depth, f"{name} = {self.bounded(scope)}")
            scope.add(name)
        return False

    def container(self, scope: Scope, depth: int) -> None:
        a, b = self.bounded(scope), self.bounded(scope)
        kind = self.pick(LISTS, DICTS, TUPLES)
        name = self.target(scope, kind)
        if kind == LISTS:
            over = self.pick(*scope.of(VECTORS))
            made = self.pick(f"[{a}, {b}]", f"[{a}]", f"[np.sin(e * {a}) for e in {over}]", f"list({over})")
        else:
            made = f"{{'a': {a}, 'b': {b}}}" if kind == DICTS else f"({a}, {b})"
        self.line(depth, f"{name} = {made}")
        scope.add(name)

    def exit(self, scope: Scope, depth: int) -> bool:
        """break, continue or return under a condition, or at the end of an arm."""
        word = self.pick(*(["break", "continue"] if scope.in_loop else []), "return")
        if word == "return":
            word = f"return {self.scalar(scope)} + x"
        if self.chance(3) and scope.in_arm:
            self.line(depth, word)
            return True
        self.line(depth, f"if {self.test(scope)}:")
        self.line(depth + 1, word)
        return False

    def branch(self, scope: Scope, depth: int, size: int) -> None:
        self.line(depth, f"if {self.test(scope)}:")
        self.block(scope.inner(arm=True), depth + 1, size - 1)
        if self.chance(3):
            self.line(depth, f"elif {self.test(scope)}:")
            self.block(scope.inner(arm=True), depth + 1, size - 1)
        if not self.chance(3):
            self.line(depth, "else:")
            self.block(scope.inner(arm=True), depth + 1, size - 1)

    def for_loop(self, scope: Scope, depth: int, size: int) -> None:
        inner = scope.inner(loop=True)
        number = next(self.fresh)
        i, s = f"i{number}", f"s{number}"
        kind = self.random.randint(0, 5)
        if kind == 1:
            text = f"for {s} in {self.pick(*scope.of(VECTORS))}:"
        elif kind == 2 and scope.of(LISTS):
            over = self.pick(*scope.of(LISTS))
            inner.locked.add(over)
            text = f"for {i}, {s} in enumerate({over}):"
        elif kind == 3:
            text = f"for {s}, {s}b in zip({self.pick(*scope.of(VECTORS))}, {self.pick(*scope.of(VECTORS))}):"
            inner.add(f"{s}b")
        elif kind == 4 and scope.of(DICTS):
            text = f"for {s} in list({self.pick(*scope.of(DICTS))}.values()):"
        elif kind == 5:
            text = f"for {i} in range({self.pick('2', 'flags[1]', '3')}):"
        else:
            text = f"for {i} in range(n):"
        self.line(depth, text)
        if f"{i} in" in text or f"{i}," in text:
            inner.turns.append(i)
        if f"{s} in" in text or f"{s}," in text:
            inner.add(s)
        self.block(inner, depth + 1, size - 1)
        if self.chance(5):
            self.line(depth, "else:")
            self.block(scope.inner(arm=True), depth + 1, 1)

    def while_loop(self, scope: Scope, depth: int, size: int) -> None:
        inner = scope.inner(loop=True)
        i = f"i{next(self.fresh)}"
        self.line(depth, f"{i} = 0")
        also = f" and {self.test(scope)}" if self.chance(2) else ""
        self.line(depth, f"while {i} < {self.pick('n', '2', 'flags[2] + 1')}{also}:")
        self.line(depth + 1, f"{i} += 1")
        inner.turns.append(i)
        self.block(inner, depth + 1, size - 1)

    def guarded(self, scope: Scope, depth: int, size: int) -> None:
        """try with a raise that a condition decides."""
        self.line(depth, "try:")
        inner = scope.inner(arm=True)
        self.line(depth + 1, f"if {self.test(inner)}:")
        self.line(depth + 2, "raise ArithmeticError")
        self.block(inner, depth + 1, size - 1)
        self.line(depth, "except ArithmeticError:")
        self.block(scope.inner(arm=True), depth + 1, size - 1)
        if self.chance(4):
            self.line(depth, "finally:")
            self.line(depth + 1, f"{self.pick(*scope.of(SCALARS))} *= 0.9")

    # -------------------------------------------------------------------------------------------------- functions

    def program(self, size: int) -> str:
        """The whole text; `size` bounds how deep blocks nest and how many statements they have."""
        self.line(0, "import numpy as np")
        for k in range(self.random.randint(0, 2)):
            self.line(0, f"def helper{k}(x, s1, n):")
            self.line(1, "flags = (1, 0, 2)")
            self.line(1, "v = np.array([x, s1, 0.5])")
            self.block(Scope(["x", "s1", "v"]), 1, 3)
            self.line(1, "return np.tanh(x * s1)")
            self.helpers.append(f"helper{k}")
        self.line(0, "def program(x, v, n, flags):")
        self.line(1, self.pick("s0 = 0.0", "s0 = 1.0", "s0 = x"))
        scope = Scope(["x", "s0", "v"])
        for _ in range(self.random.randint(0, 2)):
            self.container(scope, 1)
        self.block(scope, 1, size)
        everything = [name for name in scope.of(SCALARS) if name != "x"]
        everything += [f"sum({name})" for name in scope.of(LISTS)] + [f"np.sum({name})" for name in scope.of(VECTORS)]
        everything += [f"{name}['a'] * {name}['b']" for name in scope.of(DICTS)]
        everything += [f"{name}[0]" for name in scope.of(TUPLES)]
        self.line(1, f"return {' + '.join(everything)} + np.sin(x)")
        return "\n".join(self.lines) + "\n"


class Scope:
    """Names that are bound at a place, and where the place is."""

    def __init__(self, names: list[str], turns: list[str] | None = None) -> None:
        self.names = list(names)
        self.turns = list(turns or [])
        self.locked: set[str] = set()
        self.in_loop = self.in_arm = False

    def of(self, *kinds: str) -> list[str]:
        return [name for name in self.names if name[0] in kinds or (name == "x" and SCALARS in kinds)]

    def add(self, name: str) -> None:
        if name not in self.names:
            self.names.append(name)

    def inner(self, loop: bool = False, arm: bool = False) -> Scope:
        """The scope of a block inside; what it binds is not seen outside."""
        scope = Scope(self.names, self.turns)
        scope.locked = set(self.locked)
        scope.in_loop = self.in_loop or loop
        scope.in_arm = arm
        return scope


def program_text(random: Random, size: int) -> str:
    """The text of a random program."""
    return Writer(random).program(size)


def compiled(text: str) -> Any:
    """The function `program` of a text, whose lines Python's tools can find."""
    filename = f"<random program {next(COUNT)}>"
    linecache.cache[filename] = (len(text), None, text.splitlines(True), filename)
    scope: dict[str, Any] = {"__name__": "random_program"}
    exec(compile(text, filename, "exec"), scope)
    return scope["program"]


class _Recorded(ast.NodeTransformer):
    """Wraps every comparison in a call that notes its outcome."""

    def visit_Compare(self, node: ast.Compare) -> ast.AST:
        self.generic_visit(node)
        return ast.Call(ast.Name("note", ast.Load()), [node], [])


class _Buffered(ast.NodeTransformer):
    """Stores copies into arrays."""

    def visit_Assign(self, node: ast.Assign) -> ast.AST:
        target = node.targets[0]
        if isinstance(target, ast.Subscript):
            array = copy.deepcopy(target.value)
            node.value = ast.Call(ast.Name("stored", ast.Load()), [array, node.value], [])
        return node


def buffered(text: str) -> Any:
    """The function `program`, with a copy made of every array before it is stored.

    It gives what `program` gives, but where NumPy reads elements that it has overwritten already: a store of a row into
    a row of other steps that shares memory with it.
    """
    tree = ast.fix_missing_locations(_Buffered().visit(ast.parse(text)))

    def stored(into: Any, value: Any) -> Any:
        return value.copy() if isinstance(into, np.ndarray) and isinstance(value, np.ndarray) else value

    scope: dict[str, Any] = {"stored": stored}
    exec(compile(tree, "<buffered>", "exec"), scope)
    return scope["program"]


def recorded(text: str) -> Callable[..., list[bytes]]:
    """A function with the arguments of `program` that gives the outcomes of all comparisons in order."""
    tree = ast.fix_missing_locations(_Recorded().visit(ast.parse(text)))
    outcomes: list[bytes] = []

    def note(outcome: Any) -> Any:
        outcomes.append(np.asarray(outcome).tobytes())
        if len(outcomes) > ENDLESS:
            raise RecursionError("the program does not end")
        return outcome

    scope: dict[str, Any] = {"note": note}
    exec(compile(tree, "<recorded>", "exec"), scope)

    def path(*args: Any) -> list[bytes]:
        outcomes.clear()
        scope["program"](*args)
        return list(outcomes)

    return path
