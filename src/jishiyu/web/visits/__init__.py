"""Visits: the calendar of a team, one visit, and the page for a phone on site."""
