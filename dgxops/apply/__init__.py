"""Plan -> Report: the only writer. Runs Ansible a stage at a time and leaves a journal."""
