"""Facts in words: every function here returns a sentence or a name in the language of the reader."""
