"""Branches whose condition depends on what is differentiated: where it flips, the function may jump, and the gradient,
which is that of the arm that was taken, does not know.

    if np.sum(x) > 1.0:         Jump: line 4, depends on x
        y = x * 2.0
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from srcgrad import ir
from srcgrad.analysis.infer import Inference
from srcgrad.analysis.versions import Version


@dataclass(frozen=True)
class Jump:
    """A branch, or a loop's test, that depends on what is differentiated.

    filename, line  where it is
    text            the line
    depends_on      the variables through which derivatives flow to its condition
    """

    filename: str
    line: int
    text: str
    depends_on: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.filename}:{self.line}: depends on {', '.join(self.depends_on)}\n    {self.text}"


def jumps_in(entries: Iterable[Any]) -> list[Jump]:
    """The branches of these entries that may jump, in the order of the text."""
    found: dict[tuple[str, int], Jump] = {}
    for entry in entries:
        inf, facts = entry.inf, entry.assembly.facts
        source = inf.function.source
        for stmt in ir.walk(inf.function.body):
            if not isinstance(stmt, (ir.If, ir.While)) or stmt not in inf.reads:
                continue
            if (isinstance(stmt, ir.If) and stmt.sugar == "assert") or not facts.relevant(stmt):
                continue
            names = dependencies(inf, stmt, stmt.test)
            if names:
                line = stmt.span.line
                found.setdefault(
                    (source.filename, line), Jump(source.filename, line, source.line(line), tuple(sorted(names)))
                )
    return sorted(found.values(), key=lambda jump: (jump.filename, jump.line))


def dependencies(inf: Inference, stmt: Any, atom: Any) -> set[str]:
    """The user's variables, carrying derivatives, that a condition was computed from."""
    found: set[str] = set()
    seen: set[Version] = set()

    def follow(version: Version | None, name: str) -> None:
        if version is None or version in seen:
            return
        seen.add(version)
        if version.active and name not in inf.function.temps:
            found.add(name)
            return
        for source in version.sources:
            follow(source, source.name)
        made = version.anchor
        if made in inf.reads and version.place == "after" and not isinstance(made, (ir.If, ir.For, ir.While)):
            for operand in ir.statement_operands(made):
                operand_name = getattr(operand, "name", None)
                if operand_name is not None:
                    follow(inf.reads[made].get(operand_name), operand_name)

    name = getattr(atom, "name", None)
    if name is not None:
        follow(inf.reads[stmt].get(name), name)
    return found
