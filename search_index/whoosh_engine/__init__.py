"""The embedded engine: Whoosh keeps the segments and commits, bitmaps answer the queries.

Whoosh's own search scores, and facets, one matching document after the other in Python; and it finds words, not pieces
of them. An archive asks for little scoring and much counting. So each term's documents are kept as one bitmap, read
into a Python integer: AND, OR and ``bit_count`` on those run in C at microseconds each, whatever the number of hits,
and a page with all its facet counts costs some two hundred of them. Only the documents of the page itself, and those
that might contain a long term but need not, are looked at one by one. The figures: ``tests.benchmarks.bench_search``.

* ``postings``  a Whoosh codec that writes bitmaps
* ``schema``    which fields a document has
* ``files``     directories, locks, and the switch from one index to the next
* ``segment``   one immutable part of an index
* ``snapshot``  all parts as of one commit, seen as one set of documents
* ``engine``    the port's verbs
"""

from search_index.whoosh_engine.engine import WhooshEngine

__all__ = ["WhooshEngine"]
