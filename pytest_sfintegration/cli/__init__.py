"""The command ``sfintegration``: what is of use outside of a test run."""
