using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using PgMicro.Core.Types;
using Pg = PgQuery;

namespace PgMicro.Core.Execution.Dml;

/// <summary>SET CONSTRAINTS (manual: "SET CONSTRAINTS").</summary>
internal static class SetConstraintsCommand
{
    internal static ExecutablePlan Plan(Pg.ConstraintsSetStmt statement) => new SetConstraintsPlan(statement);

    private sealed class SetConstraintsPlan(Pg.ConstraintsSetStmt statement) : ExecutablePlan
    {
        internal override bool IsCacheable => false;

        internal override StatementRun Start(PgSession session, ReadOnlySpan<PgDatum> parameters)
        {
            if (!session.InTransactionBlock)
            {
                session.Notice(new PgNotice("WARNING", "25P01", "SET CONSTRAINTS can only be used in transaction blocks"));
            }

            var state = DeferredConstraints.Get(session);
            if (statement.Constraints.Count == 0)
            {
                state.SetAll(session, statement.Deferred);
            }
            else
            {
                var found = new HashSet<uint>();
                foreach (var node in statement.Constraints)
                {
                    Find(session, node.RangeVar, statement.Deferred, found);
                }

                state.Set(session, found, statement.Deferred);
            }

            return new StatementRun("SET CONSTRAINTS");
        }

        // The first schema of the path that has a deferrable constraint of the name decides; all of the name in it are meant.
        private static void Find(PgSession session, Pg.RangeVar name, bool deferred, HashSet<uint> found)
        {
            var catalog = session.Catalog;
            IReadOnlyList<uint> schemas;
            if (name.Schemaname.Length == 0)
            {
                schemas = session.SearchPath(true);
            }
            else
            {
                schemas = catalog.FindNamespace(name.Schemaname) is { } schema
                    ? [schema.oid]
                    : throw new PgException(SqlState.InvalidSchemaName, $"schema \"{name.Schemaname}\" does not exist");
            }

            foreach (var schema in schemas)
            {
                var any = false;
                foreach (var constraint in catalog.Find(PgConstraint.ByName, new(schema, Name: name.Relname)))
                {
                    if (constraint.condeferrable)
                    {
                        AddParts(catalog, constraint, found);
                    }
                    else if (deferred)
                    {
                        throw new PgException(SqlState.WrongObjectType, $"constraint \"{name.Relname}\" is not deferrable");
                    }

                    any = true;
                }

                if (any)
                {
                    return;
                }
            }

            throw new PgException(SqlState.UndefinedObject, $"constraint \"{name.Relname}\" does not exist");
        }

        // With the constraints of partitions that it has.
        private static void AddParts(CatalogSnapshot catalog, PgConstraint constraint, HashSet<uint> found)
        {
            if (!found.Add(constraint.oid))
            {
                return;
            }

            foreach (var relation in Inheritance.Descendants(catalog, constraint.conrelid))
            {
                foreach (var part in catalog.ConstraintsOf(relation))
                {
                    if (part.conparentid == constraint.oid)
                    {
                        AddParts(catalog, part, found);
                    }
                }
            }
        }
    }
}
