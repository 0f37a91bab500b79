namespace PgMicro.Core.Parser;

internal static partial class FeatureTable
{
    // All other statements.
    private const string Commands = """
        CallStmt: funccall !funcexpr {analysed CallStmt.funcexpr} !outargs {analysed CallStmt.outargs}
        CheckPointStmt:
        ClosePortalStmt: portalname
        ClusterStmt: relation indexname params
        ConstraintsSetStmt: constraints deferred
        CopyStmt: relation query attlist is_from is_program filename options where_clause
        DeallocateStmt: name isall ~location
        DeclareCursorStmt: portalname options query
        DiscardStmt: target
        DoStmt: args
        ExecuteStmt: name params
        ExplainStmt: query options
        FetchStmt: direction how_many portalname ismove
        ListenStmt: conditionname
        LoadStmt: filename
        LockStmt: relations mode nowait
        NotifyStmt: conditionname payload
        PrepareStmt: name argtypes query
        ReassignOwnedStmt: roles newrole
        ReindexStmt: kind relation name params
        TransactionStmt: kind options savepoint_name gid chain ~location
        UnlistenStmt: conditionname
        VacuumRelation: relation oid va_cols
        VacuumStmt: options rels is_vacuumcmd
        VariableSetStmt: kind name args is_local
        VariableShowStmt: name
        """;
}
