"""Records in blocks, in the order of their table, with what makes a condition on a million of them quick.

A mask says which rows of a block are meant: an integer with one byte for each row, the first row lowest, each
0 or 1. So AND is ``&``, and the number of rows is ``bit_count()``.
"""
