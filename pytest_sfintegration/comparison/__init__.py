"""Two orgs beside each other: what the permission tables and the matrices say of one and not of the other."""
