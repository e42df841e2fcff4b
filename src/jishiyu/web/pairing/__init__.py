"""The pairing meeting: the proposal beside the resource list, decided by people."""
