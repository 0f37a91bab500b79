using PgMicro.Core.Binding.Expressions;
using PgMicro.Core.Binding.Queries;
using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Dependencies;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using PgMicro.Core.Types;
using Pg = PgQuery;

namespace PgMicro.Core.Binding;

/// <summary>The object that a statement names, whatever its kind (PostgreSQL's get_object_address).</summary>
internal static class ObjectLookup
{
    /// <summary>The object of a kind and name.</summary>
    /// <exception cref="PgException">PostgreSQL's errors for what does not exist or is of another kind.</exception>
    public static ObjectAddress Find(ParseState pstate, Pg.ObjectType type, Pg.Node item) => TryFind(pstate, type, item, false)!.Value;

    /// <summary>The object of a kind and name; null when it, its schema or a type of its signature does not exist and <paramref name="missingOk"/>.</summary>
    public static ObjectAddress? TryFind(ParseState pstate, Pg.ObjectType type, Pg.Node item, bool missingOk)
    {
        var catalog = pstate.Catalog;
        switch (type)
        {
            case Pg.ObjectType.ObjectTable or Pg.ObjectType.ObjectIndex or Pg.ObjectType.ObjectSequence or Pg.ObjectType.ObjectView
                or Pg.ObjectType.ObjectMatview or Pg.ObjectType.ObjectForeignTable:
                return Relation(pstate, item.Names(), missingOk) is { } relation ? ObjectAddress.Relation(RequireKind(type, relation).oid) : null;
            case Pg.ObjectType.ObjectColumn:
                return Column(pstate, item.Names(), missingOk);
            case Pg.ObjectType.ObjectDefault:
                return Default(pstate, item.Names(), missingOk);
            case Pg.ObjectType.ObjectRule or Pg.ObjectType.ObjectTrigger or Pg.ObjectType.ObjectPolicy or Pg.ObjectType.ObjectTabconstraint:
                return OfRelation(pstate, type, item.Names(), missingOk);
            case Pg.ObjectType.ObjectDomconstraint:
                return DomainConstraint(pstate, item, missingOk);
            case Pg.ObjectType.ObjectType or Pg.ObjectType.ObjectDomain:
                return Type(pstate, type, item.TypeName, missingOk) is { } found ? ObjectAddress.Type(found) : null;
            case Pg.ObjectType.ObjectFunction or Pg.ObjectType.ObjectProcedure or Pg.ObjectType.ObjectRoutine or Pg.ObjectType.ObjectAggregate:
                return RoutineLookup.Find(pstate, type, item.ObjectWithArgs, missingOk) is { } routine ? ObjectAddress.Function(routine) : null;
            case Pg.ObjectType.ObjectOperator:
                return RoutineLookup.FindOperator(pstate, item.ObjectWithArgs, missingOk) is { } op ? new(PgOperator.RelationOid, op) : null;
            case Pg.ObjectType.ObjectCast:
                return Cast(pstate, item, missingOk);
            case Pg.ObjectType.ObjectTransform:
                return Transform(pstate, item, missingOk);
            case Pg.ObjectType.ObjectOpclass:
                return OfMethod(pstate, item.Names(), missingOk, "operator class", PgOpclass.RelationOid, static (c, n, s, am) =>
                    c.OpclassesByName(n).FirstOrDefault(r => r.opcnamespace == s && r.opcmethod == am)?.oid ?? 0);
            case Pg.ObjectType.ObjectOpfamily:
                return OfMethod(pstate, item.Names(), missingOk, "operator family", PgOpfamily.RelationOid, static (c, n, s, am) =>
                    c.Find(PgOpfamily.ByName, new(Name: n)).FirstOrDefault(r => r.opfnamespace == s && r.opfmethod == am)?.oid ?? 0);
            case Pg.ObjectType.ObjectCollation:
                return Named(pstate, item.Names(), missingOk, PgCollation.RelationOid, static (c, n, s) => c.FindCollation(n, s)?.oid ?? 0, static n => $"collation \"{n}\" for encoding \"UTF8\" does not exist");
            case Pg.ObjectType.ObjectConversion:
                return Named(pstate, item.Names(), missingOk, PgConversion.RelationOid, static (c, n, s) => c.Find(PgConversion.ByName, new(Name: n)).FirstOrDefault(r => r.connamespace == s)?.oid ?? 0, static n => $"conversion \"{n}\" does not exist");
            case Pg.ObjectType.ObjectStatisticExt:
                return Named(pstate, item.Names(), missingOk, PgStatisticExt.RelationOid, static (c, n, s) => c.FindStatistics(n, s)?.oid ?? 0, static n => $"statistics object \"{n}\" does not exist");
            case Pg.ObjectType.ObjectTsparser:
                return Named(pstate, item.Names(), missingOk, PgTsParser.RelationOid, static (c, n, s) => c.Find(PgTsParser.ByName, new(Name: n)).FirstOrDefault(r => r.prsnamespace == s)?.oid ?? 0, static n => $"text search parser \"{n}\" does not exist");
            case Pg.ObjectType.ObjectTsdictionary:
                return Named(pstate, item.Names(), missingOk, PgTsDict.RelationOid, static (c, n, s) => c.TsDictionariesByName(n).FirstOrDefault(r => r.dictnamespace == s)?.oid ?? 0, static n => $"text search dictionary \"{n}\" does not exist");
            case Pg.ObjectType.ObjectTstemplate:
                return Named(pstate, item.Names(), missingOk, PgTsTemplate.RelationOid, static (c, n, s) => c.Find(PgTsTemplate.ByName, new(Name: n)).FirstOrDefault(r => r.tmplnamespace == s)?.oid ?? 0, static n => $"text search template \"{n}\" does not exist");
            case Pg.ObjectType.ObjectTsconfiguration:
                return Named(pstate, item.Names(), missingOk, PgTsConfig.RelationOid, static (c, n, s) => c.TsConfigsByName(n).FirstOrDefault(r => r.cfgnamespace == s)?.oid ?? 0, static n => $"text search configuration \"{n}\" does not exist");
            case Pg.ObjectType.ObjectLargeobject:
                var loid = item.NodeCase == Pg.Node.NodeOneofCase.Float
                    ? (uint)IntegerText.ParseUnsigned(System.Text.Encoding.UTF8.GetBytes(item.Float.Fval), is32Bit: true, "oid")
                    : (uint)item.Integer.Ival;
                return catalog.Find(PgLargeobjectMetadata.Relation, new(loid)) is not null
                    ? new(LargeObjectRelation, loid)
                    : missingOk ? null : throw new PgException(SqlState.UndefinedObject, $"large object {loid} does not exist");
            default:
                return Unqualified(catalog, type, item.String.Sval, missingOk);
        }
    }

