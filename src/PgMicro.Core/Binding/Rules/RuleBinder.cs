using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Binding.Expressions;
using PgMicro.Core.Binding.Queries;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using Pg = PgQuery;
using Kind = PgQuery.Node.NodeOneofCase;

namespace PgMicro.Core.Binding.Rules;

/// <summary>The condition and the actions of CREATE RULE, analysed (transformRuleStmt).</summary>
internal static class RuleBinder
{
    /// <summary>Analyses a rule of a relation.</summary>
    /// <exception cref="PgException">Any error of analysis, with its place in the text.</exception>
    internal static (BoundExpr? Condition, List<BoundQuery> Actions) Transform(BindingContext context, PgClass relation, Pg.RuleStmt statement)
    {
        var pstate = context.NewState();
        var (old, @new) = AddEntries(pstate, relation);
        if (statement.Event != Pg.CmdType.CmdInsert)
        {
            pstate.AddItem(old, addToJoinList: false, addToRelNamespace: true, addToVarNamespace: true);
        }

        if (statement.Event is Pg.CmdType.CmdInsert or Pg.CmdType.CmdUpdate)
        {
            pstate.AddItem(@new, addToJoinList: false, addToRelNamespace: true, addToVarNamespace: true);
        }

        var condition = Where.Transform(pstate, statement.WhereClause, ParseExprKind.Where, "WHERE");
        if (condition is not null)
        {
            Collations.Assign(pstate, condition);
        }

        context.Parameters.Check(pstate);
        if (statement.Actions.Count == 0)
        {
            // What the statement is left with is its own matter: nothing to run.
            return (condition, [new BoundQuery { CommandType = CommandType.Nothing, RangeTable = pstate.RangeTable }]);
        }

        return (condition, [.. statement.Actions.Select(a => Action(context, relation, statement.Event, a, condition))]);
    }

    // OLD and NEW are named as tables are, but no bare name finds their columns.
    private static BoundQuery Action(BindingContext context, PgClass relation, Pg.CmdType command, Pg.Node node, BoundExpr? condition)
    {
        var pstate = context.NewState();
        var (old, @new) = AddEntries(pstate, relation);
        pstate.AddItem(old, addToJoinList: false, addToRelNamespace: true, addToVarNamespace: false);
        pstate.AddItem(@new, addToJoinList: false, addToRelNamespace: true, addToVarNamespace: false);
        if (node.NodeCase == Kind.NotifyStmt)
        {
            var notify = new NotifyAction { Channel = node.NotifyStmt.Conditionname, Payload = node.NotifyStmt.Payload.Length == 0 ? null : node.NotifyStmt.Payload };
            return condition is null
                ? new BoundQuery { CommandType = CommandType.Utility, RangeTable = pstate.RangeTable, Notify = notify }
                : throw new PgException(SqlState.InvalidObjectDefinition, "rules with WHERE conditions can only have SELECT, INSERT, UPDATE, or DELETE actions");
        }

        var action = Binder.TransformIn(pstate, node);
        context.Parameters.Check(pstate);
        var query = RuleTrees.QueryOf(action);
        if (query.SetOperations is not null && condition is not null)
        {
            throw ConditionalSetOperation();
        }

        var hasOld = RuleTrees.Uses(query, RuleTrees.Old) || RuleTrees.Uses(condition, RuleTrees.Old);
        var hasNew = RuleTrees.Uses(query, RuleTrees.New) || RuleTrees.Uses(condition, RuleTrees.New);
        Check(command, hasOld, hasNew);
        foreach (var (index, name) in ((int, string)[])[(RuleTrees.Old, "OLD"), (RuleTrees.New, "NEW")])
        {
            if (InWith(action, index) || InWith(query, index))
            {
                throw new PgException(SqlState.FeatureNotSupported, $"cannot refer to {name} within WITH query");
            }
        }

        // NEW of an UPDATE is a row of OLD as it is to be.
        if (hasOld || (hasNew && command == Pg.CmdType.CmdUpdate))
        {
            if (query.SetOperations is not null)
            {
                throw ConditionalSetOperation();
            }

            query.JoinTree.FromList.Add(new RangeTblRef { RtIndex = RuleTrees.Old });
        }

        return action;
    }

    private static (ParseNamespaceItem Old, ParseNamespaceItem New) AddEntries(ParseState pstate, PgClass relation) => (Entry(pstate, relation, "old"), Entry(pstate, relation, "new"));

    private static ParseNamespaceItem Entry(ParseState pstate, PgClass relation, string name)
    {
        var item = RangeTableEntries.AddRelation(pstate, relation, new Pg.Alias { Aliasname = name }, inFromCl: false);
        item.Rte.Inh = false;
        return item;
    }

    private static void Check(Pg.CmdType command, bool hasOld, bool hasNew)
    {
        var wrong = command switch
        {
            Pg.CmdType.CmdSelect when hasOld => "ON SELECT rule cannot use OLD",
            Pg.CmdType.CmdSelect when hasNew => "ON SELECT rule cannot use NEW",
            Pg.CmdType.CmdInsert when hasOld => "ON INSERT rule cannot use OLD",
            Pg.CmdType.CmdDelete when hasNew => "ON DELETE rule cannot use NEW",
            _ => null,
        };
        if (wrong is not null)
        {
            throw new PgException(SqlState.InvalidObjectDefinition, wrong);
        }
    }

    private static bool InWith(BoundQuery query, int index) => query.CteList.Exists(c => UsesOutside(c.CteQuery, index));

    // A query of WITH is one level down.
    private static bool UsesOutside(BoundQuery query, int index) =>
        RuleTrees.Uses(new BoundQuery { CommandType = CommandType.Select, RangeTable = [new RangeTableEntry { RteKind = RteKind.Subquery, Subquery = query }] }, index);

    private static PgException ConditionalSetOperation() =>
        new(SqlState.FeatureNotSupported, "conditional UNION/INTERSECT/EXCEPT statements are not implemented");
}
