using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Binding.Queries;
using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Transactions.Locking;
using Pg = PgQuery;

namespace PgMicro.Core.Execution.Locks;

/// <summary>The relations that a statement other than a query locks (manual: "Table-Level Locks"). What does not exist is for the statement itself to refuse.</summary>
internal static class StatementLocks
{
    internal static RelationLock[] Of(PgSession session, Pg.Node statement, GivenParameters given)
    {
        var locks = new Collector(session);
        switch (statement.NodeCase)
        {
            case Pg.Node.NodeOneofCase.CreateStmt:
                Create(locks, statement.CreateStmt);
                break;
            case Pg.Node.NodeOneofCase.AlterTableStmt:
                Alter(locks, statement.AlterTableStmt);
                break;
            case Pg.Node.NodeOneofCase.IndexStmt:
                locks.Add(statement.IndexStmt.Relation, statement.IndexStmt.Concurrent ? LockMode.ShareUpdateExclusive : LockMode.Share);
                AddPartitions(locks, statement.IndexStmt.Relation, LockMode.Share);
                break;
            case Pg.Node.NodeOneofCase.CreateTrigStmt:
                locks.Add(statement.CreateTrigStmt.Relation, LockMode.ShareRowExclusive);
                AddPartitions(locks, statement.CreateTrigStmt.Relation, LockMode.ShareRowExclusive);
                locks.Add(statement.CreateTrigStmt.Constrrel, LockMode.ShareRowExclusive);
                break;
            case Pg.Node.NodeOneofCase.RuleStmt:
                locks.Add(statement.RuleStmt.Relation, LockMode.AccessExclusive);
                break;
            case Pg.Node.NodeOneofCase.DropStmt:
                Drop(locks, statement.DropStmt);
                break;
            case Pg.Node.NodeOneofCase.TruncateStmt:
                Truncate(locks, statement.TruncateStmt);
                break;
            case Pg.Node.NodeOneofCase.RenameStmt when statement.RenameStmt.Relation is { } relation:
                locks.Add(relation, statement.RenameStmt.RenameType == Pg.ObjectType.ObjectIndex ? LockMode.ShareUpdateExclusive : LockMode.AccessExclusive);
                if (relation.Inh && statement.RenameStmt.RenameType is Pg.ObjectType.ObjectColumn or Pg.ObjectType.ObjectTabconstraint)
                {
                    locks.AddChildren(relation, LockMode.AccessExclusive);
                }

                break;
            case Pg.Node.NodeOneofCase.AlterObjectSchemaStmt when statement.AlterObjectSchemaStmt.Relation is { } relation:
                locks.Add(relation, LockMode.AccessExclusive);
                break;
            case Pg.Node.NodeOneofCase.AlterSeqStmt:
                locks.Add(statement.AlterSeqStmt.Sequence, LockMode.ShareRowExclusive);
                break;
            case Pg.Node.NodeOneofCase.CommentStmt:
                CommentOn(locks, statement.CommentStmt);
                break;
            case Pg.Node.NodeOneofCase.ViewStmt when statement.ViewStmt.Replace:
                locks.Add(statement.ViewStmt.View, LockMode.AccessExclusive);
                break;
            case Pg.Node.NodeOneofCase.ClusterStmt when statement.ClusterStmt.Relation is { } relation:
                locks.Add(relation, LockMode.AccessExclusive);
                break;
            case Pg.Node.NodeOneofCase.ReindexStmt when statement.ReindexStmt.Relation is { } relation:
                Reindex(locks, relation, statement.ReindexStmt);
                break;
            case Pg.Node.NodeOneofCase.RefreshMatViewStmt:
                locks.Add(statement.RefreshMatViewStmt.Relation, statement.RefreshMatViewStmt.Concurrent ? LockMode.Exclusive : LockMode.AccessExclusive);
                break;
            case Pg.Node.NodeOneofCase.VacuumStmt:
                Vacuum(locks, statement.VacuumStmt);
                break;
            case Pg.Node.NodeOneofCase.CopyStmt when statement.CopyStmt.Relation is { } relation:
                locks.Add(relation, statement.CopyStmt.IsFrom ? LockMode.RowExclusive : LockMode.AccessShare);
                if (locks.Find(relation) is { relkind: 'p', oid: var partitioned })
                {
                    foreach (var partition in Inheritance.Descendants(session.Catalog, partitioned))
                    {
                        locks.Add(partition, LockMode.RowExclusive);
                    }
                }

                break;
            case Pg.Node.NodeOneofCase.CopyStmt when statement.CopyStmt.Query is { } query:
                locks.AddQuery(query, GivenParameters.None);
                break;
            case Pg.Node.NodeOneofCase.CreateTableAsStmt when statement.CreateTableAsStmt.Query.NodeCase == Pg.Node.NodeOneofCase.SelectStmt:
                locks.AddQuery(statement.CreateTableAsStmt.Query, given);
                break;
            case Pg.Node.NodeOneofCase.CreateTableAsStmt when session.PreparedStatements.TryGetValue(statement.CreateTableAsStmt.Query.ExecuteStmt.Name, out var prepared)
                && prepared.Statement.Raw.Stmt is { NodeCase: Pg.Node.NodeOneofCase.SelectStmt, SelectStmt.IntoClause: null }:
                locks.AddQuery(prepared.Statement.Raw.Stmt, prepared.ParameterTypes.ToArray());
                break;
        }

        return locks.ToArray();
    }

