"""The roster: members, their memberships, rosters taken in, persons who may be one."""
