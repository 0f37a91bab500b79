using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Binding.Expressions;
using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Dependencies;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using PgMicro.Core.Execution.Ddl.Partitions;
using PgMicro.Core.Types;
using Pg = PgQuery;

namespace PgMicro.Core.Execution.Ddl;

/// <summary>Writes rows of pg_constraint for tables: CHECK, FOREIGN KEY, PRIMARY KEY, UNIQUE, EXCLUDE.</summary>
internal static class Constraints
{
    /// <summary>A CHECK constraint; its name is made up when it has none.</summary>
    /// <param name="ddl">The statement.</param>
    /// <param name="relationOid">The table.</param>
    /// <param name="definition">The constraint.</param>
    /// <param name="chosen">Names given already by the statement.</param>
    /// <param name="mayMerge">Whether the table may have it already, from a parent.</param>
    /// <param name="isLocal">Whether it is the table's own, and not given to it because a parent gets it.</param>
    internal static PgConstraint AddCheck(DdlContext ddl, uint relationOid, Pg.Constraint definition, ICollection<string> chosen, bool mayMerge = false, bool isLocal = true)
    {
        var relation = ddl.Catalog.Class(relationOid)!;
        var expr = DdlExpressions.BindCheck(ddl, definition.RawExpr, relation);
        var used = DdlExpressions.Columns(expr).Distinct().ToArray();
        var columns = used.Where(static c => c > 0).ToArray();
        var name = definition.Conname;
        if (name.Length == 0)
        {
            name = ObjectNames.ChooseConstraintName(
                ddl.Catalog, relation.relname, used is [not 0 and var only] ? ddl.Catalog.Attribute(relationOid, only)!.attname : null, "check", relation.relnamespace, chosen);
        }
        else if (mayMerge && ddl.Catalog.FindConstraint(relationOid, name) is { } existing)
        {
            return Merge(ddl, relation, existing, expr, definition, isLocal);
        }
        else
        {
            RequireNewName(ddl, relation, name);
        }

        chosen.Add(name);
        if (definition.IsNoInherit && relation.relkind == 'p')
        {
            throw new PgException(SqlState.InvalidTableDefinition, $"cannot add NO INHERIT constraint to partitioned table \"{relation.relname}\"");
        }

        var row = AddCheck(ddl, relation, name, expr, columns, !definition.SkipValidation, definition.IsNoInherit);
        return isLocal ? row : ddl.Put(row with { conislocal = false, coninhcount = 1 });
    }

    /// <summary>A CHECK constraint that a new table has from its parents.</summary>
    internal static void AddInheritedCheck(DdlContext ddl, uint relationOid, InheritedCheck check) =>
        ddl.Put(AddCheck(ddl, ddl.Catalog.Class(relationOid)!, check.Name, check.Expr, [.. DdlExpressions.Columns(check.Expr).Where(static c => c > 0)], validated: true) with
        {
            conislocal = false,
            coninhcount = check.Parents,
        });

    /// <summary>Makes a CHECK one with the same one that the table has already (MergeWithExistingConstraint).</summary>
    /// <exception cref="PgException">42710, 42P17 when they are not to be one.</exception>
    internal static PgConstraint Merge(DdlContext ddl, PgClass relation, PgConstraint existing, BoundExpr expr, Pg.Constraint definition, bool isLocal)
    {
        var name = existing.conname;
        if (existing.contype != 'c' || !BoundEquality.AreEqual(BoundTreeSerializer.DeserializeExpr(existing.conbin!), expr))
        {
            RequireNewName(ddl, relation, name);
        }

        PgException Conflict(string kind) => new(SqlState.InvalidObjectDefinition, $"constraint \"{name}\" conflicts with {kind} constraint on relation \"{relation.relname}\"");
        if (existing.connoinherit)
        {
            throw Conflict("non-inherited");
        }

        if (existing.coninhcount > 0 && definition.IsNoInherit)
        {
            throw Conflict("inherited");
        }

        if (!definition.SkipValidation && !existing.convalidated)
        {
            throw Conflict("NOT VALID");
        }

        ddl.Notice($"merging constraint \"{name}\" with inherited definition");
        return ddl.Put(relation.relispartition ? existing with { conislocal = false, coninhcount = 1 }
            : isLocal ? existing with { conislocal = true }
            : existing with { coninhcount = (short)(existing.coninhcount + 1) });
    }