    /// <summary>pg_largeobject: comments on large objects name it as their class.</summary>
    private const uint LargeObjectRelation = 2613;

    /// <summary>The parts of a name that is a list of strings.</summary>
    public static string[] Names(this Pg.Node item) => NamespaceLookup.Strings(item.List.Items);

    /// <summary>A relation along the search path or in its schema; null when it does not exist and <paramref name="missingOk"/>.</summary>
    public static PgClass? Relation(ParseState pstate, string[] names, bool missingOk)
    {
        if (names.Length > 3)
        {
            throw new PgException(SqlState.SyntaxError, $"improper relation name (too many dotted names): {string.Join('.', names)}");
        }

        if (names.Length == 3 && names[0] != pstate.Catalog.DatabaseName)
        {
            throw new PgException(SqlState.FeatureNotSupported, $"cross-database references are not implemented: \"{string.Join('.', names)}\"");
        }

        var (schema, name) = NamespaceLookup.Deconstruct(names);
        var path = schema is null ? pstate.SearchPath
            : pstate.Catalog.FindNamespace(schema) is { } space ? [space.oid]
            : missingOk ? [] : throw new PgException(SqlState.InvalidSchemaName, $"schema \"{schema}\" does not exist");
        foreach (var nsp in path)
        {
            if (pstate.Catalog.FindClass(name, nsp) is { } relation)
            {
                return relation;
            }
        }

        return missingOk ? null : throw new PgException(SqlState.UndefinedTable, $"relation \"{string.Join('.', names)}\" does not exist");
    }

