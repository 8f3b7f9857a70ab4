"""`python -m flames_indexer` is `flames`."""

from flames_indexer.cli import main

main()
