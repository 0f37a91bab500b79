using PgMicro.Core.Binding;
using PgMicro.Core.Catalog.Dependencies;
using PgMicro.Core.Catalog.Privileges;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using Pg = PgQuery;

namespace PgMicro.Core.Execution.Ddl.OperatorFamilies;

/// <summary>CREATE and ALTER OPERATOR FAMILY; RENAME and SET SCHEMA of families and classes.</summary>
internal static class OperatorFamilyObjects
{
    private const int OperatorItem = 1, StorageItem = 3;

    internal static string Create(DdlContext ddl, Pg.CreateOpFamilyStmt statement)
    {
        var (schema, name) = DdlContext.Qualified(DdlContext.Names(statement.Opfamilyname));
        var space = ddl.NewObjectNamespace(schema, name);
        var rules = AccessMethodRules.Of(ddl, statement.Amname);
        RequireSuperuser(ddl, "create");
        Add(ddl, rules.Method, space, name);
        return "CREATE OPERATOR FAMILY";
    }

    internal static string Alter(DdlContext ddl, Pg.AlterOpFamilyStmt statement)
    {
        var rules = AccessMethodRules.Of(ddl, statement.Amname);
        var names = DdlContext.Names(statement.Opfamilyname);
        var family = Find(ddl, rules.Method, names);
        RequireSuperuser(ddl, "alter");
        var written = string.Join('.', names);
        var members = new List<FamilyMember>();
        foreach (var item in statement.Items.Select(static i => i.CreateOpClassItem))
        {
            if (statement.IsDrop)
            {
                FamilyMember.CheckNumber(item, rules);
                var (left, right) = FamilyMember.Types(ddl, item.ClassArgs);
                new FamilyMember(item.Itemtype != OperatorItem, item.Number, 0, left, right, 0).AddTo(ddl, members);
            }
            else if (item.Itemtype == StorageItem)
            {
                throw new PgException(SqlState.SyntaxError, "STORAGE cannot be specified in ALTER OPERATOR FAMILY");
            }
            else
            {
                FamilyMember.Read(ddl, item, rules, 0).AddTo(ddl, members);
            }
        }

        if (statement.IsDrop)
        {
            foreach (var member in members.Where(static m => !m.IsFunction).Concat(members.Where(static m => m.IsFunction)))
            {
                FamilyMembers.Drop(ddl, member, family, written);
            }
        }
        else
        {
            FamilyMembers.Store(ddl, members, rules, family, null, written);
        }

        return "ALTER OPERATOR FAMILY";
    }

    /// <summary>The family of a name.</summary>
    /// <exception cref="PgException">42704.</exception>
    internal static PgOpfamily Find(DdlContext ddl, PgAm am, string[] names)
    {
        var (schema, name) = DdlContext.Qualified(names);
        IReadOnlyList<uint> path = schema is null ? ddl.LookupPath() : [ddl.FindSchema(schema).oid];
        return path.Select(space => FindIn(ddl, am.oid, name, space)).FirstOrDefault(static f => f is not null)
            ?? throw new PgException(SqlState.UndefinedObject, $"operator family \"{string.Join('.', names)}\" does not exist for access method \"{am.amname}\"");
    }

    /// <summary>The family of a name in a schema.</summary>
    internal static PgOpfamily? FindIn(DdlContext ddl, uint am, string name, uint space) =>
        ddl.Catalog.Find(PgOpfamily.ByName, new(Name: name)).FirstOrDefault(f => f.opfmethod == am && f.opfnamespace == space);

    /// <summary>Makes a family.</summary>
    /// <exception cref="PgException">42710.</exception>
    internal static PgOpfamily Add(DdlContext ddl, PgAm am, uint space, string name)
    {
        if (FindIn(ddl, am.oid, name, space) is not null)
        {
            throw new PgException(SqlState.DuplicateObject, $"operator family \"{name}\" for access method \"{am.amname}\" already exists");
        }

        var row = ddl.Put(new PgOpfamily { oid = ddl.NewOid(), opfmethod = am.oid, opfname = name, opfnamespace = space, opfowner = ddl.Owner });
        ddl.Depend(new(PgOpfamily.RelationOid, row.oid), ObjectAddress.Namespace(space));
        return row;
    }

