"""`python -m flames_indexer` is `flames`."""

from flames_indexer.cli import main

if __name__ == "__main__":  # a spawned worker imports this module under another name
    main()
