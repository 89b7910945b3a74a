"""Text in columns, as a terminal and a plain-text mail count them."""

import unicodedata


def width(text: str) -> int:
    """How many columns the text takes on a terminal, combining characters counted as one."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def shortened(text: str, columns: int) -> str:
    """The text in at most so many columns, with "…" for its middle; a wide character takes two."""
    if width(text) <= columns:
        return text
    head = tail = 0
    while True:  # grow the two ends in turn, as long as they fit
        grown = (head + 1, tail) if head <= tail else (head, tail + 1)
        if width(text[: grown[0]] + text[len(text) - grown[1] :]) >= columns:
            return f"{text[:head]}…{text[len(text) - tail :]}"
        head, tail = grown
