using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using PgMicro.Core.Types;

namespace PgMicro.Core.Functions.Session;

/// <summary>What the catalog says of sequences, indexes, relations' files, collations and tablespaces.</summary>
internal static class CatalogFacts
{
    // LATIN1's signs from 160 and its letters from 194, without their marks.
    private const string Signs = "  cL Y  \"Ca  -R     'u .,      ?";
    private const string Letters = "AAAAACEEEEIIII NOOOOOxOUUUUYTBaaaaaaaceeeeiiii nooooo/ouuuuyty";

    [PgFunction("pg_sequence_parameters(oid)")]
    public static PgDatum SequenceParameters(FunctionContext context, uint sequence)
    {
        var row = context.Catalog.Sequence(sequence) ?? throw (context.Catalog.Class(sequence) is { } relation
            ? new PgException(SqlState.WrongObjectType, $"cannot open relation \"{relation.relname}\"")
            : new PgException(SqlState.InternalError, $"cache lookup failed for sequence {sequence}"));
        return OutRecord.Make(
            context, "pg_sequence_parameters", PgDatum.FromInt64(row.seqstart), PgDatum.FromInt64(row.seqmin), PgDatum.FromInt64(row.seqmax),
            PgDatum.FromInt64(row.seqincrement), PgDatum.FromBoolean(row.seqcycle), PgDatum.FromInt64(row.seqcache), PgDatum.FromInt64(row.seqtypid));
    }

    [PgFunction("pg_get_replica_identity_index(regclass)")]
    public static uint? ReplicaIdentity(FunctionContext context, uint relation)
    {
        if (context.Catalog.Class(relation) is not { } row)
        {
            throw new PgException(SqlState.UndefinedTable, $"could not open relation with OID {relation}");
        }

        return row.relreplident switch
        {
            'd' => context.Catalog.IndexesOf(relation).FirstOrDefault(static i => i.indisprimary)?.indexrelid,
            'i' => context.Catalog.IndexesOf(relation).FirstOrDefault(static i => i.indisreplident)?.indexrelid,
            _ => null,
        };
    }

    // Everything is in one file; the numbers and names are PostgreSQL's.
    [PgFunction("pg_relation_filenode(regclass)")]
    public static uint? FileNode(FunctionContext context, uint relation) => context.Catalog.Class(relation) is { } row && HasStorage(row)
        ? row.relfilenode != 0 ? row.relfilenode : row.oid
        : null;

    [PgFunction("pg_filenode_relation(oid,oid)")]
    public static uint? OfFileNode(FunctionContext context, uint tablespace, uint fileNode)
    {
        if (fileNode == 0)
        {
            return null;
        }

        var own = context.Catalog.Database.dattablespace == tablespace ? 0 : tablespace;
        return context.Catalog.Rows(PgClass.Relation).FirstOrDefault(c => c.reltablespace == own && FileNode(context, c.oid) == fileNode)?.oid;
    }

    [PgFunction("pg_relation_filepath(regclass)")]
    public static string? FilePath(FunctionContext context, uint relation)
    {
        if (context.Catalog.Class(relation) is not { } row || FileNode(context, relation) is not { } node)
        {
            return null;
        }

        const uint Global = 1664;
        return row.reltablespace == Global ? $"global/{node}" : $"base/{context.Catalog.Database.oid}/{node}";
    }

    [PgSetFunction("pg_tablespace_databases(oid)")]
    public static IEnumerable<PgDatum> TablespaceDatabases(FunctionContext context, uint tablespace)
    {
        const uint Global = 1664;
        if (tablespace == Global)
        {
            context.Notice(new PgNotice("WARNING", "01000", "global tablespace never has databases"));
            return [];
        }

        if (context.Catalog.Find(PgTablespace.Relation, new(tablespace)) is null)
        {
            context.Notice(new PgNotice("WARNING", "01000", $"{tablespace} is not a tablespace OID"));
            return [];
        }

        return context.Catalog.Rows(PgDatabase.Relation).Where(d => d.dattablespace == tablespace).Select(static d => PgDatum.FromInt64(d.oid));
    }

    /// <summary>Collations of the engine's own rules have one version, and the C library's none.</summary>
    [PgFunction("pg_collation_actual_version(oid)")]
    public static string? CollationVersion(FunctionContext context, uint collation) => context.Catalog.Collation(collation) is { } row
        ? row.collprovider == 'b' ? "1" : null
        : throw new PgException(SqlState.UndefinedObject, $"collation with OID {collation} does not exist");

