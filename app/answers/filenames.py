"""The name of the file that holds an answer: what was asked for, so that no two collide."""

from app.contract.procedure import Arguments, Parameter, Procedure
from app.contract.values import Value


def file_name(procedure: Procedure, arguments: Arguments, suffix: str) -> str:
    """As `well-summary-by-day_well-3001_2025-01-01_2025-01-31.csv`.

    A procedure with a subject names it alone of all that identifies: a well's number says enough
    without its division's. A range that is open at one end tells which one it has.
    """
    subject = f"{procedure.subject.name}_id" if procedure.subject else None
    names = [parameter.name for parameter in procedure.parameters]
    ends = {each.not_before: each.name for each in procedure.parameters if each.not_before}
    begins = {end: begin for begin, end in ends.items()}
    parts = [procedure.path.strip("/")]
    for parameter in procedure.parameters:
        value = arguments[parameter.name]
        other = ends.get(parameter.name) or begins.get(parameter.name)
        is_elsewhere = subject in names and parameter.name.endswith("_id")
        if value is None or (is_elsewhere and parameter.name != subject):
            continue
        is_whole_range = other is not None and arguments[other] is not None
        parts.append(_part(parameter, value, named=not is_whole_range))
    return "_".join(parts) + suffix


def _part(parameter: Parameter, value: Value, *, named: bool) -> str:
    name = parameter.name.removesuffix("_id").removesuffix("_date").replace("_", "-")
    return f"{name}-{value}" if named else f"{value}"
