using System.Collections.Immutable;
using PgMicro.Core.Catalog.Tables;

namespace PgMicro.Core.Catalog;

public sealed partial class CatalogSnapshot
{
    /// <summary>A constraint.</summary>
    public PgConstraint? Constraint(uint oid) => Find(PgConstraint.Relation, new(oid));

    /// <summary>A relation's constraints by OID.</summary>
    public ImmutableArray<PgConstraint> ConstraintsOf(uint relationOid) => Find(PgConstraint.ByRelation, new(relationOid));

    /// <summary>A domain's constraints by OID.</summary>
    public ImmutableArray<PgConstraint> ConstraintsOfType(uint typeOid) => Find(PgConstraint.ByType, new(typeOid));

    /// <summary>The foreign keys that refer to a relation, by OID.</summary>
    public ImmutableArray<PgConstraint> ForeignKeysReferencing(uint relationOid) => Find(PgConstraint.ByReferenced, new(relationOid));

    /// <summary>A relation's constraint by name.</summary>
    public PgConstraint? FindConstraint(uint relationOid, string name)
    {
        foreach (var constraint in ConstraintsOf(relationOid))
        {
            if (constraint.conname == name)
            {
                return constraint;
            }
        }

        return null;
    }

    /// <summary>A domain's constraint by name.</summary>
    public PgConstraint? FindDomainConstraint(uint typeOid, string name)
    {
        foreach (var constraint in ConstraintsOfType(typeOid))
        {
            if (constraint.conname == name)
            {
                return constraint;
            }
        }

        return null;
    }

    /// <summary>Whether a schema has a constraint of the name, of any relation.</summary>
    public bool ConstraintNameExists(string name, uint namespaceOid) => Find(PgConstraint.ByName, new(namespaceOid, Name: name)).Length > 0;

    /// <summary>The primary key, unique or exclusion constraint that an index implements.</summary>
    public PgConstraint? ConstraintOfIndex(uint indexOid)
    {
        foreach (var constraint in Find(PgConstraint.ByIndex, new(indexOid)))
        {
            if (constraint.contype is 'p' or 'u' or 'x')
            {
                return constraint;
            }
        }

        return null;
    }

    /// <summary>The primary key constraint of a relation.</summary>
    public PgConstraint? PrimaryKey(uint relationOid)
    {
        foreach (var constraint in ConstraintsOf(relationOid))
        {
            if (constraint.contype == 'p')
            {
                return constraint;
            }
        }

        return null;
    }
}
