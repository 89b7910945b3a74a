"""The command `xfc-notify`."""

from xfc_notify.cli.app import main

if __name__ == "__main__":
    main()
