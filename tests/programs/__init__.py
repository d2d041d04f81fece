"""Programs to differentiate: plain NumPy functions, grouped by area.

Each module has `CASES`, a list of (function, args, argnums); argnums None stands for every argument that holds
floating numbers.  A function listed several times is also called at all its points in turn, which take different
paths.  No module here knows about differentiation.
"""
