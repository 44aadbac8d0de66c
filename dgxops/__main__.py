"""``python -m dgxops`` is the ``dgxops`` command."""

from dgxops.cli.main import main

if __name__ == "__main__":
    main()
