"""The engine for many nodes: the index lies in PostgreSQL, beside the proposals, and needs no extension.

Every document has one ``tsvector`` of the terms that the house's analysis finds (``terms.TERM_FIELDS``), made without a
text search configuration, and a GIN index finds the documents of a term. GIN is quick at what few documents have; to
fetch what a tenth of a large archive has takes it a tenth of a second, and to index it most of the time and room. So
when an index is made, frequent terms and the values of the facets are kept as bitmaps instead. What is written later
has all of its terms in the tsvector; a second, small GIN index finds it, and it stands above the bitmaps.

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
