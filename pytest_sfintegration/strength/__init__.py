"""The strength of a suite: which changes of the source its matrix would catch."""
