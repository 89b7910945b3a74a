"""From what has to be told to a message in words: sentences, languages, text and HTML."""
