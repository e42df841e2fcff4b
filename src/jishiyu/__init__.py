"""Jishiyu 及时雨: subsidies that arrive by themselves, help that reaches the shop floor."""

__version__ = "0.1.0"
