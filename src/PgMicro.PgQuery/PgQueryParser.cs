using System.Runtime.InteropServices;
using System.Text;
using Google.Protobuf;
using PgMicro.PgQuery.Native;
using Pg = PgQuery;

namespace PgMicro.PgQuery;

/// <summary>PostgreSQL 17's own lexer and parser. Every method is thread-safe and raises
/// <see cref="PgQueryException"/>. Nothing is cached here.</summary>
public static unsafe class PgQueryParser
{
    /// <summary>Parses a text of any number of statements. Locations in the tree are UTF-8 byte offsets.</summary>
    public static Pg.ParseResult Parse(string sql)
    {
        ArgumentNullException.ThrowIfNull(sql);
        using var input = Utf8Input.From(sql);
        return Parse(input);
    }

    /// <inheritdoc cref="Parse(string)"/>
    public static Pg.ParseResult Parse(ReadOnlySpan<byte> utf8)
    {
        using var input = Utf8Input.From(utf8);
        return Parse(input);
    }

    /// <summary>Cuts a text into its statements by the lexer alone, so that one may hold a syntax error. Empty
    /// statements are left out.</summary>
    public static IReadOnlyList<StatementSpan> Split(string sql)
    {
        ArgumentNullException.ThrowIfNull(sql);
        using var input = Utf8Input.From(sql);
        PgQuerySplitResult result;
        fixed (byte* p = input)
        {
            result = NativeMethods.pg_query_split_with_scanner(p);
        }

        try
        {
            ThrowOn(result.Error);
            var source = new SourceText(sql);
            var spans = new StatementSpan[result.Count];
            for (var i = 0; i < spans.Length; i++)
            {
                var (offset, length) = (result.Statements[i]->Location, result.Statements[i]->Length);
                var index = source.ToIndex(offset);
                spans[i] = new StatementSpan(offset, length, index, source.ToIndex(offset + length) - index);
            }

            return spans;
        }
        finally
        {
            NativeMethods.pg_query_free_split_result(result);
        }
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

    private static Pg.ParseResult Parse(Utf8Input input)
    {
        PgQueryProtobufParseResult result;
        fixed (byte* p = input)
        {
            result = NativeMethods.pg_query_parse_protobuf(p);
        }

        try
        {
            ThrowOn(result.Error);
            using var stream = new UnmanagedMemoryStream(result.ParseTree.Data, (long)result.ParseTree.Length);
            using var coded = CodedInputStream.CreateWithLimits(stream, int.MaxValue, 10_000);
            return Pg.ParseResult.Parser.ParseFrom(coded);
        }
        finally
        {
            NativeMethods.pg_query_free_protobuf_parse_result(result);
        }
    }

    private static void ThrowOn(PgQueryError* error)
    {
        if (error is null)
        {
            return;
        }

        throw new PgQueryException(Text(error->Message) ?? "", "42601")
        {
            CursorPosition = error->CursorPosition,
            FileName = Text(error->FileName),
            FuncName = Text(error->FuncName),
            LineNumber = error->LineNumber,
            Context = Text(error->Context),
        };
    }

    private static string? Text(byte* text) =>
        text is null ? null : Encoding.UTF8.GetString(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(text));
}
