"""The errors srcgrad raises; each message says where, what, and what to write instead."""

from __future__ import annotations

EMITTED = "<srcgrad "  # how the names of emitted files begin


class SrcgradError(Exception):
    """Base of every error that srcgrad raises about the code it differentiates."""


class UnsupportedError(SrcgradError):
    """A construct that srcgrad does not differentiate.

    The message has the form `FILE:LINE: CONSTRUCT is not supported: ADVICE`, followed by the user's line.
    """

    def __init__(self, construct: str, advice: str, filename: str = "", line: int = 0, text: str = "") -> None:
        super().__init__()
        self.construct = construct
        self.advice = advice
        self.locate(filename, line, text)

    def locate(self, filename: str, line: int, text: str = "") -> None:
        """Say where the construct stands, for an error that is raised before that is known."""
        if filename.startswith(EMITTED):
            filename, line, text = "", 0, ""  # it is no file of the user's
        self.filename = filename
        self.line = line
        self.text = text
        where = f"{filename}:{line}: " if filename else ""
        quote = f"\n    {text}" if text else ""
        self.args = (f"{where}{self.construct} is not supported: {self.advice}{quote}",)

    def __reduce__(self) -> tuple[type, tuple[object, ...]]:
        return type(self), (self.construct, self.advice, self.filename, self.line, self.text)


class NotFiniteError(SrcgradError, FloatingPointError):
    """A value or an adjoint became nan or inf: raised by gradients with `debug=True`, with the first such line."""

    def __init__(self, message: str, filename: str = "", line: int = 0) -> None:
        super().__init__(message)
        self.filename = filename
        self.line = line

    def __reduce__(self) -> tuple[type, tuple[object, ...]]:
        return type(self), (self.args[0], self.filename, self.line)


class ChangedError(UnsupportedError, RuntimeError):
    """Something that a derivative needs as it was has been written since."""


def a_type(value: object) -> str:
    """What type a value is of, in words: `a list`, `an int`, `None`."""
    if value is None:
        return "None"
    name = type(value).__name__
    return f"an {name}" if name[0] in "aeiouAEIOU" else f"a {name}"
