"""The records of people on the phone: their accounts, one-time codes, agreements, face authentications."""
