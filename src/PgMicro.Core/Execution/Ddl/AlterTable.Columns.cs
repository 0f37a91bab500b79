using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Binding.Expressions;
using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Dependencies;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using Pg = PgQuery;

namespace PgMicro.Core.Execution.Ddl;

/// <content>Subcommands on columns.</content>
internal static partial class AlterTable
{
    private static void AddColumn(DdlContext ddl, uint oid, Pg.AlterTableCmd command, Queue queue, bool recurse)
    {
        var relation = Relation(ddl, oid);
        var definition = command.Def.ColumnDef;
        if (relation.relispartition)
        {
            throw new PgException(SqlState.WrongObjectType, "cannot add column to a partition");
        }

        if (ddl.Catalog.FindAttribute(oid, definition.Colname) is { } existing)
        {
            if (command.MissingOk && existing.attnum > 0)
            {
                ddl.Notice($"column \"{definition.Colname}\" of relation \"{relation.relname}\" already exists, skipping", sqlState: SqlState.DuplicateColumn);
                return;
            }

            throw Exists(relation, existing);
        }

        if (recurse && relation.relkind != 'p' && definition.Constraints.Any(static c => c.Constraint.Contype == Pg.ConstrType.ConstrIdentity) && Inheritance.HasChildren(ddl.Catalog, oid))
        {
            throw new PgException(SqlState.InvalidTableDefinition, "cannot recursively add identity column to table that has child tables");
        }

        var table = new TableDefinition(relation.relname, ddl.Catalog.Namespace(relation.relnamespace)!.nspname, relation.relnamespace, relation.relpersistence);
        var column = ColumnDefinitions.Transform(ddl, table, definition);
        AddColumn(ddl, oid, column, recurse);
        if (definition.Fdwoptions.Count > 0)
        {
            ForeignData.ForeignTables.AlterColumnOptions(ddl, oid, definition.Colname, definition.Fdwoptions);
        }

        foreach (var constraint in table.Checks.Concat(table.Keys).Concat(table.ForeignKeys))
        {
            PlanConstraint(ddl, oid, constraint, queue, recurse);
        }
    }

    private static PgException Exists(PgClass relation, PgAttribute column) => new(SqlState.DuplicateColumn, column.attnum < 0
        ? $"column name \"{column.attname}\" conflicts with a system column name"
        : $"column \"{column.attname}\" of relation \"{relation.relname}\" already exists");

    // ATExecAddColumn: to one table and then to those that inherit from it, which may have it already.
    private static void AddColumn(DdlContext ddl, uint oid, NewColumn column, bool recurse)
    {
        var relation = Relation(ddl, oid);
        if (ddl.Catalog.FindAttribute(oid, column.Name) is { } existing)
        {
            if (column.Inherited == 0 || existing.attnum < 0)
            {
                throw Exists(relation, existing);
            }

            MergeColumn(ddl, relation, existing, column);
            return;
        }

        StoreColumn(ddl, relation, column);
        var children = Inheritance.Children(ddl.Catalog, oid);
        if (children.Length > 0 && !recurse)
        {
            throw new PgException(SqlState.InvalidTableDefinition, "column must be added to child tables too");
        }

        // The column of a child may have the parent's sequence, which does not belong to it.
        var inherited = column with { IsLocal = false, Inherited = 1, Sequence = column.Identity != 0 ? column.Sequence : 0 };
        foreach (var child in children)
        {
            Open(ddl, child);
            AddColumn(ddl, child, inherited, recurse);
        }
    }

    private static void MergeColumn(DdlContext ddl, PgClass child, PgAttribute existing, NewColumn column)
    {
        if (existing.atttypid != column.Type || existing.atttypmod != column.Typmod)
        {
            throw new PgException(SqlState.DatatypeMismatch, $"child table \"{child.relname}\" has different type for column \"{column.Name}\"");
        }

        if (existing.attcollation != column.Collation)
        {
            throw new PgException(SqlState.CollationMismatch, $"child table \"{child.relname}\" has different collation for column \"{column.Name}\"")
                .WithDetail($"\"{ddl.Catalog.Collation(existing.attcollation)?.collname}\" versus \"{ddl.Catalog.Collation(column.Collation)?.collname}\"");
        }

        ddl.Put(existing with { attinhcount = (short)(existing.attinhcount + 1) });
        ddl.Notice($"merging definition of column \"{column.Name}\" for child \"{child.relname}\"");
    }

    // Other defaults PostgreSQL keeps beside the rows (attmissingval).
    private static bool IsComputedForRows(DdlContext ddl, NewColumn column, BoundExpr expr) =>
        column.Generated != 0 || column.Identity != 0 || HasConstraints(ddl.Catalog, column.Type) || Lowering.Volatility.Has(ddl.Catalog, expr);

