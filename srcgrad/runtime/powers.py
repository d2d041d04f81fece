"""Powers by a number that stands in the text, where what they are taken of is seen when they run.

`x ** 2.0` has one derivative: that by the exponent, which nobody asks for, is nan where `x` is negative.
"""

from __future__ import annotations

import operator
from typing import Any

from srcgrad import ir
from srcgrad.analysis.meaning import Dynamic


class ToThe:
    """The function `x ** exponent`."""

    def __init__(self, exponent: Any) -> None:
        self.exponent = exponent
        self.__name__ = f"to_the_{exponent}".replace(".", "_").replace("-", "minus_")

    def __call__(self, x: Any) -> Any:
        return x**self.exponent


def of_one_operand(meaning: Dynamic) -> Dynamic:
    """A power by a number of the text as a function of its base; any other operation as it is."""
    if meaning.func is not operator.pow or len(meaning.args) != 2 or not isinstance(meaning.args[1], ir.Const):
        return meaning
    return Dynamic(ToThe(meaning.args[1].value), meaning.args[:1], quiet=meaning.quiet)
