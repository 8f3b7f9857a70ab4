"""The pieces that the model has a vector for: WordPiece over the subtokens of identifiers."""

from collections import Counter
from pathlib import Path

from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, trainers

UNKNOWN = "[UNK]"
SPECIAL = ["[PAD]", UNKNOWN]  # first, and without a meaning
_RAREST = 5  # functions a subtoken must stand in
_LONGEST = 24  # letters; longer ones are data
_REPEATS = 2_000  # of the commonest words: they all have a piece of their own
_BORDERS = (
    r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|(?<=[A-Za-z])(?=[0-9])|(?<=[0-9])(?=[A-Za-z])"
)


def train(frequencies: Counter[str], size: int) -> list[str]:
    """At most `size` pieces, `##` in front of those that continue a word.

    `frequencies`: how many functions each subtoken stands in. The three-quarter power keeps common
    words from being all that is seen. The trainer numbers what continues a word in the order of a
    hash table, another one in each process, and of equally common pairs joins the first by number:
    so these are given, sorted, as if they were special, and what it returns is sorted too.
    """
    words = [
        word
        for word, count in sorted(frequencies.items())
        if count >= _RAREST and len(word) <= _LONGEST and not word.isdigit()
        for _ in range(min(int(count**0.75), _REPEATS))
    ]
    words += [str(number) for number in range(300) for _ in range(50)]
    tokenizer = Tokenizer(models.WordPiece(unk_token=UNKNOWN, max_input_chars_per_word=40))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    letters = sorted({letter for word in words for letter in word})
    trainer = trainers.WordPieceTrainer(
        vocab_size=size,
        special_tokens=[*SPECIAL, *(f"##{letter}" for letter in letters)],
        min_frequency=8,
        show_progress=False,
    )
    lines = (" ".join(words[at : at + 1000]) for at in range(0, len(words), 1000))
    tokenizer.train_from_iterator(lines, trainer)
    numbers: dict[str, int] = tokenizer.get_vocab()
    return [*SPECIAL, *sorted(numbers.keys() - set(SPECIAL))]


def tokenizer_of(pieces: list[str]) -> Tokenizer:
    """The tokenizer that gives the pieces Flames' own encoder gives."""
    numbers = {piece: number for number, piece in enumerate(pieces)}
    tokenizer = Tokenizer(models.WordPiece(numbers, unk_token=UNKNOWN, max_input_chars_per_word=40))
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.Replace(Regex(_BORDERS), " "), normalizers.Lowercase()]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Split(
        Regex(r"[a-z]+|[0-9]+"), behavior="removed", invert=True
    )
    return tokenizer


def save(pieces: list[str], path: Path) -> None:
    """One piece a line."""
    path.write_text("\n".join(pieces) + "\n")
