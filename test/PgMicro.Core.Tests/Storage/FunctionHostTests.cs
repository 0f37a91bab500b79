using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using PgMicro.Core.Storage;

namespace PgMicro.Core.Tests.Storage;

public sealed unsafe class FunctionHostTests
{
    private const FunctionFlags Pure = FunctionFlags.Deterministic | FunctionFlags.Innocuous;

    private static readonly FunctionSet Functions = new FunctionSet()
        .AddScalar("plus", 2, Pure, &Plus)
        .AddScalar("shout", 1, Pure, &Shout)
        .AddScalar("fail", 1, FunctionFlags.None, &FailWith)
        .AddScalar("owner", 0, FunctionFlags.None, &Owner)
        .AddScalar("tag", 0, FunctionFlags.None, &Tag, 11)
        .AddScalar("tag2", 0, FunctionFlags.None, &Tag, 22)
        .AddScalar("kind", -1, Pure, &Kind)
        .AddScalar("remembered", 1, FunctionFlags.None, &Remembered)
        .AddAggregate("joined", 1, Pure, &JoinStep, &JoinFinal)
        .AddWindow("total", 1, Pure, &TotalStep, &TotalFinal, &TotalValue, &TotalInverse);

    private static SqliteConnectionHandle Open()
    {
        SqliteConnectionHandle db = SqliteConnectionHandle.Open(":memory:");
        db.Functions.Register(Functions);
        return db;
    }

    [Theory]
    [InlineData("plus(2, 40)", "42")]
    [InlineData("shout('čaj')", "ČAJ!")]
    [InlineData("shout('')", "!")]
    [InlineData("tag() || ',' || tag2()", "11,22")]
    [InlineData("kind(1, 1.5, 'a', x'00', NULL)", "Integer Real Text Blob Null")]
    public void A_scalar_function_gets_arguments_and_gives_a_result(string expression, string expected)
    {
        using SqliteConnectionHandle db = Open();
        Assert.Equal(expected, db.QueryText("SELECT " + expression));
    }

    [Fact]
    public void A_long_result_is_whole()
    {
        using SqliteConnectionHandle db = Open();
        Assert.Equal(200_001, db.QueryInt64("SELECT length(shout(printf('%.*c', 200000, 'x')))"));
    }

    [Fact]
    public void A_function_reaches_the_owner_of_its_connection()
    {
        using SqliteConnectionHandle a = Open();
        using SqliteConnectionHandle b = Open();
        a.Owner = "first";
        b.Owner = "second";
        Assert.Equal("first", a.QueryText("SELECT owner()"));
        Assert.Equal("second", b.QueryText("SELECT owner()"));
    }

    [Fact]
    public void An_exception_in_a_function_comes_out_of_step_as_it_was()
    {
        using SqliteConnectionHandle db = Open();
        SqliteStatement s = db.Rent("SELECT fail(?1)");
        s.BindText(1, "boom".AsSpan());
        InvalidTimeZoneException e = Assert.Throws<InvalidTimeZoneException>(() => s.Step());
        Assert.Equal("boom", e.Message);
        Assert.Contains(nameof(FailWith), e.StackTrace);
        Assert.False(db.HasCarriedException);
        db.Return(s);
        Assert.Equal(3, db.QueryInt64("SELECT plus(1, 2)"));
    }

    [Fact]
    public void An_exception_in_a_script_comes_out_too()
    {
        using SqliteConnectionHandle db = Open();
        Assert.Throws<InvalidTimeZoneException>(() => db.Execute("SELECT 1; SELECT fail('x')"));
        Assert.False(db.HasCarriedException);
    }

    [Fact]
    public void A_failing_function_undoes_its_statement_only()
    {
        using SqliteConnectionHandle db = Open();
        db.Execute("CREATE TABLE t(a); BEGIN; INSERT INTO t VALUES (1)");
        Assert.Throws<InvalidTimeZoneException>(
            () => db.Execute("INSERT INTO t SELECT CASE WHEN value = 3 THEN fail('x') ELSE value END FROM json_each('[1,2,3]')"));
        Assert.False(db.IsAutocommit);
        Assert.Equal(1, db.QueryInt64("SELECT count(*) FROM t"));
    }

    [Fact]
    public void Data_derived_from_a_constant_argument_is_kept()
    {
        using SqliteConnectionHandle db = Open();
        db.Execute("CREATE TABLE t(a); INSERT INTO t VALUES (1), (2), (3)");
        using SqliteStatement s = db.Prepare("SELECT group_concat(remembered('k') + a * 0) FROM t");
        Assert.True(s.Step());
        Assert.Equal("0,1,1", s.GetString(0));
    }

    [Fact]
    public void An_aggregate_keeps_one_state_for_each_group()
    {
        using SqliteConnectionHandle db = Open();
        db.Execute("CREATE TABLE t(g, v); INSERT INTO t VALUES (1,'a'), (2,'b'), (1,'c')");
        Assert.Equal("a+c|b", db.QueryText("SELECT group_concat(j, '|') FROM (SELECT joined(v) j FROM t GROUP BY g ORDER BY g)"));
        Assert.Equal("none", db.QueryText("SELECT joined(v) FROM t WHERE false"));
    }

