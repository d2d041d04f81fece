"""Random function texts that write into arrays: stores, views of views, aliases, swaps, helpers that mutate.

A text defines a class, helper functions and `program(v, m, n, flags)`; v (four numbers) and m (two rows of three) are
active and may be written, n and flags choose paths.  Every name keeps its shape, so that all statements are valid
whatever path runs; what is stored is bounded, so that programs neither overflow nor lose their derivative.
"""

from __future__ import annotations

import itertools
from random import Random
from typing import Any

import numpy as np

Shape = tuple[int, ...]
HEAD = '''import numpy as np

class Box:
    def __init__(self, w):
        self.w = w

    def scale(self, s):
        self.w *= s
        return self.w
'''
VIEWS = (
    "{}[1:]", "{}[::-1]", "{}[::2]", "{}[:2]", "{}.T", "{}.reshape(-1)", "{}.ravel()", "{}.reshape(2, -1)", "{}[0]",
    "{}[:, 1]", "{}[:, ::-1]", "{}.swapaxes(0, 1)", "{}[:, None]", "np.asarray({})", "{}[-2:]", "{}[None]",
    "{}[1:, :2]", "{}.T.reshape(-1)", "{}.squeeze()", "np.transpose({})", "{}[...]", "np.ravel({})",
)  # fmt: skip
INDICES = (
    "0", "-1", "1", ":", "1:", ":-1", "::2", "::-1", "1::2", "...", "[0, 1, 0]", "[1, 1]", "[-1, 0]", "0, 1", ":, 0",
    "1, :", "..., 1", ":, ::-1", "[0, 1], [1, 0]", "[0, 0], 1", "0, 1:", "1:, [0, -1]", "np.array([1, 0])",
)  # fmt: skip


def shape_of(shape: Shape, text: str) -> Shape | None:
    """The shape of an expression in which {} stands for an array of a shape; None where NumPy refuses."""
    try:
        found = eval(text.format("a"), {"a": np.zeros(shape), "np": np})
    except (IndexError, ValueError):
        return None
    return tuple(np.shape(found))


