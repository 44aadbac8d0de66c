"""Makes a NetBox agree with the cluster, through its REST API; what others put there is never changed.

:mod:`~dgxops.netbox.wanted` says which objects the design asks for, :mod:`~dgxops.netbox.diff` compares them with what
is there (both pure), :mod:`~dgxops.netbox.client` alone talks to NetBox. Written against the models and serializers of
NetBox 4.6.8 and tested against a server that enforces what these document; docs/netbox.md says what met a live NetBox.
"""
