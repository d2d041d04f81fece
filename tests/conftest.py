"""Settings for all tests."""

from __future__ import annotations

import os

# Two workers share the machine: BLAS threads of one would only take the processor from the other.  Set before NumPy
# is imported.
for _name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_name, "1")


def pytest_addoption(parser):
    parser.addoption("--cupy", action="store_true", help="run the tests for arrays on a GPU with CuPy itself")
