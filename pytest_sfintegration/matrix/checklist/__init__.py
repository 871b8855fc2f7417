"""The integration-user checklist as a matrix declares it."""
