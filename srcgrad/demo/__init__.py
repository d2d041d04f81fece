"""`python -m srcgrad demo`: a neural network on handwritten digits, trained with an emitted gradient.

network.py   the network as an ordinary NumPy function, and its gradient written by hand to compare with
measure.py   error against central differences, and time against the hand-written gradient
digits.py    the demonstration itself
"""

from __future__ import annotations

from importlib.util import find_spec

from srcgrad.errors import SrcgradError

_NEEDED = {"sklearn": "scikit-learn", "scipy": "scipy", "rich": "rich", "pygments": "pygments"}


class MissingExtraError(SrcgradError):
    """The demonstration needs packages that are not installed."""


def main() -> int:
    """Run the demonstration; the exit code."""
    missing = [package for module, package in _NEEDED.items() if find_spec(module) is None]
    if missing:
        raise MissingExtraError(f"the demo needs {', '.join(missing)}: pip install {' '.join(missing)}")
    from srcgrad.demo import digits

    return digits.main()
