using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using PgMicro.Core.Functions;
using PgMicro.Core.Types;

namespace PgMicro.Core.Tests.Binding.Queries;

/// <summary>
/// A session of which analysis sees the catalog alone: the system relations and the tables
/// <c>items (id int primary key, name text not null, price numeric(5,2), tags int[], num int generated always as identity,
/// gen int generated always as (id * 2) stored)</c> and
/// <c>spaces (id oid primary key, nspname name not null, nspowner oid not null, nspacl text[])</c>.
/// </summary>
internal sealed class TwoTables : FunctionContext
{
    internal const uint Items = 100000;
    internal const uint Spaces = 100100;

    internal TwoTables()
    {
        Types = BuiltInCodecs.Resolver;
        var builder = new CatalogBuilder(CatalogSnapshot.Initial, new OidCounter(200000));
        Add(builder, Items, "items",
            Column("id", TypeOid.Int4) with { attnotnull = true }, Column("name", TypeOid.Text) with { attnotnull = true },
            Column("price", TypeOid.Numeric) with { atttypmod = (5 << 16) + 2 + 4 }, Column("tags", TypeOid.Int4Array) with { attndims = 1 },
            Column("num", TypeOid.Int4) with { attidentity = 'a', attnotnull = true },
            Column("gen", TypeOid.Int4) with { attgenerated = 's', atthasdef = true });
        Add(builder, Spaces, "spaces",
            Column("id", TypeOid.Oid) with { attnotnull = true }, Column("nspname", TypeOid.Name) with { attnotnull = true },
            Column("nspowner", TypeOid.Oid) with { attnotnull = true }, Column("nspacl", TypeOid.TextArray) with { attndims = 1 });
        Catalog = builder.Snapshot.WithDatabaseName("binderq");
    }

    public override CatalogSnapshot Catalog { get; }

    public override string DatabaseName => Catalog.DatabaseName;

    public override string CurrentUser => "postgres";

    public override string SessionUser => "postgres";

    public override int BackendPid => 1;

    public override IReadOnlyList<uint> SearchPath(bool includeImplicit) =>
        includeImplicit ? [BuiltInOids.PgCatalogNamespace, BuiltInOids.PublicNamespace] : [BuiltInOids.PublicNamespace];

    public override string? GetSetting(string name, bool missingOk) => throw new NotSupportedException();

    public override string SetSetting(string name, string? value, bool isLocal) => throw new NotSupportedException();

    public override long CurrentTransactionId() => throw new NotSupportedException();

    public override long NextValue(uint sequenceOid) => throw new NotSupportedException();

    public override long CurrentValue(uint sequenceOid) => throw new NotSupportedException();

    public override long LastValue() => throw new NotSupportedException();

    public override long SetValue(uint sequenceOid, long value, bool isCalled) => throw new NotSupportedException();

    public override bool AdvisoryLock(Int128 key, bool shared, bool transactionLevel, bool wait) => throw new NotSupportedException();

    public override bool AdvisoryUnlock(Int128 key, bool shared) => throw new NotSupportedException();

    public override void CheckDomain(uint domain, PgDatum value) => throw new NotSupportedException();

    public override void Notice(PgNotice notice) => throw new NotSupportedException();

    public override void CheckForInterrupts()
    {
    }

    private static PgAttribute Column(string name, uint type) => new()
    {
        attname = name,
        atttypid = type,
        atttypmod = -1,
        attcollation = CatalogSnapshot.Initial.Type(type)!.typcollation,
    };

    private static void Add(CatalogBuilder builder, uint oid, string name, params PgAttribute[] columns)
    {
        builder.Insert(new PgClass
        {
            oid = oid,
            relname = name,
            relnamespace = BuiltInOids.PublicNamespace,
            reltype = oid + 1,
            relkind = 'r',
            relpersistence = 'p',
            relnatts = (short)columns.Length,
            relhasindex = true,
        });
        builder.Insert(new PgType
        {
            oid = oid + 1,
            typname = name,
            typnamespace = BuiltInOids.PublicNamespace,
            typtype = 'c',
            typcategory = 'C',
            typrelid = oid,
            typisdefined = true,
            typlen = -1,
        });
        for (var i = 0; i < columns.Length; i++)
        {
            builder.Insert(columns[i] with { attrelid = oid, attnum = (short)(i + 1) });
        }

        foreach (var (attname, type, attnum) in ((string, uint, short)[])[
            ("ctid", TypeOid.Tid, -1), ("xmin", TypeOid.Xid, -2), ("cmin", TypeOid.Cid, -3), ("xmax", TypeOid.Xid, -4), ("cmax", TypeOid.Cid, -5),
            ("tableoid", TypeOid.Oid, -6)])
        {
            builder.Insert(Column(attname, type) with { attrelid = oid, attnum = attnum, attnotnull = true });
        }

        builder.Insert(new PgClass { oid = oid + 2, relname = name + "_pkey", relnamespace = BuiltInOids.PublicNamespace, relkind = 'i', relnatts = 1 });
        builder.Insert(new PgIndex
        {
            indexrelid = oid + 2,
            indrelid = oid,
            indnatts = 1,
            indnkeyatts = 1,
            indisunique = true,
            indisprimary = true,
            indkey = [1],
            indclass = [CatalogSnapshot.Initial.DefaultOpclass(403, columns[0].atttypid)!.oid],
            indcollation = [0],
            indoption = [0],
        });
        builder.Insert(new PgConstraint
        {
            oid = oid + 3,
            conname = name + "_pkey",
            connamespace = BuiltInOids.PublicNamespace,
            contype = 'p',
            conrelid = oid,
            conindid = oid + 2,
            conkey = [1],
            connoinherit = true,
        });
    }
}
