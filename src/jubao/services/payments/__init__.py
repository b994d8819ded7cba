"""The monthly payment of a district, from the draft to the bank's answer."""
