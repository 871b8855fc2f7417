"""What a user may do in an org, and why: configured, described and enforced evidence through one client."""
