"""Who acts: the officer, the human being behind the account, the grant and the place. Every service takes one.

Worked example: `Actor.system("month_run", scope="500000/500110/")` is the nightly work of one district; it proposes and
posts what the law lets a machine post, and is never the maker or checker of a decision.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

PARTICIPANT = "participant"
"""The post of whoever uses the portal: named by workflows, held by no officer."""


@dataclass(frozen=True)
class Actor:
    """`scope` is the path of the division whose subtree may be read and written; `families` the posts' families held."""

    officer_id: UUID | None
    natural_person_id: UUID | None
    grant_id: UUID | None
    name: str
    scope: str
    posts: frozenset[str] = frozenset()
    families: frozenset[str] = frozenset()
    device: str = ""
    session: str = ""
    reach: str = ""

    @classmethod
    def system(cls, name: str, *, scope: str) -> Actor:
        """The program itself; has no natural person, so the database refuses it as maker or checker of a decision."""
        return cls(None, None, None, name, scope)

    @classmethod
    def participant(
        cls, account_id: UUID, *, name: str, scope: str, device: str = "", session: str = ""
    ) -> Actor:
        """Somebody at the portal, for a participant or as helper; `scope` is the district of the participant concerned."""
        return cls(
            None,
            account_id,
            None,
            name,
            scope,
            frozenset({PARTICIPANT}),
            frozenset(),
            device=device,
            session=session,
        )

    @property
    def is_participant(self) -> bool:
        """Whether this is somebody at the portal and no officer."""
        return PARTICIPANT in self.posts

    @property
    def is_system(self) -> bool:
        """Whether no human being stands behind the act."""
        return self.natural_person_id is None
