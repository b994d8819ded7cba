"""The door for gunicorn, which loads it once and then forks its processes (`--preload`).

Worked example: before the first request the pages, the kinds of cases and the packs are there, so that nobody who comes
first waits for them, and what all processes share lies in memory once.
"""

from __future__ import annotations

import atexit
import gc
import importlib
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jubao.site.settings")
COLLECT_AFTER = 50_000, 20, 20
"""Objects more than were freed before the collector looks: a page makes ten thousand, which go with the page."""


def warm_up() -> None:
    """Load what the first page would load; opens no connection. A pack that cannot be used is its own page's matter."""
    from django.conf import settings

    from jubao.kernel.errors import DomainError
    from jubao.policy import load_pack, pack_folders
    from jubao.services.cases.kinds import kinds

    importlib.import_module(settings.ROOT_URLCONF)
    kinds()
    for code in pack_folders():
        try:
            load_pack(code)
        except DomainError:
            continue
    gc.collect()
    gc.freeze()  # the collector need not look through all this again and again
    gc.set_threshold(*COLLECT_AFTER)
    atexit.register(gc.unfreeze)


application = get_wsgi_application()
warm_up()
