using System.Collections.Immutable;
using PgMicro.Core.Catalog.Tables;

namespace PgMicro.Core.Catalog;

public sealed partial class CatalogSnapshot
{
    /// <summary>The row security policies of a table, by name.</summary>
    public IReadOnlyList<PgPolicy> PoliciesOf(uint relationOid) => [.. Find(PgPolicy.ByRelation, new(relationOid)).OrderBy(static p => p.polname, StringComparer.Ordinal)];

    /// <summary>The schema of an OID.</summary>
    public PgNamespace? Namespace(uint oid) => Find(PgNamespace.Relation, new(oid));

    /// <summary>The schema of a name.</summary>
    public PgNamespace? FindNamespace(string name) => FindFirst(PgNamespace.ByName, new(Name: name));

    /// <summary>The relation of an OID.</summary>
    public PgClass? Class(uint oid) => Find(PgClass.Relation, new(oid));

    /// <summary>The relation of a name in a schema.</summary>
    public PgClass? FindClass(string name, uint namespaceOid) => FindFirst(PgClass.ByName, new(namespaceOid, Name: name));

    /// <summary>The relations of a schema, by OID.</summary>
    public ImmutableArray<PgClass> ClassesOf(uint namespaceOid) => Find(PgClass.ByNamespace, new(namespaceOid));

    /// <summary>A relation's columns by attnum: system columns (negative) first; dropped ones are included.</summary>
    public ImmutableArray<PgAttribute> AllAttributes(uint relationOid) =>
        relationOid >= BuiltInOids.FirstNormalObjectId && User(PgAttribute.Relation) is var user
            ? user?.Find(PgAttribute.ByRelation, new(relationOid)) ?? []
            : Find(PgAttribute.ByRelation, new(relationOid));

    /// <summary>A relation's columns of attnum above 0, by attnum; dropped ones are included.</summary>
    public ImmutableArray<PgAttribute> Attributes(uint relationOid)
    {
        var all = AllAttributes(relationOid);
        var system = 0;
        while (system < all.Length && all[system].attnum < 0)
        {
            system++;
        }

        return system == 0 ? all : all[system..];
    }

    /// <summary>A column by number.</summary>
    public PgAttribute? Attribute(uint relationOid, int attnum)
    {
        if (relationOid >= BuiltInOids.FirstNormalObjectId)
        {
            return User(PgAttribute.Relation)?.Find(new CatalogKey(relationOid, unchecked((ulong)attnum)));
        }

        return Find(PgAttribute.Relation, new(relationOid, unchecked((ulong)attnum)));
    }

    /// <summary>A column that is not dropped, by name; system columns are included.</summary>
    public PgAttribute? FindAttribute(uint relationOid, string name)
    {
        foreach (var attribute in AllAttributes(relationOid))
        {
            if (attribute.attname == name && !attribute.attisdropped)
            {
                return attribute;
            }
        }

        return null;
    }

    /// <summary>A column's default or generation expression.</summary>
    public PgAttrdef? Attrdef(uint relationOid, int attnum) => FindFirst(PgAttrdef.ByColumn, new(relationOid, unchecked((ulong)attnum)));

    /// <summary>What makes a relation an index.</summary>
    public PgIndex? Index(uint indexOid) => Find(PgIndex.Relation, new(indexOid));

    /// <summary>A relation's indexes by OID.</summary>
    public ImmutableArray<PgIndex> IndexesOf(uint relationOid) => Find(PgIndex.ByRelation, new(relationOid));

    /// <summary>A sequence's parameters.</summary>
    public PgSequence? Sequence(uint relationOid) => Find(PgSequence.Relation, new(relationOid));

    /// <summary>The sequence that a column owns, as by SERIAL or identity; 0 if none.</summary>
    /// <param name="relationOid">The table.</param>
    /// <param name="attnum">The column.</param>
    /// <param name="identityOnly">Whether only an identity column's counts.</param>
    public uint SequenceOwnedBy(uint relationOid, int attnum, bool identityOnly = false)
    {
        foreach (var depend in Find(PgDepend.ByReferenced, new(PgClass.RelationOid, relationOid)))
        {
            if (depend.classid == PgClass.RelationOid && depend.refobjsubid == attnum
                && (depend.deptype == 'i' || (depend.deptype == 'a' && !identityOnly))
                && Class(depend.objid) is { relkind: 'S' })
            {
                return depend.objid;
            }
        }

        return 0;
    }

    /// <summary>The column that owns a sequence.</summary>
    public (uint Relation, int Attnum)? OwnerOfSequence(uint sequenceOid)
    {
        foreach (var depend in Find(PgDepend.ByDependent, new(PgClass.RelationOid, sequenceOid)))
        {
            if (depend.refclassid == PgClass.RelationOid && depend.refobjsubid > 0 && depend.deptype is 'a' or 'i')
            {
                return (depend.refobjid, depend.refobjsubid);
            }
        }

        return null;
    }

    /// <summary>The rewrite rules of a relation.</summary>
    public ImmutableArray<PgRewrite> RewritesOf(uint relationOid) => Find(PgRewrite.ByRelation, new(relationOid));

    /// <summary>A user view's rule _RETURN, whose ev_action is its query; null for tables and system views.</summary>
    public PgRewrite? ViewRule(uint relationOid)
    {
        foreach (var rule in RewritesOf(relationOid))
        {
            if (rule.rulename == "_RETURN")
            {
                return rule;
            }
        }

        return null;
    }

    /// <summary>A relation's triggers.</summary>
    public ImmutableArray<PgTrigger> TriggersOf(uint relationOid) => Find(PgTrigger.ByRelation, new(relationOid));

    /// <summary>The relations that inherit from a relation.</summary>
    public ImmutableArray<PgInherits> ChildrenOf(uint relationOid) => Find(PgInherits.ByParent, new(relationOid));

    /// <summary>The relations that a relation inherits from.</summary>
    public ImmutableArray<PgInherits> ParentsOf(uint relationOid) => Find(PgInherits.ByChild, new(relationOid));

    /// <summary>A comment; null if there is none.</summary>
    /// <param name="classOid">OID of the system relation that has the object.</param>
    /// <param name="objectOid">The object.</param>
    /// <param name="subId">A column's attnum, else 0.</param>
    public string? Description(uint classOid, uint objectOid, int subId = 0) =>
        Find(PgDescription.Relation, new(objectOid, classOid, unchecked((ulong)subId)))?.description;

    /// <summary>A comment on a shared object.</summary>
    public string? SharedDescription(uint classOid, uint objectOid) =>
        Find(PgShdescription.Relation, new(objectOid, classOid))?.description;

    /// <summary>An installed extension.</summary>
    public PgExtension? FindExtension(string name) => FindFirst(PgExtension.ByName, new(Name: name));

    /// <summary>A role.</summary>
    public PgAuthid? Role(uint oid) => Find(PgAuthid.Relation, new(oid));

    /// <summary>A role by name.</summary>
    public PgAuthid? FindRole(string name) => FindFirst(PgAuthid.ByName, new(Name: name));

    /// <summary>A tablespace by name.</summary>
    public PgTablespace? FindTablespace(string name) => FindFirst(PgTablespace.ByName, new(Name: name));

    /// <summary>An extended statistics object of a name in a schema.</summary>
    public PgStatisticExt? FindStatistics(string name, uint namespaceOid) => FindFirst(PgStatisticExt.ByName, new(namespaceOid, Name: name));

    /// <summary>The extended statistics of a relation.</summary>
    public ImmutableArray<PgStatisticExt> StatisticsOf(uint relationOid) => Find(PgStatisticExt.ByRelation, new(relationOid));
}