    // What is made of a partitioned table is made of its partitions too.
    private static void AddPartitions(Collector locks, Pg.RangeVar name, LockMode mode)
    {
        if (name.Inh && locks.Find(name) is { relkind: 'p' })
        {
            locks.AddChildren(name, mode);
        }
    }

    private static void Create(Collector locks, Pg.CreateStmt statement)
    {
        foreach (var parent in statement.InhRelations)
        {
            locks.Add(parent.RangeVar, statement.Partbound is null ? LockMode.ShareUpdateExclusive : LockMode.AccessExclusive);
            AddDefaultPartition(locks, statement.Partbound is null ? null : locks.Find(parent.RangeVar));
        }

        foreach (var element in statement.TableElts)
        {
            switch (element.NodeCase)
            {
                case Pg.Node.NodeOneofCase.ColumnDef:
                    Referenced(locks, element.ColumnDef);
                    break;
                case Pg.Node.NodeOneofCase.Constraint:
                    Referenced(locks, element.Constraint);
                    break;
                case Pg.Node.NodeOneofCase.TableLikeClause:
                    locks.Add(element.TableLikeClause.Relation, LockMode.AccessShare);
                    break;
            }
        }
    }

    // What the default partition may hold depends on the others.
    private static void AddDefaultPartition(Collector locks, PgClass? parent)
    {
        if (parent is { relkind: 'p' } && locks.Session.Catalog.Find(PgPartitionedTable.Relation, new(parent.oid)) is { partdefid: not 0 } row)
        {
            locks.Add(row.partdefid, LockMode.AccessExclusive);
        }
    }

    private static void Referenced(Collector locks, Pg.ColumnDef column)
    {
        foreach (var constraint in column.Constraints)
        {
            Referenced(locks, constraint.Constraint);
        }
    }

    private static void Referenced(Collector locks, Pg.Constraint constraint)
    {
        if (constraint.Contype == Pg.ConstrType.ConstrForeign)
        {
            locks.Add(constraint.Pktable, LockMode.ShareRowExclusive);
        }
    }

