"""People on the phone: an account proven by a one-time code, what it agreed to, and each authentication by face.

Worked example: 张桂芳's daughter (no participant herself) has an `Account` with name, sealed number and phone; she helps her
mother: the `FaceCheck` names the mother as the person and the daughter's account as who held the phone.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from jubao.database.rows import Row, append_only, audited


class Account(Row):
    """Somebody who uses the portal. `person` is set where the number is that of a participant."""

    name = models.CharField(max_length=60)
    number_digest = models.CharField(
        max_length=64, unique=True, help_text="keyed digest of the identity number"
    )
    number_sealed = models.TextField(help_text="the number, sealed with the key outside the database")
    person = models.ForeignKey("people.Person", models.PROTECT, null=True)
    phone = models.CharField(max_length=20)
    session_epoch = models.IntegerField(default=1, help_text="raised to end every session")
    is_locked = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)
    last_login_at = models.DateTimeField(null=True)

    class Meta:
        triggers = audited("resident_account")


class FamilyMember(Row):
    """A relative as recorded with proof: who may apply in the person's stead. The number is kept as a digest only."""

    person = models.ForeignKey("people.Person", models.PROTECT, related_name="family")
    name = models.CharField(max_length=60)
    relation = models.CharField(max_length=30)
    number_digest = models.CharField(max_length=64)
    proof = models.CharField(max_length=200, help_text="the paper that shows the relation")
    from_on = models.DateField()
    until_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "number_digest"],
                condition=Q(until_on__isnull=True),
                name="family_member_once",
            ),
        ]
        indexes = [models.Index(fields=["number_digest"], name="family_member_number")]
        triggers = audited("family_member")


class LoginCode(models.Model):
    """A one-time code sent to a phone. Short-lived, no business data, deleted when old."""

    id = models.BigAutoField(primary_key=True)
    number_digest = models.CharField(max_length=64)
    phone = models.CharField(max_length=20)
    code_digest = models.CharField(max_length=64)
    expires_at = models.DateTimeField()
    tries = models.IntegerField(default=0)
    used_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["number_digest", "sent_at"], name="login_code_recent")]


class Agreement(Row):
    """A text that somebody agreed to: name and SHA-256 of its words, when, for whom."""

    account = models.ForeignKey(Account, models.PROTECT, related_name="agreements")
    person = models.ForeignKey("people.Person", models.PROTECT, null=True)
    text_name = models.CharField(max_length=60)
    text_sha256 = models.CharField(max_length=64)
    case_id = models.UUIDField(null=True)
    at = models.DateTimeField()

    class Meta:
        triggers = [*audited("resident_agreement"), *append_only("resident_agreement")]


class ReferencePhoto(Row):
    """The photo that a face is compared with: from the card system, the template collection, or an officer's photo."""

    person = models.ForeignKey("people.Person", models.PROTECT, related_name="reference_photos")
    document = models.ForeignKey("archive.Document", models.PROTECT)
    source = models.CharField(max_length=30)
    from_on = models.DateField()
    until_on = models.DateField(null=True)
    reason = models.CharField(
        max_length=200, default="", db_default="", help_text="why it was taken or replaced"
    )
    taken_by_id = models.UUIDField(null=True, help_text="natural person who put it in; NULL: a system")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=Q(until_on__isnull=True), name="reference_photo_one"
            )
        ]
        triggers = audited("reference_photo")


class FaceSession(Row):
    """An authentication that was asked for; a provider's own page comes back with its token."""

    account = models.ForeignKey(Account, models.PROTECT, null=True)
    officer_id = models.UUIDField(null=True)
    person = models.ForeignKey("people.Person", models.PROTECT)
    purpose = models.CharField(max_length=40, help_text="claim_free | certification | login")
    case_id = models.UUIDField(null=True)
    provider = models.CharField(max_length=20)
    token = models.CharField(max_length=80, unique=True)
    expires_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    started_at = models.DateTimeField()

    class Meta:
        triggers = audited("face_session")


class FaceCheck(Row):
    """What a verifier answered: pass, fail, retry with a reason, manual. `distance_ppm` only where the verifier gives one."""

    session = models.ForeignKey(FaceSession, models.PROTECT, related_name="checks")
    person = models.ForeignKey("people.Person", models.PROTECT)
    provider = models.CharField(max_length=20)
    outcome = models.CharField(max_length=10, help_text="pass | fail | retry | manual")
    reason = models.CharField(max_length=60, default="")
    distance_ppm = models.IntegerField(null=True)
    probe_document_id = models.UUIDField(null=True)
    evidence_id = models.CharField(
        max_length=80, default="", help_text="the provider's own number of the check"
    )
    at = models.DateTimeField()

    class Meta:
        triggers = [*audited("face_check"), *append_only("face_check")]
