"""The whole product on one machine: what `make run` and the tests start. It writes only its run folder."""

from deploy.local.local import Local

__all__ = ["Local"]