    private static void StoreColumn(DdlContext ddl, PgClass relation, NewColumn column)
    {
        var oid = relation.oid;
        RelationRows.CheckType(ddl, column.Name, column.Type, 'r');
        var number = relation.relnatts + 1;
        RelationRows.AddAttribute(ddl, oid, column, number);
        ddl.Put(Relation(ddl, oid) with { relnatts = (short)number });
        var expr = WithoutPosition(() => CreateTable.AddDefault(ddl, Relation(ddl, oid), column.Inherited > 0 ? column with { Sequence = 0 } : column, number));
        if (column.Identity != 0)
        {
            expr = new BoundNextValueExpr { SeqId = column.Sequence, Type = column.Type };
        }

        if (expr is null && ddl.Catalog.Type(column.Type) is { typtype: 'd' } domain)
        {
            // The domain's default, or the NULL that rows get, is one of the domain, which may not allow it.
            expr = new BoundCoerceToDomain
            {
                Arg = domain.typdefaultbin is { } domainDefault ? BoundTreeSerializer.DeserializeExpr(domainDefault) : new BoundConst { Type = ddl.Catalog.GetBaseType(column.Type), Value = Types.PgDatum.Null },
                Type = column.Type,
                CoercionFormat = CoercionForm.ImplicitCast,
            };
        }

        if (expr is not null and not BoundConst { Value.IsNull: true } and not BoundCoerceToDomain { Arg: BoundConst { Value.IsNull: true } })
        {
            CompositeTypes.RejectStoredRows(ddl, relation);
        }

        if (relation.relkind is 'c' or 'p' or 'f')
        {
            return;
        }

        if (expr is not null && IsComputedForRows(ddl, column, expr))
        {
            ddl.NoteRewrite(oid, EventTriggers.RewriteReason.Default);
        }

        var name = SqliteTables.Name(ddl.Catalog, oid);
        var quoted = Lowering.RelationNames.QuotedColumn(ddl.Catalog, ddl.Catalog.Attribute(oid, number)!);
        ddl.Run($"ALTER TABLE {name} ADD COLUMN {quoted}{SqliteTables.DeclaredType(ddl.Catalog, column.Type)}");
        if (expr is not null and not BoundConst { Value.IsNull: true })
        {
            ddl.RunOverRows(
                $"UPDATE {name} SET {quoted} = {DdlExpressions.Lower(ddl, expr, ddl.Catalog, oid)}", oid, DdlExpressions.IsRepeatable(ddl, expr, ddl.Catalog, oid));
        }

        if (column.NotNull)
        {
            RequireNoNulls(ddl, oid, ddl.Catalog.Attribute(oid, number)!);
        }
    }

    // ATExecSetStatistics: more than the limit is the limit.
    private static void SetStatistics(DdlContext ddl, uint oid, Pg.AlterTableCmd command)
    {
        var column = command.Num > 0 ? ColumnByNumber(ddl, oid, command.Num) : Column(ddl, oid, command.Name);
        if (ddl.Catalog.Index(oid) is { } index)
        {
            RequireExpression(ddl, index, column);
        }

        short? target = null;
        if (command.Def is not null)
        {
            var wanted = command.Def.Integer?.Ival ?? 0;
            if (wanted < -1)
            {
                throw new PgException(SqlState.InvalidParameterValue, $"statistics target {wanted} is too low");
            }

            if (wanted > 10000)
            {
                wanted = 10000;
                ddl.Notice("lowering statistics target to 10000", "WARNING", SqlState.InvalidParameterValue);
            }

            target = wanted < 0 ? null : (short)wanted;
        }

        ddl.Put(column with { attstattarget = target });
    }

    private static PgAttribute ColumnByNumber(DdlContext ddl, uint oid, int number) => ddl.Catalog.Attribute(oid, number) is { attisdropped: false } found
        ? found
        : throw new PgException(SqlState.UndefinedColumn, $"column number {number} of relation \"{Relation(ddl, oid).relname}\" does not exist");

    // What an index shares with its table has the table's target.
    private static void RequireExpression(DdlContext ddl, PgIndex index, PgAttribute column)
    {
        var name = Relation(ddl, index.indexrelid).relname;
        if (column.attnum > index.indnkeyatts)
        {
            throw new PgException(SqlState.FeatureNotSupported, $"cannot alter statistics on included column \"{column.attname}\" of index \"{name}\"");
        }

        if (index.indkey[column.attnum - 1] != 0)
        {
            throw new PgException(SqlState.FeatureNotSupported, $"cannot alter statistics on non-expression column \"{column.attname}\" of index \"{name}\"")
                .WithHint("Alter statistics on table column instead.");
        }
    }

