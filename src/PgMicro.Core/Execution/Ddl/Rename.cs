using PgMicro.Core.Binding;
using PgMicro.Core.Binding.Expressions;
using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Dependencies;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using Pg = PgQuery;

namespace PgMicro.Core.Execution.Ddl;

/// <summary>ALTER … RENAME, and ALTER … SET SCHEMA.</summary>
internal static partial class Rename
{
    internal static string Execute(DdlContext ddl, Pg.RenameStmt statement)
    {
        switch (statement.RenameType)
        {
            case Pg.ObjectType.ObjectTable or Pg.ObjectType.ObjectIndex or Pg.ObjectType.ObjectSequence or Pg.ObjectType.ObjectView or Pg.ObjectType.ObjectMatview or Pg.ObjectType.ObjectForeignTable:
                var tag = AlterTable.Tag(statement.RenameType);
                if (Find(ddl, statement.Relation, statement.MissingOk) is { } relation)
                {
                    // ALTER TABLE may rename anything but a composite type, and so may ALTER INDEX.
                    if (statement.RenameType != Pg.ObjectType.ObjectIndex && !(statement.RenameType == Pg.ObjectType.ObjectTable && relation.relkind == 'i'))
                    {
                        AlterTable.RequireKind(statement.RenameType, relation);
                    }

                    RenameRelation(ddl, relation, statement.Newname);
                }

                return tag;
            case Pg.ObjectType.ObjectColumn or Pg.ObjectType.ObjectAttribute:
                if (Find(ddl, statement.Relation, statement.MissingOk) is { } table)
                {
                    RequireColumns(table);
                    RenameColumns(ddl, table, statement.Subname, statement.Newname, statement.Relation.Inh, statement.Behavior);
                }

                return AlterTable.Tag(statement.RelationType);
            case Pg.ObjectType.ObjectTabconstraint:
                if (Find(ddl, statement.Relation, statement.MissingOk) is { } owner)
                {
                    RenameConstraints(ddl, owner, statement.Subname, statement.Newname, statement.Relation.Inh);
                }

                return "ALTER TABLE";
            case Pg.ObjectType.ObjectRole:
                return Roles.RoleCommands.Rename(ddl, statement.Subname, statement.Newname);
            case Pg.ObjectType.ObjectSchema:
                RenameSchema(ddl, statement.Subname, statement.Newname);
                return "ALTER SCHEMA";
            case Pg.ObjectType.ObjectType or Pg.ObjectType.ObjectDomain:
                RenameType(ddl, statement);
                return statement.RenameType == Pg.ObjectType.ObjectType ? "ALTER TYPE" : "ALTER DOMAIN";
            case Pg.ObjectType.ObjectStatisticExt:
                StatisticsObjects.Rename(ddl, DdlContext.Names(statement.Object.List.Items), statement.Newname);
                return "ALTER STATISTICS";
            case Pg.ObjectType.ObjectCollation:
                CollationObjects.Rename(ddl, DdlContext.Names(statement.Object.List.Items), statement.Newname);
                return "ALTER COLLATION";
            case Pg.ObjectType.ObjectTsdictionary or Pg.ObjectType.ObjectTsconfiguration:
                return TextSearchObjects.Rename(ddl, statement.RenameType, DdlContext.Names(statement.Object.List.Items), statement.Newname);
            case Pg.ObjectType.ObjectPolicy:
                Policies.Rename(ddl, statement);
                return "ALTER POLICY";
            case Pg.ObjectType.ObjectConversion:
                Conversions.Rename(
                    ddl, ddl.Catalog.Find(PgConversion.Relation, new(ObjectLookup.Find(ddl.ParseState, statement.RenameType, statement.Object).ObjectId))!, statement.Newname);
                return "ALTER CONVERSION";
            case Pg.ObjectType.ObjectLanguage:
                Languages.Rename(ddl, ddl.Catalog.Language(ObjectLookup.Find(ddl.ParseState, statement.RenameType, statement.Object).ObjectId)!, statement.Newname);
                return "ALTER LANGUAGE";
            case Pg.ObjectType.ObjectFdw:
                ForeignData.ForeignDataWrappers.Rename(ddl, ForeignData.ForeignDataWrappers.Find(ddl, statement.Object.String.Sval), statement.Newname);
                return "ALTER FOREIGN DATA WRAPPER";
            case Pg.ObjectType.ObjectForeignServer:
                ForeignData.ForeignServers.Rename(ddl, ForeignData.ForeignServers.Find(ddl, statement.Object.String.Sval), statement.Newname);
                return "ALTER SERVER";
            case Pg.ObjectType.ObjectSubscription:
                Subscriptions.SubscriptionCommands.Rename(ddl, Subscriptions.SubscriptionCommands.Find(ddl, statement.Object.String.Sval), statement.Newname);
                return "ALTER SUBSCRIPTION";
            case Pg.ObjectType.ObjectPublication:
                Publications.PublicationCommands.Rename(
                    ddl, ddl.Catalog.Find(PgPublication.Relation, new(ObjectLookup.Find(ddl.ParseState, statement.RenameType, statement.Object).ObjectId))!, statement.Newname);
                return "ALTER PUBLICATION";
            case Pg.ObjectType.ObjectEventTrigger:
                EventTriggers.EventTriggerCommands.Rename(
                    ddl, ddl.Catalog.Find(PgEventTrigger.Relation, new(ObjectLookup.Find(ddl.ParseState, statement.RenameType, statement.Object).ObjectId))!, statement.Newname);
                return "ALTER EVENT TRIGGER";
            case Pg.ObjectType.ObjectRule:
                return Execution.Rules.RuleCommands.Rename(ddl, statement);
            case Pg.ObjectType.ObjectFunction or Pg.ObjectType.ObjectProcedure or Pg.ObjectType.ObjectRoutine or Pg.ObjectType.ObjectAggregate:
                return AlterRoutine.Rename(ddl, statement);
            case Pg.ObjectType.ObjectOpclass or Pg.ObjectType.ObjectOpfamily:
                return OperatorFamilies.OperatorFamilyObjects.Rename(ddl, statement);
            case Pg.ObjectType.ObjectDomconstraint:
                Domains.RenameConstraint(ddl, statement);
                return "ALTER DOMAIN";
            case Pg.ObjectType.ObjectTrigger:
                return Triggers.AlterTrigger.Rename(ddl, statement);
            default:
                RequireNamed(ddl, statement);
                throw PgErrors.FeatureNotSupported($"ALTER {Drop.Word(statement.RenameType)} RENAME");
        }
    }

