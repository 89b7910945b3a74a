"""What the policies say about an area or a volume."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from xfc_notify.domain import Finding, Level


@dataclass(frozen=True, slots=True)
class Verdict:
    """A finding, its policy named, and the plugin that found it."""

    plugin: str
    policy: str
    finding: Finding


@dataclass(frozen=True, slots=True)
class Judgement:
    """What all policies said of an area: the verdicts, who was asked, and who failed to say anything."""

    verdicts: tuple[Verdict, ...]
    asked: frozenset[str]
    failed: frozenset[str]

    @classmethod
    def of(cls, said: Iterable[tuple[str, Iterable[Finding] | None]]) -> Self:
        """Of what each plugin found, by its name; None: it failed to say anything."""
        everybody = list(said)
        verdicts = (
            Verdict(plugin, finding.policy or plugin, finding)
            for plugin, findings in everybody
            for finding in findings or ()
        )
        asked = frozenset(plugin for plugin, _ in everybody)
        failed = frozenset(plugin for plugin, findings in everybody if findings is None)
        return cls(tuple(verdicts), asked, failed)

    @property
    def worst(self) -> Level:
        """The highest level that was found."""
        return max((verdict.finding.level for verdict in self.verdicts), default=Level.OK)
