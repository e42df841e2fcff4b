"""Close a console that runs in the background.

Example:
  jishiyu down
"""

import argparse


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take no arguments: there is one console per data folder, and one of the demo."""


def run(options: argparse.Namespace) -> int:
    """Stop the server and say so."""
    from jishiyu.commands.up import stop
    from jishiyu.conf.apart import demo_home
    from jishiyu.conf.home import home

    closed = [stop(folder) for folder in (home(), demo_home())]
    print("控制台已关闭。" if any(closed) else "没有正在运行的控制台。")
    return 0
