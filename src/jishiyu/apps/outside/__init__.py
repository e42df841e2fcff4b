"""Where the installation reaches outside: gateways of notices, and the watched folder."""
