"""Rules for `scipy.optimize`, second part: what minima under constraints consist of, and linear least squares."""

from __future__ import annotations

from scipy import optimize

from srcgrad.rules import scipy_interpolate  # noqa: F401 - the entries of `made_by` and `attached`
from srcgrad.rules.constants import CONSTANTS
from srcgrad.rules.stand_ins import WRITTEN
from srcgrad.runtime.words_scipy_constrained import at_work, need_apart
from srcgrad.written import scipy_constrained as written

CONSTANTS.update({at_work, need_apart})
WRITTEN[optimize.nnls] = written.nnls
WRITTEN[optimize.lsq_linear] = written.lsq_linear
