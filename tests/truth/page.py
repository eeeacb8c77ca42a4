"""The page: what was run in which mode, and how it ended."""

import datetime
import re
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree as Xml

Facts = dict[str, str]

LONGEST = 200  # characters of what a failure says


class Check(NamedTuple):
    """One test: `outcome` is passed, failed or skipped."""

    name: str
    outcome: str
    seconds: float
    said: str
    figure: str


class Run(NamedTuple):
    """A mode of the driver; without facts it was not run, and `trouble` says why."""

    mode: str
    facts: Facts | None
    trouble: str
    sections: dict[str, list[Check]]

    @property
    def is_whole(self) -> bool:
        """Whether every section was run, and every check passed."""
        checks = [check for section in self.sections.values() for check in section]
        return self.facts is not None and all(check.outcome == "passed" for check in checks)


def checks_in(report: Path) -> list[Check]:
    """What pytest's own report has, one for each test; one that also failed to end is one."""
    checks = {}
    for case in Xml.parse(report).getroot().iter("testcase"):  # noqa: S314 (pytest wrote it)
        name = f"{case.get('classname', '').rpartition('.')[2]}: {case.get('name', '')}"
        outcome, said = "passed", ""
        for part in case:
            if part.tag in {"failure", "error", "skipped"}:
                outcome = "skipped" if part.tag == "skipped" else "failed"
                said = part.get("message") or ""
        figures = [each.get("value", "") for each in case.iter("property")]
        if name not in checks or outcome != "passed":
            seconds = float(case.get("time") or 0)
            checks[name] = Check(name, outcome, seconds, said, ", ".join(figures))
    return list(checks.values())


def page(
    today: datetime.date, sections: Sequence[str], runs: Sequence[Run], secrets: Sequence[str]
) -> str:
    """Markdown. Nothing is told of the secrets: the password, and where the database is."""
    lines = [f"# What Oracle says, {today}", ""]
    lines += ["`make oracle-truth` wrote this page. Nothing was run that it does not list.", ""]
    lines += [*_facts(runs), "", "## In short", "", *_summary(sections, runs)]
    for section in sections:
        lines += ["", f"## {section.capitalize()}", "", *_checks(section, runs)]
    text = "\n".join(lines) + "\n"
    for secret in secrets:
        text = re.sub(re.escape(secret), "...", text, flags=re.IGNORECASE)
    return text


def _facts(runs: Sequence[Run]) -> list[str]:
    names = list(dict.fromkeys(name for run in runs if run.facts for name in run.facts))
    rows = [[name, *((run.facts or {}).get(name, "-") for run in runs)] for name in names]
    return _table(["", *(run.mode for run in runs)], rows)


def _summary(sections: Sequence[str], runs: Sequence[Run]) -> list[str]:
    def said(run: Run, section: str) -> str:
        if run.facts is None:
            return f"not run: {run.trouble}"
        checks = run.sections[section]
        counts = [
            f"{number} {outcome}"
            for outcome in ("failed", "skipped", "passed")
            if (number := sum(check.outcome == outcome for check in checks))
        ]
        return f"{', '.join(counts)} ({sum(check.seconds for check in checks):.1f} s)"

    rows = [[section, *(said(run, section) for run in runs)] for section in sections]
    return _table(["section", *(run.mode for run in runs)], rows)


def _checks(section: str, runs: Sequence[Run]) -> list[str]:
    ran = {run.mode: {check.name: check for check in run.sections.get(section, [])} for run in runs}
    names = list(dict.fromkeys(name for checks in ran.values() for name in checks))
    rows = []
    for name in names:
        found = [ran[run.mode].get(name) for run in runs]
        outcomes = [check.outcome if check else "not run" for check in found]
        figures = [check.figure for check in found if check]
        said = [_short(check.said) for check in found if check]
        rows.append([name, *outcomes, _each_once(figures), _each_once(said)])
    return _table(["check", *(run.mode for run in runs), "figure", "said"], rows)


def _each_once(texts: Sequence[str]) -> str:
    return "; ".join(dict.fromkeys(text for text in texts if text))


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= LONGEST else f"{line[:LONGEST]} ..."


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    lines = [head, ["---"] * len(head), *rows]
    return ["| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines]
