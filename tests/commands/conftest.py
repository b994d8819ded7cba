"""Fixtures that several command tests share."""

from tests.policy.conftest import mini as mini
