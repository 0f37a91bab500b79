using System.Runtime.InteropServices;
using System.Text;
using Google.Protobuf;
using PgMicro.PgQuery.Native;
using Pg = PgQuery;

namespace PgMicro.PgQuery;

/// <summary>PostgreSQL 17's own lexer and parser. Every method is thread-safe and raises
/// <see cref="PgQueryException"/>: 42601 and PostgreSQL's other codes for what it rejects, 22021 for text that is not
/// valid or holds U+0000, 54001 for text whose tree would be some 4,000 levels deep. Nothing is cached here.</summary>
public static unsafe class PgQueryParser
{
    /// <summary>PG_QUERY_DISABLE_STANDARD_CONFORMING_STRINGS.</summary>
    private const int DisableStandardConformingStrings = 32;

    /// <summary>Parses a text of any number of statements. Locations in the tree are UTF-8 byte offsets. The tree can be
    /// thousands of levels deep: whoever recurses over it has to watch the stack.</summary>
    public static Pg.ParseResult Parse(string sql)
    {
        ArgumentNullException.ThrowIfNull(sql);
        using var input = Utf8Input.From(sql);
        return Call(input, &Parse);
    }

    /// <summary>Parses a text, and gives the tree's encoded form too.</summary>
    /// <param name="sql">The text.</param>
    /// <param name="encoded">The bytes of the result, in protobuf's encoding.</param>
    /// <param name="escapes">Whether a backslash in any string begins an escape (standard_conforming_strings = off).</param>
    public static Pg.ParseResult Parse(string sql, out byte[] encoded, bool escapes = false)
    {
        ArgumentNullException.ThrowIfNull(sql);
        using var input = Utf8Input.From(sql);
        (var tree, encoded) = escapes ? Call(input, &ParseEscapesEncoded) : Call(input, &ParseEncoded);
        return tree;
    }

    /// <summary>Parses what is not a whole statement: an expression of PL/pgSQL.</summary>
    /// <param name="sql">The text.</param>
    /// <param name="mode">What it is.</param>
    public static Pg.ParseResult Parse(string sql, PgQueryParseMode mode)
    {
        ArgumentNullException.ThrowIfNull(sql);
        using var input = Utf8Input.From(sql);
        return mode switch
        {
            PgQueryParseMode.PlPgSqlExpression => Call(input, &ParseExpression),
            PgQueryParseMode.PlPgSqlAssignment1 => Call(input, &ParseAssignment1),
            PgQueryParseMode.PlPgSqlAssignment2 => Call(input, &ParseAssignment2),
            PgQueryParseMode.PlPgSqlAssignment3 => Call(input, &ParseAssignment3),
            _ => Call(input, &Parse),
        };
    }

    /// <inheritdoc cref="Parse(string)"/>
    public static Pg.ParseResult Parse(ReadOnlySpan<byte> utf8)
    {
        using var input = Utf8Input.From(utf8);
        return Call(input, &Parse);
    }

    /// <summary>Cuts a text into its statements by the lexer alone, so that one may hold a syntax error. Empty
    /// statements, and the white space and comments around a statement, are left out.</summary>
    public static IReadOnlyList<StatementSpan> Split(string sql)
    {
        ArgumentNullException.ThrowIfNull(sql);
        return StatementSplitter.TrySplitSimple(sql) ?? StatementSplitter.Split(sql, Scan(sql).Tokens);
    }

    /// <summary>The lexer's tokens, comments included. Offsets are UTF-8 bytes.</summary>
    public static Pg.ScanResult Scan(string sql)
    {
        ArgumentNullException.ThrowIfNull(sql);
        using var input = Utf8Input.From(sql);
        PgQueryScanResult result;
        fixed (byte* p = input)
        {
            result = NativeMethods.pg_query_scan(p);
        }

        try
        {
            ThrowOn(result.Error);
            return Pg.ScanResult.Parser.ParseFrom(new ReadOnlySpan<byte>(result.Tokens.Data, checked((int)result.Tokens.Length)));
        }
        finally
        {
            NativeMethods.pg_query_free_scan_result(result);
        }
    }

    /// <summary>A number that statements share when they differ only in constants and white space.</summary>
    public static ulong Fingerprint(string sql)
    {
        ArgumentNullException.ThrowIfNull(sql);
        using var input = Utf8Input.From(sql);
        return Call(input, &Fingerprint);
    }

    /// <summary>The text with its constants replaced by <c>$1</c>, <c>$2</c>, … as pg_stat_statements shows it.</summary>
    public static string Normalize(string sql)
    {
        ArgumentNullException.ThrowIfNull(sql);
        using var input = Utf8Input.From(sql);
        return Call(input, &Normalize);
    }

    /// <summary>SQL text that parses to the given tree (of a depth that <see cref="Parse(string)"/> would give).</summary>
    public static string Deparse(Pg.ParseResult tree)
    {
        ArgumentNullException.ThrowIfNull(tree);
        return DeepStack.Run(() =>
        {
            var bytes = tree.ToByteArray();
            PgQueryTextResult result;
            fixed (byte* p = bytes)
            {
                result = NativeMethods.pg_query_deparse_protobuf(new PgQueryProtobuf { Data = p, Length = (nuint)bytes.Length });
            }

            try
            {
                ThrowOn(result.Error);
                return Text(result.Text) ?? "";
            }
            finally
            {
                NativeMethods.pg_query_free_deparse_result(result);
            }
        });
    }

