using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Binding.Expressions;
using PgMicro.Core.Errors;
using Pg = PgQuery;

namespace PgMicro.Core.Execution.Ddl;

/// <summary>ALTER … OWNER TO.</summary>
internal static class Owners
{
    internal static string Execute(DdlContext ddl, Pg.AlterOwnerStmt statement)
    {
        var owner = ddl.FindRole(statement.Newowner).oid;
        switch (statement.ObjectType)
        {
            case Pg.ObjectType.ObjectSchema:
                ddl.Put(ddl.FindSchema(statement.Object.String.Sval) with { nspowner = owner });
                return "ALTER SCHEMA";
            case Pg.ObjectType.ObjectType or Pg.ObjectType.ObjectDomain:
                var name = new Pg.TypeName { Typemod = -1, Location = -1 };
                name.Names.AddRange(statement.Object.List.Items);
                var type = ddl.Catalog.Type(TypeNames.ResolveOid(ddl.ParseState, name))!;
                ddl.Put(type with { typowner = owner });
                if (ddl.Catalog.Type(type.typarray) is { } array)
                {
                    ddl.Put(array with { typowner = owner });
                }

                return statement.ObjectType == Pg.ObjectType.ObjectType ? "ALTER TYPE" : "ALTER DOMAIN";
            case Pg.ObjectType.ObjectDatabase:
                throw PgErrors.FeatureNotSupported("ALTER DATABASE OWNER TO");
            default:
                throw PgErrors.FeatureNotSupported($"ALTER {statement.ObjectType.ToString()["Object".Length..].ToUpperInvariant()} OWNER TO");
        }
    }

    /// <summary>A relation's new owner, for its indexes, row type and owned sequences too.</summary>
    internal static void Change(DdlContext ddl, uint oid, uint owner)
    {
        var relation = ddl.Catalog.Class(oid)!;
        ddl.Put(relation with { relowner = owner });
        foreach (var typeOid in new[] { relation.reltype, ddl.Catalog.Type(relation.reltype)?.typarray ?? 0 })
        {
            if (ddl.Catalog.Type(typeOid) is { } type)
            {
                ddl.Put(type with { typowner = owner });
            }
        }

        foreach (var index in ddl.Catalog.IndexesOf(oid))
        {
            ddl.Put(ddl.Catalog.Class(index.indexrelid)! with { relowner = owner });
        }

        foreach (var column in ddl.Catalog.Attributes(oid))
        {
            if (ddl.Catalog.Class(ddl.Catalog.SequenceOwnedBy(oid, column.attnum)) is { } sequence)
            {
                ddl.Put(sequence with { relowner = owner });
            }
        }
    }
}
