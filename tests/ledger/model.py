"""The ledger in plain Python: what every command must answer and what must stand in the accounts afterwards.

Worked example: `model.post("a", "account_pension", "own_payment", "paid_out", 100, "posted")` on an empty account answers
INSUFFICIENT_BALANCE and changes nothing. It knows nothing of SQL; the real ledger must agree after every history.
"""

from __future__ import annotations

from dataclasses import dataclass, field

PERSONAL = ("own_payment", "subsidy", "interest")
ALLOWED = {
    ("contribution", "treasury_receipts", "own_payment"),
    ("subsidy", "subsidy_fund", "subsidy"),
    ("account_pension", "own_payment", "paid_out"),
    ("account_pension", "subsidy", "paid_out"),
    ("account_pension", "base_pension_fund", "paid_out"),
    ("base_pension", "base_pension_fund", "paid_out"),
}
"""The roads the histories use, written down by hand and not taken from the code."""


@dataclass(frozen=True)
class Posting:
    """One transfer the model knows, with its phase; `undoes` names the transfer it reverses."""

    code: str
    source: str
    target: str
    fen: int
    phase: str
    undoes: str = ""


@dataclass
class Model:
    """Balances are recomputed from the list after every command: the model has no projection to go wrong."""

    postings: dict[str, Posting] = field(default_factory=dict)
    answers: dict[str, str] = field(default_factory=dict)
    reasons: dict[str, str] = field(default_factory=dict)

    def post(self, key: str, code: str, source: str, target: str, fen: int, phase: str) -> str:
        """Answer 1, 0 (already recorded) or the code of a refusal."""
        asked = Posting(code, source, target, fen, phase)
        if key in self.postings:
            return "0" if self.postings[key] == asked else "TRANSFER_DIFFERS"
        if fen <= 0:
            return "AMOUNT_NOT_POSITIVE"
        if (code, source, target) not in ALLOWED:
            return "MOVE_NOT_ALLOWED"
        return self._keep(key, asked)

    def resolve(self, key: str, phase: str) -> str:
        """Answer a pending transfer."""
        known = self.postings.get(key)
        if known is None or known.phase != "pending":
            return "0"
        if key in self.answers:
            return "0" if self.answers[key] == phase else "SECOND_ANSWER"
        self.answers[key] = phase
        return "1"

    def reverse(self, key: str, reason: str) -> str:
        """Undo an effective transfer; the answer is the name the reversal has in the model."""
        if not self._is_effective(key) or self.postings[key].undoes:
            return "NOT_POSTED"
        if key in self.reasons:
            return f"undo {key}" if self.reasons[key] == reason else "ALREADY_REVERSED"
        known = self.postings[key]
        undo = Posting(known.code, known.target, known.source, known.fen, "posted", key)
        outcome = self._keep(f"undo {key}", undo)
        if outcome != "1":
            return outcome
        self.reasons[key] = reason
        return f"undo {key}"

    def balance(self, kind: str) -> int:
        """Credits less debits of what is effective."""
        effective = [one for key, one in self.postings.items() if self._is_effective(key)]
        return sum(one.fen for one in effective if one.target == kind) - sum(
            one.fen for one in effective if one.source == kind
        )

    def reserved(self, kind: str) -> int:
        """Debits that wait for the bank."""
        return sum(
            one.fen
            for key, one in self.postings.items()
            if one.source == kind and one.phase == "pending" and key not in self.answers
        )

    def _is_effective(self, key: str) -> bool:
        known = self.postings.get(key)
        return known is not None and (known.phase == "posted" or self.answers.get(key) == "post")

    def _keep(self, key: str, asked: Posting) -> str:
        self.postings[key] = asked
        if any(self.balance(kind) < self.reserved(kind) for kind in PERSONAL):
            del self.postings[key]
            return "INSUFFICIENT_BALANCE"
        return "1"
