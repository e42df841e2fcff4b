"""What is written about rounds, enterprises and needs, by whom the caller says it is."""

from jishiyu.apps.enterprises.moving import move_need

__all__ = ["move_need"]
