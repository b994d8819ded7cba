"""Notices and SMS: the wording, the outbox, the gateway."""