    /// <summary>A CHECK constraint of a bound expression.</summary>
    internal static PgConstraint AddCheck(DdlContext ddl, PgClass relation, string name, BoundExpr expr, short[] columns, bool validated, bool noInherit = false)
    {
        var row = ddl.Put(new PgConstraint
        {
            oid = ddl.NewOid(),
            conname = name,
            connamespace = relation.relnamespace,
            contype = 'c',
            convalidated = validated,
            conrelid = relation.oid,
            connoinherit = noInherit,
            conkey = columns.Length == 0 ? null : columns,
            conbin = BoundTreeSerializer.Serialize(expr),
        });
        var address = new ObjectAddress(PgConstraint.RelationOid, row.oid);
        DependOnColumns(ddl, address, relation.oid, columns, 'a');
        DdlExpressions.Depend(ddl, address, expr, relation.oid, 'n');
        relation = ddl.Catalog.Class(relation.oid)!;
        ddl.Put(relation with { relchecks = (short)(relation.relchecks + 1) });
        return row;
    }

    /// <summary>The constraint that an index implements; with operators an exclusion constraint.</summary>
    internal static void AddIndexConstraint(DdlContext ddl, PgClass relation, PgClass index, IndexDefinition definition, uint parent = 0)
    {
        RequireNewName(ddl, relation, index.relname);
        var row = ddl.Put(new PgConstraint
        {
            oid = ddl.NewOid(),
            conname = index.relname,
            connamespace = relation.relnamespace,
            contype = definition.Operators is not null ? 'x' : definition.IsPrimary ? 'p' : 'u',
            condeferrable = definition.IsDeferrable,
            condeferred = definition.IsDeferred,
            conrelid = relation.oid,
            conindid = index.oid,
            conparentid = parent,
            conislocal = parent == 0,
            coninhcount = (short)(parent == 0 ? 0 : 1),
            connoinherit = parent == 0,
            conkey = definition.Numbers[..definition.KeyCount],
            conexclop = definition.Operators,
        });
        var address = ObjectAddress.Constraint(row.oid);
        DependOnColumns(ddl, address, relation.oid, [.. definition.Numbers.Distinct().Where(static c => c != 0)], 'a');
        foreach (var op in definition.Operators?.Distinct() ?? [])
        {
            ddl.Depend(address, new(PgOperator.RelationOid, op));
        }

        ddl.Depend(ObjectAddress.Relation(index.oid), address, 'i');
        if (parent != 0)
        {
            ddl.DependOnParent(address, ObjectAddress.Constraint(parent), relation.oid);
        }
    }