    // The strongest lock that one of the actions needs is taken for all.
    private static void Alter(Collector locks, Pg.AlterTableStmt statement)
    {
        var mode = LockMode.ShareUpdateExclusive;
        foreach (var node in statement.Cmds)
        {
            var command = node.AlterTableCmd;
            mode = (LockMode)Math.Max((int)mode, (int)ModeOf(command));
        }

        locks.Add(statement.Relation, mode);
        if (statement.Cmds.Any(c => ReachesChildren(c.AlterTableCmd.Subtype, statement.Relation.Inh)))
        {
            locks.AddChildren(statement.Relation, mode);
        }

        foreach (var node in statement.Cmds)
        {
            var command = node.AlterTableCmd;
            switch (command.Subtype)
            {
                case Pg.AlterTableType.AtAddInherit:
                    locks.Add(command.Def.RangeVar, LockMode.ShareUpdateExclusive);
                    break;
                case Pg.AlterTableType.AtAttachPartition or Pg.AlterTableType.AtDetachPartition or Pg.AlterTableType.AtDetachPartitionFinalize
                    when command.Def.PartitionCmd.Name is { } partition:
                    locks.Add(partition, LockMode.AccessExclusive);
                    locks.AddChildren(partition, LockMode.AccessExclusive);
                    AddDefaultPartition(locks, locks.Find(statement.Relation));
                    break;
                case Pg.AlterTableType.AtDropInherit:
                    locks.Add(command.Def.RangeVar, LockMode.AccessShare);
                    break;
                case Pg.AlterTableType.AtAddColumn:
                    Referenced(locks, command.Def.ColumnDef);
                    break;
                case Pg.AlterTableType.AtAddConstraint:
                    Referenced(locks, command.Def.Constraint);
                    break;
                case Pg.AlterTableType.AtSetIdentity or Pg.AlterTableType.AtDropIdentity or Pg.AlterTableType.AtDropColumn
                    when locks.Find(statement.Relation) is { } table && locks.Session.Catalog.FindAttribute(table.oid, command.Name) is { } column:
                    AddOwnedSequence(
                        locks, table.oid, column.attnum, command.Subtype == Pg.AlterTableType.AtSetIdentity ? LockMode.ShareRowExclusive : LockMode.AccessExclusive);
                    break;
                case Pg.AlterTableType.AtDropConstraint when locks.Find(statement.Relation) is { } table
                    && locks.Session.Catalog.FindConstraint(table.oid, command.Name) is { contype: 'f' } key:
                    locks.Add(key.confrelid, LockMode.AccessExclusive);
                    break;
            }
        }
    }

    private static bool ReachesChildren(Pg.AlterTableType type, bool inherits) => type switch
    {
        // Even with ONLY: what a child has from its parent becomes its own then, or it is an error.
        Pg.AlterTableType.AtAddColumn or Pg.AlterTableType.AtDropColumn or Pg.AlterTableType.AtAddConstraint or Pg.AlterTableType.AtDropConstraint => true,
        Pg.AlterTableType.AtColumnDefault or Pg.AlterTableType.AtSetNotNull or Pg.AlterTableType.AtDropNotNull
            or Pg.AlterTableType.AtAddIdentity or Pg.AlterTableType.AtSetIdentity or Pg.AlterTableType.AtDropIdentity
            or Pg.AlterTableType.AtDropExpression or Pg.AlterTableType.AtSetExpression or Pg.AlterTableType.AtAlterColumnType
            or Pg.AlterTableType.AtValidateConstraint or Pg.AlterTableType.AtSetStatistics or Pg.AlterTableType.AtSetStorage => inherits,
        _ => false,
    };

    private static LockMode ModeOf(Pg.AlterTableCmd command) => command.Subtype switch
    {
        Pg.AlterTableType.AtAddConstraint when command.Def.Constraint.Contype == Pg.ConstrType.ConstrForeign => LockMode.ShareRowExclusive,
        Pg.AlterTableType.AtEnableTrig or Pg.AlterTableType.AtEnableTrigAll or Pg.AlterTableType.AtEnableTrigUser or Pg.AlterTableType.AtEnableAlwaysTrig
            or Pg.AlterTableType.AtEnableReplicaTrig or Pg.AlterTableType.AtDisableTrig or Pg.AlterTableType.AtDisableTrigAll
            or Pg.AlterTableType.AtDisableTrigUser => LockMode.ShareRowExclusive,
        Pg.AlterTableType.AtSetStatistics or Pg.AlterTableType.AtSetOptions or Pg.AlterTableType.AtResetOptions or Pg.AlterTableType.AtClusterOn
            or Pg.AlterTableType.AtDropCluster or Pg.AlterTableType.AtValidateConstraint or Pg.AlterTableType.AtAttachPartition
            or Pg.AlterTableType.AtSetRelOptions or Pg.AlterTableType.AtResetRelOptions or Pg.AlterTableType.AtReplaceRelOptions => LockMode.ShareUpdateExclusive,
        _ => LockMode.AccessExclusive,
    };

