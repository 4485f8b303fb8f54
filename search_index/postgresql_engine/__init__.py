"""The engine for many nodes: the index lies in PostgreSQL, beside the proposals, and needs no extension.

Every document has one ``tsvector`` of exactly the terms that the house's analysis finds (``terms.TERM_FIELDS``), made
without a text search configuration, and a GIN index finds the documents of a term. GIN is quick at what few documents
have; to fetch and count what a tenth of a large archive has takes it a tenth of a second. So when an index is made, the
documents of each frequent term, and of every value of a facet, are kept beside it as one bitmap. What was written since
then is looked up in a second, small GIN index, and stands above the bitmaps.

Each process keeps the bitmaps of the facets and the two orders of the documents. Every query asks first, in a
transaction that sees one moment, which commit is the newest; so nodes never answer from an old one.

* ``schemas``   where indexes lie, locks, and the switch from one index to the next
* ``rows``      a document as rows of its tables
* ``writer``    commits, and a whole new index
* ``snapshot``  what a process keeps of one commit
* ``reading``   the documents as ``search_index.index`` wants them
* ``engine``    the port's verbs
"""

from search_index.postgresql_engine.engine import PostgresqlEngine

__all__ = ["PostgresqlEngine"]
