namespace PgMicro.Core.Execution.Ddl;

/// <content>The work queue.</content>
internal static partial class AlterTable
{
    /// <summary>The order in which subcommands take effect.</summary>
    internal enum Pass
    {
        Drop,
        AlterType,
        AddColumn,
        SetExpression,
        AddConstraint,
        ColumnAttributes,
        AddIndexConstraint,
        AddForeignKey,
        Misc,

        /// <summary>The rows are looked at when the definitions are as they are to be.</summary>
        Check,
        CheckForeignKeys,
    }

    /// <summary>What is to be done to each of the tables that a command reaches: the named one and those that inherit from it.</summary>
    internal sealed class Queue
    {
        private readonly List<(uint Table, List<(Pass Pass, Action Action)> Actions)> _tables = [];

        internal void Add(uint table, Pass pass, Action action)
        {
            Reach(table);
            _tables.Find(t => t.Table == table).Actions.Add((pass, action));
        }

        /// <summary>Gives a table its place among the others.</summary>
        internal void Reach(uint table)
        {
            if (!_tables.Exists(t => t.Table == table))
            {
                _tables.Add((table, []));
            }
        }

        /// <summary>Does it, pass by pass and table by table. An action may queue others of a later pass (the constraints of an added column).</summary>
        internal void Run(PgSession session)
        {
            foreach (var pass in Enum.GetValues<Pass>())
            {
                if (pass == Pass.Check)
                {
                    EventTriggers.EventTriggerFiring.Rewrites(session);
                }

                for (var t = 0; t < _tables.Count; t++)
                {
                    var actions = _tables[t].Actions;
                    for (var i = 0; i < actions.Count; i++)
                    {
                        if (actions[i].Pass == pass)
                        {
                            actions[i].Action();
                        }
                    }
                }
            }
        }
    }
}
