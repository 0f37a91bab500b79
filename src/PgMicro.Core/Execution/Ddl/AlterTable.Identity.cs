using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Dependencies;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using Pg = PgQuery;

namespace PgMicro.Core.Execution.Ddl;

/// <content>Identity columns. Partitions share their root's sequence; other children have nothing of it.</content>
internal static partial class AlterTable
{
    private static void AddIdentity(DdlContext ddl, uint oid, Pg.AlterTableCmd command, bool recurse)
    {
        var relation = Relation(ddl, oid);
        RequireWholeHierarchy(relation, recurse, "add identity to a column of");
        var column = RequireIdentifiable(ddl, oid, command.Name);
        var made = new NewColumn(column.attname, column.atttypid, -1, 0, 0);
        ColumnDefinitions.AddIdentity(ddl, made, command.Def.Constraint, relation.relname, relation.relnamespace, relation.relpersistence);
        Sequences.SetOwner(ddl, made.Sequence, oid, column.attnum, 'i');
        foreach (var table in WithPartitions(ddl, relation))
        {
            ddl.Put(RequireIdentifiable(ddl, table, command.Name) with { attidentity = made.Identity });
        }
    }

    private static void SetIdentity(DdlContext ddl, uint oid, Pg.AlterTableCmd command, bool recurse)
    {
        var relation = Relation(ddl, oid);
        RequireWholeHierarchy(relation, recurse, "change identity column of");
        var column = Column(ddl, oid, command.Name);
        RequireIdentity(ddl, oid, column);
        var rest = new List<Pg.Node>();
        foreach (var option in command.Def.List.Items)
        {
            if (option.DefElem.Defname == "generated")
            {
                foreach (var table in WithPartitions(ddl, relation))
                {
                    ddl.Put(Column(ddl, table, command.Name) with { attidentity = (char)option.DefElem.Arg.Integer.Ival });
                }
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

    private static void DropIdentity(DdlContext ddl, uint oid, Pg.AlterTableCmd command, bool recurse)
    {
        var relation = Relation(ddl, oid);
        RequireWholeHierarchy(relation, recurse, "drop identity from a column of");
        var column = Column(ddl, oid, command.Name);
        if (column.attidentity == 0 && command.MissingOk)
        {
            ddl.Notice($"column \"{column.attname}\" of relation \"{relation.relname}\" is not an identity column, skipping");
            return;
        }

        RequireIdentity(ddl, oid, column);
        var sequence = ddl.Catalog.SequenceOwnedBy(oid, column.attnum, identityOnly: true);
        foreach (var table in WithPartitions(ddl, relation))
        {
            ddl.Put(Column(ddl, table, command.Name) with { attidentity = '\0' });
        }

        Dependency.DeleteRecords(ddl.Builder, ObjectAddress.Relation(sequence), 'i');
        Drop.Perform(ddl, [ObjectAddress.Relation(sequence)], Pg.DropBehavior.DropRestrict);
    }

    private static PgAttribute RequireIdentifiable(DdlContext ddl, uint oid, string name)
    {
        var column = Column(ddl, oid, name);
        PgException Error(string text) => new(SqlState.ObjectNotInPrerequisiteState, $"column \"{name}\" of relation \"{Relation(ddl, oid).relname}\" {text}");
        return column switch
        {
            { atttypid: not (Types.TypeOid.Int2 or Types.TypeOid.Int4 or Types.TypeOid.Int8) } =>
                throw new PgException(SqlState.InvalidParameterValue, "identity column type must be smallint, integer, or bigint"),
            { attnotnull: false } => throw Error("must be declared NOT NULL before identity can be added"),
            { attidentity: not '\0' } => throw Error("is already an identity column"),
            { atthasdef: true } => throw Error("already has a default value"),
            _ => column,
        };
    }

    private static void RequireIdentity(DdlContext ddl, uint oid, PgAttribute column)
    {
        if (column.attidentity == 0)
        {
            throw new PgException(SqlState.ObjectNotInPrerequisiteState, $"column \"{column.attname}\" of relation \"{Relation(ddl, oid).relname}\" is not an identity column");
        }
    }

    // An identity column of a partitioned table is one of all its partitions.
    private static void RequireWholeHierarchy(PgClass relation, bool recurse, string action)
    {
        if (relation.relkind == 'p' && !recurse)
        {
            throw OnlyPartitioned($"cannot {action} only the partitioned table");
        }

        if (relation.relispartition)
        {
            throw new PgException(SqlState.InvalidTableDefinition, $"cannot {action} a partition");
        }
    }

    private static IReadOnlyList<uint> WithPartitions(DdlContext ddl, PgClass relation) =>
        relation.relkind == 'p' ? Inheritance.Descendants(ddl.Catalog, relation.oid) : [relation.oid];
}
