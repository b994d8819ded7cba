"""Participants: enrolment, data, documents, groups, accounts they are paid to, contacts."""