    [Fact]
    public void An_aggregate_that_is_given_up_still_ends_its_states()
    {
        using SqliteConnectionHandle db = Open();
        db.Execute("CREATE TABLE t(v); INSERT INTO t VALUES ('a'), ('b'), ('bad')");
        Assert.Throws<InvalidTimeZoneException>(() => db.Execute("SELECT joined(CASE v WHEN 'bad' THEN fail(v) ELSE v END) FROM t"));
        Assert.Equal(0, Joined.Alive);
    }

    [Fact]
    public void A_window_aggregate_moves_its_frame()
    {
        using SqliteConnectionHandle db = Open();
        db.Execute("CREATE TABLE t(v); INSERT INTO t VALUES (1), (2), (3), (4)");
        Assert.Equal("1,3,5,7", db.QueryText(
            "SELECT group_concat(s) FROM (SELECT total(v) OVER (ORDER BY v ROWS 1 PRECEDING) s FROM t)"));
        Assert.Equal(10, db.QueryInt64("SELECT total(v) FROM t"));
    }

    [Fact]
    public void A_thousand_functions_register()
    {
        var set = new FunctionSet();
        for (int i = 0; i < 1000; i++)
        {
            set.AddScalar("f" + i, 0, Pure, &Tag, i + 1);
        }

        for (int round = 0; round < 3; round++)
        {
            using SqliteConnectionHandle db = SqliteConnectionHandle.Open(":memory:");
            db.Functions.Register(set);
            Assert.Equal(1 + 501 + 1000, db.QueryInt64("SELECT f0() + f500() + f999()"));
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Plus(nint context, int count, nint* values) =>
        SqliteFunctionResult.Int64(context, SqliteFunctionArgs.Int64(values, 0) + SqliteFunctionArgs.Int64(values, 1));

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Shout(nint context, int count, nint* values)
    {
        string text = System.Text.Encoding.UTF8.GetString(SqliteFunctionArgs.Utf8(values, 0)).ToUpperInvariant() + "!";
        SqliteFunctionResult.Text(context, System.Text.Encoding.UTF8.GetBytes(text));
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void FailWith(nint context, int count, nint* values)
    {
        try
        {
            throw new InvalidTimeZoneException(System.Text.Encoding.UTF8.GetString(SqliteFunctionArgs.Utf8(values, 0)));
        }
        catch (Exception e)
        {
            FunctionHost.Fail(context, e);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Owner(nint context, int count, nint* values) =>
        SqliteFunctionResult.Text(
            context, System.Text.Encoding.UTF8.GetBytes((string)SqliteConnectionHandle.FromContext(context).Owner!));

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Tag(nint context, int count, nint* values) =>
        SqliteFunctionResult.Int64(context, FunctionHost.Tag(context));

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Kind(nint context, int count, nint* values)
    {
        var args = new SqliteFunctionArgs(values, count);
        var kinds = new List<string>();
        for (int i = 0; i < args.Count; i++)
        {
            kinds.Add(args.Kind(i).ToString());
        }

        SqliteFunctionResult.Text(context, System.Text.Encoding.UTF8.GetBytes(string.Join(' ', kinds)));
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Remembered(nint context, int count, nint* values)
    {
        string? kept = SqliteAuxiliaryData.Get<string>(context, 0);
        SqliteAuxiliaryData.Set(context, 0, "kept");
        SqliteFunctionResult.Boolean(context, kept == "kept");
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void JoinStep(nint context, int count, nint* values) =>
        SqliteAggregate.GetOrCreate<Joined>(context).Parts.Add(
            System.Text.Encoding.UTF8.GetString(SqliteFunctionArgs.Utf8(values, 0)));

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void JoinFinal(nint context)
    {
        Joined? state = SqliteAggregate.Take<Joined>(context);
        if (state is not null)
        {
            Interlocked.Decrement(ref Joined.Alive);
        }

        SqliteFunctionResult.Text(
            context, System.Text.Encoding.UTF8.GetBytes(state is null ? "none" : string.Join('+', state.Parts)));
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void TotalStep(nint context, int count, nint* values) =>
        SqliteAggregate.State<long>(context) += SqliteFunctionArgs.Int64(values, 0);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void TotalInverse(nint context, int count, nint* values) =>
        SqliteAggregate.State<long>(context) -= SqliteFunctionArgs.Int64(values, 0);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void TotalValue(nint context) =>
        SqliteFunctionResult.Int64(context, SqliteAggregate.State<long>(context));

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void TotalFinal(nint context) =>
        SqliteFunctionResult.Int64(context, SqliteAggregate.State<long>(context));

    private sealed class Joined
    {
        internal static int Alive;

        public Joined()
        {
            Interlocked.Increment(ref Alive);
        }

        internal List<string> Parts { get; } = [];
    }
}
