using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Dependencies;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using PgMicro.Core.Execution.Ddl.Partitions;
using PgMicro.Core.Execution.Dml;
using Pg = PgQuery;

namespace PgMicro.Core.Execution.Ddl;

/// <content>Subcommands on constraints.</content>
internal static partial class AlterTable
{
    private static void PlanConstraint(DdlContext ddl, uint oid, Pg.Constraint constraint, Queue queue, bool recurse)
    {
        if (Relation(ddl, oid).relkind == 'f')
        {
            ForeignData.ForeignTables.RefuseConstraint(constraint);
        }

        switch (constraint.Contype)
        {
            case Pg.ConstrType.ConstrCheck:
                queue.Add(oid, Pass.AddConstraint, () => AddCheck(ddl, oid, constraint, queue, recurse, isRecursing: false));
                break;
            case Pg.ConstrType.ConstrForeign:
                queue.Add(oid, Pass.AddForeignKey, () =>
                {
                    var row = Constraints.AddForeignKey(ddl, oid, constraint, recurse);
                    if (row.convalidated)
                    {
                        queue.Add(oid, Pass.CheckForeignKeys, () => ValidateForeignKey(ddl, row));
                    }
                }
                );
                break;
            case Pg.ConstrType.ConstrPrimary or Pg.ConstrType.ConstrUnique when constraint.Indexname.Length > 0:
                queue.Add(oid, Pass.AddIndexConstraint, () => AdoptIndex(ddl, oid, constraint, recurse));
                break;
            case Pg.ConstrType.ConstrPrimary or Pg.ConstrType.ConstrUnique or Pg.ConstrType.ConstrExclusion:
                queue.Add(oid, Pass.AddIndexConstraint, () => AddKey(ddl, oid, constraint, recurse));
                break;
            default:
                throw PgErrors.FeatureNotSupported(constraint.Contype.ToString(), constraint.Location);
        }
    }

    // ATAddCheckConstraint: to one table and then, under the same name, to those that inherit from it.
    private static void AddCheck(DdlContext ddl, uint oid, Pg.Constraint constraint, Queue queue, bool recurse, bool isRecursing)
    {
        var isMerged = isRecursing && ddl.Catalog.FindConstraint(oid, constraint.Conname) is not null;
        var row = WithoutPosition(() => Constraints.AddCheck(ddl, oid, constraint, new HashSet<string>(), mayMerge: isRecursing, isLocal: !isRecursing));
        if (isMerged)
        {
            return;
        }

        if (row.convalidated)
        {
            queue.Add(oid, Pass.Check, () => Validate(ddl, row));
        }

        if (constraint.IsNoInherit)
        {
            return;
        }

        var children = Inheritance.Children(ddl.Catalog, oid);
        if (children.Length > 0 && !recurse)
        {
            throw new PgException(SqlState.InvalidTableDefinition, "constraint must be added to child tables too");
        }

        constraint.Conname = row.conname;
        foreach (var child in children)
        {
            Open(ddl, child);
            AddCheck(ddl, child, constraint, queue, recurse, isRecursing: true);
        }
    }

    // A primary key's columns are NOT NULL in the tables that inherit them too.
    private static void SetKeyNotNull(DdlContext ddl, uint oid, string name, bool recurse)
    {
        var column = Column(ddl, oid, name);
        foreach (var child in recurse || column.attnotnull || Relation(ddl, oid).relkind != 'p' ? [] : Inheritance.Children(ddl.Catalog, oid))
        {
            RequireNotNull(ddl, child, name);
        }

        SetNotNull(ddl, oid, column);
        foreach (var child in recurse ? Inheritance.Descendants(ddl.Catalog, oid).Skip(1) : [])
        {
            SetNotNull(ddl, Open(ddl, child).oid, Column(ddl, child, name));
        }
    }

