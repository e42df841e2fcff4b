"""Loads the detectors and the keeper of screenshots for every test, wherever pytest is started."""

pytest_plugins = ["tests.detectors", "tests.artefacts"]
