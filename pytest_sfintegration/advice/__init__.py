"""Advice: the smallest change to the source that would make a matrix true."""
