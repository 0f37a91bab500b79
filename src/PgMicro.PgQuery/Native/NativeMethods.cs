using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

[assembly: DisableRuntimeMarshalling]

namespace PgMicro.PgQuery.Native;

/// <summary>The exports of libpg_query 17 that are used. All are thread-safe. <c>pg_query_exit</c> is left out on
/// purpose: it frees memory that the other threads still use.</summary>
internal static unsafe partial class NativeMethods
{
    private const string Library = "libpg_query.so";

    static NativeMethods() =>
        NativeLibrary.SetDllImportResolver(
            typeof(NativeMethods).Assembly,
            static (name, assembly, _) => name == Library ? NativeLibraryLocator.Load(name, assembly) : 0);

    [LibraryImport(Library)]
    internal static partial PgQueryProtobufParseResult pg_query_parse_protobuf_opts(byte* input, int options);

    [LibraryImport(Library)]
    internal static partial void pg_query_free_protobuf_parse_result(PgQueryProtobufParseResult result);

    [LibraryImport(Library)]
    internal static partial PgQueryScanResult pg_query_scan(byte* input);

    [LibraryImport(Library)]
    internal static partial void pg_query_free_scan_result(PgQueryScanResult result);

    [LibraryImport(Library)]
    internal static partial PgQueryFingerprintResult pg_query_fingerprint(byte* input);

    [LibraryImport(Library)]
    internal static partial void pg_query_free_fingerprint_result(PgQueryFingerprintResult result);

    [LibraryImport(Library)]
    internal static partial PgQueryTextResult pg_query_normalize(byte* input);

    [LibraryImport(Library)]
    internal static partial void pg_query_free_normalize_result(PgQueryTextResult result);

    [LibraryImport(Library)]
    internal static partial PgQueryTextResult pg_query_deparse_protobuf(PgQueryProtobuf parseTree);

    [LibraryImport(Library)]
    internal static partial void pg_query_free_deparse_result(PgQueryTextResult result);

    [LibraryImport(Library)]
    internal static partial PgQueryTextResult pg_query_parse_plpgsql(byte* input);

    [LibraryImport(Library)]
    internal static partial void pg_query_free_plpgsql_parse_result(PgQueryTextResult result);
}

#pragma warning disable CS0649 // filled in by native code

internal unsafe struct PgQueryError
{
    public byte* Message;
    public byte* FuncName;
    public byte* FileName;
    public int LineNumber;
    public int CursorPosition;
    public byte* Context;
}

internal unsafe struct PgQueryProtobuf
{
    public nuint Length;
    public byte* Data;
}

internal unsafe struct PgQueryProtobufParseResult
{
    public PgQueryProtobuf ParseTree;
    public byte* StdErr;
    public PgQueryError* Error;
}

internal unsafe struct PgQueryScanResult
{
    public PgQueryProtobuf Tokens;
    public byte* StdErr;
    public PgQueryError* Error;
}

internal unsafe struct PgQueryFingerprintResult
{
    public ulong Fingerprint;
    public byte* Text;
    public byte* StdErr;
    public PgQueryError* Error;
}

/// <summary>The common shape of the normalize, deparse and plpgsql results: one text and an error.</summary>
internal unsafe struct PgQueryTextResult
{
    public byte* Text;
    public PgQueryError* Error;
}
