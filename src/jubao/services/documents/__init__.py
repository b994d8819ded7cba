"""Papers and pictures: stored by hash, cleaned, sealed; receipts."""
