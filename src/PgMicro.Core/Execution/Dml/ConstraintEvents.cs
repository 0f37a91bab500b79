using PgMicro.Core.Errors;
using PgMicro.Core.Types;

namespace PgMicro.Core.Execution.Dml;

/// <summary>What is left to do for a changed row at the end of its statement or, when deferred, of its transaction.</summary>
internal abstract class ConstraintEvent
{
    internal abstract uint ConstraintOid { get; }

    /// <summary>Whether it waits for the end of the transaction.</summary>
    internal abstract bool IsDeferred(PgSession session);

    /// <summary>Checks, raising the violation.</summary>
    internal abstract void Check(PgSession session);

    /// <summary>Does it at the end of the statement.</summary>
    internal virtual void Fire(DmlExecution execution) => Check(execution.Session);
}

/// <summary>A referencing row that had no referenced row when it was written.</summary>
internal sealed class ReferenceCheck(ForeignKey key, long rowid, PgDatum[] values) : ConstraintEvent
{
    internal override uint ConstraintOid => key.Row.oid;

    internal override bool IsDeferred(PgSession session) => DeferredConstraints.IsDeferred(session, key.Row);

    internal override void Check(PgSession session)
    {
        if (key.IsCurrent(session, rowid, values) && !key.IsReferencedPresent(session, values))
        {
            throw ConstraintErrors.MissingReference(
                key.Referencing, key.Name, $"Key {key.KeyText(values, session)} is not present in table \"{key.Referenced.Name}\".");
        }
    }
}

/// <summary>A referenced row that was deleted or got another key.</summary>
internal sealed class ReferencedChange(ForeignKey key, PgDatum[] oldKey, PgDatum[]? newKey) : ConstraintEvent
{
    private char Action => newKey is null ? key.Row.confdeltype : key.Row.confupdtype;

    internal override uint ConstraintOid => key.Row.oid;

    // Only the check of NO ACTION can wait.
    internal override bool IsDeferred(PgSession session) =>
        Action == ForeignKeyAction.NoAction && DeferredConstraints.IsDeferred(session, key.Row);

    internal override void Check(PgSession session)
    {
        // RESTRICT does not accept another row that has taken the key over.
        if (Action != ForeignKeyAction.Restrict && key.IsKeyPresent(session, oldKey))
        {
            return;
        }

        if (key.IsReferencing(session, oldKey))
        {
            throw ConstraintErrors.StillReferenced(key.Referenced, key.Referencing, key.Name, key.ReferencedKeyText(oldKey, session));
        }
    }

    internal override void Fire(DmlExecution execution)
    {
        var session = execution.Session;
        if (Action is ForeignKeyAction.NoAction or ForeignKeyAction.Restrict)
        {
            Check(session);
            return;
        }

        try
        {
            if (newKey is null)
            {
                execution.RunNested(key.OnDelete(session), oldKey);
            }
            else
            {
                execution.RunNested(key.OnUpdate(session), [.. oldKey, .. newKey]);
            }
        }
        catch (PgException e)
        {
            var line = $"SQL statement \"{key.ActionText(Action, isDelete: newKey is null)}\"";
            e.Where = e.Where is null ? line : e.Where + "\n" + line;
            throw;
        }

        // The default may be the very key that went.
        if (Action == ForeignKeyAction.SetDefault)
        {
            Check(session);
        }
    }
}

/// <summary>A row whose key another row had already under a deferrable unique constraint.</summary>
internal sealed class UniqueRecheck(UniqueIndex index, long rowid) : ConstraintEvent
{
    internal override uint ConstraintOid => index.Constraint!.oid;

    internal override bool IsDeferred(PgSession session) => DeferredConstraints.IsDeferred(session, index.Constraint!);

    internal override void Check(PgSession session) => index.CheckStored(session, rowid);
}