    private static void SetCompression(DdlContext ddl, uint oid, Pg.AlterTableCmd command)
    {
        var column = Column(ddl, oid, command.Name);
        PutInIndexesToo(ddl, column with { attcompression = ColumnDefinitions.CompressionLetter(ddl, command.Def.String.Sval, column.atttypid) });
    }

    private static void SetStorage(DdlContext ddl, uint oid, Pg.AlterTableCmd command)
    {
        var column = Column(ddl, oid, command.Name);
        PutInIndexesToo(ddl, column with { attstorage = ColumnDefinitions.StorageLetter(ddl, command.Def.String.Sval, column.atttypid) });
    }

    // SetIndexStorageProperties: an index's column is stored as its table's.
    private static void PutInIndexesToo(DdlContext ddl, PgAttribute column)
    {
        ddl.Put(column);
        foreach (var index in ddl.Catalog.IndexesOf(column.attrelid).ToList())
        {
            if (Array.IndexOf(index.indkey, column.attnum) is >= 0 and var position)
            {
                ddl.Put(ddl.Catalog.Attribute(index.indexrelid, position + 1)! with { attstorage = column.attstorage, attcompression = column.attcompression });
            }
        }
    }

    private static void DropColumn(DdlContext ddl, uint oid, Pg.AlterTableCmd command, bool recurse)
    {
        var dropped = new List<ObjectAddress>();
        CollectDropped(ddl, oid, command, recurse, isRecursing: false, dropped);
        if (dropped.Count > 0)
        {
            Drop.Perform(ddl, dropped, command.Behavior);
        }
    }

    // ATExecDropColumn: the column of a table and of those that have it from there only; to others it is one of their own from now on.
    private static void CollectDropped(DdlContext ddl, uint oid, Pg.AlterTableCmd command, bool recurse, bool isRecursing, List<ObjectAddress> dropped)
    {
        var relation = Relation(ddl, oid);
        if (ddl.Catalog.FindAttribute(oid, command.Name) is not { } column)
        {
            if (!command.MissingOk)
            {
                throw new PgException(SqlState.UndefinedColumn, $"column \"{command.Name}\" of relation \"{relation.relname}\" does not exist");
            }

            ddl.Notice($"column \"{command.Name}\" of relation \"{relation.relname}\" does not exist, skipping");
            return;
        }

        if (column.attnum < 0)
        {
            throw new PgException(SqlState.FeatureNotSupported, $"cannot drop system column \"{command.Name}\"");
        }

        if (column.attinhcount > 0 && !isRecursing)
        {
            throw new PgException(SqlState.InvalidTableDefinition, $"cannot drop inherited column \"{command.Name}\"");
        }

        RequireNoKey(ddl, relation, column, "drop");
        var children = Inheritance.Children(ddl.Catalog, oid);
        if (children.Length > 0 && relation.relkind == 'p' && !recurse)
        {
            throw OnlyPartitioned("cannot drop column from only the partitioned table when partitions exist");
        }

        foreach (var child in children)
        {
            RequireUnused(ddl, child);
            var inherited = ddl.Catalog.FindAttribute(child, command.Name)!;
            if (recurse && inherited is { attinhcount: 1, attislocal: false })
            {
                Open(ddl, child);
                CollectDropped(ddl, child, command, recurse, isRecursing: true, dropped);
            }
            else
            {
                ddl.Put(inherited with { attinhcount = (short)(inherited.attinhcount - 1), attislocal = inherited.attislocal || !recurse });
            }
        }

        dropped.Add(ObjectAddress.Relation(oid, column.attnum));
    }

    private static void ColumnDefault(DdlContext ddl, uint oid, Pg.AlterTableCmd command)
    {
        var relation = Relation(ddl, oid);
        var column = Column(ddl, oid, command.Name);
        if (column.attidentity != 0)
        {
            throw new PgException(SqlState.SyntaxError, $"column \"{command.Name}\" of relation \"{relation.relname}\" is an identity column")
                .WithHint(command.Def is null ? "Use ALTER TABLE ... ALTER COLUMN ... DROP IDENTITY instead." : null);
        }

        if (column.attgenerated != 0)
        {
            throw new PgException(SqlState.SyntaxError, $"column \"{command.Name}\" of relation \"{relation.relname}\" is a generated column")
                .WithHint($"Use ALTER TABLE ... ALTER COLUMN ... {(command.Def is null ? "DROP" : "SET")} EXPRESSION instead.");
        }

        if (command.Def is null && ddl.Catalog.Attrdef(oid, column.attnum) is { } dropped)
        {
            ddl.NoteDrop(new(PgAttrdef.RelationOid, dropped.oid));
        }

        RemoveDefault(ddl, oid, column);
        if (command.Def is not null)
        {
            var expr = WithoutPosition(() => DdlExpressions.BindDefault(ddl, command.Def, column.attname, column.atttypid, column.atttypmod, '\0', relation));
            if (expr is not BoundConst { Value.IsNull: true })
            {
                CreateTable.StoreDefault(ddl, oid, column.attnum, expr, '\0');
            }
        }
    }

