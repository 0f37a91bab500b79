using PgMicro.Core.Binding.Expressions;
using PgMicro.Core.Binding.Queries;
using PgMicro.Core.Catalog.Tables;
using Pg = PgQuery;
using PgDatabaseRow = PgMicro.Core.Catalog.Tables.PgDatabase;

namespace PgMicro.Core.Execution;

/// <content>Names that utility statements refer to.</content>
public sealed partial class PgSession
{
    /// <summary>The relation of a name; utility statements place no error.</summary>
    internal PgClass ResolveRelation(Pg.RangeVar range) => NameResolution.FindRelation(
        new BindingContext(this, GivenParameters.None).NewState(), range.Catalogname, range.Schemaname, range.Relname, -1);

    /// <summary>The type of a name.</summary>
    internal uint ResolveType(Pg.TypeName name) => TypeNames.ResolveOid(new BindingContext(this, GivenParameters.None).NewState(), name);

    /// <summary>pg_database: this database's row as the transaction sees it, the others' as committed.</summary>
    internal IReadOnlyList<PgDatabaseRow> DatabaseRows()
    {
        var own = Catalog.Database;
        return [.. Database.Cluster.Rows().Select(row => row.datname == own.datname ? own with { oid = row.oid } : row)];
    }

    /// <summary>DISCARD ALL.</summary>
    internal void DiscardAll()
    {
        CloseCursors();
        Unlisten(null);
        DiscardState();
        DiscardTemp();
    }

    /// <summary>Lets go what a session gathers outside transactions: for DISCARD ALL, and to make a pooled session fresh for its next client.</summary>
    private void DiscardState()
    {
        _prepared.Clear();
        if (Settings.IsTouched)
        {
            Settings.Set("session_authorization", null, isLocal: false);
            Settings.Set("role", null, isLocal: false);
            Settings.ResetAll();
        }

        Locks.ReleaseAllForSession(LockOwner);
        DiscardSequences();
    }

    /// <summary>DISCARD SEQUENCES.</summary>
    internal void DiscardSequences()
    {
        _sequenceValues.Clear();
        _lastSequence = 0;
    }

    /// <summary>DISCARD TEMP. The session's temporary tables are those of its connection.</summary>
    internal void DiscardTemp()
    {
        if (HasTempObjects && Catalog.FindNamespace(TempSchemaName) is not null)
        {
            Transaction.PrepareToWrite("DISCARD TEMP", LockTimeout, Cancellation);
            Ddl.TempObjects.Discard(this);
        }
    }
}
