"""Money out: batches, bank files, answers of the bank, retries that cannot pay twice, and recoveries."""