    [PgFunction("pg_database_collation_actual_version(oid)")]
    public static string? DatabaseCollationVersion(FunctionContext context, uint database) =>
        context.Catalog.Rows(PgDatabase.Relation).FirstOrDefault(d => d.oid == database) is { } row
            ? row.datlocprovider == 'b' ? "1" : null
            : throw new PgException(SqlState.UndefinedObject, $"database with OID {database} does not exist");

    // The operating system has none to offer.
    [PgFunction("pg_import_system_collations(regnamespace)")]
    public static int ImportCollations(FunctionContext context, uint schema) => context.Catalog.Namespace(schema) is not null
        ? 0
        : throw new PgException(SqlState.InvalidSchemaName, $"schema with OID {schema} does not exist");

    [PgFunction("mxid_age(xid)")]
    public static int MultixactAge(uint xid) => xid == 0 ? int.MaxValue : unchecked((int)(1 - xid));

    [PgSetFunction("pg_get_multixact_members(xid)")]
    public static IEnumerable<PgDatum[]> MultixactMembers(uint xid) => throw (xid == 0
        ? new PgException(SqlState.InvalidParameterValue, $"invalid MultiXactId: {xid}")
        : new PgException(SqlState.InternalError, $"MultiXactId {xid} has not been created yet -- apparent wraparound"));

    [PgFunction("to_ascii(text,integer)")]
    public static string ToAscii(string text, int encoding) => Ascii(text, encoding);

    [PgFunction("to_ascii(text,name)")]
    public static string ToAscii(string text, string encoding) => SessionInformation.EncodingNumber(encoding) is >= 0 and var number
        ? Ascii(text, number)
        : throw new PgException(SqlState.UndefinedObject, $"{encoding} is not a valid encoding name");

    [PgFunction("xmlvalidate(xml,text)")]
    public static bool Validate(string value, string schema) => throw new PgException(SqlState.FeatureNotSupported, "xmlvalidate is not implemented");

    // ---- BRIN and GIN indexes, which have no storage of their own ----

    [PgFunction("brin_summarize_new_values(regclass)")]
    public static int SummarizeNew(FunctionContext context, uint index) => Summarize(context, index, 0);

    [PgFunction("brin_summarize_range(regclass,bigint)")]
    public static int Summarize(FunctionContext context, uint index, long block)
    {
        RequireBlock(block);
        RequireMethod(context, index, BuiltInOids.BrinAm, "BRIN");
        return 0;
    }

    [PgFunction("brin_desummarize_range(regclass,bigint)")]
    public static void Desummarize(FunctionContext context, uint index, long block)
    {
        RequireBlock(block);
        RequireMethod(context, index, BuiltInOids.BrinAm, "BRIN");
    }

    [PgFunction("gin_clean_pending_list(regclass)")]
    public static long CleanPending(FunctionContext context, uint index)
    {
        RequireMethod(context, index, BuiltInOids.GinAm, "GIN");
        return 0;
    }

    // Every operator class is PostgreSQL's own, and those are valid.
    [PgFunction("amvalidate(oid)")]
    public static bool Validate(FunctionContext context, uint opclass) => context.Catalog.Opclass(opclass) is not null
        ? true
        : throw new PgException(SqlState.InternalError, $"cache lookup failed for operator class {opclass}");

    private static void RequireBlock(long block)
    {
        if (block is < 0 or > uint.MaxValue)
        {
            throw new PgException(SqlState.NumericValueOutOfRange, $"block number out of range: {block}");
        }
    }

    private static void RequireMethod(FunctionContext context, uint index, uint method, string name)
    {
        var row = context.Catalog.Class(index) ?? throw new PgException(SqlState.UndefinedTable, $"could not open relation with OID {index}");
        if (row.relkind != 'i')
        {
            throw new PgException(SqlState.WrongObjectType, $"\"{row.relname}\" is not an index");
        }

        if (row.relam != method)
        {
            throw new PgException(SqlState.WrongObjectType, $"\"{row.relname}\" is not a {name} index");
        }
    }

    private static string Ascii(string text, int encoding) => encoding switch
    {
        // LATIN1: each byte of the text, whatever the text's own encoding.
        8 => string.Concat(System.Text.Encoding.UTF8.GetBytes(text).Select(static b => b < 128 ? (char)b : b < 160 ? ' ' : b < 192 ? Signs[b - 160] : b < 194 ? 'A' : Letters[b - 194])),
        _ => throw new PgException(SqlState.FeatureNotSupported, $"encoding conversion from {(SessionInformation.EncodingName(encoding) is { Length: > 0 } name ? name : "UTF8")} to ASCII not supported"),
    };

    private static bool HasStorage(PgClass row) => row.relkind is 'r' or 'i' or 'S' or 't' or 'm';
}
