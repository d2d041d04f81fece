"""The errors srcgrad raises; each message says where, what, and what to write instead."""

from __future__ import annotations


class SrcgradError(Exception):
    """Base of every error that srcgrad raises about the code it differentiates."""


class UnsupportedError(SrcgradError):
    """A construct that srcgrad does not differentiate.

    The message has the form `FILE:LINE: CONSTRUCT is not supported: ADVICE`, followed by the user's line.
    """

    def __init__(self, construct: str, advice: str, filename: str = "", line: int = 0, text: str = "") -> None:
        where = f"{filename}:{line}: " if filename else ""
        quote = f"\n    {text}" if text else ""
        super().__init__(f"{where}{construct} is not supported: {advice}{quote}")
        self.construct = construct
        self.advice = advice
        self.filename = filename
        self.line = line
        self.text = text

    def __reduce__(self) -> tuple[type, tuple[object, ...]]:
        return type(self), (self.construct, self.advice, self.filename, self.line, self.text)
