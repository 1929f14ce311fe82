"""Host the specimen as `peersupports service` hosts a real one."""

import peersupports

if __name__ == "__main__":
    peersupports.green()
    from shared.hosting import host
    from tests.specimen.service import SpecimenService

    host(SpecimenService)
