"""Readings × limits → findings. The limits are dated data of `policies/power`; nothing here asks what day it is."""