    private static void Drop(Collector locks, Pg.DropStmt statement)
    {
        foreach (var item in statement.Objects)
        {
            if (statement.RemoveType == Pg.ObjectType.ObjectSchema)
            {
                if (locks.Session.Catalog.FindNamespace(item.String.Sval) is { } schema && statement.Behavior == Pg.DropBehavior.DropCascade)
                {
                    foreach (var relation in locks.Session.Catalog.Rows(PgClass.Relation).Where(c => c.relnamespace == schema.oid && c.relkind is not ('i' or 'I')))
                    {
                        locks.Add(relation.oid, LockMode.AccessExclusive);
                    }
                }

                continue;
            }

            if (statement.RemoveType is Pg.ObjectType.ObjectTrigger or Pg.ObjectType.ObjectRule)
            {
                if (locks.Find(item.List, 1) is { } owner)
                {
                    locks.Add(owner.oid, LockMode.AccessExclusive);
                }

                continue;
            }

            if (statement.RemoveType is Pg.ObjectType.ObjectTable or Pg.ObjectType.ObjectView or Pg.ObjectType.ObjectMatview or Pg.ObjectType.ObjectSequence
                    or Pg.ObjectType.ObjectIndex && locks.Find(item.List) is { } found)
            {
                var mode = statement.Concurrent ? LockMode.ShareUpdateExclusive : LockMode.AccessExclusive;
                if (found.relkind == 'i' && locks.Session.Catalog.Index(found.oid) is { } index)
                {
                    locks.Add(index.indrelid, mode);
                }

                // Others must not read a partitioned table while one of its partitions goes.
                if (found.relispartition && Inheritance.Parents(locks.Session.Catalog, found.oid) is [var parent])
                {
                    locks.Add(parent, LockMode.AccessExclusive);
                    AddDefaultPartition(locks, locks.Session.Catalog.Class(parent));
                }

                var goesWithChildren = statement.Behavior == Pg.DropBehavior.DropCascade || found.relkind == 'p';
                foreach (var oid in goesWithChildren ? Inheritance.Descendants(locks.Session.Catalog, found.oid) : [found.oid])
                {
                    locks.Add(oid, mode);
                    AddOwnedSequences(locks, oid);
                    AddForeignKeys(locks, oid, statement.Behavior == Pg.DropBehavior.DropCascade);
                }
            }
        }
    }

    private static void AddOwnedSequences(Collector locks, uint table)
    {
        foreach (var column in locks.Session.Catalog.Attributes(table))
        {
            AddOwnedSequence(locks, table, column.attnum, LockMode.AccessExclusive);
        }
    }

    private static void AddOwnedSequence(Collector locks, uint table, int column, LockMode mode)
    {
        if (locks.Session.Catalog.SequenceOwnedBy(table, column) is not 0 and var sequence)
        {
            locks.Add(sequence, mode);
        }
    }

    // A foreign key goes with its table, and its triggers are on both tables.
    private static void AddForeignKeys(Collector locks, uint table, bool cascades)
    {
        foreach (var key in locks.Session.Catalog.ConstraintsOf(table))
        {
            if (key.contype == 'f')
            {
                locks.Add(key.confrelid, LockMode.AccessExclusive);
            }
        }

        if (cascades)
        {
            foreach (var key in locks.Session.Catalog.ForeignKeysReferencing(table))
            {
                locks.Add(key.conrelid, LockMode.AccessExclusive);
            }
        }
    }

    private static void Truncate(Collector locks, Pg.TruncateStmt statement)
    {
        var tables = new List<uint>();
        foreach (var node in statement.Relations)
        {
            if (locks.Find(node.RangeVar) is { } table)
            {
                tables.AddRange((node.RangeVar.Inh ? Inheritance.Descendants(locks.Session.Catalog, table.oid) : [table.oid]).Except(tables).ToArray());
            }
        }

        for (var i = 0; i < tables.Count; i++)
        {
            locks.Add(tables[i], LockMode.AccessExclusive);
            if (statement.RestartSeqs)
            {
                AddOwnedSequences(locks, tables[i]);
            }

            if (statement.Behavior == Pg.DropBehavior.DropCascade)
            {
                tables.AddRange(locks.Session.Catalog.ForeignKeysReferencing(tables[i]).Select(static k => k.conrelid).Except(tables).ToArray());
            }
        }
    }

