"""The command `xfc-notify`."""

from xfc_notify.cli.start import main

if __name__ == "__main__":
    main()
