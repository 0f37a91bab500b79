using PgMicro.Core.Catalog.Tables;

namespace PgMicro.Core.Catalog.Dependencies;

/// <summary>An object of the database, or a column of a relation.</summary>
/// <param name="ClassId">OID of the system relation that has the object.</param>
/// <param name="ObjectId">The object.</param>
/// <param name="SubId">A column's attnum, else 0.</param>
public readonly record struct ObjectAddress(uint ClassId, uint ObjectId, int SubId = 0)
{
    /// <summary>A relation, or a column of one.</summary>
    public static ObjectAddress Relation(uint oid, int attnum = 0) => new(PgClass.RelationOid, oid, attnum);

    /// <summary>A type.</summary>
    public static ObjectAddress Type(uint oid) => new(PgType.RelationOid, oid);

    /// <summary>A function.</summary>
    public static ObjectAddress Function(uint oid) => new(PgProc.RelationOid, oid);

    /// <summary>A schema.</summary>
    public static ObjectAddress Namespace(uint oid) => new(PgNamespace.RelationOid, oid);

    /// <summary>A constraint.</summary>
    public static ObjectAddress Constraint(uint oid) => new(PgConstraint.RelationOid, oid);
}

/// <summary>pg_depend.deptype.</summary>
public static class DependencyType
{
#pragma warning disable CS1591 // the names are PostgreSQL's
    public const char Normal = 'n', Auto = 'a', Internal = 'i', Extension = 'e', AutoExtension = 'x', PartitionPrimary = 'P', PartitionSecondary = 'S';
#pragma warning restore CS1591
}

/// <summary>What DROP does with objects that depend on the dropped one.</summary>
public enum DropBehavior
{
    /// <summary>Refuse.</summary>
    Restrict,

    /// <summary>Drop them too.</summary>
    Cascade,
}

/// <summary>Does what deleting an object's catalog rows cannot: dropping its storage.</summary>
public interface IObjectRemover
{
    /// <summary>Called before an object's catalog rows are removed.</summary>
    /// <param name="address">The object; a column when SubId is not 0.</param>
    /// <param name="catalog">The catalog, in which the object still stands.</param>
    void Remove(ObjectAddress address, CatalogBuilder catalog);
}