    private static PgClass RequireKind(Pg.ObjectType type, PgClass relation)
    {
        var (kinds, what) = type switch
        {
            Pg.ObjectType.ObjectTable => ("rp", "a table"),
            Pg.ObjectType.ObjectIndex => ("iI", "an index"),
            Pg.ObjectType.ObjectSequence => ("S", "a sequence"),
            Pg.ObjectType.ObjectView => ("v", "a view"),
            Pg.ObjectType.ObjectMatview => ("m", "a materialized view"),
            _ => ("f", "a foreign table"),
        };
        return kinds.Contains(relation.relkind) ? relation : throw new PgException(SqlState.WrongObjectType, $"\"{relation.relname}\" is not {what}");
    }

    private static ObjectAddress? Column(ParseState pstate, string[] names, bool missingOk)
    {
        if (names.Length < 2)
        {
            throw new PgException(SqlState.SyntaxError, "column name must be qualified");
        }

        if (Relation(pstate, names[..^1], missingOk) is not { } relation)
        {
            return null;
        }

        return pstate.Catalog.FindAttribute(relation.oid, names[^1]) is { } column
            ? ObjectAddress.Relation(relation.oid, column.attnum)
            : missingOk ? null : throw new PgException(SqlState.UndefinedColumn, $"column \"{names[^1]}\" of relation \"{string.Join('.', names[..^1])}\" does not exist");
    }

    private static ObjectAddress? Default(ParseState pstate, string[] names, bool missingOk)
    {
        if (names.Length < 2)
        {
            throw new PgException(SqlState.SyntaxError, "column name must be qualified");
        }

        if (Relation(pstate, names[..^1], missingOk) is not { } relation)
        {
            return null;
        }

        return pstate.Catalog.FindAttribute(relation.oid, names[^1]) is { } column && pstate.Catalog.Attrdef(relation.oid, column.attnum) is { } value
            ? new(PgAttrdef.RelationOid, value.oid)
            : missingOk ? null : throw new PgException(SqlState.UndefinedColumn, $"default value for column \"{names[^1]}\" of relation \"{string.Join('.', names[..^1])}\" does not exist");
    }

    // Rules, triggers, policies and constraints: the last name is theirs, those before it their relation's.
    private static ObjectAddress? OfRelation(ParseState pstate, Pg.ObjectType type, string[] names, bool missingOk)
    {
        if (names.Length < 2)
        {
            throw new PgException(SqlState.SyntaxError, "must specify relation and object name");
        }

        if (Relation(pstate, names[..^1], missingOk) is not { } relation)
        {
            return null;
        }

        var (catalog, name) = (pstate.Catalog, names[^1]);
        ObjectAddress? found = type switch
        {
            Pg.ObjectType.ObjectRule => catalog.RewritesOf(relation.oid).FirstOrDefault(r => r.rulename == name) is { } rule ? new(PgRewrite.RelationOid, rule.oid) : null,
            Pg.ObjectType.ObjectTrigger => catalog.TriggersOf(relation.oid).FirstOrDefault(r => r.tgname == name) is { } trigger ? new(PgTrigger.RelationOid, trigger.oid) : null,
            Pg.ObjectType.ObjectPolicy => catalog.Rows(PgPolicy.Relation).FirstOrDefault(r => r.polrelid == relation.oid && r.polname == name) is { } policy ? new(PgPolicy.RelationOid, policy.oid) : null,
            _ => catalog.FindConstraint(relation.oid, name) is { } constraint ? ObjectAddress.Constraint(constraint.oid) : null,
        };
        return found is not null || missingOk ? found : throw new PgException(SqlState.UndefinedObject, type switch
        {
            Pg.ObjectType.ObjectRule => $"rule \"{name}\" for relation \"{relation.relname}\" does not exist",
            Pg.ObjectType.ObjectTrigger => $"trigger \"{name}\" for table \"{relation.relname}\" does not exist",
            Pg.ObjectType.ObjectPolicy => $"policy \"{name}\" for table \"{relation.relname}\" does not exist",
            _ => $"constraint \"{name}\" for table \"{relation.relname}\" does not exist",
        });
    }

