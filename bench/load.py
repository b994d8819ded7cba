"""Open-loop load on the running site: so many requests a second whatever the answers do, 70 % reads, 30 % writes.

Worked example: `python -m bench.load --url http://127.0.0.1:8000 --rate 200 --seconds 600 --users 500110-handler` logs in with
the demo's accounts, walks lists, persons, accounts and payments, searches, reveals full values, proposes to hold payments
and withdraws what it proposed, and prints p50/p95/p99, the kinds, the errors. A request waits in no client queue: its time
counts from the moment it was due, and a write is over when the page that it leads to has come.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import re
import subprocess
import sys
import time
import urllib.parse
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

TOKEN = re.compile(rb'name="csrfmiddlewaretoken" value="([^"]+)"')
FOUND = re.compile(rb'href="/workbench/people/([0-9a-f-]{36})/" data-open')
PERSON = re.compile(r"/workbench/people/([0-9a-f-]{36})/")
CASE = re.compile(r"/workbench/cases/([0-9a-f-]{36})/")
FIELD = re.compile(rb'name="(version|digest|key)" value="([^"]*)"')
PAID, MAY_WITHDRAW = "正常待遇".encode(), b'value="withdraw"'
PEOPLE = "/workbench/people/"
READS = {"home": 10, "person": 18, "account": 14, "payments": 12, "cases": 10, "runs": 6}
WRITES = {"search": 14, "reveal": 6, "hold": 5, "withdraw": 5}
"""A search is kept in the session, a reveal in the log of looks; a hold is a case proposed, a withdrawal its next step."""
INITIALS = ("zgf", "l", "w", "zh", "ch", "lj", "yx", "hm", "x", "g")


@dataclass
class Answer:
    """One HTTP answer."""

    status: int
    location: str
    body: bytes


@dataclass
class Browser:
    """One officer's browser: cookies, a form token, and what it has seen of people and of what it proposed."""

    host: str
    port: int
    cookies: dict[str, str] = field(default_factory=dict)
    token: str = ""
    people: list[str] = field(default_factory=list)
    idle: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = field(default_factory=list)
    may_propose: bool = False
    paid: list[str] = field(default_factory=list)
    proposed: dict[str, dict[str, str]] = field(default_factory=dict)

    async def ask(self, method: str, path: str, form: dict[str, str] | None = None) -> Answer:
        """One request on a kept connection; a stale one is replaced once."""
        for attempt in (1, 2):
            reader, writer = await self._connection(fresh=attempt == 2)
            try:
                answer = await self._exchange(reader, writer, method, path, form)
            except (ConnectionError, asyncio.IncompleteReadError):
                writer.close()
                if attempt == 2:
                    raise
                continue
            self.idle.append((reader, writer))
            return answer
        raise ConnectionError(path)

    async def _connection(self, *, fresh: bool) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if self.idle and not fresh:
            return self.idle.pop()
        return await asyncio.open_connection(self.host, self.port, limit=2**22)

    async def _exchange(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        method: str,
        path: str,
        form: dict[str, str] | None,
    ) -> Answer:
        body = urllib.parse.urlencode(form or {}).encode()
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        head = [
            f"{method} {path} HTTP/1.1",
            f"Host: {self.host}:{self.port}",
            f"Cookie: {cookies}",
            f"Referer: http://{self.host}:{self.port}/",
            f"X-CSRFToken: {self.token}",
            f"Content-Length: {len(body)}",
        ]
        if body:
            head.append("Content-Type: application/x-www-form-urlencoded")
        writer.write("\r\n".join([*head, "", ""]).encode() + body)
        await writer.drain()
        lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        status = int(lines[0].split(" ")[1])
        headers = defaultdict(list)
        for line in lines[1:]:
            name, _, value = line.partition(":")
            headers[name.lower()].append(value.strip())
        if "chunked" in headers.get("transfer-encoding", []):
            content = await _chunks(reader)
        else:
            content = await reader.readexactly(int((headers.get("content-length") or ["0"])[0]))
        for cookie in headers.get("set-cookie", []):
            name, _, value = cookie.split(";")[0].partition("=")
            self.cookies[name.strip()] = value
        answer = Answer(status, (headers.get("location") or [""])[0], content)
        self._learn(path, answer.body)
        return answer

    def _learn(self, path: str, body: bytes) -> None:
        """No more than the next requests need: the driver runs on the machine that it measures."""
        if not self.token and (found := TOKEN.search(body)):
            self.token = found[1].decode()
        if path == PEOPLE:
            self.people = (list(dict.fromkeys(one.decode() for one in FOUND.findall(body))) + self.people)[
                :200
            ]
        if not self.may_propose:
            return
        if (person := PERSON.fullmatch(path)) and PAID in body:
            self.paid = [person[1], *self.paid][:200]
        if (case := CASE.fullmatch(path)) and MAY_WITHDRAW in body:
            self.proposed[case[1]] = {name.decode(): value.decode() for name, value in FIELD.findall(body)}


