using PgMicro.Core.Types;

namespace PgMicro.Core.Catalog.Tables;

/// <summary>A row of pg_db_role_setting: settings of a role in a database.</summary>
public sealed record PgDbRoleSetting : CatalogRow
{
    /// <summary>The OID of pg_db_role_setting itself.</summary>
    public const uint RelationOid = 2964;

    /// <summary>The relation.</summary>
    public static readonly CatalogRelation<PgDbRoleSetting> Relation = new(
        "pg_db_role_setting",
        RelationOid,
        3,
        ["setdatabase", "setrole", "setconfig"],
        [0, 1],
        static f => new PgDbRoleSetting
        {
            setdatabase = f.Oid(0),
            setrole = f.Oid(1),
            setconfig = f.NullableTextArray(2),
        });

#pragma warning disable CS1591 // the columns are PostgreSQL's
    public uint setdatabase { get; init; }

    public uint setrole { get; init; }

    public string[]? setconfig { get; init; }

#pragma warning restore CS1591

    /// <inheritdoc/>
    public override CatalogRelation Table => Relation;

    /// <inheritdoc/>
    public override CatalogKey Key => new CatalogKey(setdatabase, setrole);

    /// <inheritdoc/>
    public override PgDatum GetColumn(int column) => column switch
    {
        0 => CatalogDatum.Oid(setdatabase),
        1 => CatalogDatum.Oid(setrole),
        2 => CatalogDatum.TextArray(setconfig),
        _ => throw new ArgumentOutOfRangeException(nameof(column)),
    };
}
