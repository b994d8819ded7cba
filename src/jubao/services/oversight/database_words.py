"""What the database says about grants and officers, in the words of the office: code, what happened, what to do.

Worked example: the exclusion constraint `grant_one_family` stops 财务岗 for somebody who holds 受理岗 under another account;
the caller gets FAMILIES_EXCLUDE with a sentence, not a driver's error.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import DatabaseError

from jubao.kernel.errors import CheckFailed
from jubao.kernel.text import _


def _sayings() -> dict[str, str]:
    return {
        "grant_one_family": _(
            "业务、财务、数据、稽核、系统五类岗位不得由同一人兼任（按身份证号码判断，不论用哪个账号）。"
        ),
        "GRANT_INCOMPATIBLE": _("同一人不得兼任不相容岗位"),
        "GRANT_LEVEL": _("这个岗位不能设在这一层级；系统管理岗在市级及以上。"),
        "GRANT_NOT_APPLIED": _("授权须先申请，再审核、批准。"),
        "GRANT_FOUNDING": _("初始授权只能由 jubao init 建立。"),
        "GRANT_FIXED": _("人员、岗位、地点和期限批准后不能改，请重新申请。"),
        "GRANT_STEP": _("授权不在这一步，或者是替别人签的。"),
        "GRANT_WRONG_PERSON": _("授权的人与账号的人不一致。"),
        "grant_not_for_oneself": _("不得为自己申请、审核或批准岗位。"),
        "grant_reviewer_differs": _("申请人和审核人须是不同的人。"),
        "grant_approver_differs": _("批准人须与申请人、审核人不是同一人。"),
        "grant_three_signers": _("授权须有申请、审核、批准三个人。"),
        "grant_period": _("止期须晚于起期。"),
        "ticket_second_person": _("须由申请人和本人以外的第二人核对身份后同意。"),
        "ticket_password_by_two_others": _("重置密码须由本人以外的两个人办理。"),
        "device_one_live": _("已绑定一部手机，请先解除原来的绑定。"),
    }


@contextmanager
def in_office_words() -> Iterator[None]:
    """Turns what a constraint or trigger refuses into a CheckFailed; other errors pass."""
    try:
        yield
    except DatabaseError as refused:
        said = str(refused)
        for word, sentence in _sayings().items():
            if word in said:
                detail = (
                    said.split(f"{word}: ", 1)[1].split("\n", 1)[0] if word == "GRANT_INCOMPATIBLE" else ""
                )
                message = f"{sentence}（{detail}）。" if detail else sentence
                raise CheckFailed(
                    word.upper(), message, remedy=_("请调整岗位或人员后重新申请。")
                ) from refused
        raise
