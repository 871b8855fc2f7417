"""Which org a run talks to, who logs in, and the one client that spends its calls."""