class Scope:
    """Names that are bound at a place, with the shapes of what they hold, and where the place is."""

    def __init__(self, outer: Scope | None = None, loop: bool = False, arm: bool = False) -> None:
        self.arrays: dict[str, Shape] = dict(outer.arrays) if outer else {}
        self.lists: dict[str, Shape] = dict(outer.lists) if outer else {}
        self.boxes: dict[str, Shape] = dict(outer.boxes) if outer else {}
        self.scalars: list[str] = list(outer.scalars) if outer else []
        self.turns: list[str] = list(outer.turns) if outer else []
        self.iterated: set[str] = set(outer.iterated) if outer else set()
        self.in_loop = loop or (outer is not None and outer.in_loop)
        self.in_arm = arm

    def places(self) -> list[tuple[str, Shape]]:
        """Everything that is an array, by name, item or attribute."""
        found = list(self.arrays.items())
        found += [(f"{name}[{k}]", shape) for name, shape in self.lists.items() for k in (0, -1)]
        return found + [(f"{name}.w", shape) for name, shape in self.boxes.items()]


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

    def name(self, letter: str) -> str:
        return f"{letter}{next(self.fresh)}"

    # ------------------------------------------------------------------------------------------------ expressions

    def number(self) -> str:
        return str(self.pick(0.5, 1.5, -0.7, 0.3, -1.2))

    def scalar(self, scope: Scope) -> str:
        """An expression for a number."""
        kind = self.random.randint(0, 5)
        if kind == 0:
            return self.number()
        if kind in (1, 2) and scope.scalars:
            return str(self.pick(*scope.scalars))
        if kind == 3:
            return f"np.{self.pick('sum', 'mean')}({self.pick(*scope.places())[0]})"
        return self.element(scope)

    def element(self, scope: Scope) -> str:
        """An element of something."""
        text, shape = self.pick(*scope.places())
        first = self.pick(*([f"{turn} % {shape[0]}" for turn in scope.turns] or ["0"]), "0", "-1")
        return f"{text}[{', '.join([first] + ['0'] * (len(shape) - 1))}]"

    def leaf(self, scope: Scope, shape: Shape, exact: bool) -> str:
        """An array of a shape, or where `exact` is False something that broadcasts to it."""
        fitting = [text for text, has in scope.places() if has == shape]
        fitting += [f"{text}[{k}]" for text, has in scope.places() if has[1:] == shape for k in (0, -1)]
        fitting += [f"{text}.T" for text, has in scope.places() if has == shape[::-1] and len(shape) == 2]
        fitting += [f"{text}[::-1]" for text, has in scope.places() if has == shape]
        if not exact and (not fitting or self.chance(4)):
            fitting = [text for text, has in scope.places() if has == shape[1:] or has == (*shape[:-1], 1)]
            return str(self.pick(*fitting, self.scalar(scope)))
        return str(self.pick(*fitting)) if fitting else f"np.full({shape}, {self.scalar(scope)})"

    def value(self, scope: Scope, shape: Shape, exact: bool = False, bounded: bool = False) -> str:
        """An expression for an array of a shape (or that broadcasts to it); `bounded` means by one."""
        if shape == ():
            a, b = self.scalar(scope), self.scalar(scope)
        else:
            a, b = self.leaf(scope, shape, exact), self.leaf(scope, shape, False)
        forms = ["np.sin({0})", "np.cos({0} + {1})", "np.tanh({0} * {1})", "np.sin({0} - {2} * {1})"]
        if not bounded:
            forms += ["0.5 * {0}", "{0}", "0.4 * {0} + 0.3 * {1}", "{0} / (2.0 + {1} ** 2)"]
        return str(self.pick(*forms)).format(a, b, self.scalar(scope))

    def test(self, scope: Scope) -> str:
        """A comparison."""
        kind = self.random.randint(0, 4)
        if kind == 0:
            return f"n {self.pick('>', '<=', '==')} {self.pick(0, 1, 2)}"
        if kind == 1:
            return f"flags[{self.pick(0, 1)}] == {self.pick(0, 1)}"
        if kind == 2 and scope.turns:
            return f"{self.pick(*scope.turns)} % 2 == {self.pick(0, 1)}"
        return f"{self.element(scope)} {self.pick('<', '>')} {self.number()}"

    def index(self, scope: Scope, shape: Shape) -> tuple[str, Shape]:
        """An index into an array of a shape, and the shape of what it selects; () for masks, which take numbers."""
        if self.chance(8):
            over = self.pick(*[text for text, has in scope.places() if has == shape])
            return f"{over} > {self.number()}", ()
        if scope.turns and self.chance(2):
            turn = self.pick(*scope.turns)
            return f"{turn} % {shape[0]}", shape[1:]
        while True:
            text = self.pick(*INDICES)
            selected = shape_of(shape, "{}[" + text + "]")
            if selected is not None:
                return text, selected

    # ------------------------------------------------------------------------------------------------- statements

    def block(self, scope: Scope, depth: int, size: int) -> None:
        """A few statements; always at least one line."""
        for _ in range(self.random.randint(1, size)):
            if self.statement(scope, depth, size):
                return

    def statement(self, scope: Scope, depth: int, size: int) -> bool:
        """One statement; True when nothing can follow it."""
        kind = self.random.randint(0, 23 if size > 1 else 15)
        if kind <= 3:
            self.store(scope, depth)
        elif kind <= 5:
            text, shape = self.pick(*scope.places())
            value = self.value(scope, shape, bounded=True)
            self.line(depth, f"{text} {self.pick('+=', '-=', '*=')} {value}")
        elif kind <= 8:
            self.view(scope, depth)
        elif kind == 9:
            self.buffer(scope, depth)
        elif kind == 10:
            self.swap(scope, depth)
        elif kind == 11:
            self.function(scope, depth)
        elif kind in (12, 13):
            self.holder(scope, depth)
        elif kind == 14:
            name = self.pick(*scope.scalars) if scope.scalars and self.chance(2) else self.name("s")
            self.line(depth, f"{name} = {self.value(scope, (), bounded=True)}")
            scope.scalars = list(dict.fromkeys([*scope.scalars, name]))
        elif kind == 15:
            return self.exit(scope, depth)
        elif kind in (16, 17) and self.helpers:
            self.call(scope, depth)
        elif kind <= 19:
            self.line(depth, f"if {self.test(scope)}:")
            self.block(Scope(scope, arm=True), depth + 1, size - 1)
            if self.chance(2):
                self.line(depth, "else:")
                self.block(Scope(scope, arm=True), depth + 1, size - 1)
        elif kind <= 22:
            self.loop(scope, depth, size)
        else:
            self.guarded(scope, depth, size)
        return False

    def store(self, scope: Scope, depth: int) -> None:
        text, shape = self.pick(*scope.places())
        index, selected = self.index(scope, shape)
        sign = self.pick("=", "=", "=", "+=", "-=", "*=")
        if self.chance(6):
            other, has = self.pick(*scope.places())
            single = ", ".join(["0"] * len(has))
            first = ", ".join(["-1"] * len(shape))
            self.line(depth, f"{text}[{first}], {other}[{single}] = {self.value(scope, ())}, {text}[{first}]")
            return
        self.line(depth, f"{text}[{index}] {sign} {self.value(scope, selected, bounded=sign != '=')}")

    def view(self, scope: Scope, depth: int) -> None:
        """A view (or another name) of something under a new or an old name."""
        text, shape = self.pick(*scope.places())
        form = self.pick("{}", *VIEWS)
        selected = shape_of(shape, form)
        if not selected or np.prod(selected) < 2:
            form, selected = "{}", shape
        old = [name for name, has in scope.arrays.items() if has == selected]
        name = self.pick(*old) if old and self.chance(3) else self.name("w")
        self.line(depth, f"{name} = {form.format(text)}")
        scope.arrays[name] = selected

    def buffer(self, scope: Scope, depth: int) -> None:
        """A new array under a new or an old name."""
        text, shape = self.pick(*scope.places())
        old = [name for name, has in scope.arrays.items() if has == shape]
        name = self.pick(*old) if self.chance(2) and old else self.name("w")
        value = self.value(scope, shape, exact=True)
        made = self.pick(f"{text}.copy()", f"np.zeros({shape})", "", f"np.ones_like({text})", value)
        if not made:
            # filled at once by what does not mention it: what stands in an empty array is nobody's business
            name = self.name("w")
            self.line(depth, f"{name} = np.empty_like({text})")
            self.line(depth, f"{name}[...] = {value}")
        else:
            self.line(depth, f"{name} = {made}")
        scope.arrays[name] = shape

    def swap(self, scope: Scope, depth: int) -> None:
        one = self.pick(*scope.arrays)
        same = [name for name, shape in scope.arrays.items() if shape == scope.arrays[one] and name != one]
        if same:
            other = self.pick(*same)
            self.line(depth, f"{one}, {other} = {other}, {one}")
        else:
            self.store(scope, depth)

    def function(self, scope: Scope, depth: int) -> None:
        """A NumPy function that writes."""
        text, shape = self.pick(*scope.places())
        value = self.value(scope, shape)
        row = f"np.sin({self.leaf(scope, shape[1:], True)})" if len(shape) > 1 else self.number()
        a, b = self.leaf(scope, shape, True), self.leaf(scope, shape, False)
        self.line(depth, self.pick(
            f"np.copyto({text}, {value})", f"{text}.fill({self.scalar(scope)})", f"np.add.at({text}, [0, 0, 1], {row})",
            f"np.{self.pick('add', 'subtract')}({a}, {b}, out={text})", f"np.sin({a}, out={text})",
            f"np.tanh({a}, out={text})", f"np.put({text}, [1, 0], {self.value(scope, ())})",
        ) if shape[0] > 1 else f"np.cos({a}, out={text})")  # fmt: skip

    def holder(self, scope: Scope, depth: int) -> None:
        """A list or an object that holds arrays, or a write through one."""
        name = self.pick(*scope.arrays)
        shape = scope.arrays[name]
        free = [held for held in scope.lists if held not in scope.iterated]
        if scope.boxes and self.chance(3):
            held = self.pick(*scope.boxes)
            self.line(depth, f"{held}.scale({self.pick('np.sin({})', 'np.cos({})').format(self.scalar(scope))})")
        elif free and self.chance(2):
            held = self.pick(*free)
            has = scope.lists[held]
            other = self.value(scope, has, exact=True)
            same = [text for text, shape in scope.arrays.items() if shape == has]
            action = self.pick("{0}.append({1})", "{0}[0] = {1}", "{0}.reverse()", "{0}[0], {0}[-1] = {0}[-1], {0}[0]")
            self.line(depth, action.format(held, self.pick(other, *same)))
        elif self.chance(2):
            held = self.name("l")
            self.line(depth, f"{held} = [{name}, {self.pick(name, name + '.copy()', self.leaf(scope, shape, True))}]")
            scope.lists[held] = shape
        else:
            held = self.name("b")
            self.line(depth, f"{held} = Box({name})")
            scope.boxes[held] = shape

    def call(self, scope: Scope, depth: int) -> None:
        """A call of a helper, with two arrays of one shape that may overlap."""
        text, shape = self.pick(*scope.places())
        other = self.leaf(scope, shape, True)
        called = f"{self.pick(*self.helpers)}({text}, {other}, {self.scalar(scope)})"
        if self.chance(2):
            self.line(depth, called)
        else:
            name = self.name("w")
            self.line(depth, f"{name} = {called}")
            scope.arrays[name] = shape

    def exit(self, scope: Scope, depth: int) -> bool:
        """break, continue or return, under a condition or at the end of an arm."""
        words = ["break", "continue"] if scope.in_loop else []
        if depth > 1:
            words.append(f"return np.sum({self.pick(*scope.places())[0]} ** 2)")
        if not words:
            self.store(scope, depth)
            return False
        if scope.in_arm and self.chance(3):
            self.line(depth, self.pick(*words))
            return True
        self.line(depth, f"if {self.test(scope)}:")
        self.line(depth + 1, self.pick(*words))
        return False

    def loop(self, scope: Scope, depth: int, size: int) -> None:
        inner = Scope(scope, loop=True)
        kind = self.random.randint(0, 5)
        rows = [(text, shape) for text, shape in scope.places() if len(shape) == 2 and shape[1] > 1]
        if kind == 0 and scope.lists:
            held, name = self.pick(*scope.lists), self.name("w")
            inner.iterated.add(held)
            inner.arrays[name] = scope.lists[held]
            self.line(depth, f"for {name} in {held}:")
        elif kind == 1 and rows:
            (text, shape), name = self.pick(*rows), self.name("w")
            inner.arrays[name] = shape[1:]
            self.line(depth, f"for {name} in {text}:")
        elif kind == 2:
            turn = self.name("i")
            self.line(depth, f"{turn} = 0")
            self.line(depth, f"while {turn} < {self.pick('n', '2')}:")
            self.line(depth + 1, f"{turn} += 1")
            inner.turns.append(turn)
        else:
            turn = self.name("i")
            self.line(depth, f"for {turn} in range({self.pick('n', 'n', '2', '3')}):")
            inner.turns.append(turn)
        self.block(inner, depth + 1, size - 1)

    def guarded(self, scope: Scope, depth: int, size: int) -> None:
        """try with a raise that a condition decides."""
        self.line(depth, "try:")
        inner = Scope(scope, arm=True)
        self.store(inner, depth + 1)
        self.line(depth + 1, f"if {self.test(inner)}:")
        self.line(depth + 2, "raise ArithmeticError")
        self.block(inner, depth + 1, size - 1)
        self.line(depth, "except ArithmeticError:")
        self.block(Scope(scope, arm=True), depth + 1, size - 1)

    # -------------------------------------------------------------------------------------------------- functions

    def helper(self) -> None:
        """A function of two arrays of one shape, either of which it may write, and a number."""
        name = f"helper{len(self.helpers)}"
        self.line(0, f"def {name}(a, b, s):")
        for _ in range(self.random.randint(1, 3)):
            self.line(1, self.pick(
                "a[0] = np.sin(b[-1])", "a *= np.tanh(s)", "a += 0.3 * b", "b[1:] = 0.5 * a[:-1]", "a, b = b, a",
                "a[:] = np.cos(b * s)", "b = b[::-1]", "a[-1:] -= b[:1]", "b -= np.sin(s)", "a = a.copy()",
            ))  # fmt: skip
        self.line(1, self.pick("return a", "return b", "return a", "return a * b", "return a.copy()"))
        self.helpers.append(name)

    def program(self, size: int) -> str:
        """The whole text; `size` bounds how deep blocks nest and how many statements they have."""
        for _ in range(self.random.randint(0, 2)):
            self.helper()
        self.line(0, "def program(v, m, n, flags):")
        scope = Scope()
        scope.arrays = {"v": (4,), "m": (2, 3)}
        for _ in range(self.random.randint(1, 2)):
            self.pick(self.view, self.buffer, self.holder)(scope, 1)
        self.block(scope, 1, size)
        self.store(scope, 1)
        places = [text for text, _ in scope.places()]
        if self.chance(2):
            chosen = self.random.sample(places, min(3, len(places)))
            self.line(1, f"return {', '.join(chosen)}, {' + '.join([*scope.scalars, 'np.sum(v)'])}")
        else:
            terms = [f"np.sum({text} ** 2)" for text in places]
            self.line(1, f"return {' + '.join(terms + scope.scalars)}")
        return HEAD + "\n".join(self.lines) + "\n"


def program_text(random: Random, size: int) -> str:
    """The text of a random program."""
    return Writer(random).program(size)
