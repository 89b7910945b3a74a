"""Kill it, stop it, fill its disk, turn its clock: nothing may be lost. `make test-faults`, not `make test`."""
