# SPDX-License-Identifier: Apache-2.0
"""Fuzzes what reads tokens and keys, with Atheris.

    python tests/fuzz/run.py                    # every target, a minute each
    python tests/fuzz/run.py tokens --seconds 600
    python tests/fuzz/run.py tokens --input build/fuzz/tokens/crash-…

What is found stays in `build/fuzz/TARGET`, where the next run begins; a failing input is written there as
`crash-…`. An input may take ten seconds and 512 MB.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

import atheris

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "generated"), str(ROOT)]

with atheris.instrument_imports(include=["keycloak_sdk", "json"]):
    from fuzz.targets import SEEDS, TARGETS


def fuzz(target: str, seconds: int) -> None:
    """Run one target in this process, which ends with it."""
    corpus = ROOT / "build" / "fuzz" / target
    corpus.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(SEEDS[target]):
        (corpus / f"seed-{number}").write_bytes(seed)
    options = [
        f"-max_total_time={seconds}",
        "-timeout=10",
        "-rss_limit_mb=512",
        "-max_len=4096",
        "-print_final_stats=1",
    ]
    atheris.Setup([sys.argv[0], *options, f"-artifact_prefix={corpus}/", str(corpus)], TARGETS[target])
    atheris.Fuzz()


def main() -> None:
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("target", nargs="?", choices=list(TARGETS))
    parser.add_argument("--seconds", type=int, default=60, help="for each target")
    parser.add_argument("--input", type=Path, help="run the target once, on this file")
    asked = parser.parse_args()
    if asked.input is not None:
        TARGETS[asked.target](asked.input.read_bytes())
    elif asked.target is not None:
        fuzz(asked.target, asked.seconds)
    else:
        for target in TARGETS:
            print(f"--- {target}", flush=True)
            command = [sys.executable, __file__, target, "--seconds", str(asked.seconds)]
            subprocess.run(command, check=True)


if __name__ == "__main__":
    main()
