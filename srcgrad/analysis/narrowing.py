"""What `isinstance` leaves of one of several objects in the arms that it chooses between.

    def area(shape):                       shape: OneOf(Circle, Square, Box)
        if isinstance(shape, Circle):
            return pi * shape.r ** 2       shape: Circle
        if isinstance(shape, Square):      shape: OneOf(Square, Box)
            return shape.a ** 2
        return shape.w * shape.h           shape: Box

A version is narrowed, not a name: what the name is bound to next is another one.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from srcgrad import ir
from srcgrad.analysis.arms import classes, instance_test
from srcgrad.analysis.kinds import Kind, OneOf, Ref
from srcgrad.analysis.versions import Version

if TYPE_CHECKING:
    from srcgrad.analysis.environment import Env
    from srcgrad.analysis.infer import Inference


@dataclass(frozen=True)
class Test:
    """A test whether the value of a version is an instance of classes (of none of them, where it is `negated`)."""

    version: Version
    classes: Kind
    negated: bool = False


def note_test(inf: Inference, stmt: Any, tested: ir.Atom, wanted: Kind, env: Env) -> None:
    """A statement asks `isinstance(tested, wanted)`."""
    version = env.get(tested.name) if isinstance(tested, ir.Var) else None
    if version is not None and classes(wanted) is not None:
        inf.tests[stmt] = Test(version, wanted)


def note_negation(inf: Inference, stmt: Any, test: ir.Atom, env: Env) -> None:
    """A statement gives `not test`."""
    found = test_of(inf, test, env)
    if found is not None:
        inf.tests[stmt] = replace(found, negated=not found.negated)


def test_of(inf: Inference, test: ir.Atom, env: Env) -> Test | None:
    """What the value of a variable says of the type of another one."""
    version = env.get(test.name) if isinstance(test, ir.Var) else None
    return None if version is None else inf.tests.get(version.anchor)


def narrowed(inf: Inference, test: ir.Atom, env: Env) -> tuple[dict[Version, Kind], dict[Version, Kind]]:
    """What is known of versions where a test holds, and where it does not, besides what is known already."""
    found = test_of(inf, test, env)
    if found is None:
        return {}, {}
    version = found.version
    kind = inf.narrowed.get(version, version.kind)
    if not isinstance(kind, OneOf):
        return {}, {}
    verdicts = [(member, instance_test(member, found.classes)) for member in kind.members]
    holds = part([present(member) for member, verdict in verdicts if verdict is not False])
    fails = part([member for member, verdict in verdicts if verdict is not True])
    arms = [{} if kind is None else {version: kind} for kind in (holds, fails)]
    return (arms[1], arms[0]) if found.negated else (arms[0], arms[1])


def present(kind: Kind) -> Kind:
    """The kind of a value that is not None."""
    return replace(kind, maybe_none=False) if isinstance(kind, Ref) else kind


def part(members: list[Kind]) -> Kind | None:
    """One of these; None where there is none: the arm is not reached, and nothing is known of it."""
    if len(members) < 2:
        return members[0] if members else None
    return OneOf(tuple(members))
