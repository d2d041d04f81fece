"""From an interpreted function to its augmented forward and its reverse, both in IR."""