    // ADD CONSTRAINT … USING INDEX: the index becomes the constraint's, and takes its name.
    private static void AdoptIndex(DdlContext ddl, uint oid, Pg.Constraint constraint, bool recurse)
    {
        const string Detail = "Cannot create a primary key or unique constraint using such an index.";
        var before = ddl.Catalog;
        var relation = Relation(ddl, oid);
        var name = constraint.Indexname;
        var indexRelation = ddl.Catalog.FindClass(name, relation.relnamespace)
            ?? throw new PgException(SqlState.UndefinedObject, $"index \"{name}\" does not exist").At(constraint.Location);
        PgException Prerequisite(string text) => new PgException(SqlState.ObjectNotInPrerequisiteState, text).At(constraint.Location);
        PgException Wrong(string text, string detail) => new PgException(SqlState.WrongObjectType, text).WithDetail(detail).At(constraint.Location);
        if (relation.relkind == 'p')
        {
            throw new PgException(SqlState.FeatureNotSupported, "ALTER TABLE / ADD CONSTRAINT USING INDEX is not supported on partitioned tables");
        }

        if (indexRelation.relkind != 'i')
        {
            throw new PgException(SqlState.WrongObjectType, $"\"{name}\" is not an index");
        }

        var index = ddl.Catalog.Index(indexRelation.oid)!;
        if (ddl.Catalog.ConstraintsOf(index.indrelid).Any(c => c.conindid == indexRelation.oid && c.contype is 'p' or 'u' or 'x'))
        {
            throw Prerequisite($"index \"{name}\" is already associated with a constraint");
        }

        if (index.indrelid != oid)
        {
            throw Prerequisite($"index \"{name}\" does not belong to table \"{relation.relname}\"");
        }

        if (!index.indisunique)
        {
            throw Wrong($"\"{name}\" is not a unique index", Detail);
        }

        if (index.indnullsnotdistinct && constraint.Contype == Pg.ConstrType.ConstrPrimary)
        {
            throw new PgException(SqlState.InvalidTableDefinition, "primary keys cannot use NULLS NOT DISTINCT indexes");
        }

        if (index.indexprs is not null)
        {
            throw Wrong($"index \"{name}\" contains expressions", Detail);
        }

        if (index.indpred is not null)
        {
            throw Wrong($"\"{name}\" is a partial index", Detail);
        }

        for (var i = 0; i < index.indnkeyatts; i++)
        {
            var column = ddl.Catalog.Attribute(oid, index.indkey[i])!;
            if (index.indoption[i] != 0 || index.indcollation[i] != column.attcollation
                || index.indclass[i] != ddl.Catalog.DefaultOpclass(indexRelation.relam, column.atttypid)?.oid)
            {
                throw Wrong($"index \"{name}\" column number {i + 1} does not have default sorting behavior", Detail);
            }
        }

        var primary = constraint.Contype == Pg.ConstrType.ConstrPrimary;
        if (primary && ddl.Catalog.PrimaryKey(oid) is not null)
        {
            throw new PgException(SqlState.InvalidTableDefinition, $"multiple primary keys for table \"{relation.relname}\" are not allowed");
        }

        if (constraint.Conname.Length > 0 && constraint.Conname != name)
        {
            ddl.Notice($"ALTER TABLE / ADD CONSTRAINT USING INDEX will rename index \"{name}\" to \"{constraint.Conname}\"");
            if (ddl.Catalog.FindClass(constraint.Conname, relation.relnamespace) is not null)
            {
                throw new PgException(SqlState.DuplicateTable, $"relation \"{constraint.Conname}\" already exists");
            }

            SqliteTables.DropIndex(ddl, SqliteTables.Name(ddl.Catalog, indexRelation.oid));
            indexRelation = ddl.Put(indexRelation with { relname = constraint.Conname });
            SqliteTables.CreateIndex(ddl, indexRelation.oid);
        }

        for (var i = 0; primary && i < index.indnkeyatts; i++)
        {
            SetKeyNotNull(ddl, oid, ddl.Catalog.Attribute(oid, index.indkey[i])!.attname, recurse);
        }

        ddl.Put(index with { indisprimary = primary, indimmediate = !constraint.Deferrable });
        ddl.ForgetDependencies(ObjectAddress.Relation(indexRelation.oid), d => d.refclassid == PgClass.RelationOid && d.refobjid == oid);
        Constraints.AddIndexConstraint(ddl, Relation(ddl, oid), indexRelation, IndexDefinition.Of(ddl, ddl.Catalog.Index(indexRelation.oid)!, oid) with
        {
            IsConstraint = true,
            IsDeferrable = constraint.Deferrable,
            IsDeferred = constraint.Initdeferred,
        });
        if (SqliteTables.RowidColumn(before, oid)?.attnum != SqliteTables.RowidColumn(ddl.Catalog, oid)?.attnum)
        {
            SqliteTables.DropIndex(ddl, SqliteTables.Name(ddl.Catalog, indexRelation.oid));
            SqliteTables.Adapt(ddl, before, oid);
        }
    }