    private static void CommentOn(Collector locks, Pg.CommentStmt statement)
    {
        switch (statement.Objtype)
        {
            case Pg.ObjectType.ObjectTable or Pg.ObjectType.ObjectView or Pg.ObjectType.ObjectMatview or Pg.ObjectType.ObjectSequence or Pg.ObjectType.ObjectIndex
                when locks.Find(statement.Object.List) is { } relation:
                locks.Add(relation.oid, LockMode.ShareUpdateExclusive);
                break;
            case Pg.ObjectType.ObjectColumn or Pg.ObjectType.ObjectTabconstraint when locks.Find(statement.Object.List, 1) is { } relation:
                locks.Add(relation.oid, LockMode.ShareUpdateExclusive);
                break;
        }
    }

    private static void Reindex(Collector locks, Pg.RangeVar name, Pg.ReindexStmt statement)
    {
        var isConcurrent = statement.Params.Any(static p => p.DefElem.Defname == "concurrently");
        if (locks.Find(name) is not { } relation)
        {
            return;
        }

        var table = locks.Session.Catalog.Index(relation.oid)?.indrelid ?? relation.oid;

        // Who reads or writes the table has its indexes open, which PostgreSQL locks one by one.
        locks.Add(table, isConcurrent ? LockMode.ShareUpdateExclusive : LockMode.AccessExclusive);
        foreach (var index in table == relation.oid ? locks.Session.Catalog.IndexesOf(table).Select(static i => i.indexrelid) : [relation.oid])
        {
            locks.Add(index, isConcurrent ? LockMode.ShareUpdateExclusive : LockMode.AccessExclusive);
        }
    }

    private static void Vacuum(Collector locks, Pg.VacuumStmt statement)
    {
        var options = Utility.VacuumOptions.Read(statement);
        if (options.SkipLocked)
        {
            return;
        }

        foreach (var target in statement.Rels)
        {
            locks.Add(target.VacuumRelation.Relation, options.Full ? LockMode.AccessExclusive : LockMode.ShareUpdateExclusive);
            if (options.Analyze)
            {
                locks.AddChildren(target.VacuumRelation.Relation, LockMode.AccessShare);
            }
        }
    }

    private sealed class Collector(PgSession session)
    {
        private readonly List<RelationLock> _locks = [];

        internal PgSession Session => session;

        internal void Add(uint oid, LockMode mode)
        {
            var wanted = new RelationLock(oid, mode);
            if (!_locks.Contains(wanted))
            {
                _locks.Add(wanted);
            }
        }

        internal void Add(Pg.RangeVar? name, LockMode mode)
        {
            if (name is not null && Find(name) is { } relation)
            {
                Add(relation.oid, mode);
            }
        }

        internal void AddChildren(Pg.RangeVar name, LockMode mode)
        {
            if (Find(name) is { relhassubclass: true } relation)
            {
                foreach (var child in Inheritance.Descendants(session.Catalog, relation.oid).Skip(1))
                {
                    Add(child, mode);
                }
            }
        }

        internal void AddQuery(Pg.Node query, GivenParameters parameters)
        {
            foreach (var wanted in QueryLocks.Of(Binder.Bind(new Pg.RawStmt { Stmt = query }, new BindingContext(session, parameters)), Planner.NewLoweringContext(session)))
            {
                if (!_locks.Contains(wanted))
                {
                    _locks.Add(wanted);
                }
            }
        }

        internal PgClass? Find(Pg.RangeVar name) => session.TryResolveRelation(name.Schemaname, name.Relname);

        // A name as DROP and COMMENT have it, less what follows the relation's.
        internal PgClass? Find(Pg.List name, int less = 0)
        {
            var count = name.Items.Count - less;
            return count < 1 ? null : session.TryResolveRelation(count > 1 ? name.Items[count - 2].String.Sval : "", name.Items[count - 1].String.Sval);
        }

        internal RelationLock[] ToArray() => [.. _locks];
    }
}
