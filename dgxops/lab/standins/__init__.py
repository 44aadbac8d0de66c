"""Stand-ins of NVIDIA's packages for the lab: their names, dependencies and commands, with no hardware behind them.

Real Debian packages in a real, signed repository, so that apt's pins, holds, upgrades and missing mirrors are what they
are on a site. What they install says on screen that it is a stand-in. No text or binary of NVIDIA's is in them.
"""
