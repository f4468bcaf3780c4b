"""How the reply reader is made: corpus, views of its rows, network, loop, graph. `scripts/train_reader` is the command."""
