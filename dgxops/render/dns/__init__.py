"""DNS: the cluster's zone, forward and back, as files for BIND (files/dns/)."""

from dgxops.render.dns.zones import artifacts

__all__ = ["artifacts"]
