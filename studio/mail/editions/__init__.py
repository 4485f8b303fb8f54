"""What the digest tells each kind of reader: one module for each, over parts that they share.

Whoever is several of them gets one copy with the sections of all. Choosing needs no database.
"""