    /// <summary>Parses the PL/pgSQL bodies of a text of <c>CREATE FUNCTION</c>, <c>CREATE PROCEDURE</c> and <c>DO</c>
    /// statements. The answer is libpg_query's JSON: an array of one <c>PLpgSQL_function</c> for each.</summary>
    public static string ParsePlPgSql(string sql)
    {
        ArgumentNullException.ThrowIfNull(sql);
        var buffer = Encoding.UTF8.GetBytes(sql);
        using (var input = Utf8Input.From(sql))
        {
            DeepStack.IsNeeded(input.Bytes, out _);
        }

        // The nesting of the body lies inside a string; the PL/pgSQL grammar's own limit of 10,000 bounds it.
        return DeepStack.Run(() =>
        {
            using var input = Utf8Input.From(buffer);
            PgQueryTextResult result;
            fixed (byte* p = input)
            {
                result = NativeMethods.pg_query_parse_plpgsql(p);
            }

            try
            {
                ThrowOn(result.Error);
                return Text(result.Text) ?? "[]";
            }
            finally
            {
                NativeMethods.pg_query_free_plpgsql_parse_result(result);
            }
        });
    }

    private static T Call<T>(Utf8Input input, delegate*<byte*, T> call)
    {
        var deep = DeepStack.IsNeeded(input.Bytes, out var junkParameter);
        if (junkParameter is { } junk)
        {
            ThrowOnJunk(input, junk, deep, call);
        }

        return Call(input, deep, call);
    }

    private static T Call<T>(Utf8Input input, bool deep, delegate*<byte*, T> call)
    {
        fixed (byte* p = input)
        {
            if (!deep)
            {
                return call(p);
            }

            // The calling thread waits, so that the buffer stays pinned.
            var address = (nint)p;
            return DeepStack.Run(() => call((byte*)address));
        }
    }

    // An error before the junk comes first.
    private static void ThrowOnJunk<T>(Utf8Input input, Range junk, bool deep, delegate*<byte*, T> call)
    {
        var position = Encoding.UTF8.GetString(input.Bytes[..junk.Start]).EnumerateRunes().Count() + 1;
        try
        {
            Call(input, deep, call);
        }
        catch (PgQueryException e) when (e.CursorPosition >= position)
        {
            // PostgreSQL would not have come to this one.
        }

        throw new PgQueryException($"trailing junk after parameter at or near \"{Encoding.UTF8.GetString(input.Bytes[junk])}\"", "42601")
        {
            CursorPosition = position,
        };
    }

    private static Pg.ParseResult Parse(byte* sql) => Parse(sql, keep: false).Tree;

    private static Pg.ParseResult ParseExpression(byte* sql) => Parse(sql, keep: false, PgQueryParseMode.PlPgSqlExpression).Tree;

    private static Pg.ParseResult ParseAssignment1(byte* sql) => Parse(sql, keep: false, PgQueryParseMode.PlPgSqlAssignment1).Tree;

    private static Pg.ParseResult ParseAssignment2(byte* sql) => Parse(sql, keep: false, PgQueryParseMode.PlPgSqlAssignment2).Tree;

    private static Pg.ParseResult ParseAssignment3(byte* sql) => Parse(sql, keep: false, PgQueryParseMode.PlPgSqlAssignment3).Tree;

    private static (Pg.ParseResult Tree, byte[] Encoded) ParseEncoded(byte* sql) => Parse(sql, keep: true);

    private static (Pg.ParseResult Tree, byte[] Encoded) ParseEscapesEncoded(byte* sql) => Parse(sql, keep: true, options: DisableStandardConformingStrings);

    private static (Pg.ParseResult Tree, byte[] Encoded) Parse(byte* sql, bool keep, PgQueryParseMode mode = PgQueryParseMode.Statements, int options = 0)
    {
        var result = NativeMethods.pg_query_parse_protobuf_opts(sql, (int)mode | options);
        try
        {
            ThrowOn(result.Error);
            var encoded = keep ? new ReadOnlySpan<byte>(result.ParseTree.Data, checked((int)result.ParseTree.Length)).ToArray() : [];
            using var stream = new UnmanagedMemoryStream(result.ParseTree.Data, (long)result.ParseTree.Length);
            using var coded = CodedInputStream.CreateWithLimits(
                stream, int.MaxValue, DeepStack.MessagesPerLevel * (DeepStack.MaxDepth + 2));
            return (Pg.ParseResult.Parser.ParseFrom(coded), encoded);
        }
        catch (InvalidProtocolBufferException)
        {
            // What libpg_query writes is well formed, so that only the nesting can be at fault.
            throw DeepStack.TooComplex();
        }
        finally
        {
            NativeMethods.pg_query_free_protobuf_parse_result(result);
        }
    }

    private static ulong Fingerprint(byte* sql)
    {
        var result = NativeMethods.pg_query_fingerprint(sql);
        try
        {
            ThrowOn(result.Error);
            return result.Fingerprint;
        }
        finally
        {
            NativeMethods.pg_query_free_fingerprint_result(result);
        }
    }

    private static string Normalize(byte* sql)
    {
        var result = NativeMethods.pg_query_normalize(sql);
        try
        {
            ThrowOn(result.Error);
            return Text(result.Text) ?? "";
        }
        finally
        {
            NativeMethods.pg_query_free_normalize_result(result);
        }
    }

    private static void ThrowOn(PgQueryError* error)
    {
        if (error is null)
        {
            return;
        }

        var message = Text(error->Message) ?? "";
        var fileName = Path.GetFileName(Text(error->FileName));
        var (sqlState, detail, hint) = ErrorFacts.Of(message, fileName);
        throw new PgQueryException(message, sqlState)
        {
            Detail = detail,
            Hint = hint,
            CursorPosition = Math.Max(error->CursorPosition, 0),
            FileName = fileName,
            FuncName = Text(error->FuncName),
            LineNumber = error->LineNumber,
            Context = Text(error->Context),
        };
    }

    private static string? Text(byte* text) =>
        text is null ? null : Encoding.UTF8.GetString(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(text));
}
