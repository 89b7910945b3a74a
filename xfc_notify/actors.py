"""What workers run: `dramatiq xfc_notify.actors`, on storage nodes `dramatiq xfc_notify.actors -Q scan -t 1`.

Importing this module reads the settings and builds the pipeline of all components.
"""

import logging
import sys

import dramatiq

from xfc_notify import components, log_context
from xfc_notify.errors import XfcNotifyError

try:
    settings = components.load_settings()
    log_context.install(settings.logs.format)
    pipeline = components.pipeline(settings)
    for component in components.COMPONENTS:
        if component.missing:
            logging.getLogger(__name__).warning("not done here: %s", component.missing)
except XfcNotifyError as error:
    sys.exit(f"xfc-notify: {error.what} {error.hint}".rstrip())

dramatiq.set_broker(pipeline.broker)
