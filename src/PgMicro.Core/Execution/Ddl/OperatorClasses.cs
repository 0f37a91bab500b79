using PgMicro.Core.Binding;
using PgMicro.Core.Binding.Expressions;
using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Dependencies;
using PgMicro.Core.Catalog.Privileges;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using PgMicro.Core.Types;
using Pg = PgQuery;

namespace PgMicro.Core.Execution.Ddl;

/// <summary>CREATE OPERATOR CLASS (manual: "CREATE OPERATOR CLASS") of the method hash, by which tables may be partitioned. Other methods would need an order or a search of their own in the file.</summary>
internal static class OperatorClasses
{
    private const int OperatorItem = 1, FunctionItem = 2, StorageItem = 3;
    private const int Strategies = 1, SupportFunctions = 3;

    internal static string Create(DdlContext ddl, Pg.CreateOpClassStmt statement)
    {
        var (schema, name) = DdlContext.Qualified(DdlContext.Names(statement.Opclassname));
        var space = ddl.NewObjectNamespace(schema, name);
        var am = ddl.Catalog.FindAm(statement.Amname) ?? throw new PgException(SqlState.UndefinedObject, $"access method \"{statement.Amname}\" does not exist");
        if (am.oid != BuiltInOids.HashAm)
        {
            throw PgErrors.FeatureNotSupported($"CREATE OPERATOR CLASS USING {am.amname}");
        }

        if (!RoleMembership.IsSuperuser(ddl.Catalog, ddl.Owner))
        {
            throw new PgException(SqlState.InsufficientPrivilege, "must be superuser to create an operator class");
        }

        var type = TypeNames.ResolveOid(ddl.ParseState, statement.Datatype);
        var family = Family(ddl, statement, am, space, name);
        var operators = new List<PgAmop>();
        var functions = new List<PgAmproc>();
        foreach (var item in statement.Items.Select(static i => i.CreateOpClassItem))
        {
            switch (item.Itemtype)
            {
                case OperatorItem:
                    AddOperator(ddl, item, type, operators);
                    break;
                case FunctionItem:
                    AddFunction(ddl, item, type, functions);
                    break;
                case StorageItem when TypeNames.ResolveOid(ddl.ParseState, item.Storedtype) != type:
                    throw Invalid($"storage type cannot be different from data type for access method \"{am.amname}\"");
            }
        }

        RequireNew(ddl, statement, am, space, name, type);
        family ??= AddFamily(ddl, am, space, name);
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
        });
        var address = new ObjectAddress(PgOpclass.RelationOid, row.oid);
        var familyAddress = new ObjectAddress(PgOpfamily.RelationOid, family.oid);
        ddl.Depend(address, ObjectAddress.Namespace(space));
        ddl.Depend(address, familyAddress, 'a');
        ddl.DependOnType(address, type);
        foreach (var op in operators)
        {
            var own = new ObjectAddress(PgAmop.RelationOid, ddl.Put(op with { oid = ddl.NewOid(), amopfamily = family.oid, amopmethod = am.oid }).oid);
            ddl.Depend(own, new(PgOperator.RelationOid, op.amopopr));
            ddl.Depend(own, address, 'i');
        }

        foreach (var function in functions)
        {
            // The class cannot be without its first function; the others may come and go.
            var isNeeded = function.amprocnum == 1;
            var own = new ObjectAddress(PgAmproc.RelationOid, ddl.Put(function with { oid = ddl.NewOid(), amprocfamily = family.oid }).oid);
            ddl.Depend(own, ObjectAddress.Function(function.amproc), isNeeded ? 'n' : 'a');
            ddl.Depend(own, isNeeded ? address : familyAddress, isNeeded ? 'i' : 'a');
        }

        return "CREATE OPERATOR CLASS";
    }

    private static PgException Invalid(string message) => new(SqlState.InvalidObjectDefinition, message);

    // That of FAMILY, else one of the class's own name; null when it has yet to be made.
    private static PgOpfamily? Family(DdlContext ddl, Pg.CreateOpClassStmt statement, PgAm am, uint space, string name)
    {
        if (statement.Opfamilyname.Count == 0)
        {
            return ddl.Catalog.Find(PgOpfamily.ByName, new(Name: name)).FirstOrDefault(f => f.opfmethod == am.oid && f.opfnamespace == space);
        }

        var (schema, wanted) = DdlContext.Qualified(DdlContext.Names(statement.Opfamilyname));
        IReadOnlyList<uint> path = schema is null ? ddl.LookupPath() : [ddl.FindSchema(schema).oid];
        return path.Select(nsp => ddl.Catalog.Find(PgOpfamily.ByName, new(Name: wanted)).FirstOrDefault(f => f.opfmethod == am.oid && f.opfnamespace == nsp)).FirstOrDefault(static f => f is not null)
            ?? throw new PgException(SqlState.UndefinedObject, $"operator family \"{string.Join('.', DdlContext.Names(statement.Opfamilyname))}\" does not exist for access method \"{am.amname}\"");
    }

    private static PgOpfamily AddFamily(DdlContext ddl, PgAm am, uint space, string name)
    {
        var row = ddl.Put(new PgOpfamily { oid = ddl.NewOid(), opfmethod = am.oid, opfname = name, opfnamespace = space, opfowner = ddl.Owner });
        ddl.Depend(new(PgOpfamily.RelationOid, row.oid), ObjectAddress.Namespace(space));
        return row;
    }

    private static void AddOperator(DdlContext ddl, Pg.CreateOpClassItem item, uint type, List<PgAmop> operators)
    {
        if (item.Number is < 1 or > Strategies)
        {
            throw Invalid($"invalid operator number {item.Number}, must be between 1 and {Strategies}");
        }

        if (item.OrderFamily.Count > 0)
        {
            throw Invalid("access method \"hash\" does not support ordering operators");
        }

        var op = item.Name.Objargs.Count > 0
            ? ddl.Catalog.Operator(RoutineLookup.FindOperator(ddl.ParseState, item.Name, missingOk: false)!.Value)!
            : OperatorResolution.Oper(ddl.ParseState, DdlContext.Names(item.Name.Objname), type, type, -1);
        if (op.oprkind != 'b')
        {
            throw Invalid("index operators must be binary");
        }

        if (op.oprresult != TypeOid.Bool)
        {
            throw Invalid("index search operators must return boolean");
        }

        if (operators.Exists(o => o.amopstrategy == item.Number && o.amoplefttype == op.oprleft && o.amoprighttype == op.oprright))
        {
            throw Invalid($"operator number {item.Number} for ({DdlExpressions.FormatType(ddl, op.oprleft)},{DdlExpressions.FormatType(ddl, op.oprright)}) appears more than once");
        }

        operators.Add(new PgAmop { amoplefttype = op.oprleft, amoprighttype = op.oprright, amopstrategy = (short)item.Number, amoppurpose = 's', amopopr = op.oid });
    }

    private static void AddFunction(DdlContext ddl, Pg.CreateOpClassItem item, uint type, List<PgAmproc> functions)
    {
        if (item.Number is < 1 or > SupportFunctions)
        {
            throw Invalid($"invalid function number {item.Number}, must be between 1 and {SupportFunctions}");
        }

        if (item.Number == SupportFunctions)
        {
            throw PgErrors.FeatureNotSupported("options of an operator class");
        }

        var function = ddl.Catalog.Proc(RoutineLookup.Find(ddl.ParseState, Pg.ObjectType.ObjectFunction, item.Name, missingOk: false)!.Value)!;
        var (arguments, result) = item.Number == 1 ? (1, TypeOid.Int4) : (2, TypeOid.Int8);
        if (function.proargtypes.Length != arguments)
        {
            throw Invalid($"hash function {item.Number} must have {(arguments == 1 ? "one argument" : "two arguments")}");
        }

        if (function.prorettype != result)
        {
            throw Invalid($"hash function {item.Number} must return {DdlExpressions.FormatType(ddl, result)}");
        }

        var types = item.ClassArgs.Select(a => TypeNames.ResolveOid(ddl.ParseState, a.TypeName)).ToArray();
        var (left, right) = types switch
        {
            [var both] => (both, both),
            [var one, var other] => (one, other),
            _ => (type, type),
        };
        if (functions.Exists(f => f.amprocnum == item.Number && f.amproclefttype == left && f.amprocrighttype == right))
        {
            throw Invalid($"function number {item.Number} for ({DdlExpressions.FormatType(ddl, left)},{DdlExpressions.FormatType(ddl, right)}) appears more than once");
        }

        functions.Add(new PgAmproc { amproclefttype = left, amprocrighttype = right, amprocnum = (short)item.Number, amproc = function.oid });
    }

    private static void RequireNew(DdlContext ddl, Pg.CreateOpClassStmt statement, PgAm am, uint space, string name, uint type)
    {
        if (ddl.Catalog.OpclassesByName(name).Any(o => o.opcmethod == am.oid && o.opcnamespace == space))
        {
            throw new PgException(SqlState.DuplicateObject, $"operator class \"{name}\" for access method \"{am.amname}\" already exists");
        }

        if (statement.IsDefault && ddl.Catalog.Rows(PgOpclass.Relation).FirstOrDefault(o => o.opcmethod == am.oid && o.opcintype == type && o.opcdefault) is { } other)
        {
            throw new PgException(SqlState.DuplicateObject, $"could not make operator class \"{name}\" be default for type {DdlExpressions.FormatType(ddl, type)}")
                .WithDetail($"Operator class \"{other.opcname}\" already is the default.");
        }
    }
}
