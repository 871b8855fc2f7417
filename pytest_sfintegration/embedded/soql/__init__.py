"""SOQL: our own parser and executor."""
