"""A steward's desk and the organiser's list of needs: by clock, one need at a time, with everything that can be done."""