    internal static string SetSchema(DdlContext ddl, Pg.AlterObjectSchemaStmt statement)
    {
        switch (statement.ObjectType)
        {
            case Pg.ObjectType.ObjectTable or Pg.ObjectType.ObjectSequence or Pg.ObjectType.ObjectView or Pg.ObjectType.ObjectMatview or Pg.ObjectType.ObjectForeignTable:
                if (Find(ddl, statement.Relation, statement.MissingOk) is { } relation)
                {
                    AlterTable.RequireKind(statement.ObjectType, relation);
                    if (relation.relkind == 'S' && ddl.Catalog.OwnerOfSequence(relation.oid) is { } owner)
                    {
                        throw new PgException(SqlState.FeatureNotSupported, "cannot move an owned sequence into another schema")
                            .WithDetail($"Sequence \"{relation.relname}\" is linked to table \"{ddl.Catalog.Class(owner.Relation)!.relname}\".");
                    }

                    MoveRelation(ddl, relation, Target(ddl, statement.Newschema));
                }

                return AlterTable.Tag(statement.ObjectType);
            case Pg.ObjectType.ObjectType or Pg.ObjectType.ObjectDomain:
                var name = new Pg.TypeName { Typemod = -1, Location = -1 };
                name.Names.AddRange(statement.Object.List.Items);
                MoveType(ddl, ddl.Catalog.Type(TypeNames.ResolveOid(ddl.ParseState, name))!, Target(ddl, statement.Newschema));
                return statement.ObjectType == Pg.ObjectType.ObjectType ? "ALTER TYPE" : "ALTER DOMAIN";
            case Pg.ObjectType.ObjectStatisticExt:
                StatisticsObjects.SetSchema(ddl, DdlContext.Names(statement.Object.List.Items), Target(ddl, statement.Newschema));
                return "ALTER STATISTICS";
            case Pg.ObjectType.ObjectConversion:
                Conversions.SetSchema(
                    ddl, ddl.Catalog.Find(PgConversion.Relation, new(ObjectLookup.Find(ddl.ParseState, statement.ObjectType, statement.Object).ObjectId))!, Target(ddl, statement.Newschema));
                return "ALTER CONVERSION";
            case Pg.ObjectType.ObjectCollation:
                CollationObjects.SetSchema(ddl, DdlContext.Names(statement.Object.List.Items), Target(ddl, statement.Newschema));
                return "ALTER COLLATION";
            case Pg.ObjectType.ObjectTsdictionary or Pg.ObjectType.ObjectTsconfiguration:
                return TextSearchObjects.SetSchema(ddl, statement.ObjectType, DdlContext.Names(statement.Object.List.Items), Target(ddl, statement.Newschema));
            case Pg.ObjectType.ObjectFunction or Pg.ObjectType.ObjectProcedure or Pg.ObjectType.ObjectRoutine or Pg.ObjectType.ObjectAggregate:
                return AlterRoutine.SetSchema(ddl, statement, Target(ddl, statement.Newschema));
            case Pg.ObjectType.ObjectOperator or Pg.ObjectType.ObjectOpclass or Pg.ObjectType.ObjectOpfamily:
                return OperatorFamilies.OperatorFamilyObjects.SetSchema(ddl, statement, () => Target(ddl, statement.Newschema));
            default:
                ObjectLookup.Find(ddl.ParseState, statement.ObjectType, statement.Object);
                throw PgErrors.FeatureNotSupported($"ALTER {Drop.Word(statement.ObjectType)} SET SCHEMA");
        }
    }