    /// <summary>ATAddForeignKeyConstraint.</summary>
    internal static PgConstraint AddForeignKey(DdlContext ddl, uint relationOid, Pg.Constraint definition, bool recurse = true)
    {
        var relation = ddl.Catalog.Class(relationOid)!;
        var target = ddl.FindRelation(definition.Pktable);
        if (target.relkind is not ('r' or 'p'))
        {
            throw new PgException(SqlState.WrongObjectType, $"referenced relation \"{target.relname}\" is not a table");
        }

        if (target.oid < BuiltInOids.FirstNormalObjectId)
        {
            throw new PgException(SqlState.InsufficientPrivilege, $"permission denied: \"{target.relname}\" is a system catalog");
        }

        if (relation.relkind == 'p' && !recurse)
        {
            throw new PgException(SqlState.WrongObjectType, $"cannot use ONLY for foreign key on partitioned table \"{relation.relname}\" referencing relation \"{target.relname}\"");
        }

        if (relation.relkind == 'p' && definition.SkipValidation)
        {
            throw new PgException(SqlState.WrongObjectType, $"cannot add NOT VALID foreign key on partitioned table \"{relation.relname}\" referencing relation \"{target.relname}\"")
                .WithDetail("This feature is not yet supported on partitioned tables.");
        }

        RequirePersistence(relation, target);
        var columns = Resolve(ddl, relation, DdlContext.Names(definition.FkAttrs));
        var setColumns = Resolve(ddl, relation, DdlContext.Names(definition.FkDelSetCols)).Distinct().ToArray();
        foreach (var set in setColumns)
        {
            if (!columns.Contains(set))
            {
                throw new PgException(
                    SqlState.InvalidColumnReference,
                    $"column \"{ddl.Catalog.Attribute(relationOid, set)!.attname}\" referenced in ON DELETE SET action must be part of foreign key");
            }
        }

        PgIndex index;
        short[] targetColumns;
        if (definition.PkAttrs.Count == 0)
        {
            index = ddl.Catalog.IndexesOf(target.oid).FirstOrDefault(static i => i.indisprimary)
                ?? throw new PgException(SqlState.UndefinedObject, $"there is no primary key for referenced table \"{target.relname}\"");
            if (!index.indimmediate)
            {
                throw new PgException(SqlState.ObjectNotInPrerequisiteState, $"cannot use a deferrable primary key for referenced table \"{target.relname}\"");
            }

            targetColumns = index.indkey[..index.indnkeyatts];
        }
        else
        {
            targetColumns = Resolve(ddl, target, DdlContext.Names(definition.PkAttrs));
            index = MatchingIndex(ddl, target, targetColumns);
        }

        if (columns.Length != targetColumns.Length)
        {
            throw new PgException(SqlState.InvalidForeignKey, "number of referencing and referenced columns for foreign key disagree");
        }

        foreach (var number in columns)
        {
            RequireActions(ddl.Catalog.Attribute(relationOid, number)!, definition);
        }

        var name = definition.Conname;
        if (name.Length == 0)
        {
            name = ObjectNames.ChooseConstraintName(
                ddl.Catalog, relation.relname, ObjectNames.Addition(columns.Select(c => ddl.Catalog.Attribute(relationOid, c)!.attname)), "fkey", relation.relnamespace);
        }
        else
        {
            RequireNewName(ddl, relation, name);
        }

        var (pf, pp, ff) = (new uint[columns.Length], new uint[columns.Length], new uint[columns.Length]);
        for (var i = 0; i < columns.Length; i++)
        {
            (pf[i], pp[i], ff[i]) = EqualityOperators(ddl, name, relation, columns[i], target, targetColumns[i], index);
        }

        var row = new PgConstraint
        {
            oid = ddl.NewOid(),
            conname = name,
            connamespace = relation.relnamespace,
            contype = 'f',
            condeferrable = definition.Deferrable,
            condeferred = definition.Initdeferred,
            convalidated = !definition.SkipValidation,
            conrelid = relationOid,
            conindid = index.indexrelid,
            confrelid = target.oid,
            confupdtype = Letter(definition.FkUpdAction, 'a'),
            confdeltype = Letter(definition.FkDelAction, 'a'),
            confmatchtype = Letter(definition.FkMatchtype, 's'),
            connoinherit = relation.relkind != 'p',
            conkey = columns,
            confkey = targetColumns,
            conpfeqop = pf,
            conppeqop = pp,
            conffeqop = ff,
            confdelsetcols = setColumns.Length == 0 ? null : setColumns,
        };
        if (row.confmatchtype == 'p')
        {
            throw new PgException(SqlState.FeatureNotSupported, "MATCH PARTIAL not yet implemented");
        }

        PartitionedForeignKeys.Store(ddl, row);
        return row;
    }

    /// <summary>Finds a foreign key's operators again after a column's type has changed (42804 when there are none).</summary>
    internal static void RefreshOperators(DdlContext ddl, PgConstraint key)
    {
        var relation = ddl.Catalog.Class(key.conrelid)!;
        var target = ddl.Catalog.Class(key.confrelid)!;
        var index = ddl.Catalog.Index(key.conindid)!;
        var found = key.conkey!.Select((c, i) => EqualityOperators(ddl, key.conname, relation, c, target, key.confkey![i], index)).ToArray();
        ddl.Put(key with { conpfeqop = [.. found.Select(static f => f.Pf)], conppeqop = [.. found.Select(static f => f.Pp)], conffeqop = [.. found.Select(static f => f.Ff)] });
    }

    internal static void RequireNewName(DdlContext ddl, PgClass relation, string name)
    {
        if (ddl.Catalog.FindConstraint(relation.oid, name) is not null)
        {
            throw new PgException(SqlState.DuplicateObject, $"constraint \"{name}\" for relation \"{relation.relname}\" already exists");
        }
    }

    internal static void DependOnColumns(DdlContext ddl, ObjectAddress address, uint relation, short[] columns, char type)
    {
        if (columns.Length == 0)
        {
            ddl.Depend(address, new(PgClass.RelationOid, relation), type);
        }

        foreach (var column in columns)
        {
            ddl.Depend(address, new(PgClass.RelationOid, relation, column), type);
        }
    }

    private static void RequirePersistence(PgClass relation, PgClass target)
    {
        var message = (relation.relpersistence, target.relpersistence) switch
        {
            ('p', not 'p') => "constraints on permanent tables may reference only permanent tables",
            ('u', not ('p' or 'u')) => "constraints on unlogged tables may reference only permanent or unlogged tables",
            ('t', not 't') => "constraints on temporary tables may reference only temporary tables",
            _ => null,
        };
        if (message is not null)
        {
            throw new PgException(SqlState.InvalidTableDefinition, message);
        }
    }

