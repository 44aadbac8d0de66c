"""One file a tool: the command to run, and a pure function from its output to values."""
