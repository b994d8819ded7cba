"""The pages of docs/workflows say what the tables say.

Worked example: after a kind or a pack's workflow changes, `python -m scripts.make_workflows` writes them anew.
"""

from __future__ import annotations

from scripts.make_workflows import main, pages


def test_the_pages_are_up_to_date() -> None:
    assert main(["--check"]) == 0


def test_a_page_draws_every_state_of_its_table() -> None:
    text = pages()["suspension.md"]
    assert "proposed --> approved: 同意" in text
    assert "[*] --> proposed: 提出" in text
