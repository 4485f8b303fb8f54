"""The sample factory 江州重工集团: its people, studios and two years of proposals, lived through again up to today.

The texts lie in ``data``. The loader replays them through the same operations that people use, each at its own time
and by the right person, so the sample obeys every rule of the house and looks like a real archive.
"""
