"""The permission engine: what a user's containers add up to, and why."""
