"""What `check` says of one thing."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Checked:
    """One thing that was looked at: state is ok, notice or failed; `do` is what to do if it is not ok."""

    name: str
    state: str
    what: str
    do: str = ""