async def _chunks(reader: asyncio.StreamReader) -> bytes:
    parts = []
    while size := int((await reader.readline()).strip() or b"0", 16):
        parts.append(await reader.readexactly(size))
        await reader.readline()
    await reader.readline()
    return b"".join(parts)


def steps(browser: Browser, chance: random.Random) -> tuple[str, str, str, dict[str, str] | None]:
    """Kind, method, path and form of the next request: seven reads to three writes."""
    mix = READS | WRITES
    kind = chance.choices(tuple(mix), tuple(mix.values()))[0]
    person = chance.choice(browser.people) if browser.people else ""
    form = {"csrfmiddlewaretoken": browser.token}
    if kind in ("hold", "withdraw"):
        return _case_step(kind, browser, form) or ("reveal", *_reveal(person, form))
    if kind == "search" or not person:
        return "search", "POST", PEOPLE, form | {"q": chance.choice(INITIALS)}
    place = f"/workbench/people/{person}/"
    return {
        "home": ("home", "GET", "/workbench/", None),
        "person": ("person", "GET", place, None),
        "account": ("account", "GET", place + "account/", None),
        "payments": ("payments", "GET", place + "payments/", None),
        "cases": ("cases", "GET", "/workbench/cases/", None),
        "runs": ("runs", "GET", "/workbench/payments/", None),
        "reveal": ("reveal", *_reveal(person, form)),
    }[kind]


def _reveal(person: str, form: dict[str, str]) -> tuple[str, str, dict[str, str]]:
    return "POST", f"/workbench/people/{person}/reveal/", form | {"purpose": "核对身份"}


def _case_step(
    kind: str, browser: Browser, form: dict[str, str]
) -> tuple[str, str, str, dict[str, str]] | None:
    """Withdraw what was proposed, or propose to hold the next payment of somebody seen to be paid; nothing if neither can be."""
    if browser.proposed and (kind == "withdraw" or not browser.paid):
        case, fields = browser.proposed.popitem()
        step = {"action": "withdraw", "reason": "来源有误"} | fields
        return "withdraw", "POST", f"/workbench/cases/{case}/act/", form | step
    if not browser.paid:
        return None
    step = {"do": "hold", "reason": "NOT_CERTIFIED", "note": "电话核实", "key": uuid4().hex}
    return "hold", "POST", f"/workbench/people/{browser.paid.pop()}/begin/", form | step


async def log_in(host: str, port: int, user: str, password: str, program: Path) -> Browser:
    """A logged-in browser of one demo account; the one-time code comes from `jubao demo code`."""
    browser = Browser(host, port, may_propose=user.endswith("-handler"))
    page = await browser.ask("GET", "/workbench/login/")
    code = subprocess.run(
        [str(program), "demo", "code", user], capture_output=True, text=True, check=True
    ).stdout
    form = {
        "csrfmiddlewaretoken": browser.token,
        "username": user,
        "password": password,
        "code": re.findall(r"\d{6}", code)[-1],
    }
    answer = await browser.ask("POST", "/workbench/login/", form)
    if answer.status != 302 or page.status != 200:
        raise SystemExit(f"{user}: log-in answered {answer.status}")
    browser.token = ""  # logging in gives a new one, which the next page tells
    await browser.ask("GET", "/workbench/")
    for initials in INITIALS[:4]:
        await browser.ask("POST", PEOPLE, {"csrfmiddlewaretoken": browser.token, "q": initials})
        await browser.ask("GET", PEOPLE)
    return browser


