"""Asks Spantoll for its figures, and compares them with recomputed ones."""

import json
import os
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).parents[2]
# the repository's own Node comes before the machine's
PATH = f"{ROOT / 'node_modules' / '.bin'}{os.pathsep}{os.environ['PATH']}"
differs = False


def node(*arguments, question=None):
    out = subprocess.run(
        ["node", *map(str, arguments)],
        check=True,
        stdout=subprocess.PIPE,
        input=None if question is None else json.dumps(question).encode(),
        env={**os.environ, "PATH": PATH},
    ).stdout
    return json.loads(out)


def figures(name, question):
    return node(ROOT / "bench" / "recomputations" / "figures.ts", name, question=question)


def compare(name, recomputed, spantoll, tolerance):
    """Prints both figures and their difference, which must not exceed `tolerance`."""
    global differs
    difference = abs(recomputed - spantoll)
    verdict = "equal" if difference <= tolerance else "DIFFERS"
    differs |= difference > tolerance
    print(f"{name}: python {recomputed:.6g}, spantoll {spantoll:.6g}, difference {difference:.2g} (at most {tolerance:.2g}): {verdict}")


def finish():
    sys.exit(1 if differs else 0)
