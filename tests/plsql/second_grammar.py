"""A second grammar, ANTLR's, reads all PL/SQL: it sees each missing semicolon but a file's last.

    python -m tests.plsql.second_grammar [--if-changed]

With --if-changed it reads nothing where the files are those of the last whole run of mutations.
It reads the files of packages, procedures, triggers, jobs, versions, checks and drops, and the
chunk transport's blocks. sqlfluff lets two of three missing semicolons pass; the last one of a
file is a rule of test_layout.py. It needs node and what `make plsql-grammar` installs.
"""

import json
import subprocess
import sys
from pathlib import Path

from tests.plsql.blocks import blocks
from tests.plsql.grammar import code_of
from tests.plsql.noticing import digest, read_record
from tests.plsql.scripts import REPOSITORY, SCRIPTS

FOLDERS = ["packages", "procedures", "triggers", "jobs", "versions", "checks", "drops"]
SCRIPT = Path(__file__).with_suffix(".mjs")


def main() -> int:
    """Print the faults; the status is 1 where there are some, or where none are ever found."""
    if "--if-changed" in sys.argv and read_record()[0] == digest():
        print("unchanged since the last whole run of mutations")
        return 0
    files = [path for folder in FOLDERS for path in sorted(SCRIPTS.glob(f"{folder}/*"))]
    texts = {str(path.relative_to(SCRIPTS)): path.read_text(encoding="utf-8") for path in files}
    texts |= {f"block {name}": f"{text}\n/\n" for name, text in blocks().items()}
    # Each semicolon of this one, but the last, is taken out once: the grammar must notice.
    path = SCRIPTS / "procedures" / "odm_note_change.sql"
    lines = path.read_text(encoding="utf-8").splitlines()
    ends = [n for n, line in enumerate(lines) if line.endswith(";") and not line.startswith("--")]
    assert len(ends) == code_of(path).count(";")
    broken = {
        f"without the semicolon of line {n + 1}": "\n".join(
            [*lines[:n], lines[n].removesuffix(";"), *lines[n + 1 :], ""]
        )
        for n in ends[:-1]
    }
    told = subprocess.run(
        ["node", str(SCRIPT)],
        input=json.dumps([*texts.items(), *broken.items()]),
        cwd=REPOSITORY,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    found = dict(json.loads(told.stdout))
    wrong = [f"{name}: {fault}" for name in texts for fault in found[name]]
    wrong += [f"{name}: not noticed" for name in broken if not found[name]]
    print("\n".join([*wrong, f"{len(texts)} texts, {len(wrong)} faults"]))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
