"""What every role keeps (ARCHITECTURE.md, "Roles"), as functions from a role's folder to its faults."""
