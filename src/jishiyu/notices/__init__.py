"""Channels by which notices leave: SMS gateways, e-mail, DingTalk, WeCom, Feishu, all through Apprise."""
