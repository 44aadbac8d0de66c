"""SSH of our own: one program, one session a host, many hosts at once, host keys always checked."""
