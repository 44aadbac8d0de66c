"""What a site already has -> a cluster.yml: parsers of sources, inference, and a comparison with what it builds."""
