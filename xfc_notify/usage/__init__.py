"""What a scan measures, how it adds up, and how it is read. Standard library only."""

from xfc_notify.usage.options import Clock, Counted, ScanDefaults, Scanner, Source
from xfc_notify.usage.summary import Entry, Errors, Usage

__all__ = ["Clock", "Counted", "Entry", "Errors", "ScanDefaults", "Scanner", "Source", "Usage"]
