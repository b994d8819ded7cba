"""Authentication by face: sessions, verifiers, reference photos."""
