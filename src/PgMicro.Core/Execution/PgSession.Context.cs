using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Privileges;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using PgMicro.Core.Execution.Routines;
using PgMicro.Core.Lowering;
using PgMicro.Core.Storage;
using PgMicro.Core.Transactions;
using PgMicro.Core.Types;

namespace PgMicro.Core.Execution;

/// <content>What functions see of the session.</content>
public sealed partial class PgSession : ILateralPlanSource
{
    private readonly Dictionary<uint, SequenceValues> _sequenceValues = [];
    private uint _lastSequence;

    /// <inheritdoc/>
    public override CatalogSnapshot Catalog => _transaction?.Catalog ?? Database.Transactions.Catalog;

    /// <inheritdoc/>
    public override string DatabaseName => Database.Name;

    /// <inheritdoc/>
    public override string CurrentUser => CurrentRole;

    /// <inheritdoc/>
    public override string SessionUser => SessionRole;

    /// <inheritdoc/>
    public override int BackendPid { get; }

    /// <summary>The schema of the session's temporary objects; there is one once there are such.</summary>
    internal string TempSchemaName => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"pg_temp_{BackendPid}");

    /// <summary>Whether the session has made temporary objects.</summary>
    internal bool HasTempObjects { get; set; }

    private ITypeResolver CatalogTypes => new SessionTypes(this);

    /// <inheritdoc/>
    public override uint LastSequence => _lastSequence;

    /// <inheritdoc/>
    public override string[]? SettingFlags(string name) =>
        Execution.Settings.ParameterDefinitions.All.TryGetValue(name, out var definition) ? Execution.Settings.ParameterFlags.Of(definition.Name) : null;

    /// <inheritdoc/>
    public override string? GetSetting(string name, bool missingOk) => Settings.Get(name) is null && missingOk ? null : ShowSetting(name);

    /// <inheritdoc/>
    public override string SetSetting(string name, string? value, bool isLocal)
    {
        Settings.Set(name, value, isLocal);
        return Settings.Show(name);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<uint> SearchPath(bool includeImplicit)
    {
        var catalog = Catalog;
        var path = new List<uint>();
        var role = catalog.FindRole(CurrentRole);
        foreach (var name in _searchPathNames)
        {
            if (catalog.FindNamespace(name == "$user" ? CurrentRole : name) is { } schema && !path.Contains(schema.oid) && (role is not { rolsuper: false }
                || PrivilegeCheck.OnNamespace(catalog, schema, role.oid, AclMode.Usage) != 0))
            {
                path.Add(schema.oid);
            }
        }

        if (includeImplicit && !path.Contains(BuiltInOids.PgCatalogNamespace))
        {
            path.Insert(0, BuiltInOids.PgCatalogNamespace);
        }

        // Relations and types of the session's own hide all others.
        if (includeImplicit && HasTempObjects && catalog.FindNamespace(TempSchemaName) is { } temp && !path.Contains(temp.oid))
        {
            path.Insert(0, temp.oid);
        }

        return path;
    }

    /// <inheritdoc/>
    public override long CurrentTransactionId() => Transaction.GetXid();

    /// <inheritdoc/>
    public override long NextValue(uint sequenceOid)
    {
        var (sequence, name) = FindSequence(sequenceOid);
        if (Transaction.ReadOnly && Catalog.Class(sequenceOid) is not { relpersistence: 't' })
        {
            throw new PgException(SqlState.ReadOnlySqlTransaction, "cannot execute nextval() in a read-only transaction");
        }

        _lastSequence = sequenceOid;
        Transaction.HasTakenValues = true;
        var sequences = Database.Transactions.Sequences;
        if (_sequenceValues.TryGetValue(sequenceOid, out var values) && values.Current != values.Last && sequences.IsCurrent(sequenceOid, values))
        {
            values = values with { Current = values.Current + values.Increment };
        }
        else
        {
            values = sequences.Next(Connection, sequence, name);
        }

        _sequenceValues[sequenceOid] = values;
        return values.Current;
    }

    /// <inheritdoc/>
    public override long CurrentValue(uint sequenceOid)
    {
        var (_, name) = FindSequence(sequenceOid);
        return _sequenceValues.TryGetValue(sequenceOid, out var values)
            ? values.Current
            : throw new PgException(SqlState.ObjectNotInPrerequisiteState, $"currval of sequence \"{name}\" is not yet defined in this session");
    }

    /// <inheritdoc/>
    public override long LastValue()
    {
        if (_lastSequence == 0 || Catalog.Class(_lastSequence) is null)
        {
            throw new PgException(SqlState.ObjectNotInPrerequisiteState, "lastval is not yet defined in this session");
        }

        LockSequence(_lastSequence);
        return _sequenceValues[_lastSequence].Current;
    }

    /// <inheritdoc/>
    public override long SetValue(uint sequenceOid, long value, bool isCalled)
    {
        var (sequence, name) = FindSequence(sequenceOid);
        if (Transaction.ReadOnly && Catalog.Class(sequenceOid) is not { relpersistence: 't' })
        {
            throw new PgException(SqlState.ReadOnlySqlTransaction, "cannot execute setval() in a read-only transaction");
        }

        Transaction.HasTakenValues = true;
        Database.Transactions.Sequences.Set(Connection, sequence, name, value, isCalled);
        if (isCalled)
        {
            _sequenceValues[sequenceOid] = new SequenceValues(value, value, sequence.seqincrement, 0);
        }
        else if (_sequenceValues.TryGetValue(sequenceOid, out var values))
        {
            _sequenceValues[sequenceOid] = values with { Last = values.Current };
        }

        return value;
    }

    /// <summary>The statement whose analysis sends notices with places in its text.</summary>
    internal Parser.ParsedStatement? Analysed { get; set; }

    /// <inheritdoc/>
    public override void Notice(PgNotice notice)
    {
        if (notice.Severity == "INFO" || RankOf(notice.Severity) >= _clientMinMessages)
        {
            if (ErrorContext is not null && notice.Where is null)
            {
                notice = notice with { Where = ErrorContexts.All(ErrorContext) };
            }

            var location = notice.Location >= 0 ? notice.Location : InputLocation;
            NoticeReceived?.Invoke(location >= 0 && Analysed is { } statement && !InFunction
                ? notice with { Position = statement.Source.ToCursorPosition(location), Location = -1 }
                : notice);
        }
    }

    /// <inheritdoc/>
    public override void CheckForInterrupts()
    {
        if (_cancellation.IsCancellationRequested)
        {
            throw new PgException(SqlState.QueryCanceled, "canceling statement due to user request");
        }
    }

    /// <inheritdoc/>
    public override void Wait(TimeSpan time)
    {
        _isSleeping = true;
        try
        {
            _cancellation.Token.WaitHandle.WaitOne(time);
        }
        finally
        {
            _isSleeping = false;
        }

        CheckForInterrupts();
    }

    SqlText ILateralPlanSource.GetLateralSql(long id) => LateralPlans.GetSql(id);

    int ILateralPlanSource.GetColumnCount(long id) => LateralPlans.GetColumnCount(id);

    LateralRecursion? ILateralPlanSource.GetRecursion(long id) => LateralPlans.GetRecursion(id);

    // Locked until the transaction's end: nobody else alters or drops it meanwhile.
    private (PgSequence Sequence, string Name) FindSequence(uint oid)
    {
        LockSequence(oid);
        var relation = Catalog.Class(oid) ?? throw new PgException(SqlState.InternalError, $"could not open relation with OID {oid}");
        return Catalog.Sequence(oid) is { } sequence
            ? (sequence, relation.relname)
            : throw new PgException(SqlState.WrongObjectType, $"\"{relation.relname}\" is not a sequence");
    }

    /// <summary>Codecs of the catalog that the session sees now.</summary>
    private sealed class SessionTypes(PgSession session) : ITypeResolver
    {
        public PgTypeCodec GetCodec(uint typeOid) => session.Catalog.GetCodec(typeOid);

        public PgTypeCodec? FindCodec(uint typeOid) => session.Catalog.FindCodec(typeOid);
    }
}
