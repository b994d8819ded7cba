"""A real Chromium on a live site: its own database with the cast and some residents, the server beside it, anybody logged in.

Worked example::

    def test_home(desk):
        page = desk.as_("500110-reviewer")        # a new browser context, logged in as the reviewer
        page.goto(desk.address("home"))
        desk.keep(page, "home")                   # nothing scrolls sideways; with JUBAO_SHOTS=folder a screenshot

The site is a process of its own (gunicorn, the role of the application), so what is tested is what is served. Sessions are
made as the log-in makes them; the log-in pages have their own tests. What a test does to a page comes back when the page has
settled: read, and nothing of htmx under way.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

from jubao.database.embedded import Cluster
from jubao.database.places import data_dir
from jubao.database.setup import django_connection
from tests.support.database import OwnDatabase, copy_of_template
from tests.tidy.repository import ROOT

CHROMIUM = os.environ.get("JUBAO_CHROMIUM", "/usr/bin/chromium")
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--lang=zh-CN",
]  # fmt: skip
SHOTS = Path(os.environ.get("JUBAO_SHOTS") or ROOT / "build" / "screenshots").resolve()
"""Where the pictures go. Without the variable only those are taken that a test keeps as its outcome."""
AXE = ROOT / "tests" / "web" / "vendor" / "axe.min.js"
WIDTHS = (1280, 1024)
PATIENCE_SECONDS = 60
"""A machine with other work is slow; only what never comes is a failure."""
PATIENCE_MS = PATIENCE_SECONDS * 1000
BUSY = ".htmx-request, .htmx-swapping, .htmx-settling"


@dataclass
class Desk:
    """The live site with its database and browser."""

    database: OwnDatabase
    browser: Browser
    root: str
    seeded: dict[str, Any] = field(default_factory=dict)
    _pages: dict[Page, list[str]] = field(default_factory=dict)

    @contextmanager
    def records(self) -> Iterator[None]:
        """Django's connection of the test leads to the site's database and sees all places."""
        with django_connection(self.database.url()):
            self.database.see_everything()
            yield

    def address(self, route: str, *args: object, query: str = "") -> str:
        """The full address of a route."""
        from django.urls import reverse

        return f"{self.root}{reverse(route, args=args)}{query}"

    def as_(self, username: str, *, width: int = 1280) -> Page:
        """A page in a context of its own in which this officer is logged in."""
        context = self.browser.new_context(viewport={"width": width, "height": 800}, locale="zh-CN")
        context.add_cookies([{"name": "sessionid", "value": self._session(username), "url": self.root}])
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        found: list[str] = []
        page.on("pageerror", lambda error: found.append(str(error)))
        page.on("console", lambda message: found.append(message.text) if message.type == "error" else None)
        self._pages[page] = found
        return page

    def problems(self, page: Page) -> list[str]:
        """What the browser complained about so far: errors of scripts, refused by the policy of contents, not found."""
        return self._pages[page]

    def key(self, name: str) -> object:
        """The key of something seeded; any other word stays as it is (the key of a list, the name of a value)."""
        made = self.seeded.get(name, name)
        return getattr(getattr(made, "person", None) if name == "heroine" else made, "pk", made)

    def nobody(self, *, width: int = 1280) -> Page:
        """A page without a log-in."""
        page = self.browser.new_context(viewport={"width": width, "height": 800}, locale="zh-CN").new_page()
        page.set_default_timeout(PATIENCE_MS)
        self._pages[page] = []
        return page

    def _session(self, username: str) -> str:
        from django.contrib.sessions.backends.db import SessionStore

        from jubao.staff.models import Officer
        from jubao.workbench.access import SESSION_EPOCH, SESSION_OFFICER

        with self.records():
            officer = Officer.objects.get(username=username)
            store = SessionStore()
            store[SESSION_OFFICER] = str(officer.id)
            store[SESSION_EPOCH] = officer.session_epoch
            store.create()
            return str(store.session_key)

    def keep(
        self, page: Page, name: str, widths: tuple[int, ...] = WIDTHS, *, is_outcome: bool = False
    ) -> None:
        """Nothing may scroll sideways at any width; a screenshot of each when it is the outcome or asked for."""
        for width in widths:
            page.set_viewport_size({"width": width, "height": 800})
            if is_outcome or os.environ.get("JUBAO_SHOTS"):
                photograph(page, f"{name}-{width}")
            wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
            assert wide <= 0, f"{name} scrolls sideways by {wide} px at {width}"
        page.set_viewport_size({"width": WIDTHS[0], "height": 800})

    def faults(self, page: Page) -> list[str]:
        """What axe-core finds on the page, one line per fault."""
        if page.evaluate("typeof axe") == "undefined":
            page.evaluate(AXE.read_text(encoding="utf-8"))
        found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        return [
            f"{one['id']}: {node['html'][:140]} {node.get('failureSummary', '')[:200]}"
            for one in found["violations"]
            for node in one["nodes"]
        ]

    def close_pages(self) -> None:
        """End what a test opened."""
        for context in {page.context for page in self._pages}:
            context.close()
        self._pages.clear()


def photograph(page: Page, name: str) -> None:
    """The whole page as a picture."""
    page.evaluate("window.scrollTo(0, 0)")
    page.screenshot(path=SHOTS / f"{name}.png", full_page=True)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(database: OwnDatabase) -> Iterator[str]:
    """The site on this database, in a process of its own."""
    port = _free_port()
    command = [sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}", "--workers", "1", "--threads", "4",
               "--access-logfile", "/dev/null", "jubao.site.wsgi:application"]  # fmt: skip
    log = database.data_dir / "site.log"
    # Keys and documents are those of the test, so that it may make sessions and papers.
    environment = database.env() | {"JUBAO_DATA_DIR": str(data_dir())}
    with log.open("wb") as output:
        server = subprocess.Popen(command, env=environment, stdout=output, stderr=subprocess.STDOUT)
    try:
        _wait_for(f"http://127.0.0.1:{port}/healthz", server, log)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        try:
            server.wait(timeout=PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def _wait_for(address: str, server: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end and server.poll() is None:
        try:
            with urllib.request.urlopen(address, timeout=PATIENCE_SECONDS):
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(log.read_text(encoding="utf-8", errors="replace")[-3000:])


def settled(page: Page) -> None:
    """Wait until the page has been read and nothing that htmx fetches is missing.

    After a click Playwright waits until the answer has begun: what is read then may be a document without a body, and what
    htmx was asked for is not there yet.
    """
    if not page.is_closed():
        page.wait_for_load_state("load")
        page.locator(BUSY).first.wait_for(state="detached")


def _settling(act: Callable[..., None]) -> Callable[..., None]:
    """The same action of a page or of something on it, back when the page has settled."""

    def acted(self: Locator | Page, *given: Any, **named: Any) -> None:
        act(self, *given, **named)
        settled(self if isinstance(self, Page) else self.page)

    return acted


for _kind in (Locator, Page):
    for _name in ("click", "dblclick", "press"):
        setattr(_kind, _name, _settling(getattr(_kind, _name)))
expect.set_options(timeout=PATIENCE_MS)


@dataclass
class _Running:
    """The one Playwright of this process with its one Chromium, and how many use it now."""

    users: int = 0
    ends: ExitStack = field(default_factory=ExitStack)
    browser: Browser | None = None


_RUNNING = _Running()


@contextmanager
def chromium() -> Iterator[Browser]:
    """The browser of this process: Playwright refuses a second one beside it, and fixtures of different files overlap."""
    # Playwright keeps an event loop in this thread; Django would refuse the database beside it, to every later test too.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    if _RUNNING.browser is None:
        driver = _RUNNING.ends.enter_context(sync_playwright())
        _RUNNING.browser = driver.chromium.launch(
            executable_path=CHROMIUM, args=FLAGS, timeout=2 * PATIENCE_MS
        )
        _RUNNING.ends.callback(_RUNNING.browser.close)
    _RUNNING.users += 1
    try:
        yield _RUNNING.browser
    finally:
        _RUNNING.users -= 1
        if not _RUNNING.users:
            _RUNNING.browser = None
            _RUNNING.ends.close()


@contextmanager
def opened_desk(cluster: Cluster, folder: Path, seed: Callable[[Desk], None]) -> Iterator[Desk]:
    """Database, seed, server, browser; all end with the block."""
    with copy_of_template(cluster) as name, chromium() as browser:
        database = OwnDatabase(name, cluster, folder)
        made = Desk(database, browser, "")
        with made.records():
            seed(made)
        with serving(database) as root:
            made.root = root
            yield made
            made.close_pages()
