"""The source front end: from a Python function object to the normal form."""