    private static void RequireActions(PgAttribute column, Pg.Constraint definition)
    {
        if (column.attgenerated == 0)
        {
            return;
        }

        if (definition.FkUpdAction is "n" or "d" or "c")
        {
            throw new PgException(SqlState.SyntaxError, "invalid ON UPDATE action for foreign key constraint containing generated column");
        }

        if (definition.FkDelAction is "n" or "d")
        {
            throw new PgException(SqlState.SyntaxError, "invalid ON DELETE action for foreign key constraint containing generated column");
        }
    }

    private static short[] Resolve(DdlContext ddl, PgClass relation, string[] names)
    {
        var numbers = new short[names.Length];
        for (var i = 0; i < names.Length; i++)
        {
            var column = ddl.Catalog.FindAttribute(relation.oid, names[i])
                ?? throw new PgException(SqlState.UndefinedColumn, $"column \"{names[i]}\" referenced in foreign key constraint does not exist");
            if (column.attnum < 0)
            {
                throw new PgException(SqlState.FeatureNotSupported, "system columns cannot be used in foreign keys");
            }

            numbers[i] = column.attnum;
        }

        return numbers;
    }

    // transformFkeyCheckAttrs
    private static PgIndex MatchingIndex(DdlContext ddl, PgClass target, short[] columns)
    {
        for (var i = 0; i < columns.Length; i++)
        {
            if (Array.IndexOf(columns, columns[i], i + 1) >= 0)
            {
                throw new PgException(SqlState.InvalidForeignKey, "foreign key referenced-columns list must not contain duplicates");
            }
        }

        var deferrable = false;
        foreach (var index in ddl.Catalog.IndexesOf(target.oid))
        {
            if (index is { indisunique: true, indpred: null, indexprs: null } && index.indnkeyatts == columns.Length && columns.All(c => index.indkey.Take(index.indnkeyatts).Contains(c)))
            {
                if (index.indimmediate)
                {
                    return index;
                }

                deferrable = true;
            }
        }

        throw deferrable
            ? new PgException(SqlState.ObjectNotInPrerequisiteState, $"cannot use a deferrable unique constraint for referenced table \"{target.relname}\"")
            : new PgException(SqlState.InvalidForeignKey, $"there is no unique constraint matching given keys for referenced table \"{target.relname}\"");
    }

    private static (uint Pf, uint Pp, uint Ff) EqualityOperators(
        DdlContext ddl, string name, PgClass relation, short column, PgClass target, short targetColumn, PgIndex index)
    {
        var catalog = ddl.Catalog;
        var fk = catalog.Attribute(relation.oid, column)!;
        var pk = catalog.Attribute(target.oid, targetColumn)!;
        var opclass = catalog.Opclass(index.indclass[Array.IndexOf(index.indkey, targetColumn)])!;
        var (family, input) = (opclass.opcfamily, opclass.opcintype);
        const int Equal = 3;
        var pp = catalog.OperatorOfStrategy(family, input, input, Equal);
        var fkType = catalog.GetBaseType(fk.atttypid);
        var pf = catalog.OperatorOfStrategy(family, input, fkType, Equal);
        var ff = pf != 0 ? catalog.OperatorOfStrategy(family, fkType, fkType, Equal) : 0;
        if (pf == 0 || ff == 0)
        {
            // A type without operators of its own goes by the index's, if it converts to the index's type.
            var polymorphic = input is TypeOid.AnyArray or TypeOid.AnyEnum or TypeOid.AnyRange or TypeOid.AnyMultirange or TypeOid.Record;
            if (polymorphic ? fkType == catalog.GetBaseType(pk.atttypid) : Coercion.CanCoerce(catalog, fk.atttypid, input, CoercionContext.Implicit))
            {
                pf = ff = pp;
            }
        }

        return pf != 0 && ff != 0
            ? (pf, pp, ff)
            : throw new PgException(SqlState.DatatypeMismatch, $"foreign key constraint \"{name}\" cannot be implemented").WithDetail(
                $"Key columns \"{fk.attname}\" and \"{pk.attname}\" are of incompatible types: {DdlExpressions.FormatType(ddl, fk.atttypid)} and {DdlExpressions.FormatType(ddl, pk.atttypid)}.");
    }

    private static char Letter(string text, char missing) => text.Length == 0 ? missing : text[0];
}