    /// <summary>ALTER OPERATOR CLASS or FAMILY … RENAME TO.</summary>
    internal static string Rename(DdlContext ddl, Pg.RenameStmt statement)
    {
        var address = ObjectLookup.Find(ddl.ParseState, statement.RenameType, statement.Object);
        Owners.RequireOwner(ddl, address);
        if (ddl.Catalog.Opclass(address.ObjectId) is { } opclass && address.ClassId == PgOpclass.RelationOid)
        {
            ddl.RequireCreate(opclass.opcnamespace);
            RequireFree(ddl, address.ClassId, opclass.opcmethod, statement.Newname, opclass.opcnamespace);
            ddl.Put(opclass with { opcname = statement.Newname });
            return "ALTER OPERATOR CLASS";
        }

        var family = ddl.Catalog.Opfamily(address.ObjectId)!;
        ddl.RequireCreate(family.opfnamespace);
        RequireFree(ddl, address.ClassId, family.opfmethod, statement.Newname, family.opfnamespace);
        ddl.Put(family with { opfname = statement.Newname });
        return "ALTER OPERATOR FAMILY";
    }

    /// <summary>ALTER OPERATOR, OPERATOR CLASS or FAMILY … SET SCHEMA.</summary>
    internal static string SetSchema(DdlContext ddl, Pg.AlterObjectSchemaStmt statement, Func<PgNamespace> target)
    {
        var address = ObjectLookup.Find(ddl.ParseState, statement.ObjectType, statement.Object);
        var space = target().oid;
        ddl.RequireCreate(space);
        Owners.RequireOwner(ddl, address);
        uint from;
        switch (address.ClassId)
        {
            case PgOperator.RelationOid:
                var op = ddl.Catalog.Operator(address.ObjectId)!;
                from = op.oprnamespace;
                ddl.Put(op with { oprnamespace = space });
                break;
            case PgOpclass.RelationOid:
                var opclass = ddl.Catalog.Opclass(address.ObjectId)!;
                from = opclass.opcnamespace;
                RequireFreeElsewhere(ddl, address.ClassId, opclass.opcmethod, opclass.opcname, from, space);
                ddl.Put(opclass with { opcnamespace = space });
                break;
            default:
                var family = ddl.Catalog.Opfamily(address.ObjectId)!;
                from = family.opfnamespace;
                RequireFreeElsewhere(ddl, address.ClassId, family.opfmethod, family.opfname, from, space);
                ddl.Put(family with { opfnamespace = space });
                break;
        }

        if (from != space)
        {
            Ddl.Rename.Redirect(ddl, address, from, space);
        }

        return "ALTER " + Drop.Word(statement.ObjectType);
    }

    private static void RequireFreeElsewhere(DdlContext ddl, uint classId, uint am, string name, uint from, uint to)
    {
        if (from != to)
        {
            RequireFree(ddl, classId, am, name, to);
        }
    }

    private static void RequireFree(DdlContext ddl, uint classId, uint am, string name, uint space)
    {
        var isClass = classId == PgOpclass.RelationOid;
        if (isClass ? ddl.Catalog.OpclassesByName(name).Any(o => o.opcmethod == am && o.opcnamespace == space) : FindIn(ddl, am, name, space) is not null)
        {
            throw new PgException(
                SqlState.DuplicateObject,
                $"operator {(isClass ? "class" : "family")} \"{name}\" for access method \"{ddl.Catalog.Am(am)!.amname}\" already exists in schema \"{ddl.Catalog.Namespace(space)!.nspname}\"");
        }
    }

    private static void RequireSuperuser(DdlContext ddl, string verb)
    {
        if (!RoleMembership.IsSuperuser(ddl.Catalog, ddl.Owner))
        {
            throw new PgException(SqlState.InsufficientPrivilege, $"must be superuser to {verb} an operator family");
        }
    }
}
