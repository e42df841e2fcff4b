"""Bank files out, result files in. A bank is a profile: one TOML file in `profiles/`. docs/howto/add-a-bank.md"""

from jishiyu.banks.profile import ProfileBank, load_profile, open_bank, profile_names

__all__ = ["ProfileBank", "load_profile", "open_bank", "profile_names"]
