"""Random function texts that write into arrays: stores, views of views, aliases, swaps, helpers that mutate.

A text defines a class, helper functions and `program(v, m, n, flags)`; v (four numbers) and m (two rows of three) are
active and may be written, n and flags choose paths.  Every name keeps its shape, so that all statements are valid
whatever path runs; what is stored is bounded, so that programs neither overflow nor lose their derivative.
"""

from __future__ import annotations

from random import Random

import numpy as np
from random_arrays import VIEWS, Expressions, Scope, shape_of

HEAD = """import numpy as np

class Box:
    def __init__(self, w):
        self.w = w

    def scale(self, s):
        self.w *= s
        return self.w
"""
SWEEP = "for i in range(1, len(a)):\n        a[i] = np.sin(a[i - 1] * b[i] + s)"


class Writer(Expressions):
    """Writes one program."""

    def __init__(self, random: Random) -> None:
        super().__init__(random)
        self.helpers: list[str] = []

    # ------------------------------------------------------------------------------------------------- statements

    def block(self, scope: Scope, depth: int, size: int) -> None:
        """A few statements; always at least one line."""
        for _ in range(self.random.randint(1, size)):
            if self.statement(scope, depth, size):
                return

    def statement(self, scope: Scope, depth: int, size: int) -> bool:
        """One statement; True when nothing can follow it."""
        kind = self.random.randint(0, 24 if size > 1 else 15)
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
        elif kind == 23:
            self.guarded(scope, depth, size)
        else:
            self.closure(scope, depth)
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
        elif self.chance(4):
            held = self.name("d")
            self.line(depth, f"{held} = {{'k': {name}}}")
            scope.tables[held] = shape
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

    def closure(self, scope: Scope, depth: int) -> None:
        """A function that writes what it captures, or a call of one."""
        if scope.pokes and self.chance(2):
            self.line(depth, f"{self.pick(*scope.pokes)}({self.scalar(scope)})")
            return
        name, inner = self.name("f"), Scope(scope)
        # a name that is bound after the definition is captured as well: only writes through what is there by now
        inner.scalars = ["s"]
        self.line(depth, f"def {name}(s):")
        self.store(inner, depth + 1)
        self.store(inner, depth + 1)
        scope.pokes.append(name)

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
                SWEEP, "a[:] = np.cos(b * s)", "b = b[::-1]", "a[-1:] -= b[:1]", "b -= np.sin(s)", "a = a.copy()",
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
        for _ in range(size + self.random.randint(0, 2)):
            self.statement(scope, 1, size)
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
