"""The records of 免申即享: who was extracted, whose flag stands, what was confirmed, who was told, the tasks of the month."""
