using System.Collections.Immutable;
using PgMicro.Core.Catalog.Tables;

namespace PgMicro.Core.Catalog;

public sealed partial class CatalogSnapshot
{
    /// <summary>A function.</summary>
    public PgProc? Proc(uint oid) => Find(PgProc.Relation, new(oid));

    /// <summary>The functions of a name in every schema.</summary>
    public ImmutableArray<PgProc> ProcsByName(string name) => Find(PgProc.ByName, new(Name: name));

    /// <summary>What makes a function an aggregate.</summary>
    public PgAggregate? Aggregate(uint functionOid) => Find(PgAggregate.Relation, new(functionOid));

    /// <summary>An operator.</summary>
    public PgOperator? Operator(uint oid) => Find(PgOperator.Relation, new(oid));

    /// <summary>The operators of a name in every schema.</summary>
    public ImmutableArray<PgOperator> OperatorsByName(string name) => Find(PgOperator.ByName, new(Name: name));

    /// <summary>The operator of exactly these argument types in a schema; left is 0 for a prefix operator.</summary>
    public PgOperator? FindOperator(string name, uint left, uint right, uint namespaceOid = BuiltInOids.PgCatalogNamespace)
    {
        foreach (var candidate in OperatorsByName(name))
        {
            if (candidate.oprleft == left && candidate.oprright == right && candidate.oprnamespace == namespaceOid)
            {
                return candidate;
            }
        }

        return null;
    }

    /// <summary>A language.</summary>
    public PgLanguage? Language(uint oid) => Find(PgLanguage.Relation, new(oid));

    /// <summary>A language by name.</summary>
    public PgLanguage? FindLanguage(string name) => FindFirst(PgLanguage.ByName, new(Name: name));

    /// <summary>An access method.</summary>
    public PgAm? Am(uint oid) => Find(PgAm.Relation, new(oid));

    /// <summary>An access method by name.</summary>
    public PgAm? FindAm(string name) => FindFirst(PgAm.ByName, new(Name: name));

    /// <summary>An operator class.</summary>
    public PgOpclass? Opclass(uint oid) => Find(PgOpclass.Relation, new(oid));

    /// <summary>The operator classes of a name.</summary>
    public ImmutableArray<PgOpclass> OpclassesByName(string name) => Find(PgOpclass.ByName, new(Name: name));

    /// <summary>An operator family.</summary>
    public PgOpfamily? Opfamily(uint oid) => Find(PgOpfamily.Relation, new(oid));

    /// <summary>
    /// The default operator class of an access method for exactly a type; domains, enums, arrays, ranges and records are looked up
    /// by their base or polymorphic type.
    /// </summary>
    public PgOpclass? DefaultOpclass(uint amOid, uint typeOid)
    {
        typeOid = GetBaseType(typeOid);
        if (FindDefaultOpclass(amOid, typeOid) is { } exact)
        {
            return exact;
        }

        if (Type(typeOid) is not { } type)
        {
            return null;
        }

        foreach (var general in GeneralTypes(type))
        {
            if (FindDefaultOpclass(amOid, general) is { } found)
            {
                return found;
            }
        }

        return null;
    }

    /// <summary>The operators of an operator family.</summary>
    public ImmutableArray<PgAmop> AmopsOf(uint opfamilyOid) => Find(PgAmop.ByFamily, new(opfamilyOid));

    /// <summary>The places of an operator in operator families.</summary>
    public ImmutableArray<PgAmop> AmopsOfOperator(uint operatorOid) => Find(PgAmop.ByOperator, new(operatorOid));

    /// <summary>The operator of a strategy in an operator family; 0 if none.</summary>
    public uint OperatorOfStrategy(uint opfamilyOid, uint left, uint right, int strategy)
    {
        foreach (var amop in AmopsOf(opfamilyOid))
        {
            if (amop.amoplefttype == left && amop.amoprighttype == right && amop.amopstrategy == strategy && amop.amoppurpose == 's')
            {
                return amop.amopopr;
            }
        }

        return 0;
    }

    /// <summary>The strategy of an operator in an operator family; 0 if it is not in it.</summary>
    public int StrategyOfOperator(uint operatorOid, uint opfamilyOid)
    {
        foreach (var amop in AmopsOfOperator(operatorOid))
        {
            if (amop.amopfamily == opfamilyOid && amop.amoppurpose == 's')
            {
                return amop.amopstrategy;
            }
        }

        return 0;
    }

    /// <summary>A text search configuration by name.</summary>
    public ImmutableArray<PgTsConfig> TsConfigsByName(string name) => Find(PgTsConfig.ByName, new(Name: name));

    /// <summary>A text search dictionary by name.</summary>
    public ImmutableArray<PgTsDict> TsDictionariesByName(string name) => Find(PgTsDict.ByName, new(Name: name));

    private PgOpclass? FindDefaultOpclass(uint amOid, uint typeOid)
    {
        foreach (var opclass in Find(PgOpclass.ByTypeMethod, new(typeOid, amOid)))
        {
            if (opclass.opcdefault)
            {
                return opclass;
            }
        }

        return null;
    }

    // The types that a type is binary-coercible to and that index operator classes are declared for.
    private static IEnumerable<uint> GeneralTypes(PgType type)
    {
        if (type.oid == Types.TypeOid.Varchar)
        {
            yield return Types.TypeOid.Text;
        }
        else if (type.oid == Types.TypeOid.Cidr)
        {
            yield return Types.TypeOid.Inet;
        }
        else if (type.typtype == 'e')
        {
            yield return Types.TypeOid.AnyEnum;
        }
        else if (type.typtype == 'r')
        {
            yield return Types.TypeOid.AnyRange;
        }
        else if (type.typtype == 'm')
        {
            yield return Types.TypeOid.AnyMultirange;
        }
        else if (type.typtype == 'c')
        {
            yield return Types.TypeOid.Record;
        }
        else if (type.typsubscript == BuiltInFunctions.ArraySubscriptHandler)
        {
            yield return Types.TypeOid.AnyArray;
        }
    }
}
