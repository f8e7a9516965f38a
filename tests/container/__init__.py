"""The Action in its real container."""