async def drive(
    browsers: list[Browser], rate: float, seconds: float, seed: int
) -> dict[str, list[tuple[float, int]]]:
    """Fire on schedule; time of each request from when it was due, by kind, with its status (0: no answer)."""
    chance = random.Random(seed)
    times: dict[str, list[tuple[float, int]]] = defaultdict(list)
    started = time.perf_counter()
    running: set[asyncio.Task[None]] = set()

    async def one(browser: Browser, due: float) -> None:
        kind, method, path, form = steps(browser, chance)
        try:
            answer = await asyncio.wait_for(browser.ask(method, path, form), 30)
            if answer.status == 302:  # as a browser does: the answer is the page it leads to
                if kind == "hold" and "/cases/" not in answer.location:
                    kind = "hold refused"  # somebody else holds this payment: a right answer of its own
                answer = await asyncio.wait_for(browser.ask("GET", answer.location), 30)
            status = answer.status
        except (TimeoutError, OSError, asyncio.IncompleteReadError):
            status = 0
        times[kind].append((time.perf_counter() - started - due, status))

    for number in range(int(rate * seconds)):
        due = number / rate
        await asyncio.sleep(max(0.0, started + due - time.perf_counter()))
        task = asyncio.create_task(one(browsers[number % len(browsers)], due))
        running.add(task)
        task.add_done_callback(running.discard)
    await asyncio.gather(*running)
    return times


def report(times: dict[str, list[tuple[float, int]]], rate: float, seconds: float) -> dict[str, object]:
    """Percentiles in milliseconds over all and by kind, and every status that is no answer to a right request."""

    def share(values: list[float], part: float) -> float:
        return round(1000 * sorted(values)[min(len(values) - 1, int(len(values) * part))], 1)

    everything = [one for group in times.values() for one, _status in group]
    errors: dict[str, int] = defaultdict(int)
    for kind, group in times.items():
        for _one, status in group:
            if status == 0 or status >= 400:
                errors[f"{kind} {status}"] += 1
    parts = (("p50", 0.5), ("p95", 0.95), ("p99", 0.99))
    return {
        "rate": rate,
        "seconds": seconds,
        "requests": len(everything),
        **{name: share(everything, part) for name, part in parts},
        "kinds": {
            k: {n: share([t for t, _s in g], p) for n, p in parts} | {"count": len(g)}
            for k, g in sorted(times.items())
        },
        "errors": dict(errors),
    }


async def _main(arguments: argparse.Namespace) -> int:
    address = urllib.parse.urlsplit(arguments.url)
    program = Path(os.environ.get("JUBAO_PROGRAM", Path(sys.executable).parent / "jubao"))
    host, port = address.hostname or "127.0.0.1", address.port or 80
    browsers = [
        await log_in(host, port, user, arguments.password, program) for user in arguments.users.split(",")
    ]
    found = report(
        await drive(browsers, arguments.rate, arguments.seconds, arguments.seed),
        arguments.rate,
        arguments.seconds,
    )
    print(json.dumps(found, ensure_ascii=False, indent=1))
    return int(bool(found["errors"]))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url", default="http://127.0.0.1:8000")
    parser.add_argument("--rate", type=float, default=200)
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--users", default="500110-handler,500110-reviewer,150404-handler,360734-handler")
    parser.add_argument("--password", default="")
    parser.add_argument("--seed", type=int, default=7)
    sys.exit(asyncio.run(_main(parser.parse_args())))
