using PgMicro.Core.Types;

namespace PgMicro.Core.Catalog.Tables;

/// <summary>A row of pg_policy: a row security policy.</summary>
public sealed record PgPolicy : CatalogRow
{
    /// <summary>The OID of pg_policy itself.</summary>
    public const uint RelationOid = 3256;

    /// <summary>The relation.</summary>
    public static readonly CatalogRelation<PgPolicy> Relation = new(
        "pg_policy",
        RelationOid,
        8,
        ["oid", "polname", "polrelid", "polcmd", "polpermissive", "polroles", "polqual", "polwithcheck"],
        [0],
        static f => new PgPolicy
        {
            oid = f.Oid(0),
            polname = f.Text(1),
            polrelid = f.Oid(2),
            polcmd = f.Char(3),
            polpermissive = f.Boolean(4),
            polroles = f.OidArray(5),
            polqual = f.NullableText(6),
            polwithcheck = f.NullableText(7),
        });

    internal static readonly CatalogIndex<PgPolicy> ByRelation = Relation.AddIndex(static r => new CatalogKey(r.polrelid));

#pragma warning disable CS1591 // the columns are PostgreSQL's
    public uint oid { get; init; }

    public string polname { get; init; } = "";

    public uint polrelid { get; init; }

    public char polcmd { get; init; }

    public bool polpermissive { get; init; }

    public uint[] polroles { get; init; } = [];

    public string? polqual { get; init; }

    public string? polwithcheck { get; init; }

#pragma warning restore CS1591

    /// <inheritdoc/>
    public override CatalogRelation Table => Relation;

    /// <inheritdoc/>
    public override CatalogKey Key => new CatalogKey(oid);

    /// <inheritdoc/>
    public override PgDatum GetColumn(int column) => column switch
    {
        0 => CatalogDatum.Oid(oid),
        1 => CatalogDatum.Text(polname),
        2 => CatalogDatum.Oid(polrelid),
        3 => CatalogDatum.Char(polcmd),
        4 => CatalogDatum.Boolean(polpermissive),
        5 => CatalogDatum.OidArray(polroles),
        6 => CatalogDatum.Text(polqual),
        7 => CatalogDatum.Text(polwithcheck),
        _ => throw new ArgumentOutOfRangeException(nameof(column)),
    };
}
