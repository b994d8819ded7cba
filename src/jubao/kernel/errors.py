"""Expected failures: each has a code, says what happened, under which clause, and what to do next.

Example::

    NotCovered("PARAMETER_MISSING", "重庆市綦江区（500110）2030-01 没有 base_pension_fen 的数值。",
               remedy="请在政策包 parameters/ 中补充该月的标准。", citation=Citation("渝人社发〔2014〕23号", "第二条"))

is printed as one line and ends the command with exit code 4. A programming error is never a DomainError.
"""

from __future__ import annotations

from jubao.kernel.citation import Citation


class DomainError(Exception):
    """A failure the user can do something about; the command prints it as one line and uses its exit code."""

    exit_code = 1

    def __init__(
        self, code: str, message: str, *, remedy: str = "", citation: Citation | None = None
    ) -> None:
        super().__init__(code, message)
        self.code = code
        self.message = message
        self.remedy = remedy
        self.citation = citation

    def __str__(self) -> str:
        cited = f"（{self.citation}）" if self.citation is not None else ""
        return " ".join(f"{self.code}: {self.message}{cited}{self.remedy}".split())


class CheckFailed(DomainError):
    """A check ran to its end and found violations."""

    exit_code = 1


class WrongUsage(DomainError):
    """The command was called in a way that cannot work: an unknown region, a missing option, a foreign folder."""

    exit_code = 2


class InputRefused(DomainError):
    """A whole input is refused: a required column is absent, the file is cut off, every row was rejected."""

    exit_code = 3


class NotCovered(DomainError):
    """No parameter, text or setting covers what was asked; the message names it, the region and the clause."""

    exit_code = 4


class OutsideUnavailable(DomainError):
    """Something outside did not answer; nothing is lost and trying again is safe."""

    exit_code = 5


class ValueRefused(DomainError):
    """One cell cannot be read. It becomes a line of ``rejects`` and never stops a run."""

    exit_code = 3

    def __init__(
        self, code: str, message: str, remedy: str = "", *, citation: Citation | None = None
    ) -> None:
        super().__init__(code, message, remedy=remedy, citation=citation)
