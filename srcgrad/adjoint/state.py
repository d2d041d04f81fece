"""What is known of the adjoint of each variable at a point of the reverse.

An adjoint is an atom and facts:

    full     has the shape of its variable; the adjoint of a sum's operand is a scalar that stands for an array
    owned    nobody else holds its memory: it may be accumulated in place, and returned as it is
    loan     a cotangent that went to several operands as it is: the last of them that holds it owns its memory
    array    known to be an array, which can be written, also where it has no axes
    boxed    known to be an array or a NumPy scalar
    real     may be of real numbers where its variable may hold complex ones: no complex number goes into its memory
    mask     it is that of an arm of a `where`: zero except where the condition holds (or does not hold).  Where it came
             through a change of shape, the condition is None: what is zero of it is taken to be so for that reason
"""

from __future__ import annotations

from dataclasses import dataclass

from srcgrad import ir
from srcgrad.analysis.extents import Shape
from srcgrad.analysis.versions import Version


@dataclass(frozen=True, slots=True)
class Factors:
    """The adjoint of `value` in `reached(value, bar)`, and what comes of it on the way back to `bar`.

    It is not zero where `bar` is, since `value` is linear in `bar`; what it gives to the factors beside `bar` is.

    bar         the atom that holds `bar`
    version     its definition
    """

    bar: ir.Atom
    version: Version


Mask = tuple[ir.Atom | None, bool] | Factors
OWN_ZEROS: Mask = (None, True)


def common(a: Mask | None, b: Mask | None) -> Mask | None:
    """The mask of a sum: it is zero where both parts are."""
    if a is None or b is None or a == b:
        return a if a == b else None
    return OWN_ZEROS if OWN_ZEROS in (a, b) and not isinstance(a, Factors) and not isinstance(b, Factors) else None


@dataclass(slots=True)
class Loan:
    """A cotangent that several adjoints are: `x = x + t` hands it to both, and what is made of it for `t` is made anew.

    Who is done with it gives it back; who puts it anywhere else never does.
    """

    holders: int = 1


@dataclass(slots=True)
class Adj:
    """An adjoint: the atom that holds it, and what is known of it."""

    atom: ir.Atom
    full: bool
    own: bool
    shape: Shape | None = None
    mask: Mask | None = None
    array: bool = False
    boxed: bool = False
    real: bool = False
    loan: Loan | None = None

    @property
    def owned(self) -> bool:
        return self.own if self.loan is None else self.loan.holders == 1

    @owned.setter
    def owned(self, owned: bool) -> None:
        self.own, self.loan = owned, None

    def copy(self) -> Adj:
        """What is known, for a way through the program that has no part in loans made before."""
        return Adj(self.atom, self.full, self.owned, self.shape, self.mask, self.array, self.boxed, self.real)


States = dict[str, Adj]


def copied(states: States) -> States:
    """What is known, to go on with separately."""
    return {name: adj.copy() for name, adj in states.items()}
