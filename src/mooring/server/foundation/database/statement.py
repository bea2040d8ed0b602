"""A statement: SQLAlchemy Core writes the SQL once for each dialect; the driver runs it ever after."""

from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

from sqlalchemy.engine import Dialect
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.expression import Delete, Insert, SelectBase, Update

Clause: TypeAlias = SelectBase | Insert | Update | Delete
_Process: TypeAlias = Callable[[Any], Any]


class Statement:
    """A select, insert, update or delete whose varying values are ``bindparam``s.

    An ``insert(table)`` without values takes all the table's columns, each of which must then be given.
    A parameter declared ``bindparam(name, expanding=True)`` takes a list, for ``IN``.
    """

    __slots__ = ("_clause", "_compiled")

    def __init__(self, clause: Clause) -> None:
        self._clause = clause
        self._compiled: dict[Dialect, CompiledStatement] = {}

    def compiled(self, dialect: Dialect) -> "CompiledStatement":
        """Return the statement in the SQL of ``dialect``, compiled on first use.

        Raises:
            TypeError: it cannot be run without SQLAlchemy, or two of its columns have the same name.
        """
        found = self._compiled.get(dialect)
        if found is None:
            found = self._compiled[dialect] = CompiledStatement(self._clause, dialect)
        return found


class CompiledStatement:
    """SQL for one dialect, the way from values to parameters, and from the driver's rows to ours."""

    __slots__ = (
        "_constants",
        "_convert",
        "_expanding",
        "_make_row",
        "_order",
        "_processors",
        "_required",
        "_sql",
    )

    def __init__(self, clause: Clause, dialect: Dialect) -> None:
        compiler = clause.compile(dialect=dialect)
        assert isinstance(compiler, SQLCompiler)  # noqa: S101 (tells the type checker; no clause above is DDL)
        if compiler.insert_prefetch or compiler.update_prefetch:
            raise TypeError("only SQLAlchemy's own engine applies a column's default: give the value")
        parameters = {name: parameter for parameter, name in compiler.bind_names.items()}
        self._sql = str(compiler)
        self._required = {name for name, parameter in parameters.items() if parameter.required}
        self._processors = {
            name: process
            for name, parameter in parameters.items()
            if (process := parameter.type.dialect_impl(dialect).bind_processor(dialect))
        }
        self._constants = {
            name: parameter.effective_value
            for name, parameter in parameters.items()
            if not parameter.required
        }
        self._order = [(name, self._processors.get(name)) for name in compiler.positiontup or ()]
        self._expanding = compiler if compiler.post_compile_params else None
        self._make_row, self._convert = _row_maker(clause, dialect)

    def bind(self, values: Mapping[str, object]) -> tuple[str, Sequence[object]]:
        """Return the SQL and its parameters in the driver's order.

        Raises:
            TypeError: a value is missing, or is no parameter of the statement.
        """
        if values.keys() != self._required:
            raise TypeError(self._misfit(values))
        if self._constants:
            values = {**self._constants, **values}
        if self._expanding is not None:
            return self._expanded(self._expanding, values)
        return self._sql, [
            values[name] if process is None else process(values[name]) for name, process in self._order
        ]

    def rows(self, raw: Sequence[Sequence[Any]]) -> list[Any]:
        """Return the driver's rows as named tuples of converted values."""
        make, convert = self._make_row, self._convert
        if not convert:
            return [make(row) for row in raw]
        converted = []
        for row in raw:
            cells = list(row)
            for index, process in convert:
                cells[index] = process(cells[index])
            converted.append(make(cells))
        return converted

    def _expanded(self, compiler: SQLCompiler, values: Mapping[str, Any]) -> tuple[str, Sequence[object]]:
        """Return SQL with as many places as each list has values."""
        state = compiler.construct_expanded_state(dict(values), escape_names=False)
        parent = {place: name for name, places in state.parameter_expansion.items() for place in places}
        parameters = []
        for place in state.positiontup or ():
            process = self._processors.get(parent.get(place, place))
            value = state.parameters[place]
            parameters.append(value if process is None else process(value))
        return state.statement, parameters

    def _misfit(self, values: Mapping[str, object]) -> str:
        missing = ", ".join(sorted(self._required - values.keys()))
        unknown = ", ".join(sorted(values.keys() - self._required))
        return f"values do not fit the statement; missing: {missing or 'none'}; unknown: {unknown or 'none'}"


def _row_maker(clause: Clause, dialect: Dialect) -> tuple[_Process, list[tuple[int, _Process]]]:
    """Return what makes a row of a sequence of cells, and which cells are converted first."""
    columns = list(clause.exported_columns)
    names = [str(column.key) for column in columns]
    if len(set(names)) < len(names):
        raise TypeError(f"two columns have the same name, label one: {', '.join(names)}")
    conversions: list[tuple[int, _Process]] = []
    for index, column in enumerate(columns):
        process = column.type.dialect_impl(dialect).result_processor(dialect, None)
        if process is not None:
            conversions.append((index, process))
    row: Any = namedtuple("Row", names)  # type: ignore[misc]
    return row._make, conversions