    private static ObjectAddress? DomainConstraint(ParseState pstate, Pg.Node item, bool missingOk)
    {
        if (Type(pstate, Pg.ObjectType.ObjectType, item.List.Items[0].TypeName, missingOk) is not { } domain)
        {
            return null;
        }

        var name = item.List.Items[1].String.Sval;
        return pstate.Catalog.FindDomainConstraint(domain, name) is { } constraint
            ? ObjectAddress.Constraint(constraint.oid)
            : missingOk ? null : throw new PgException(SqlState.UndefinedObject, $"constraint \"{name}\" for domain {FormatType.Format(domain, pstate)} does not exist");
    }

    private static uint? Type(ParseState pstate, Pg.ObjectType kind, Pg.TypeName name, bool missingOk)
    {
        if (SchemaIsMissing(pstate, name))
        {
            return missingOk ? null : throw new PgException(SqlState.InvalidSchemaName, $"schema \"{name.Names[^2].String.Sval}\" does not exist");
        }

        if (TypeNames.Lookup(pstate, name) is not { } type)
        {
            return missingOk ? null : throw new PgException(SqlState.UndefinedObject, $"type \"{TypeNames.ToString(pstate, name)}\" does not exist");
        }

        return kind != Pg.ObjectType.ObjectDomain || type.typtype == 'd'
            ? type.oid
            : throw new PgException(SqlState.WrongObjectType, $"\"{TypeNames.ToString(pstate, name)}\" is not a domain");
    }

    /// <summary>Whether a type's name names a schema that does not exist.</summary>
    public static bool SchemaIsMissing(ParseState pstate, Pg.TypeName name) =>
        name is { PctType: false, Names.Count: > 1 } && !(name.Names.Count == 3 && name.Names[0].String.Sval != pstate.Catalog.DatabaseName) && pstate.Catalog.FindNamespace(name.Names[^2].String.Sval) is null;

    private static ObjectAddress? Cast(ParseState pstate, Pg.Node item, bool missingOk)
    {
        if (Type(pstate, Pg.ObjectType.ObjectType, item.List.Items[0].TypeName, missingOk) is not { } source
            || Type(pstate, Pg.ObjectType.ObjectType, item.List.Items[1].TypeName, missingOk) is not { } target)
        {
            return null;
        }

        return pstate.Catalog.FindCast(source, target) is { } cast
            ? new(PgCast.RelationOid, cast.oid)
            : missingOk ? null : throw new PgException(
                SqlState.UndefinedObject,
                $"cast from type {FormatType.Format(source, pstate)} to type {FormatType.Format(target, pstate)} does not exist");
    }

    private static ObjectAddress? Transform(ParseState pstate, Pg.Node item, bool missingOk)
    {
        if (Type(pstate, Pg.ObjectType.ObjectType, item.List.Items[0].TypeName, missingOk) is not { } type)
        {
            return null;
        }

        var name = item.List.Items[1].String.Sval;
        if (Unqualified(pstate.Catalog, Pg.ObjectType.ObjectLanguage, name, missingOk) is not { } language)
        {
            return null;
        }

        return pstate.Catalog.Rows(PgTransform.Relation).FirstOrDefault(t => t.trftype == type && t.trflang == language.ObjectId) is { } transform
            ? new(PgTransform.RelationOid, transform.oid)
            : missingOk ? null : throw new PgException(
                SqlState.UndefinedObject, $"transform for type {FormatType.Format(type, pstate)} language \"{name}\" does not exist");
    }

    // Operator classes and families: the first name is the access method's.
    private static ObjectAddress? OfMethod(
        ParseState pstate, string[] names, bool missingOk, string what, uint classId, Func<CatalogSnapshot, string, uint, uint, uint> find)
    {
        // An access method must exist even for IF EXISTS.
        var method = pstate.Catalog.FindAm(names[0])
            ?? throw new PgException(SqlState.UndefinedObject, $"access method \"{names[0]}\" does not exist");
        if (method.amtype != 'i')
        {
            throw new PgException(SqlState.WrongObjectType, $"access method \"{names[0]}\" is not of type INDEX");
        }

        return Named(
            pstate,
            names[1..],
            missingOk,
            classId,
            (c, n, s) => find(c, n, s, method.oid),
            n => $"{what} \"{n}\" does not exist for access method \"{method.amname}\"");
    }

