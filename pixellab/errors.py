"""What a person using pixellab may meet, said in one sentence that tells what to do."""


class PixelLabError(Exception):
    """Something outside the code is wrong: a file, a download, a picture, a checkpoint.

    The message is one sentence for the user: what is wrong and what to do about it.
    """
