"""The queues, declared once. Broker, middleware, checks, metrics and the definitions in `deploy/` follow this page."""

from dataclasses import dataclass

SCANNER = "scanner"
SERVICE = "service"
MOVER = "mover"


@dataclass(frozen=True, slots=True)
class Queue:
    """One queue.

    carries   what a message in it is called
    format    the newest format of its messages that this version reads
    reader    the user of RabbitMQ who may take from it
    unit      the systemd unit of the workers that take from it
    database  whether those workers need the database
    prefetch  how many messages a worker process holds at once; None: a few for each thread
    retried   whether a message that failed is tried again; if not, the database sends it again after its lease
    limited   whether its work is ended after a while: a single file may take longer
    optional  whether a site may do without: no worker is missed while nothing waits in it
    signs     whether its workers write messages, whose links they sign
    exchange  one of its own in front of it; its writers then need no right to write to any other queue
    """

    name: str
    carries: str
    format: int
    reader: str
    unit: str
    database: bool = True
    prefetch: int | None = None
    retried: bool = True
    exchange: str = ""
    optional: bool = False
    limited: bool = True
    signs: bool = False


# A prefetched order would wait unacknowledged behind one that takes a minute, while another scanner is idle.
SCAN = Queue(
    "scan",
    carries="scan order",
    format=1,
    reader=SCANNER,
    unit="xfc-notify-scan",
    database=False,
    prefetch=1,
    retried=False,
)
RESULTS = Queue(
    "results",
    carries="slice result",
    format=1,
    reader=SERVICE,
    unit="xfc-notify-service",
    exchange="from-scanners",
    signs=True,
)
DELIVERY = Queue(
    "delivery", carries="delivery", format=1, reader=SERVICE, unit="xfc-notify-service", signs=True
)

# A load takes minutes: what waits behind it should be free for another worker.
REPORTS = Queue(
    "reports",
    carries="load order",
    format=1,
    reader=SERVICE,
    unit="xfc-notify-reports",
    prefetch=1,
    retried=False,
    optional=True,
    signs=True,
)

# What copies and removes files has a user of its own, and no worker of another queue can do it.
TRANSFERS = Queue(
    "transfers",
    carries="transfer order",
    format=1,
    reader=MOVER,
    unit="xfc-notify-transfers",
    prefetch=1,
    retried=False,
    optional=True,
    limited=False,
    exchange="to-transfers",
)

QUEUES = {queue.name: queue for queue in (SCAN, RESULTS, DELIVERY, REPORTS, TRANSFERS)}
WITH_DATABASE = frozenset(queue.name for queue in QUEUES.values() if queue.database)
SIGNING = frozenset(queue.name for queue in QUEUES.values() if queue.signs)
