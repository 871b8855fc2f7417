"""Setup and permission tables: rows computed from the source and the users, never stored."""