    private static void AddKey(DdlContext ddl, uint oid, Pg.Constraint constraint, bool recurse)
    {
        if (constraint.Keys.FirstOrDefault(k => ddl.Catalog.FindAttribute(oid, k.String.Sval) is null) is { } missing)
        {
            // A primary key's columns are made NOT NULL before its index is looked at.
            throw new PgException(SqlState.UndefinedColumn, constraint.Contype == Pg.ConstrType.ConstrPrimary
                ? $"column \"{missing.String.Sval}\" of relation \"{Relation(ddl, oid).relname}\" does not exist"
                : $"column \"{missing.String.Sval}\" named in key does not exist");
        }

        var before = ddl.Catalog;
        var relation = Relation(ddl, oid);
        var columns = ddl.Catalog.Attributes(oid).Where(static a => !a.attisdropped).Select(static a => a.attname).ToList();
        var statement = KeyIndexes.Transform(constraint, columns);
        if (statement.Primary)
        {
            if (ddl.Catalog.PrimaryKey(oid) is not null)
            {
                throw new PgException(SqlState.InvalidTableDefinition, $"multiple primary keys for table \"{relation.relname}\" are not allowed");
            }

            foreach (var key in statement.IndexParams)
            {
                SetKeyNotNull(ddl, oid, key.IndexElem.Name, recurse);
            }
        }

        var created = new List<uint>();
        CreateIndex.Define(ddl, Relation(ddl, oid), statement, created, recurse);
        CreateIndex.BuildAll(ddl, before, created);
    }

    private static void DropConstraint(DdlContext ddl, uint oid, Pg.AlterTableCmd command, bool recurse)
    {
        var relation = Relation(ddl, oid);
        if (ddl.Catalog.FindConstraint(oid, command.Name) is not { } constraint)
        {
            var text = $"constraint \"{command.Name}\" of relation \"{relation.relname}\" does not exist";
            if (!command.MissingOk)
            {
                throw new PgException(SqlState.UndefinedObject, text);
            }

            ddl.Notice(text + ", skipping");
            return;
        }

        if (constraint.coninhcount > 0)
        {
            throw new PgException(SqlState.InvalidTableDefinition, $"cannot drop inherited constraint \"{command.Name}\" of relation \"{relation.relname}\"");
        }

        DropConstraint(ddl, constraint, command.Behavior, recurse);
    }

    // dropconstraint_internal: a check goes from those that have it from the table only; to others it is one of their own from now on.
    private static void DropConstraint(DdlContext ddl, PgConstraint constraint, Pg.DropBehavior behavior, bool recurse)
    {
        var (oid, name) = (constraint.conrelid, constraint.conname);
        if (constraint.contype == 'f' && ddl.Catalog.Class(constraint.confrelid) is { } referenced)
        {
            DeferredConstraints.RequireNone(ddl.Session, referenced, "ALTER TABLE");
        }

        Drop.Perform(ddl, [ObjectAddress.Constraint(constraint.oid)], behavior);
        if (constraint.contype != 'c' || constraint.connoinherit)
        {
            return;
        }

        var children = Inheritance.Children(ddl.Catalog, oid);
        if (children.Length > 0 && Relation(ddl, oid).relkind == 'p' && !recurse)
        {
            throw OnlyPartitioned("cannot remove constraint from only the partitioned table when partitions exist");
        }

        foreach (var child in children)
        {
            RequireUnused(ddl, child);
            var inherited = ddl.Catalog.FindConstraint(child, name)
                ?? throw new PgException(SqlState.UndefinedObject, $"constraint \"{name}\" of relation \"{Relation(ddl, child).relname}\" does not exist");
            if (recurse && inherited is { coninhcount: 1, conislocal: false })
            {
                Open(ddl, child);
                DropConstraint(ddl, inherited, behavior, recurse);
            }
            else
            {
                ddl.Put(inherited with { coninhcount = (short)(inherited.coninhcount - 1), conislocal = inherited.conislocal || !recurse });
            }
        }
    }

    private static void ValidateConstraint(DdlContext ddl, uint oid, string name, bool recurse, bool isRecursing)
    {
        var relation = Relation(ddl, oid);
        var constraint = ddl.Catalog.FindConstraint(oid, name)
            ?? throw new PgException(SqlState.UndefinedObject, $"constraint \"{name}\" of relation \"{relation.relname}\" does not exist");
        if (constraint.contype is not ('f' or 'c'))
        {
            throw new PgException(SqlState.WrongObjectType, $"constraint \"{name}\" of relation \"{relation.relname}\" is not a foreign key or check constraint");
        }

        if (constraint.convalidated)
        {
            return;
        }

        // What holds of a table holds of those that inherit from it.
        var children = isRecursing || constraint is not { contype: 'c', connoinherit: false } ? [] : Inheritance.Descendants(ddl.Catalog, oid).Skip(1).ToList();
        if (children.Count > 0 && !recurse)
        {
            throw new PgException(SqlState.InvalidTableDefinition, "constraint must be validated on child tables too");
        }

        foreach (var child in children)
        {
            ValidateConstraint(ddl, child, name, recurse: false, isRecursing: true);
        }

        Validate(ddl, constraint);
        ddl.Put(constraint with { convalidated = true });
    }

