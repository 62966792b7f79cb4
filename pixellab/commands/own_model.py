"""Somebody's own model, from ``MODULE:NAME``: a module, a class, or a function."""

from __future__ import annotations

import difflib
import importlib
import importlib.util
import inspect
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

from pixellab.errors import PixelLabError

EXAMPLE = "my_models:Net, or folder/my_models.py:Net"


def find(text: str) -> Callable:
    """The network that ``MODULE:NAME`` or ``FILE.py:NAME`` means.

    A `torch.nn.Module`, or a function of pictures, is taken as it is; a class, or a function that needs no argument,
    is called to make one.

    Raises:
        PixelLabError: when there is no such thing, or it cannot be made.
    """
    where, _, name = text.rpartition(":")
    if not where or not name.isidentifier():
        raise PixelLabError(f"{text!r} does not say which model: write it as in {EXAMPLE}.")
    module = _imported(where)
    if not hasattr(module, name):
        raise PixelLabError(f"{where} has no {name!r}{_instead(module, name)}.")
    found = getattr(module, name)
    if not callable(found):
        raise PixelLabError(f"{text} is {_kind(found)} and not a model: name a module, a class or a function.")
    return _made(found, text) if _makes(found) else found


def said(fault: Exception) -> str:
    """What an error of somebody's own code says, on one line."""
    words = " ".join(str(fault).split())
    return f"{type(fault).__name__}: {words}" if words else type(fault).__name__


def _imported(where: str) -> ModuleType:
    file = Path(where)
    by_file = file.suffix == ".py"
    if by_file and not file.is_file():
        raise PixelLabError(f"There is no file {where}.")
    folder = str(file.parent.resolve() if by_file else Path.cwd())
    if folder not in sys.path:
        sys.path.insert(0, folder)
    try:
        return _from_file(file) if by_file else importlib.import_module(where)
    except ModuleNotFoundError as fault:
        if not by_file and fault.name and f"{where}.".startswith(f"{fault.name}."):
            raise PixelLabError(
                f"There is no module {where!r}: run the command in its folder, or write it as in {EXAMPLE}."
            ) from fault
        raise PixelLabError(f"{where} cannot be imported: it needs {fault.name}, which is not installed.") from fault
    except Exception as fault:
        raise PixelLabError(f"{where} cannot be imported: {said(fault)}.") from fault


def _from_file(file: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"checked_{file.stem}", file)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # Dataclasses, among others, look their own module up.
    spec.loader.exec_module(module)
    return module


def _made(maker: Callable, text: str) -> Callable:
    if required := _required(maker):
        raise PixelLabError(f"{text} needs arguments ({required}): name a function without any that makes the model.")
    try:
        made = maker()
    except Exception as fault:
        raise PixelLabError(f"{text} cannot be made: {said(fault)}.") from fault
    if not callable(made):
        raise PixelLabError(f"{text} makes something {_kind(made)} and not a model: return a module or a function.")
    return made


def _makes(found: Callable) -> bool:
    """Whether it is to be called to make a model: a class, or a function that can be called without arguments."""
    if not inspect.isfunction(found):
        return inspect.isclass(found)
    variable = any(p.kind is p.VAR_POSITIONAL for p in inspect.signature(found).parameters.values())
    return not variable and not _required(found)


def _required(found: Callable) -> str:
    """The parameters that have to be given."""
    variable = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    parameters = inspect.signature(found).parameters.values()
    return ", ".join(p.name for p in parameters if p.default is p.empty and p.kind not in variable)


def _instead(module: ModuleType, name: str) -> str:
    """What else it has: what is spelt alike, or what it defines."""
    names = [n for n, value in vars(module).items() if callable(value) and not n.startswith("_")]
    own = [n for n in names if getattr(getattr(module, n), "__module__", None) == module.__name__]
    choice = difflib.get_close_matches(name, names, n=1) or own[:5]
    return f"; it has {', '.join(choice)}" if choice else ""


def _kind(value: object) -> str:
    return f"of the type {type(value).__name__}"
