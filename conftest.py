"""Loads the detectors for every test, wherever pytest is started."""

pytest_plugins = ["tests.detectors"]
