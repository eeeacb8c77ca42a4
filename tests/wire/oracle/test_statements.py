from __future__ import annotations

import oracledb
import pytest

from .statements import bind_names, is_alter_session, procedure_call, statement_kind


@pytest.mark.parametrize(
    ("sql", "kind"),
    [
        ("select 1 from dual", "query"),
        ("  /* begin */ -- delete\n WITH x as (select 1 n from dual) select n from x", "query"),
        ("begin null; end;", "plsql"),
        ("declare n number; begin null; end;", "plsql"),
        ("call p(:1)", "plsql"),
        ("merge into t using u on (1 = 1) when matched then update set a = 1", "dml"),
        ("truncate table t", "ddl"),
        ("alter session set nls_date_format = 'YYYY'", "ddl"),
        ("lock table t in exclusive mode", "other"),
        ("", "other"),
    ],
)
def test_kind(sql: str, kind: str) -> None:
    """It is decided by the first word that is not in a comment."""
    assert statement_kind(sql) == kind


@pytest.mark.parametrize(
    "sql",
    [
        'select :a, :B, :a, :"q X", :1 from dual',
        "begin p(:a, :b, :A); end;",
        "begin :r := f(:r, x => :2); l := :é_1; end;",
        "select ':no', q'[:no ' :no]', q'!:no!', \":no\" , :yes from dual",
        "select :a -- :no\n from t where /* :no */ 1 = :b",
        "select json_object('k' : v, 'l' : :v, 'm':nope) from t where a=:b",
        "select 'it''s :no' || :yes from dual",
        "begin l := 'a'; l :=:x; end;",
        "alter session set nls_date_format = ':no'",
        "create trigger t before insert on u for each row begin :new.a := 1; end;",
        "insert into t values (:1,:2 , : three)",
        "lock table t in :mode mode",
    ],
)
def test_binds_are_the_driver_s(sql: str, connection: oracledb.Connection) -> None:
    """The driver tells only how many binds it found: both must find the same ones."""
    cursor = connection.cursor()
    cursor.prepare(sql)
    ours = bind_names(sql, statement_kind(sql))
    assert list(dict.fromkeys(ours)) == list(cursor.bindnames())


def test_repeated_binds_count_once_in_plsql_only() -> None:
    """In SQL each appearance is bound by itself."""
    assert bind_names("begin p(:a, :b, :a); end;", "plsql") == ["A", "B"]
    assert bind_names("select :a, :b, :a from dual", "query") == ["A", "B", "A"]


@pytest.mark.parametrize(
    ("sql", "call"),
    [
        ("begin Pkg.Proc(:1, :two); end;", ("PKG.PROC", None, [(None, "1"), (None, "TWO")])),
        (
            "BEGIN pkg.proc(p_day=>:1 , P_X => :x);END;",
            ("PKG.PROC", None, [("P_DAY", "1"), ("P_X", "X")]),
        ),
        ("begin :ret := f(:1); end;", ("F", "RET", [(None, "1")])),
        ("begin p; end;", ("P", None, [])),
        ('call "Odm".p(:1)', ("ODM.P", None, [(None, "1")])),
        ("begin p(:1, 4000); end;", None),
        ("begin p(:1); q(:2); end;", None),
        ("declare l clob; begin p(:1); end;", None),
        ("begin null; end;", None),
        ("begin l := 1; end;", None),
    ],
)
def test_procedure_call(
    sql: str, call: tuple[str, str | None, list[tuple[str | None, str]]] | None
) -> None:
    """A block is a call when it is one procedure or function with binds, and nothing else."""
    assert procedure_call(sql) == call


def test_alter_session() -> None:
    """Told from other DDL, which commits."""
    assert is_alter_session("/* x */ Alter  Session set time_zone = '+00:00'")
    assert not is_alter_session("alter table session_log add x number")
