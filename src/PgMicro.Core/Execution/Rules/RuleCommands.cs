using PgMicro.Core.Binding;
using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Binding.Queries;
using PgMicro.Core.Binding.Rules;
using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Dependencies;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using PgMicro.Core.Execution.Ddl;
using Pg = PgQuery;

namespace PgMicro.Core.Execution.Rules;

/// <summary>CREATE [OR REPLACE] RULE, ALTER RULE … RENAME, ALTER TABLE … ENABLE and DISABLE RULE (manual, chapter 41).</summary>
internal static class RuleCommands
{
    private const string ViewRule = "_RETURN";

    internal static string Create(DdlContext ddl, Pg.RuleStmt statement)
    {
        var relation = ddl.FindRelation(statement.Relation);
        ObjectKinds.RequireRows(relation);
        if (relation.relkind == 'm')
        {
            throw new PgException(SqlState.FeatureNotSupported, "rules on materialized views are not supported");
        }

        var context = new BindingContext(ddl.Session, GivenParameters.None) { KeepsTargetLists = true };
        var (condition, actions) = RuleBinder.Transform(context, relation, statement);
        if (relation.relkind is not ('r' or 'v' or 'p'))
        {
            throw CannotHave(relation);
        }

        if (relation.oid < BuiltInOids.FirstNormalObjectId)
        {
            throw new PgException(SqlState.InsufficientPrivilege, $"permission denied: \"{relation.relname}\" is a system catalog");
        }

        ddl.RequireUserRelation(relation);
        foreach (var action in actions)
        {
            CheckTarget(action);
        }

        if (statement.Event == Pg.CmdType.CmdSelect)
        {
            CheckSelect(ddl, relation, statement, condition, actions);

            // A view has no row that is OLD or NEW.
            Views.StoreRule(ddl, relation, RangeTableMap.Compact(actions[0]));
            return "CREATE RULE";
        }

        CheckReturning(ddl, relation, statement.Instead, condition, actions);
        if (statement.Rulename == ViewRule)
        {
            throw new PgException(SqlState.InvalidObjectDefinition, $"non-view rule for \"{relation.relname}\" must not be named \"{ViewRule}\"");
        }

        Store(ddl, relation, statement, condition, actions);
        return "CREATE RULE";
    }

    internal static string Rename(DdlContext ddl, Pg.RenameStmt statement)
    {
        var relation = ddl.FindRelation(statement.Relation);
        if (relation.relkind is not ('r' or 'v' or 'p'))
        {
            throw CannotHave(relation);
        }

        ddl.RequireUserRelation(relation);
        var rule = Find(ddl, relation, statement.Subname);
        if (ddl.Catalog.RewritesOf(relation.oid).Any(r => r.rulename == statement.Newname))
        {
            throw Exists(relation, statement.Newname);
        }

        if (rule.ev_type == '1')
        {
            throw new PgException(SqlState.InvalidObjectDefinition, "renaming an ON SELECT rule is not allowed");
        }

        ddl.Put(rule with { rulename = statement.Newname });
        return "ALTER RULE";
    }

    /// <summary>Says when a rule applies: pg_rewrite.ev_enabled.</summary>
    internal static void Enable(DdlContext ddl, PgClass relation, Pg.AlterTableCmd command)
    {
        var rule = Find(ddl, relation, command.Name);
        var enabled = command.Subtype switch
        {
            Pg.AlterTableType.AtEnableRule => 'O',
            Pg.AlterTableType.AtEnableAlwaysRule => 'A',
            Pg.AlterTableType.AtEnableReplicaRule => 'R',
            _ => 'D',
        };
        if (rule.ev_enabled != enabled)
        {
            ddl.Put(rule with { ev_enabled = enabled });
        }
    }

    private static PgRewrite Find(DdlContext ddl, PgClass relation, string name) =>
        ddl.Catalog.RewritesOf(relation.oid).FirstOrDefault(r => r.rulename == name)
        ?? throw new PgException(SqlState.UndefinedObject, $"rule \"{name}\" for relation \"{relation.relname}\" does not exist");

    private static void Store(DdlContext ddl, PgClass relation, Pg.RuleStmt statement, BoundExpr? condition, List<BoundQuery> actions)
    {
        var existing = ddl.Catalog.RewritesOf(relation.oid).FirstOrDefault(r => r.rulename == statement.Rulename);
        if (existing is not null && !statement.Replace)
        {
            throw Exists(relation, statement.Rulename);
        }

        var rule = (existing ?? new PgRewrite { oid = ddl.NewOid(), rulename = statement.Rulename, ev_class = relation.oid }) with
        {
            ev_type = statement.Event switch { Pg.CmdType.CmdUpdate => '2', Pg.CmdType.CmdInsert => '3', _ => '4' },
            is_instead = statement.Instead,
            ev_qual = condition is null ? RuleTrees.NoCondition : BoundTreeSerializer.Serialize(condition),
        };
        ddl.Put(rule with { ev_action = RuleTrees.Serialize(rule, actions) });
        if (!relation.relhasrules)
        {
            ddl.Put(ddl.Catalog.Class(relation.oid)! with { relhasrules = true });
        }

        var address = new ObjectAddress(PgRewrite.RelationOid, rule.oid);
        ddl.ForgetDependencies(address);
        ddl.Depend(address, ObjectAddress.Relation(relation.oid), 'a');
        DdlExpressions.Depend(ddl, address, DependencyFinder.Find(ddl.Catalog, actions));
        if (condition is not null)
        {
            DdlExpressions.Depend(ddl, address, DependencyFinder.Find(ddl.Catalog, condition, RuleTrees.QueryOf(actions[0]).RangeTable));
        }
    }

