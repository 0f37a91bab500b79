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
    private static void AddColumn(DdlContext ddl, uint oid, Pg.AlterTableCmd command, List<(Pass, Action)> queue)
    {
        var relation = Relation(ddl, oid);
        var definition = command.Def.ColumnDef;
        if (ddl.Catalog.FindAttribute(oid, definition.Colname) is { } existing)
        {
            if (existing.attnum < 0)
            {
                throw new PgException(SqlState.DuplicateColumn, $"column name \"{definition.Colname}\" conflicts with a system column name");
            }

            if (!command.MissingOk)
            {
                throw new PgException(SqlState.DuplicateColumn, $"column \"{definition.Colname}\" of relation \"{relation.relname}\" already exists");
            }

            ddl.Notice($"column \"{definition.Colname}\" of relation \"{relation.relname}\" already exists, skipping", sqlState: SqlState.DuplicateColumn);
            return;
        }

        var table = new TableDefinition(relation.relname, ddl.Catalog.Namespace(relation.relnamespace)!.nspname, relation.relnamespace, relation.relpersistence);
        var column = ColumnDefinitions.Transform(ddl, table, definition);
        RelationRows.CheckType(ddl, column.Name, column.Type, 'r');
        var number = relation.relnatts + 1;
        RelationRows.AddAttribute(ddl, oid, column, number);
        ddl.Put(Relation(ddl, oid) with { relnatts = (short)number });
        var expr = WithoutPosition(() => CreateTable.AddDefault(ddl, Relation(ddl, oid), column, number));
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

        if (relation.relkind == 'c')
        {
            return;
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

        foreach (var constraint in table.Checks.Concat(table.Keys).Concat(table.ForeignKeys))
        {
            PlanConstraint(ddl, oid, constraint, queue);
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
        ddl.Put(column with { attcompression = ColumnDefinitions.CompressionLetter(ddl, command.Def.String.Sval, column.atttypid) });
    }

    private static void DropColumn(DdlContext ddl, uint oid, Pg.AlterTableCmd command)
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

        Drop.Perform(ddl, [ObjectAddress.Relation(oid, column.attnum)], command.Behavior);
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
        if (SqliteTables.Exists(ddl, oid, Lowering.RelationNames.QuotedColumn(ddl.Catalog, column) + " IS NULL"))
        {
            var relation = Relation(ddl, oid);
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

        ddl.Put(column with { attnotnull = false });
    }

    private static void AddIdentity(DdlContext ddl, uint oid, Pg.AlterTableCmd command)
    {
        var relation = Relation(ddl, oid);
        var column = Column(ddl, oid, command.Name);
        PgException Error(string text) => new(SqlState.ObjectNotInPrerequisiteState, $"column \"{column.attname}\" of relation \"{relation.relname}\" {text}");
        if (column.atttypid is not (Types.TypeOid.Int2 or Types.TypeOid.Int4 or Types.TypeOid.Int8))
        {
            throw new PgException(SqlState.InvalidParameterValue, "identity column type must be smallint, integer, or bigint");
        }

        if (!column.attnotnull)
        {
            throw Error("must be declared NOT NULL before identity can be added");
        }

        if (column.attidentity != 0)
        {
            throw Error("is already an identity column");
        }

        if (column.atthasdef)
        {
            throw Error("already has a default value");
        }

        var made = new NewColumn(column.attname, column.atttypid, -1, 0, 0);
        ColumnDefinitions.AddIdentity(ddl, made, command.Def.Constraint, relation.relname, relation.relnamespace, relation.relpersistence);
        Sequences.SetOwner(ddl, made.Sequence, oid, column.attnum, 'i');
        ddl.Put(Column(ddl, oid, command.Name) with { attidentity = made.Identity });
    }

    private static void SetIdentity(DdlContext ddl, uint oid, Pg.AlterTableCmd command)
    {
        var column = Column(ddl, oid, command.Name);
        RequireIdentity(ddl, oid, column);
        var rest = new List<Pg.Node>();
        foreach (var option in command.Def.List.Items)
        {
            if (option.DefElem.Defname == "generated")
            {
                ddl.Put(column with { attidentity = (char)option.DefElem.Arg.Integer.Ival });
            }
            else
            {
                rest.Add(option);
            }
        }

        if (rest.Count > 0)
        {
            Sequences.Alter(ddl, ddl.Catalog.SequenceOwnedBy(oid, column.attnum, identityOnly: true), rest, forIdentity: true);
        }
    }

    private static void RequireIdentity(DdlContext ddl, uint oid, PgAttribute column)
    {
        if (column.attidentity == 0)
        {
            throw new PgException(SqlState.ObjectNotInPrerequisiteState, $"column \"{column.attname}\" of relation \"{Relation(ddl, oid).relname}\" is not an identity column");
        }
    }

    private static void DropIdentity(DdlContext ddl, uint oid, Pg.AlterTableCmd command)
    {
        var column = Column(ddl, oid, command.Name);
        if (column.attidentity == 0 && command.MissingOk)
        {
            ddl.Notice($"column \"{column.attname}\" of relation \"{Relation(ddl, oid).relname}\" is not an identity column, skipping");
            return;
        }

        RequireIdentity(ddl, oid, column);
        var sequence = ddl.Catalog.SequenceOwnedBy(oid, column.attnum, identityOnly: true);
        ddl.Put(column with { attidentity = '\0' });
        Dependency.DeleteRecords(ddl.Builder, ObjectAddress.Relation(sequence), 'i');
        Drop.Perform(ddl, [ObjectAddress.Relation(sequence)], Pg.DropBehavior.DropRestrict);
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

        RemoveDefault(ddl, oid, column);
        var expr = DdlExpressions.BindDefault(ddl, command.Def, column.attname, column.atttypid, column.atttypmod, 's', Relation(ddl, oid));
        ddl.Put(column with { atthasdef = true });
        CreateTable.StoreDefault(ddl, oid, column.attnum, expr, 's');
        ddl.RunOverRows(
            $"UPDATE {SqliteTables.Name(ddl.Catalog, oid)} SET {Lowering.RelationNames.QuotedColumn(ddl.Catalog, column)} = {DdlExpressions.Lower(ddl, expr, ddl.Catalog, oid)}",
            oid,
            DdlExpressions.IsRepeatable(ddl, expr, ddl.Catalog, oid));
        if (column.attnotnull && SqliteTables.Exists(ddl, oid, Lowering.RelationNames.QuotedColumn(ddl.Catalog, column) + " IS NULL"))
        {
            throw new PgException(SqlState.NotNullViolation, $"column \"{column.attname}\" of relation \"{Relation(ddl, oid).relname}\" contains null values")
            {
                SchemaName = ddl.Catalog.Namespace(Relation(ddl, oid).relnamespace)!.nspname,
                TableName = Relation(ddl, oid).relname,
                ColumnName = column.attname,
            };
        }

        // What holds of the old values is to hold of the new ones.
        foreach (var constraint in ddl.Catalog.ConstraintsOf(oid).Where(c => c is { contype: 'c' or 'f', convalidated: true } && (c.conkey ?? []).Contains(column.attnum)).ToList())
        {
            Validate(ddl, constraint);
        }
    }
}
