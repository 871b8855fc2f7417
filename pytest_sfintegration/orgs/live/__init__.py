"""Live orgs: where they are named, how to log in, one careful line to each, and what is left behind."""
