"""Forward mode: from an interpreted function to one that also gives the tangent of its result."""