    // What there is none of is missing first.
    private static void RequireNamed(DdlContext ddl, Pg.RenameStmt statement)
    {
        var item = statement.Object;
        item ??= ColumnDefinitions.Name(statement.Subname);
        ObjectLookup.Find(ddl.ParseState, statement.RenameType, item);
    }

    private static PgNamespace Target(DdlContext ddl, string name) =>
        name.StartsWith("pg_temp", StringComparison.Ordinal)
            ? throw new PgException(SqlState.FeatureNotSupported, "cannot move objects into or out of temporary schemas")
            : ddl.FindSchema(name);

    private static PgClass? Find(DdlContext ddl, Pg.RangeVar name, bool missingOk)
    {
        if (ddl.TryFindRelation(name) is { } found)
        {
            ddl.RequireUserRelation(found);
            return found;
        }

        if (!missingOk)
        {
            ddl.FindRelation(name);
        }

        ddl.Notice($"relation \"{name.Relname}\" does not exist, skipping");
        return null;
    }

    private static void RenameRelation(DdlContext ddl, PgClass relation, string newName)
    {
        if (ddl.Catalog.FindClass(newName, relation.relnamespace) is not null)
        {
            throw new PgException(SqlState.DuplicateTable, $"relation \"{newName}\" already exists");
        }

        var before = ddl.Catalog;
        ddl.Put(relation with { relname = newName });
        if (relation.reltype != 0)
        {
            RenameType(ddl, ddl.Catalog.Type(relation.reltype)!, newName);
        }

        if (relation.relkind == 'i' && ddl.Catalog.ConstraintOfIndex(relation.oid) is { } constraint)
        {
            ddl.Put(constraint with { conname = newName });
        }

        MoveStorage(ddl, before, relation);
    }

    private static void MoveRelation(DdlContext ddl, PgClass relation, PgNamespace target)
    {
        if (relation.relnamespace == target.oid)
        {
            return;
        }

        if (ddl.Catalog.FindClass(relation.relname, target.oid) is not null)
        {
            throw new PgException(SqlState.DuplicateTable, $"relation \"{relation.relname}\" already exists in schema \"{target.nspname}\"");
        }

        var before = ddl.Catalog;
        ddl.Put(relation with { relnamespace = target.oid });
        Redirect(ddl, new(PgClass.RelationOid, relation.oid), relation.relnamespace, target.oid);
        if (ddl.Catalog.Type(relation.reltype) is { } type)
        {
            ddl.Put(type with { typnamespace = target.oid });
            ddl.Put(ddl.Catalog.Type(type.typarray)! with { typnamespace = target.oid });
        }

        foreach (var constraint in ddl.Catalog.ConstraintsOf(relation.oid))
        {
            ddl.Put(constraint with { connamespace = target.oid });
        }

        MoveStorage(ddl, before, relation);
        foreach (var index in ddl.Catalog.IndexesOf(relation.oid))
        {
            var row = ddl.Catalog.Class(index.indexrelid)!;
            var beforeIndex = ddl.Catalog;
            ddl.Put(row with { relnamespace = target.oid });
            MoveStorage(ddl, beforeIndex, row);
        }

        foreach (var column in ddl.Catalog.Attributes(relation.oid))
        {
            if (ddl.Catalog.Class(ddl.Catalog.SequenceOwnedBy(relation.oid, column.attnum)) is { } sequence)
            {
                ddl.Put(sequence with { relnamespace = target.oid });
                Redirect(ddl, new(PgClass.RelationOid, sequence.oid), relation.relnamespace, target.oid);
            }
        }
    }

