"""A live site whose clock the test moves: served inside the test's own process, so that a whole month passes in a minute.

Worked example::

    with travelling_site(cluster, folder, datetime(2024, 3, 1, 9), seed) as site:
        site.travel(datetime(2024, 3, 12, 10))       # the twelfth, ten in the morning at the office
        page = site.as_("500110-handler")            # a session of that day

Time goes on from where it was put, because pages count seconds; the browser keeps the real clock.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.core.wsgi import get_wsgi_application
from django.utils import timezone
from playwright.sync_api import Page, ViewportSize

from jubao.database.embedded import Cluster
from jubao.database.setup import django_connection
from tests.support.browser import PATIENCE_MS, Desk, chromium
from tests.support.database import OwnDatabase, copy_of_template

OFFICE = ZoneInfo("Asia/Shanghai")
PHONE: ViewportSize = {"width": 390, "height": 844}


@dataclass
class Site(Desk):
    """The desk of `tests.support.browser` with a clock, and phones."""

    offset: timedelta = field(default_factory=timedelta)

    def travel(self, when: datetime) -> None:
        """It is this moment at the office now."""
        self.offset = when.replace(tzinfo=OFFICE) - datetime.now(UTC)

    @contextmanager
    def records(self) -> Iterator[None]:
        """The connection of the test leads here already."""
        self.database.see_everything()
        yield

    def phone(self) -> Page:
        """A phone that nobody has logged in on."""
        context = self.browser.new_context(
            viewport=PHONE, locale="zh-CN", has_touch=True, is_mobile=True, device_scale_factor=1
        )
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        found: list[str] = []
        page.on("pageerror", lambda error: found.append(str(error)))
        self._pages[page] = found
        return page


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Requests are not logged."""


@contextmanager
def travelling_site(
    cluster: Cluster, folder: Path, begins: datetime, seed: Callable[[Site], None]
) -> Iterator[Site]:
    """Database, seed, server threads, browser; all end with the block."""
    with (
        pytest.MonkeyPatch.context() as patch,
        copy_of_template(cluster) as name,
        chromium() as browser,
    ):
        database = OwnDatabase(name, cluster, folder)
        site = Site(database, browser, "")
        site.travel(begins)
        patch.setattr(timezone, "now", lambda: datetime.now(UTC) + site.offset)
        with django_connection(database.url()):
            database.see_everything()
            seed(site)
            server = ThreadedWSGIServer(("127.0.0.1", 0), _Quiet, connections_override=None)
            server.set_app(get_wsgi_application())
            threading.Thread(target=server.serve_forever, daemon=True).start()
            site.root = f"http://127.0.0.1:{server.server_port}"
            try:
                yield site
            finally:
                site.close_pages()
                server.shutdown()
                server.server_close()
