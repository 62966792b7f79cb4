"""Where the sets are published, and how each file is recognised: its size and its published checksum."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class PublishedFile:
    """A file that can be downloaded.

    Attributes:
        name: its name in the set's folder.
        addresses: where it can be had, tried in this order; all serve the same bytes.
        size: its length in bytes.
        digest: "md5:" or "sha256:" and the checksum in hexadecimal.
    """

    name: str
    addresses: tuple[str, ...]
    size: int
    digest: str


def _idx_files(homes: tuple[str, ...], *files: tuple[str, int, str]) -> dict[str, tuple[PublishedFile, ...]]:
    """By split, the images and labels it is read from; `files` are those of train, then those of test."""
    published = [
        PublishedFile(name, tuple(home + name for home in homes), size, f"md5:{md5}")
        for name, size, md5 in files
    ]
    train, test = tuple(published[:2]), tuple(published[2:])
    return {"train": train, "valid": train, "test": test}


def _amat(split: str, size: int, sha256: str) -> tuple[PublishedFile, ...]:
    name = f"binarized_mnist_{split}.amat"
    home = "http://www.cs.toronto.edu/~larocheh/public/datasets/binarized_mnist/"
    return (PublishedFile(name, (home + name,), size, f"sha256:{sha256}"),)


# LeCun, Cortes, Burges: the MNIST database; the mirrors of PyTorch and of the Common Visual Data Foundation.
MNIST = _idx_files(
    ("https://ossci-datasets.s3.amazonaws.com/mnist/", "https://storage.googleapis.com/cvdf-datasets/mnist/"),
    ("train-images-idx3-ubyte.gz", 9_912_422, "f68b3c2dcbeaaa9fbdd348bbdeb94873"),
    ("train-labels-idx1-ubyte.gz", 28_881, "d53e105ee54ea40749a09fcbcd1e9432"),
    ("t10k-images-idx3-ubyte.gz", 1_648_877, "9fb629c4189551a2d022fa330f9573f3"),
    ("t10k-labels-idx1-ubyte.gz", 4_542, "ec29112dd5afa0611ce80d1b7f02629c"),
)

# Xiao, Rasul, Vollgraf: Fashion-MNIST, arXiv 1708.07747; the addresses and md5 of its repository.
FASHION_MNIST = _idx_files(
    (
        "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
        "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/",
    ),
    ("train-images-idx3-ubyte.gz", 26_421_880, "8d4fb7e6c68d591d4c3dfef9ec88bf0d"),
    ("train-labels-idx1-ubyte.gz", 29_515, "25c81989df183df01b3e8a0aad5dffbe"),
    ("t10k-images-idx3-ubyte.gz", 4_422_102, "bef4ecab320f06d8554ea6380940ec79"),
    ("t10k-labels-idx1-ubyte.gz", 5_148, "bb300cfdad3c16e7a12a480ee83cd310"),
)

# Larochelle, Murray: The Neural Autoregressive Distribution Estimator, AISTATS 2011.
BINARIZED_MNIST = {
    "train": _amat("train", 78_400_000, "ad693b29f94c14277b095f5238ddefbbdaaae0939789dd2f4f0205278cee3e4d"),
    "valid": _amat("valid", 15_680_000, "1de3d397c40fe8eeb33dafd4099a1f665ec01e96d9be234aaeeac8a34930e2e2"),
    "test": _amat("test", 15_680_000, "e6687bfea3f820c174f33b7865140b2a2dd2930ef786f35d45795fc193b5ab2c"),
}

# Krizhevsky: Learning Multiple Layers of Features from Tiny Images, 2009; md5 and homes of its page.
_CIFAR10_ARCHIVE = PublishedFile(
    "cifar-10-binary.tar.gz",
    (
        "https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz",
        "https://cave.cs.toronto.edu/kriz/cifar-10-binary.tar.gz",
    ),
    170_052_171,
    "md5:c32a1d4ab5d03f1284b67883e8d87530",
)
CIFAR10 = dict.fromkeys(("train", "valid", "test"), (_CIFAR10_ARCHIVE,))
