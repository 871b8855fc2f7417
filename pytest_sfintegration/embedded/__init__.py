"""An org in the process: answers HTTP as Salesforce does, for permission work."""
