"""The public numeric checker of gradients.

check.py         `check_grads`: one reverse pass against differences
differences.py   directional central differences and the precision to expect
trees.py         nested arguments and results
"""

from srcgrad.checking.check import check_grads

__all__ = ["check_grads"]