    private static void AlterConstraint(DdlContext ddl, uint oid, Pg.Constraint definition)
    {
        var relation = Relation(ddl, oid);
        var constraint = ddl.Catalog.FindConstraint(oid, definition.Conname)
            ?? throw new PgException(SqlState.UndefinedObject, $"constraint \"{definition.Conname}\" of relation \"{relation.relname}\" does not exist");
        if (constraint.contype != 'f')
        {
            throw new PgException(SqlState.WrongObjectType, $"constraint \"{definition.Conname}\" of relation \"{relation.relname}\" is not a foreign key constraint");
        }

        if (constraint.conparentid != 0 && ddl.Catalog.Constraint(constraint.conparentid) is { } parent)
        {
            while (ddl.Catalog.Constraint(parent.conparentid) is { } above)
            {
                parent = above;
            }

            throw new PgException(SqlState.InternalError, $"cannot alter constraint \"{definition.Conname}\" on relation \"{relation.relname}\"")
                .WithDetail($"Constraint \"{definition.Conname}\" is derived from constraint \"{parent.conname}\" of relation \"{Relation(ddl, parent.conrelid).relname}\".")
                .WithHint("You may alter the constraint it derives from instead.");
        }

        foreach (var key in PartitionedForeignKeys.Tree(ddl.Catalog, constraint).ToList())
        {
            ddl.Put(key with { condeferrable = definition.Deferrable, condeferred = definition.Initdeferred });
        }
    }

    private static void ValidateForeignKey(DdlContext ddl, PgConstraint key)
    {
        foreach (var leaf in PartitionedForeignKeys.OfLeaves(ddl.Catalog, key))
        {
            Validate(ddl, leaf);
        }
    }

    /// <summary>Checks the rows that a table has against a CHECK (23514) or foreign key (23503).</summary>
    private static void Validate(DdlContext ddl, PgConstraint constraint)
    {
        var catalog = ddl.Catalog;
        var relation = catalog.Class(constraint.conrelid)!;
        PgException Violation(string state, string message) => new(state, message)
        {
            SchemaName = catalog.Namespace(relation.relnamespace)!.nspname,
            TableName = relation.relname,
            ConstraintName = constraint.conname,
        };
        if (relation.relkind is 'p' or 'f')
        {
            // Its rows are its partitions', or elsewhere.
            return;
        }

        if (constraint.contype == 'c')
        {
            var check = DdlExpressions.Lower(ddl, BoundTreeSerializer.DeserializeExpr(constraint.conbin!), catalog, relation.oid);
            if (SqliteTables.Exists(ddl, relation.oid, $"NOT ({check})"))
            {
                throw Violation(SqlState.CheckViolation, $"check constraint \"{constraint.conname}\" of relation \"{relation.relname}\" is violated by some row");
            }

            return;
        }

        var target = catalog.Class(constraint.confrelid)!;
        var columns = constraint.conkey!.Select(k => catalog.Attribute(relation.oid, k)!).ToArray();
        var targets = constraint.confkey!.Select(k => catalog.Attribute(target.oid, k)!).ToArray();
        var own = columns.Select(c => "f." + Lowering.RelationNames.QuotedColumn(catalog, c)).ToArray();
        var match = string.Join(" AND ", own.Select((o, i) => $"p.{Lowering.RelationNames.QuotedColumn(catalog, targets[i])} = {o}"
            + (catalog.GetCodec(targets[i].atttypid).Collation is { } c ? " COLLATE " + SqliteTables.Quote(c) : "")));
        var present = string.Join(" AND ", own.Select(static o => o + " IS NOT NULL"));
        var full = constraint.confmatchtype == 'f';
        var missing = $"({present}) AND NOT EXISTS (SELECT 1 FROM {PartitionRows.Source(catalog, target.oid, constraint.confkey!)} AS p WHERE {match})";
        var condition = full && own.Length > 1 ? $"({missing}) OR (({string.Join(" OR ", own.Select(static o => o + " IS NOT NULL"))}) AND NOT ({present}))" : missing;
        using var statement = ddl.Connection.Prepare($"SELECT {string.Join(", ", own)} FROM {SqliteTables.Name(catalog, relation.oid)} AS f WHERE {condition} LIMIT 1");
        if (!statement.Step())
        {
            return;
        }

        var error = Violation(SqlState.ForeignKeyViolation, $"insert or update on table \"{relation.relname}\" violates foreign key constraint \"{constraint.conname}\"");
        var values = columns.Select((c, i) => StoredValues.Read(statement, i) is { IsNull: false } v ? catalog.GetCodec(c.atttypid).OutputString(v, ddl.Session) : null).ToArray();
        error.Detail = values.Contains(null)
            ? "MATCH FULL does not allow mixing of null and nonnull key values."
            : $"Key ({string.Join(", ", columns.Select(static c => c.attname))})=({string.Join(", ", values)}) is not present in table \"{target.relname}\".";
        throw error;
    }
}