    private static void MoveType(DdlContext ddl, PgType type, PgNamespace target)
    {
        if (ddl.Catalog.FindType(type.typname, target.oid) is not null)
        {
            throw new PgException(SqlState.DuplicateObject, $"type \"{type.typname}\" already exists in schema \"{target.nspname}\"");
        }

        ddl.Put(type with { typnamespace = target.oid });
        if (ddl.Catalog.Type(type.typarray) is { } array)
        {
            ddl.Put(array with { typnamespace = target.oid });
        }

        Redirect(ddl, new(PgType.RelationOid, type.oid), type.typnamespace, target.oid);
    }

    /// <summary>An object's dependency on its schema, when that is another one.</summary>
    internal static void Redirect(DdlContext ddl, ObjectAddress dependent, uint from, uint to)
    {
        ddl.ForgetDependencies(dependent, d => d.refclassid == PgNamespace.RelationOid && d.refobjid == from);
        ddl.Depend(dependent, new(PgNamespace.RelationOid, to));
    }

    private static void MoveStorage(DdlContext ddl, CatalogSnapshot before, PgClass relation)
    {
        if (relation.relkind is 'r' or 'm')
        {
            SqliteTables.Adapt(ddl, before, relation.oid);
        }
        else if (relation.relkind == 'i')
        {
            SqliteTables.DropIndex(ddl, SqliteTables.Name(before, relation.oid));
            SqliteTables.CreateIndex(ddl, relation.oid);
        }
    }

    private static void RenameSchema(DdlContext ddl, string name, string newName)
    {
        var schema = ddl.FindSchema(name);
        if (ddl.Catalog.FindNamespace(newName) is not null)
        {
            throw new PgException(SqlState.DuplicateSchema, $"schema \"{newName}\" already exists");
        }

        Schemas.RequireAllowedName(newName);
        var before = ddl.Catalog;
        ddl.Put(schema with { nspname = newName });
        foreach (var relation in ddl.Catalog.ClassesOf(schema.oid))
        {
            MoveStorage(ddl, before, relation);
        }
    }

    private static void RenameType(DdlContext ddl, Pg.RenameStmt statement)
    {
        var name = new Pg.TypeName { Typemod = -1, Location = -1 };
        name.Names.AddRange(statement.Object.List.Items);
        var type = ddl.Catalog.Type(TypeNames.ResolveOid(ddl.ParseState, name))!;
        if (statement.RenameType == Pg.ObjectType.ObjectDomain && type.typtype != 'd')
        {
            throw new PgException(SqlState.WrongObjectType, $"{DdlExpressions.FormatType(ddl, type.oid)} is not a domain");
        }

        if (type.typtype == 'c' && ddl.Catalog.Class(type.typrelid) is { } relation)
        {
            if (relation.relkind != 'c')
            {
                throw new PgException(SqlState.WrongObjectType, $"{DdlExpressions.FormatType(ddl, type.oid)} is a table's row type").WithHint("Use ALTER TABLE instead.");
            }

            RenameRelation(ddl, relation, statement.Newname);
            return;
        }

        RenameType(ddl, type, statement.Newname);
    }

    private static void RenameType(DdlContext ddl, PgType type, string newName)
    {
        if (type.typelem != 0 && ddl.Catalog.Type(type.typelem) is { } element && element.typarray == type.oid)
        {
            throw new PgException(SqlState.WrongObjectType, $"cannot alter array type {DdlExpressions.FormatType(ddl, type.oid)}")
                .WithHint($"You can alter type {DdlExpressions.FormatType(ddl, element.oid)}, which will alter the array type as well.");
        }

        if (ddl.Catalog.FindType(newName, type.typnamespace) is { } taken && taken.oid != type.typarray)
        {
            throw new PgException(SqlState.DuplicateObject, $"type \"{newName}\" already exists");
        }

        ddl.Put(type with { typname = newName });
        if (ddl.Catalog.Type(type.typarray) is { } array)
        {
            ddl.Put(array with { typname = TypeRows.ArrayName(ddl, newName, array.typnamespace) });
        }
    }
}
