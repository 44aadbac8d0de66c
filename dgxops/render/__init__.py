"""Cluster -> Artifacts: path (below rendered/) -> text or bytes, made by ``tree``. ``write`` alone touches the disk.

Nothing is imported here: who shows a summary does not wait for drawings and cable files.
"""
