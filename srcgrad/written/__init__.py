"""Functions and classes of libraries, written out in Python so that they are differentiated like a user's."""
