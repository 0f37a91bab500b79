using PgMicro.Core.Binding;
using PgMicro.Core.Binding.Expressions;
using PgMicro.Core.Catalog.Dependencies;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using Pg = PgQuery;

namespace PgMicro.Core.Execution.Ddl;

/// <summary>ALTER EXTENSION … ADD and DROP: which objects belong to an extension.</summary>
internal static class ExtensionContents
{
    internal static string Alter(DdlContext ddl, Pg.AlterExtensionContentsStmt statement)
    {
        var extension = ddl.Catalog.FindExtension(statement.Extname)
            ?? throw new PgException(SqlState.UndefinedObject, $"extension \"{statement.Extname}\" does not exist");
        Owners.RequireOwner(ddl, extension.extowner, "extension", extension.extname);
        if (statement.Objtype is Pg.ObjectType.ObjectDatabase or Pg.ObjectType.ObjectExtension or Pg.ObjectType.ObjectIndex or Pg.ObjectType.ObjectPublication
            or Pg.ObjectType.ObjectRole or Pg.ObjectType.ObjectStatisticExt or Pg.ObjectType.ObjectSubscription or Pg.ObjectType.ObjectTablespace)
        {
            throw new PgException(SqlState.InvalidObjectDefinition, "cannot add an object of this type to an extension");
        }

        var member = ObjectLookup.Find(ddl.ParseState, statement.Objtype, statement.Object);
        Owners.RequireOwner(ddl, member);
        var owner = Dependency.FindReferenced(ddl.Catalog, member).FirstOrDefault(static d => d.deptype == DependencyType.Extension);
        var path = ddl.LookupPath();
        string Described() => ObjectDescriptions.Describe(ddl.Catalog, member, [.. path])!;
        if (statement.Action > 0)
        {
            if (owner is not null)
            {
                throw new PgException(
                    SqlState.ObjectNotInPrerequisiteState, $"{Described()} is already a member of extension \"{ddl.Catalog.Find(PgExtension.Relation, new(owner.refobjid))!.extname}\"");
            }

            if (member.ClassId == PgNamespace.RelationOid && member.ObjectId == extension.extnamespace)
            {
                throw new PgException(
                    SqlState.ObjectNotInPrerequisiteState,
                    $"cannot add schema \"{ddl.Catalog.Namespace(member.ObjectId)!.nspname}\" to extension \"{extension.extname}\" because the schema contains the extension");
            }

            ddl.Depend(member, new(PgExtension.RelationOid, extension.oid), DependencyType.Extension);
        }
        else
        {
            if (owner?.refobjid != extension.oid)
            {
                throw new PgException(SqlState.ObjectNotInPrerequisiteState, $"{Described()} is not a member of extension \"{extension.extname}\"");
            }

            ddl.ForgetDependencies(member, static d => d.deptype == DependencyType.Extension);
        }

        ddl.Collect("ALTER EXTENSION", new(PgExtension.RelationOid, extension.oid));
        return "ALTER EXTENSION";
    }
}
