"""Prove that a Salesforce integration user holds exactly the rights it needs."""

__version__ = "0.1.0"
