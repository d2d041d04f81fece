"""Names of arrays with their shapes, and random expressions over them: what `random_inplace` writes programs with."""

from __future__ import annotations

import itertools
from random import Random
from typing import Any

import numpy as np

Shape = tuple[int, ...]
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
        self.tables: dict[str, Shape] = dict(outer.tables) if outer else {}
        self.pokes: list[str] = list(outer.pokes) if outer else []
        self.scalars: list[str] = list(outer.scalars) if outer else []
        self.turns: list[str] = list(outer.turns) if outer else []
        self.iterated: set[str] = set(outer.iterated) if outer else set()
        self.in_loop = loop or (outer is not None and outer.in_loop)
        self.in_arm = arm

    def places(self) -> list[tuple[str, Shape]]:
        """Everything that is an array, by name, item or attribute."""
        found = list(self.arrays.items())
        found += [(f"{name}[{k}]", shape) for name, shape in self.lists.items() for k in (0, -1)]
        found += [(f"{name}['k']", shape) for name, shape in self.tables.items()]
        return found + [(f"{name}.w", shape) for name, shape in self.boxes.items()]


class Expressions:
    """Writes lines, asking `random` for every decision."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.lines: list[str] = []
        self.fresh = itertools.count()

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
        first = self.moving(scope, shape[0]) if scope.turns and not self.chance(3) else self.pick("0", "-1")
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

    def moving(self, scope: Scope, size: int) -> str:
        """An index along an axis that moves with a loop."""
        turn = self.pick(*scope.turns)
        return str(self.pick(f"{turn} % {size}", f"({turn} + 1) % {size}", f"{turn} % {size} - 1"))

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
            return self.moving(scope, shape[0]), shape[1:]
        while True:
            text = self.pick(*INDICES)
            selected = shape_of(shape, "{}[" + text + "]")
            if selected is not None:
                return text, selected
