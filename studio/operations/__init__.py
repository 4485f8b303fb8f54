"""The write side: one function per verb, each permission -> transition -> event -> notice.

No operation commits or knows of HTTP; the door that calls it holds the transaction (``studio.transactions``), has
loaded the proposal with its lock, and says who acts and when.
"""
