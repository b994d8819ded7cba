"""The made-up card system: whose card it is, what it answers, how it misbehaves, what its page shows."""

from __future__ import annotations

import json
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from jubao.demo.counterparts.card_system import Store, cards_keep, server

ZHANG = "509901196611120023"


@pytest.fixture
def cards(tmp_path: Path) -> Iterator[str]:
    path = tmp_path / "cards.sqlite"
    for _twice in range(2):
        kept = cards_keep(path, [(ZHANG, "张桂芳", "重庆农村商业银行", "9900000000000000017", False)])
    assert kept == 1
    beside = server(0, Store(str(path), "the key"))
    threading.Thread(target=beside.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{beside.server_address[1]}"
    beside.shutdown()
    beside.server_close()


def asked(address: str, *people: tuple[str, str], key: str = "the key") -> list[dict[str, Any]]:
    body = json.dumps({"people": [{"number": number, "name": name} for number, name in people]}).encode()
    request = urllib.request.Request(
        f"{address}/accounts", data=body, headers={"Authorization": f"Bearer {key}"}
    )
    with urllib.request.urlopen(request, timeout=20) as answer:
        return list(json.loads(answer.read())["accounts"])


def behave(address: str, mode: str) -> None:
    urllib.request.urlopen(f"{address}/control", data=json.dumps({"mode": mode}).encode(), timeout=20).close()


def test_it_answers_for_the_holder_of_a_card_only(cards: str) -> None:
    found, other_name, nobody = asked(
        cards, (ZHANG, "张桂芳"), (ZHANG, "张桂芬"), ("509901196611120031", "李静")
    )

    assert (found["outcome"], found["bank"], found["account"]) == (
        "found", "重庆农村商业银行", "9900000000000000017"
    )  # fmt: skip
    assert found["is_activated"] is False
    assert (other_name["outcome"], nobody["outcome"]) == ("none", "none")
    with urllib.request.urlopen(cards, timeout=20) as page:
        text = page.read().decode()
    assert "张桂芬" in text and "9900000000000000017" in text and "无卡账户" in text


def test_it_asks_for_its_key_and_misbehaves_on_demand(cards: str) -> None:
    with pytest.raises(urllib.error.HTTPError) as refused:
        asked(cards, (ZHANG, "张桂芳"), key="another")
    assert refused.value.code == 401

    behave(cards, "half")
    assert len(asked(cards, (ZHANG, "张桂芳"), (ZHANG, "张桂芳"))) == 1
    behave(cards, "down")
    with pytest.raises(urllib.error.HTTPError) as down:
        asked(cards, (ZHANG, "张桂芳"))
    assert down.value.code == 503
    behave(cards, "")
    assert asked(cards, (ZHANG, "张桂芳"))[0]["outcome"] == "found"
