"""Logging in: SOAP, OAuth, identity."""
