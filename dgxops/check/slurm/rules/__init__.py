"""One small function a rule; each says what Slurm does with the fault."""
