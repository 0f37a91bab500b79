using PgMicro.Core.Binding.Expressions;
using PgMicro.Core.Catalog.Dependencies;
using PgMicro.Core.Catalog.Privileges;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using Pg = PgQuery;

namespace PgMicro.Core.Execution.Ddl.OperatorFamilies;

/// <summary>CREATE OPERATOR CLASS (manual: "CREATE OPERATOR CLASS").</summary>
internal static class OperatorClasses
{
    private const int StorageItem = 3;

    internal static string Create(DdlContext ddl, Pg.CreateOpClassStmt statement)
    {
        var (schema, name) = DdlContext.Qualified(DdlContext.Names(statement.Opclassname));
        var space = ddl.NewObjectNamespace(schema, name);
        var rules = AccessMethodRules.Of(ddl, statement.Amname);
        var am = rules.Method;
        if (!RoleMembership.IsSuperuser(ddl.Catalog, ddl.Owner))
        {
            throw new PgException(SqlState.InsufficientPrivilege, "must be superuser to create an operator class");
        }

        var type = Type(ddl, statement.Datatype);
        var family = statement.Opfamilyname.Count > 0
            ? OperatorFamilyObjects.Find(ddl, am, DdlContext.Names(statement.Opfamilyname))
            : OperatorFamilyObjects.FindIn(ddl, am.oid, name, space) ?? OperatorFamilyObjects.Add(ddl, am, space, name);
        var members = new List<FamilyMember>();
        var storage = 0u;
        foreach (var item in statement.Items.Select(static i => i.CreateOpClassItem))
        {
            if (item.Itemtype == StorageItem)
            {
                storage = storage == 0 ? Type(ddl, item.Storedtype) : throw Invalid("storage type specified more than once");
            }
            else
            {
                FamilyMember.Read(ddl, item, rules, type).AddTo(ddl, members);
            }
        }

        storage = storage == type ? 0 : storage;
        if (storage != 0 && !rules.HasStorage)
        {
            throw Invalid($"storage type cannot be different from data type for access method \"{am.amname}\"");
        }

        RequireNew(ddl, statement, am, space, name, type);
        var row = ddl.Put(new PgOpclass
        {
            oid = ddl.NewOid(),
            opcmethod = am.oid,
            opcname = name,
            opcnamespace = space,
            opcowner = ddl.Owner,
            opcfamily = family.oid,
            opcintype = type,
            opcdefault = statement.IsDefault,
            opckeytype = storage,
        });
        FamilyMembers.Store(ddl, members, rules, family, row, family.opfname);
        var address = new ObjectAddress(PgOpclass.RelationOid, row.oid);
        ddl.Depend(address, ObjectAddress.Namespace(space));
        ddl.Depend(address, new(PgOpfamily.RelationOid, family.oid), DependencyType.Auto);
        ddl.DependOnType(address, type);
        if (storage != 0)
        {
            ddl.DependOnType(address, storage);
        }

        return "CREATE OPERATOR CLASS";
    }

    private static PgException Invalid(string message) => new(SqlState.InvalidObjectDefinition, message);

    private static uint Type(DdlContext ddl, Pg.TypeName name)
    {
        var placeless = name.Clone();
        placeless.Location = -1;
        return TypeNames.ResolveOid(ddl.ParseState, placeless);
    }

    private static void RequireNew(DdlContext ddl, Pg.CreateOpClassStmt statement, PgAm am, uint space, string name, uint type)
    {
        if (ddl.Catalog.OpclassesByName(name).Any(o => o.opcmethod == am.oid && o.opcnamespace == space))
        {
            throw new PgException(SqlState.DuplicateObject, $"operator class \"{name}\" for access method \"{am.amname}\" already exists");
        }

        if (statement.IsDefault && ddl.Catalog.Rows(PgOpclass.Relation).FirstOrDefault(o => o.opcmethod == am.oid && o.opcintype == type && o.opcdefault) is { } other)
        {
            throw new PgException(SqlState.DuplicateObject, $"could not make operator class \"{name}\" be default for type {TypeNames.ToString(ddl.ParseState, statement.Datatype)}")
                .WithDetail($"Operator class \"{other.opcname}\" already is the default.");
        }
    }
}