    private static void RemoveDefault(DdlContext ddl, uint oid, PgAttribute column)
    {
        if (ddl.Catalog.Attrdef(oid, column.attnum) is { } old)
        {
            CatalogRemoval.Remove(ddl.Builder, new(PgAttrdef.RelationOid, old.oid));
        }
    }

    private static void SetNotNull(DdlContext ddl, uint oid, PgAttribute column)
    {
        if (!column.attnotnull)
        {
            ddl.Put(column with { attnotnull = true });
            RequireNoNulls(ddl, oid, column);
        }
    }

    private static void RequireNoNulls(DdlContext ddl, uint oid, PgAttribute column)
    {
        var relation = Relation(ddl, oid);
        if (relation.relkind is not ('p' or 'f') && SqliteTables.Exists(ddl, oid, Lowering.RelationNames.QuotedColumn(ddl.Catalog, column) + " IS NULL"))
        {
            throw new PgException(SqlState.NotNullViolation, $"column \"{column.attname}\" of relation \"{relation.relname}\" contains null values")
            {
                SchemaName = ddl.Catalog.Namespace(relation.relnamespace)!.nspname,
                TableName = relation.relname,
                ColumnName = column.attname,
            };
        }
    }

    private static void DropNotNull(DdlContext ddl, uint oid, PgAttribute column)
    {
        if (!column.attnotnull)
        {
            return;
        }

        if (column.attidentity != 0)
        {
            throw new PgException(SqlState.SyntaxError, $"column \"{column.attname}\" of relation \"{Relation(ddl, oid).relname}\" is an identity column");
        }

        if (ddl.Catalog.PrimaryKey(oid)?.conkey?.Contains(column.attnum) == true)
        {
            throw new PgException(SqlState.InvalidTableDefinition, $"column \"{column.attname}\" is in a primary key");
        }

        if (Relation(ddl, oid).relispartition && Inheritance.Parents(ddl.Catalog, oid) is [var parent] && ddl.Catalog.FindAttribute(parent, column.attname) is { attnotnull: true })
        {
            throw new PgException(SqlState.InvalidTableDefinition, $"column \"{column.attname}\" is marked NOT NULL in parent table");
        }

        ddl.Put(column with { attnotnull = false });
    }

    private static void DropExpression(DdlContext ddl, uint oid, Pg.AlterTableCmd command)
    {
        var column = Column(ddl, oid, command.Name);
        if (column.attgenerated == 0)
        {
            var text = $"column \"{column.attname}\" of relation \"{Relation(ddl, oid).relname}\" is not a stored generated column";
            if (!command.MissingOk)
            {
                throw new PgException(SqlState.ObjectNotInPrerequisiteState, text);
            }

            ddl.Notice(text + ", skipping");
            return;
        }

        RemoveDefault(ddl, oid, column);
    }

    private static void SetExpression(DdlContext ddl, uint oid, Pg.AlterTableCmd command)
    {
        var column = Column(ddl, oid, command.Name);
        if (column.attgenerated == 0)
        {
            throw new PgException(SqlState.ObjectNotInPrerequisiteState, $"column \"{column.attname}\" of relation \"{Relation(ddl, oid).relname}\" is not a generated column");
        }

        if (Relation(ddl, oid) is { relkind: not 'p' } relation)
        {
            CompositeTypes.RejectStoredRows(ddl, relation);
        }

        RemoveDefault(ddl, oid, column);
        var expr = DdlExpressions.BindDefault(ddl, command.Def, column.attname, column.atttypid, column.atttypmod, 's', Relation(ddl, oid));
        ddl.Put(column with { atthasdef = true });
        CreateTable.StoreDefault(ddl, oid, column.attnum, expr, 's');
        if (Relation(ddl, oid).relkind is 'p' or 'f')
        {
            return;
        }

        ddl.RunOverRows(
            $"UPDATE {SqliteTables.Name(ddl.Catalog, oid)} SET {Lowering.RelationNames.QuotedColumn(ddl.Catalog, column)} = {DdlExpressions.Lower(ddl, expr, ddl.Catalog, oid)}",
            oid,
            DdlExpressions.IsRepeatable(ddl, expr, ddl.Catalog, oid));
        if (column.attnotnull)
        {
            RequireNoNulls(ddl, oid, column);
        }

        // What holds of the old values is to hold of the new ones.
        foreach (var constraint in ddl.Catalog.ConstraintsOf(oid).Where(c => c is { contype: 'c' or 'f', convalidated: true } && (c.conkey ?? []).Contains(column.attnum)).ToList())
        {
            Validate(ddl, constraint);
        }
    }
}
