"""The lab: the cluster in miniature on this machine, as systemd-nspawn machines with its names and addresses."""
