"""Role variables: one module a stage; group_variables(cluster) and host_variables(cluster, host) of plain data."""
