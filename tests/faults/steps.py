"""The steps of the flow at which a process can be made to die, and by which kind of process they are taken."""

SCANNER = (
    "order received",
    "in the middle of a walk",
    "walk done, before its result is sent",
    "result sent, before the order is acknowledged",
    "order acknowledged",
    "at any moment of a message",
)
SERVICE = (
    "result received, before the transaction",
    "in the transaction: slice taken",
    "in the transaction: scan concluded",
    "in the transaction: message written",
    "committed, before anything that follows is sent",
    "orders claimed, none sent",
    "some orders sent",
    "deliveries claimed, none sent",
    "some deliveries sent",
    "all sent, before the result is acknowledged",
    "delivery received, before it is claimed",
    "delivery claimed, before the mail server is called",
    "in the conversation with the mail server",
    "accepted by the mail server, before that is kept",
    "sent and kept, before the delivery is acknowledged",
    "at any moment of a message",
)
TICK = (
    "tick: in the transaction that opens scans",
    "tick: all due is written, nothing sent",
    "orders claimed, none sent",
    "some orders sent",
    "deliveries claimed, none sent",
    "some deliveries sent",
)
AFTER_ACCEPTANCE = "accepted by the mail server, before that is kept"
WHILE_SENDING = (
    "delivery claimed, before the mail server is called",
    "in the conversation with the mail server",
    AFTER_ACCEPTANCE,
)
ANY_MOMENT = "at any moment of a message"

STEP = "XFC_TEST_KILL_STEP"
PASSAGE = "XFC_TEST_KILL_PASSAGE"
DELAY = "XFC_TEST_KILL_DELAY"
"""Seconds from the begin of a message to "any moment" of it."""
AHEAD = "XFC_TEST_CLOCK_AHEAD"
"""Days by which the clock is ahead."""
JOURNAL = "XFC_TEST_JOURNAL"
LEASE = "XFC_TEST_LEASE"
"""Seconds that the lease of a delivery lasts, where it is not the product's."""
