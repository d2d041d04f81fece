"""What is known of the adjoint of each variable at a point of the reverse.

An adjoint is an atom and facts:

    full     has the shape of its variable; the adjoint of a sum's operand is a scalar that stands for an array
    owned    nobody else holds its memory: it may be accumulated in place, and returned as it is
    array    known to be an array, which can be written, also where it has no axes
    boxed    known to be an array or a NumPy scalar
    real     may be of real numbers where its variable may hold complex ones: no complex number goes into its memory
    mask     it is that of an arm of a `where`: zero except where the condition holds (or does not hold)
"""

from __future__ import annotations

from dataclasses import dataclass

from srcgrad import ir
from srcgrad.analysis.kinds import Shape


@dataclass(slots=True)
class Adj:
    """An adjoint: the atom that holds it, and what is known of it."""

    atom: ir.Atom
    full: bool
    owned: bool
    shape: Shape | None = None
    mask: tuple[ir.Atom, bool] | None = None
    array: bool = False
    boxed: bool = False
    real: bool = False

    def copy(self) -> Adj:
        return Adj(self.atom, self.full, self.owned, self.shape, self.mask, self.array, self.boxed)


States = dict[str, Adj]


def copied(states: States) -> States:
    """What is known, to go on with separately."""
    return {name: adj.copy() for name, adj in states.items()}