    private static void CheckTarget(BoundQuery action)
    {
        if (action.ResultRelation == 0 || !ReferenceEquals(RuleTrees.QueryOf(action), action))
        {
            return;
        }

        if (action.ResultRelation == RuleTrees.Old)
        {
            throw new PgException(SqlState.FeatureNotSupported, "rule actions on OLD are not implemented").WithHint("Use views or triggers instead.");
        }

        if (action.ResultRelation == RuleTrees.New)
        {
            throw new PgException(SqlState.FeatureNotSupported, "rule actions on NEW are not implemented").WithHint("Use triggers instead.");
        }
    }

    // Such a rule is what a view is.
    private static void CheckSelect(DdlContext ddl, PgClass relation, Pg.RuleStmt statement, BoundExpr? condition, List<BoundQuery> actions)
    {
        if (relation.relkind != 'v')
        {
            throw new PgException(SqlState.WrongObjectType, $"relation \"{relation.relname}\" cannot have ON SELECT rules").WithDetail(ObjectKinds.NotSupported(relation.relkind));
        }

        var wrong = actions.Count > 1 ? "multiple actions for rules on SELECT are not implemented"
            : !statement.Instead || actions[0].CommandType != CommandType.Select ? "rules on SELECT must have action INSTEAD SELECT"
            : actions[0].HasModifyingCTE ? "rules on SELECT must not contain data-modifying statements in WITH"
            : condition is not null ? "event qualifications are not implemented for rules on SELECT"
            : null;
        if (wrong is not null)
        {
            throw new PgException(SqlState.FeatureNotSupported, wrong);
        }

        CheckResult(ddl, relation, actions[0].TargetList, isSelect: true);
        if (!statement.Replace && ddl.Catalog.ViewRule(relation.oid) is not null)
        {
            throw new PgException(SqlState.ObjectNotInPrerequisiteState, $"\"{relation.relname}\" is already a view");
        }

        if (statement.Rulename != ViewRule)
        {
            throw new PgException(SqlState.InvalidObjectDefinition, $"view rule for \"{relation.relname}\" must be named \"{ViewRule}\"");
        }
    }

    private static void CheckReturning(DdlContext ddl, PgClass relation, bool isInstead, BoundExpr? condition, List<BoundQuery> actions)
    {
        var returning = actions.FindAll(static a => a.ReturningList.Count > 0);
        for (var i = 0; i < returning.Count; i++)
        {
            var wrong = i > 0 ? "cannot have multiple RETURNING lists in a rule"
                : condition is not null ? "RETURNING lists are not supported in conditional rules"
                : !isInstead ? "RETURNING lists are not supported in non-INSTEAD rules"
                : null;
            if (wrong is not null)
            {
                throw new PgException(SqlState.FeatureNotSupported, wrong);
            }

            CheckResult(ddl, relation, returning[i].ReturningList, isSelect: false);
        }
    }

    // checkRuleResultList: the columns are the relation's.
    private static void CheckResult(DdlContext ddl, PgClass relation, List<TargetEntry> list, bool isSelect)
    {
        var what = isSelect ? "SELECT rule's target list" : "RETURNING list";
        var entry = isSelect ? "SELECT rule's target entry" : "RETURNING list's entry";
        var columns = ddl.Catalog.Attributes(relation.oid).Where(static a => a.attnum > 0).ToArray();
        var i = 0;
        foreach (var target in list.Where(static t => !t.ResJunk))
        {
            if (++i > columns.Length)
            {
                throw Invalid($"{what} has too many entries");
            }

            var column = columns[i - 1];
            if (column.attisdropped)
            {
                throw new PgException(SqlState.FeatureNotSupported, isSelect
                    ? "cannot convert relation containing dropped columns to view" : "cannot create a RETURNING list for a relation containing dropped columns");
            }

            if (isSelect && target.ResName != column.attname)
            {
                throw Invalid($"{entry} {i} has different column name from column \"{column.attname}\"").WithDetail($"SELECT target entry is named \"{target.ResName}\".");
            }

            var start = isSelect ? "SELECT target entry" : "RETURNING list entry";
            if (target.Expr.Type != column.atttypid)
            {
                throw Invalid($"{entry} {i} has different type from column \"{column.attname}\"").WithDetail(
                    $"{start} has type {DdlExpressions.FormatType(ddl, target.Expr.Type)}, but column has type {DdlExpressions.FormatType(ddl, column.atttypid)}.");
            }

            if (target.Expr.Typmod != column.atttypmod && target.Expr.Typmod != -1 && column.atttypmod != -1)
            {
                throw Invalid($"{entry} {i} has different size from column \"{column.attname}\"").WithDetail(
                    $"{start} has type {DdlExpressions.FormatType(ddl, target.Expr.Type, target.Expr.Typmod)}, but column has type {DdlExpressions.FormatType(ddl, column.atttypid, column.atttypmod)}.");
            }
        }

        if (i != columns.Length)
        {
            throw Invalid($"{what} has too few entries");
        }
    }

    private static PgException Invalid(string message) => new(SqlState.InvalidObjectDefinition, message);

    private static PgException Exists(PgClass relation, string name) =>
        new(SqlState.DuplicateObject, $"rule \"{name}\" for relation \"{relation.relname}\" already exists");

    private static PgException CannotHave(PgClass relation) =>
        new PgException(SqlState.WrongObjectType, $"relation \"{relation.relname}\" cannot have rules").WithDetail(ObjectKinds.NotSupported(relation.relkind));
}
