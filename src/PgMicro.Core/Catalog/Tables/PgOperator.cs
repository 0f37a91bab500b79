using PgMicro.Core.Types;

namespace PgMicro.Core.Catalog.Tables;

/// <summary>A row of pg_operator: an operator.</summary>
public sealed record PgOperator : CatalogRow
{
    /// <summary>The OID of pg_operator itself.</summary>
    public const uint RelationOid = 2617;

    /// <summary>The relation.</summary>
    public static readonly CatalogRelation<PgOperator> Relation = new(
        "pg_operator",
        RelationOid,
        15,
        ["oid", "oprname", "oprnamespace", "oprowner", "oprkind", "oprcanmerge", "oprcanhash", "oprleft", "oprright", "oprresult",
            "oprcom", "oprnegate", "oprcode", "oprrest", "oprjoin"],
        [0],
        static f => new PgOperator
        {
            oid = f.Oid(0),
            oprname = f.Text(1),
            oprnamespace = f.Oid(2),
            oprowner = f.Oid(3),
            oprkind = f.Char(4),
            oprcanmerge = f.Boolean(5),
            oprcanhash = f.Boolean(6),
            oprleft = f.Oid(7),
            oprright = f.Oid(8),
            oprresult = f.Oid(9),
            oprcom = f.Oid(10),
            oprnegate = f.Oid(11),
            oprcode = f.Oid(12),
            oprrest = f.Oid(13),
            oprjoin = f.Oid(14),
        });

    internal static readonly CatalogIndex<PgOperator> ByName = Relation.AddIndex(static r => new CatalogKey(Name: r.oprname));

#pragma warning disable CS1591 // the columns are PostgreSQL's
    public uint oid { get; init; }

    public string oprname { get; init; } = "";

    public uint oprnamespace { get; init; }

    public uint oprowner { get; init; }

    public char oprkind { get; init; }

    public bool oprcanmerge { get; init; }

    public bool oprcanhash { get; init; }

    public uint oprleft { get; init; }

    public uint oprright { get; init; }

    public uint oprresult { get; init; }

    public uint oprcom { get; init; }

    public uint oprnegate { get; init; }

    public uint oprcode { get; init; }

    public uint oprrest { get; init; }

    public uint oprjoin { get; init; }

#pragma warning restore CS1591

    /// <inheritdoc/>
    public override CatalogRelation Table => Relation;

    /// <inheritdoc/>
    public override CatalogKey Key => new CatalogKey(oid);

    /// <inheritdoc/>
    public override PgDatum GetColumn(int column) => column switch
    {
        0 => CatalogDatum.Oid(oid),
        1 => CatalogDatum.Text(oprname),
        2 => CatalogDatum.Oid(oprnamespace),
        3 => CatalogDatum.Oid(oprowner),
        4 => CatalogDatum.Char(oprkind),
        5 => CatalogDatum.Boolean(oprcanmerge),
        6 => CatalogDatum.Boolean(oprcanhash),
        7 => CatalogDatum.Oid(oprleft),
        8 => CatalogDatum.Oid(oprright),
        9 => CatalogDatum.Oid(oprresult),
        10 => CatalogDatum.Oid(oprcom),
        11 => CatalogDatum.Oid(oprnegate),
        12 => CatalogDatum.Oid(oprcode),
        13 => CatalogDatum.Oid(oprrest),
        14 => CatalogDatum.Oid(oprjoin),
        _ => throw new ArgumentOutOfRangeException(nameof(column)),
    };
}
