"""A statement: SQLAlchemy Core writes the SQL once for each dialect; the driver runs it ever after."""

import re
from collections import namedtuple
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias

from sqlalchemy import ARRAY, Select, any_, bindparam
from sqlalchemy.engine import Dialect
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.expression import ColumnElement, Delete, Insert, SelectBase, Update

Clause: TypeAlias = SelectBase | Insert | Update | Delete
_Process: TypeAlias = Callable[[Any], Any]
_Expansion: TypeAlias = tuple[str, list[tuple[str, int | None, _Process | None]]]
"""SQL for lists of some lengths, and its parameters: the name, the place in the list, the conversion."""

_MOST_EXPANSIONS = 64
_WORD = re.compile(r"\w+")


class Statement:
    """A select, insert, update or delete whose varying values are ``bindparam``s.

    An ``insert(table)`` without values takes all the table's columns, each of which must then be given.
    A parameter declared ``bindparam(name, expanding=True)`` takes a list, for ``IN``.
    """

    __slots__ = ("_clause", "_compiled", "is_plain_insert", "written")

    def __init__(self, clause: Clause) -> None:
        self._clause = clause
        self._compiled: dict[Dialect, CompiledStatement] = {}
        self.written = getattr(getattr(clause, "table", None), "name", None)
        """The table that it changes."""
        self.is_plain_insert = isinstance(clause, Insert) and clause.select is None
        """Whether it only adds a row of given values."""

    def compiled(self, dialect: Dialect) -> "CompiledStatement":
        """Return the statement in the SQL of ``dialect``, compiled on first use.

        Raises:
            TypeError: it cannot be run without SQLAlchemy, or two of its columns have the same name.
        """
        found = self._compiled.get(dialect)
        if found is None:
            found = self._compiled[dialect] = CompiledStatement(self._clause, dialect)
        return found


class Lookup:
    """A select of the one row that has a value in a unique column. Many asked together may be one read."""

    __slots__ = ("many", "one")

    def __init__(self, select: Select[Any], by: ColumnElement[Any]) -> None:
        """Look up the row of ``select`` in which ``by``, a unique column, has the wanted value."""
        self.one = Statement(select.where(by == bindparam("value", type_=by.type)))
        """For one ``value``."""
        self.many = Statement(
            select.add_columns(by.label("looked_up")).where(
                by == any_(bindparam("values", type_=ARRAY(by.type)))
            )
        )
        """For a list of ``values``, on PostgreSQL; each row ends with its own."""


class CompiledStatement:
    """SQL for one dialect, the way from values to parameters, and from the driver's rows to ours."""

    __slots__ = (
        "_constants",
        "_convert",
        "_expanding",
        "_expansions",
        "_lists",
        "_make_row",
        "_order",
        "_processors",
        "_required",
        "_sql",
        "words",
    )

    def __init__(self, clause: Clause, dialect: Dialect) -> None:
        compiler = clause.compile(dialect=dialect)
        assert isinstance(compiler, SQLCompiler)  # noqa: S101 (tells the type checker; no clause above is DDL)
        if compiler.insert_prefetch or compiler.update_prefetch:
            raise TypeError("only SQLAlchemy's own engine applies a column's default: give the value")
        parameters = {name: parameter for parameter, name in compiler.bind_names.items()}
        self._sql = str(compiler)
        self.words = frozenset(_WORD.findall(self._sql))
        """Every word in the SQL, the tables that it reads or changes among them."""
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
        self._lists = sorted(compiler.bind_names[parameter] for parameter in compiler.post_compile_params)
        self._expansions: dict[tuple[int, ...], _Expansion] = {}
        self._make_row, self._convert = _row_maker(clause, dialect)

    def bind(self, values: Mapping[str, Any]) -> tuple[str, Sequence[object]]:
        """Return the SQL and its parameters in the driver's order.

        Raises:
            TypeError: a value is missing, or is no parameter of the statement.
        """
        if values.keys() != self._required:
            raise TypeError(self._misfit(values))
        if self._constants:
            values = {**self._constants, **values}
        if self._expanding is not None:
            sql, order = self._expansion(self._expanding, values)
            found = (
                (values[name] if at is None else values[name][at], process) for name, at, process in order
            )
            return sql, [value if process is None else process(value) for value, process in found]
        return self._sql, [
            values[name] if process is None else process(values[name]) for name, process in self._order
        ]

    def bind_each(self, rows: Iterable[Mapping[str, object]]) -> tuple[str, Iterator[Sequence[object]]]:
        """Return the SQL and, for each of ``rows``, its parameters as :meth:`bind` makes them.

        Raises:
            TypeError: the statement takes lists, so that its SQL depends on the values.
        """
        if self._expanding is not None:
            raise TypeError("a statement that takes lists cannot be run for many rows")
        return self._sql, (self.bind(row)[1] for row in rows)

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

    def _expansion(self, compiler: SQLCompiler, values: Mapping[str, Any]) -> _Expansion:
        """Return SQL with as many places as each list has values, written once for each length."""
        lengths = tuple(len(values[name]) for name in self._lists)
        known = self._expansions.get(lengths)
        if known is None:
            if len(self._expansions) >= _MOST_EXPANSIONS:
                self._expansions.clear()
            known = self._expansions[lengths] = self._expanded(compiler, values)
        return known

    def _expanded(self, compiler: SQLCompiler, values: Mapping[str, Any]) -> _Expansion:
        state = compiler.construct_expanded_state(dict(values), escape_names=False)
        in_list = {
            place: (name, at)
            for name, places in state.parameter_expansion.items()
            for at, place in enumerate(places)
        }
        order: list[tuple[str, int | None, _Process | None]] = []
        for place in state.positiontup or ():
            name, at = in_list.get(place, (place, None))
            order.append((name, at, self._processors.get(name)))
        return state.statement, order

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
