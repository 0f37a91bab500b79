using System.Text;
using PgMicro.Core.Storage;

namespace PgMicro.Core.Tests.Storage;

public sealed class SqliteConnectionTests
{
    [Fact]
    public void Values_of_every_storage_class_survive_a_round_trip()
    {
        using SqliteConnectionHandle db = SqliteConnectionHandle.Open(":memory:");
        using SqliteStatement s = db.Prepare("SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7");
        Assert.Equal(7, s.ParameterCount);
        Assert.Equal(7, s.ColumnCount);
        s.BindInt64(1, long.MinValue);
        s.BindDouble(2, -1.5);
        s.BindText(3, "žluťoučký 🐎".AsSpan());
        s.BindBlob(4, [0, 255, 7]);
        s.BindNull(5);
        s.BindText(6, ReadOnlySpan<byte>.Empty);
        s.BindBlob(7, default);
        Assert.True(s.Step());
        Assert.Equal(long.MinValue, s.GetInt64(0));
        Assert.Equal(-1.5, s.GetDouble(1));
        Assert.Equal("žluťoučký 🐎", Encoding.UTF8.GetString(s.GetBytes(2)));
        Assert.Equal([0, 255, 7], s.GetBytes(3).ToArray());
        Assert.True(s.IsNull(4));
        Assert.Equal(SqliteValueKind.Text, s.ColumnType(5));
        Assert.Equal(0, s.GetBytes(5).Length);
        Assert.Equal(SqliteValueKind.Blob, s.ColumnType(6));
        Assert.False(s.Step());
    }

    [Fact]
    public void Long_text_is_copied_when_bound()
    {
        using SqliteConnectionHandle db = SqliteConnectionHandle.Open(":memory:");
        using SqliteStatement s = db.Prepare("SELECT length(?1), substr(?1, -1)");
        byte[] text = new byte[100_000];
        text.AsSpan().Fill((byte)'x');
        s.BindText(1, text);
        text.AsSpan().Fill((byte)'y');
        Assert.True(s.Step());
        Assert.Equal(100_000, s.GetInt64(0));
        Assert.Equal("x", s.GetString(1));
    }

    [Fact]
    public void An_error_has_code_message_and_offset()
    {
        using SqliteConnectionHandle db = SqliteConnectionHandle.Open(":memory:");
        SqliteException e = Assert.Throws<SqliteException>(() => db.Prepare("SELECT missing"));
        Assert.Equal(SqliteResultCode.Error, e.Code);
        Assert.Equal("no such column: missing", e.Message);
        Assert.Equal(7, e.SqlOffset);
    }

    [Fact]
    public void A_violated_constraint_has_its_extended_code_and_the_statement_runs_again()
    {
        using SqliteConnectionHandle db = SqliteConnectionHandle.Open(":memory:");
        db.Execute("CREATE TABLE t(a INTEGER PRIMARY KEY, b UNIQUE); INSERT INTO t VALUES (1, 2);");
        using SqliteStatement s = db.Prepare("INSERT INTO t(b) VALUES (?1)");
        s.BindInt64(1, 2);
        SqliteException e = Assert.Throws<SqliteException>(() => s.Step());
        Assert.Equal(SqliteResultCode.ConstraintUnique, e.ExtendedCode);
        s.BindInt64(1, 3);
        Assert.Equal(1, s.ExecuteNonQuery());
        Assert.Equal(2, db.LastInsertRowid);
    }

    [Fact]
    public void A_text_with_two_statements_is_refused()
    {
        using SqliteConnectionHandle db = SqliteConnectionHandle.Open(":memory:");
        Assert.Throws<ArgumentException>(() => db.Prepare("SELECT 1; SELECT 2"));
        using SqliteStatement s = db.Prepare("SELECT 1 ; ");
        Assert.True(s.Step());
    }

    [Fact]
    public void Double_quoted_text_is_never_a_string()
    {
        using SqliteConnectionHandle db = SqliteConnectionHandle.Open(":memory:");
        Assert.Throws<SqliteException>(() => db.Prepare("SELECT \"abc\""));
    }

    [Fact]
    public void Transaction_state_is_told()
    {
        using var file = new TemporaryDatabase();
        using SqliteConnectionHandle db = file.Open();
        db.Execute("CREATE TABLE t(a)");
        Assert.True(db.IsAutocommit);
        db.Execute("BEGIN; SELECT * FROM t");
        Assert.False(db.IsAutocommit);
        Assert.Equal(SqliteTransactionState.Read, db.TransactionState);
        db.Execute("INSERT INTO t VALUES (1)");
        Assert.Equal(SqliteTransactionState.Write, db.TransactionState);
        db.Execute("ROLLBACK");
        Assert.Equal(SqliteTransactionState.None, db.TransactionState);
    }

    [Fact]
    public void Another_connections_lock_times_out_as_busy()
    {
        using var file = new TemporaryDatabase();
        using SqliteConnectionHandle first = file.Open();
        using SqliteConnectionHandle second = file.Open(new SqliteConnectionOptions { BusyTimeoutMilliseconds = 1 });
        first.Execute("CREATE TABLE t(a); BEGIN IMMEDIATE");
        SqliteException e = Assert.Throws<SqliteException>(() => second.Execute("BEGIN IMMEDIATE"));
        Assert.Equal(SqliteResultCode.Busy, e.Code);
    }

    [Fact]
    public async Task A_running_select_can_be_interrupted_from_another_thread()
    {
        using SqliteConnectionHandle db = SqliteConnectionHandle.Open(":memory:");
        using SqliteStatement s = db.Prepare(
            "WITH RECURSIVE r(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM r) SELECT i FROM r");
        Assert.True(s.Step());
        Task interrupt = Task.Run(db.Interrupt);
        SqliteException e = Assert.Throws<SqliteException>(() =>
        {
            while (s.Step())
            {
            }
        });
        await interrupt;
        Assert.Equal(SqliteResultCode.Interrupt, e.Code);
        Assert.Equal(1, db.QueryInt64("SELECT 1"));
    }

    [Fact]
    public void A_closed_connection_leaves_its_statements_harmless()
    {
        SqliteConnectionHandle db = SqliteConnectionHandle.Open(":memory:");
        SqliteStatement open = db.Prepare("SELECT 1");
        SqliteStatement rented = db.Rent("SELECT 2");
        Assert.True(open.Step());
        db.Dispose();
        db.Dispose();
        db.Interrupt();
        Assert.True(open.IsNull(0));
        Assert.Throws<ObjectDisposedException>(() => open.Step());
        db.Return(rented);
        open.Dispose();
    }

    [Fact]
    public void A_file_that_cannot_be_opened_says_so()
    {
        using var file = new TemporaryDatabase();
        SqliteException e = Assert.Throws<SqliteException>(
            () => file.Open(new SqliteConnectionOptions { Create = false }));
        Assert.Equal(SqliteResultCode.CantOpen, e.Code);
    }
}