    private static ObjectAddress? Named(
        ParseState pstate, string[] names, bool missingOk, uint classId, Func<CatalogSnapshot, string, uint, uint> find, Func<string, string> message)
    {
        var (schema, name) = NamespaceLookup.Deconstruct(names);
        var path = schema is null ? pstate.SearchPath
            : pstate.Catalog.FindNamespace(schema) is { } space ? [space.oid]
            : missingOk ? [] : throw new PgException(SqlState.InvalidSchemaName, $"schema \"{schema}\" does not exist");
        foreach (var nsp in path)
        {
            if (find(pstate.Catalog, name, nsp) is var oid and not 0)
            {
                return new(classId, oid);
            }
        }

        return missingOk ? null : throw new PgException(SqlState.UndefinedObject, message(string.Join('.', names)));
    }

    private static ObjectAddress? Unqualified(CatalogSnapshot catalog, Pg.ObjectType type, string name, bool missingOk)
    {
        var (classId, oid, state, what) = type switch
        {
            Pg.ObjectType.ObjectSchema => (PgNamespace.RelationOid, catalog.FindNamespace(name)?.oid, SqlState.InvalidSchemaName, "schema"),
            Pg.ObjectType.ObjectDatabase => (PgDatabase.RelationOid, catalog.Rows(PgDatabase.Relation).FirstOrDefault(r => r.datname == name)?.oid, SqlState.InvalidCatalogName, "database"),
            Pg.ObjectType.ObjectExtension => (PgExtension.RelationOid, catalog.FindExtension(name)?.oid, SqlState.UndefinedObject, "extension"),
            Pg.ObjectType.ObjectTablespace => (PgTablespace.RelationOid, catalog.FindTablespace(name)?.oid, SqlState.UndefinedObject, "tablespace"),
            Pg.ObjectType.ObjectRole => (PgAuthid.RelationOid, catalog.FindRole(name)?.oid, SqlState.UndefinedObject, "role"),
            Pg.ObjectType.ObjectLanguage => (PgLanguage.RelationOid, catalog.FindLanguage(name)?.oid, SqlState.UndefinedObject, "language"),
            Pg.ObjectType.ObjectAccessMethod => (PgAm.RelationOid, catalog.FindAm(name)?.oid, SqlState.UndefinedObject, "access method"),
            Pg.ObjectType.ObjectFdw => (PgForeignDataWrapper.RelationOid, catalog.Rows(PgForeignDataWrapper.Relation).FirstOrDefault(r => r.fdwname == name)?.oid, SqlState.UndefinedObject, "foreign-data wrapper"),
            Pg.ObjectType.ObjectForeignServer => (PgForeignServer.RelationOid, catalog.Rows(PgForeignServer.Relation).FirstOrDefault(r => r.srvname == name)?.oid, SqlState.UndefinedObject, "server"),
            Pg.ObjectType.ObjectEventTrigger => (PgEventTrigger.RelationOid, catalog.Rows(PgEventTrigger.Relation).FirstOrDefault(r => r.evtname == name)?.oid, SqlState.UndefinedObject, "event trigger"),
            Pg.ObjectType.ObjectParameterAcl => (PgParameterAcl.RelationOid, catalog.Rows(PgParameterAcl.Relation).FirstOrDefault(r => r.parname == name)?.oid, SqlState.UndefinedObject, "parameter ACL"),
            Pg.ObjectType.ObjectPublication => (PgPublication.RelationOid, catalog.Rows(PgPublication.Relation).FirstOrDefault(r => r.pubname == name)?.oid, SqlState.UndefinedObject, "publication"),
            Pg.ObjectType.ObjectSubscription => (PgSubscription.RelationOid, catalog.Rows(PgSubscription.Relation).FirstOrDefault(r => r.subname == name)?.oid, SqlState.UndefinedObject, "subscription"),
            _ => throw new PgException(SqlState.InvalidParameterValue, $"unsupported object type \"{type.ToString()["Object".Length..].ToLowerInvariant()}\""),
        };
        return oid is not null ? new(classId, oid.Value) : missingOk ? null : throw new PgException(state, $"{what} \"{name}\" does not exist");
    }
}
