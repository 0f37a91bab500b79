using System.Globalization;
using PgMicro.Core.Binding.Queries;
using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Dependencies;
using PgMicro.Core.Catalog.Privileges;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using PgMicro.Core.Execution.Dml;
using PgMicro.Core.Storage;
using PgMicro.Core.Transactions.Locking;
using Pg = PgQuery;

namespace PgMicro.Core.Execution.Ddl;

/// <summary>What one utility statement works with: the catalog that it changes, the connection, the session's search path and user.</summary>
internal sealed class DdlContext
{
    private readonly CatalogBuilder _builder;
    private ParseState? _pstate;
    private CatalogSnapshot? _pstateCatalog;

    internal DdlContext(PgSession session, string sourceText)
    {
        Session = session;
        SourceText = sourceText;
        _builder = session.Transaction.ChangeCatalog();
        Owner = Catalog.FindRole(session.CurrentUser)?.oid ?? BuiltInOids.BootstrapSuperuser;
    }

    internal PgSession Session { get; }

    /// <summary>What notes for event triggers what the statement does; null when there are none.</summary>
    internal EventTriggers.CommandRecorder? Recorder { get; init; }

    internal string SourceText { get; }

    /// <summary>The catalog as changed so far.</summary>
    internal CatalogSnapshot Catalog => _builder.Snapshot;

    internal CatalogBuilder Builder => _builder;

    internal SqliteConnectionHandle Connection => Session.Connection;

    internal string TempSchemaName => Session.TempSchemaName;

    /// <summary>The current role.</summary>
    internal uint Owner { get; }

    /// <summary>Name and type resolution over the catalog as it stands.</summary>
    internal ParseState ParseState
    {
        get
        {
            if (_pstate is null || !ReferenceEquals(_pstateCatalog, Catalog))
            {
                _pstateCatalog = Catalog;
                _pstate = DdlExpressions.NewParseState(this);
            }

            return _pstate;
        }
    }

    internal uint NewOid() => _builder.NewOid();

    /// <summary>An OID for a row of a relation that the cluster's databases share: others have given out OIDs of theirs.</summary>
    internal uint NewOid<T>(CatalogRelation<T> relation)
        where T : CatalogRow
    {
        uint oid;
        do
        {
            oid = NewOid();
        }
        while (Catalog.Find(relation, new(oid)) is not null);

        return oid;
    }

    /// <summary>Writes a row, in place of the one of its key if there is one. Waits for another transaction that is giving its name to something.</summary>
    /// <exception cref="PgException">23505 when that one has committed; XX000 when another has changed the row meanwhile.</exception>
    internal T Put<T>(T row)
        where T : CatalogRow
    {
        var old = _builder.Find(row.Table, row.Key);
        if (UniqueName.Of(row) is { } name && !(old is not null && UniqueName.Of(old) == name) && WaitFor(row.Table, name))
        {
            RequireUnique(row.Table, name, row.Key);
        }

        if (old is not null || row is PgDescription)
        {
            LockRow(old ?? row, mayChange: row is PgDescription);
        }

        _builder.Put(row);
        Recorder?.Note(row);
        return row;
    }

    /// <summary>Tells event triggers of an object that is about to be dropped other than by DROP.</summary>
    internal void NoteDrop(ObjectAddress address) => Recorder?.State.Drop(Catalog, Catalog.FindNamespace(TempSchemaName)?.oid ?? 0, address);

    /// <summary>Tells event triggers of a table whose rows are written anew.</summary>
    internal void NoteRewrite(uint table, EventTriggers.RewriteReason reason)
    {
        if (Recorder?.State.Rewrites is { } rewrites && Catalog.Class(table) is { relkind: 'r' or 'm' })
        {
            rewrites[table] = rewrites.GetValueOrDefault(table) | reason;
        }
    }

    /// <summary>Tells event triggers of a command that has made or changed an object.</summary>
    internal void Collect(string command, ObjectAddress address) => Recorder?.State.Collect(command, address);

    /// <summary>Removes a row.</summary>
    /// <exception cref="PgException">XX000 when another transaction has changed it meanwhile.</exception>
    internal void Remove(CatalogRow row)
    {
        LockRow(row);
        _builder.Delete(row);
    }

    /// <summary>Waits for another transaction that has changed a row (simple_heap_update).</summary>
    /// <param name="old">The row.</param>
    /// <param name="mayChange">Whether it is locked as an object is, so that what has been committed meanwhile is no matter.</param>
    /// <exception cref="PgException">XX000 when that one has committed.</exception>
    internal void LockRow(CatalogRow old, bool mayChange = false)
    {
        var (relation, key) = (old.Table, old.Key);
        if (!mayChange && (Session.Database.Transactions.Catalog.UserRowsOf(relation)?.FindRow(key) ?? relation.FindBuiltIn(key)) is null)
        {
            return;
        }

        Session.Transaction.GetXid();
        var tag = LockTag.OfKey(relation.Oid, string.Create(CultureInfo.InvariantCulture, $"\u0003{key.A},{key.B},{key.C},{key.Name}"));
        if (!Session.WaitForLock(tag, (int)RowLockStrength.Update, null))
        {
            return;
        }

        Session.Transaction.RefreshSnapshot();
        Session.Transaction.RefreshCatalog();
        if (mayChange)
        {
            return;
        }

        if (_builder.Find(relation, key) is not { } now)
        {
            throw new PgException(SqlState.InternalError, "tuple concurrently deleted");
        }

        if (!CatalogBuilder.IsSame(now, old))
        {
            throw new PgException(SqlState.InternalError, "tuple concurrently updated");
        }
    }

    internal void Notice(string message, string severity = "NOTICE", string sqlState = "00000", string? detail = null, string? hint = null) =>
        Session.Notice(new PgNotice(severity, sqlState, message, detail, hint));

    /// <summary>Runs SQLite SQL that returns nothing.</summary>
    internal void Run(string sqliteSql)
    {
        Connection.Execute(sqliteSql);
        Session.Transaction.NoteSql(sqliteSql);
    }

    /// <summary>Runs SQLite SQL that computes something for every row of a table.</summary>
    /// <param name="sqliteSql">The statement.</param>
    /// <param name="relationOid">The table.</param>
    /// <param name="isRepeatable">Whether it computes the same whenever and wherever it runs.</param>
    internal void RunOverRows(string sqliteSql, uint relationOid, bool isRepeatable)
    {
        if (isRepeatable)
        {
            Run(sqliteSql);
            return;
        }

        Connection.Execute(sqliteSql);
        NoteRows(relationOid);
    }

    /// <summary>Has the transaction take all rows of a table along as they are.</summary>
    internal void NoteRows(uint relationOid)
    {
        var rows = new List<long>();
        using (var rowids = Connection.Prepare($"SELECT {Lowering.RelationNames.RowId(Catalog, relationOid)} FROM {SqliteTables.Name(Catalog, relationOid)}"))
        {
            while (rowids.Step())
            {
                rows.Add(rowids.GetInt64(0));
            }
        }

        if (rows.Count > 0)
        {
            Session.Transaction.NoteRows(TableLayout.Anew(Catalog, relationOid), rows);
        }
    }

    // ---- dependencies ----

    /// <summary>Records that an object depends on another; system objects are pinned and need no row.</summary>
    internal void Depend(ObjectAddress dependent, ObjectAddress referenced, char type = 'n')
    {
        if (referenced.ObjectId < BuiltInOids.FirstUnpinnedObjectId && !(referenced.ClassId == PgNamespace.RelationOid && referenced.ObjectId == BuiltInOids.PublicNamespace))
        {
            return;
        }

        Put(new PgDepend
        {
            classid = dependent.ClassId,
            objid = dependent.ObjectId,
            objsubid = dependent.SubId,
            refclassid = referenced.ClassId,
            refobjid = referenced.ObjectId,
            refobjsubid = referenced.SubId,
            deptype = type,
        });
    }

    /// <summary>Records that an object of a partition goes with the one that it is a partition of, and with the partition.</summary>
    internal void DependOnParent(ObjectAddress dependent, ObjectAddress parent, uint partition)
    {
        Depend(dependent, parent, DependencyType.PartitionPrimary);
        Depend(dependent, ObjectAddress.Relation(partition), DependencyType.PartitionSecondary);
    }

    internal void DependOnType(ObjectAddress dependent, uint typeOid) => Depend(dependent, new(PgType.RelationOid, typeOid));

    internal void DependOnCollation(ObjectAddress dependent, uint collation) => Depend(dependent, new(PgCollation.RelationOid, collation));

    /// <summary>Forgets what an object depends on, as far as the filter says so.</summary>
    internal void ForgetDependencies(ObjectAddress dependent, Func<PgDepend, bool>? filter = null)
    {
        foreach (var row in Catalog.Find(PgDepend.ByDependent, new(dependent.ClassId, dependent.ObjectId)))
        {
            if (row.objsubid == dependent.SubId && (filter is null || filter(row)))
            {
                Remove(row);
            }
        }
    }

    // ---- names ----

    /// <summary>Schema that a new relation, type or domain goes to. Waits for another transaction that is making one of its name.</summary>
    /// <exception cref="PgException">23505 when that one has committed.</exception>
    internal uint CreationNamespace(string? schema, string name, string? persistence = null, int location = -1)
    {
        var found = NewObjectNamespace(schema, name, persistence, location);
        if (!IsTemp(found))
        {
            ReserveRelation(found, name, isType: true);
        }

        return found;
    }

    /// <summary>The relation that a new one of this name would meet in its schema, without making the temporary schema.</summary>
    internal PgClass? FindInCreationNamespace(string? schema, string name, string? persistence, int location)
    {
        if ((persistence == "t" || schema == "pg_temp") && !(Session.HasTempObjects && Catalog.FindNamespace(TempSchemaName) is not null))
        {
            return null;
        }

        return Catalog.FindClass(name, NewObjectNamespace(schema, name, persistence, location));
    }

    /// <summary>Schema that a new object goes to.</summary>
    internal uint NewObjectNamespace(string? schema, string name, string? persistence = null, int location = -1)
    {
        if (persistence == "t")
        {
            if (schema is not null && schema != "pg_temp" && schema != TempSchemaName)
            {
                throw new PgException(SqlState.InvalidTableDefinition, "cannot create temporary relation in non-temporary schema").At(location);
            }

            return TempNamespace();
        }

        if (schema is null)
        {
            foreach (var oid in Session.SearchPath(false))
            {
                RequireCreate(oid, location);
                return oid;
            }

            throw new PgException(SqlState.InvalidSchemaName, "no schema has been selected to create in").At(location);
        }

        if (schema == "pg_temp")
        {
            return TempNamespace();
        }

        var found = FindSchema(schema, location).oid;
        if (found == BuiltInOids.PgCatalogNamespace)
        {
            RequireCreate(found, location);
            throw new PgException(SqlState.InsufficientPrivilege, $"permission denied to create \"pg_catalog.{name}\"")
            {
                Detail = "System catalog modifications are currently disallowed.",
            };
        }

        RequireCreate(found, location);
        return found;
    }

    /// <summary>Waits for another transaction that is making a relation or type of a name.</summary>
    /// <param name="schema">The schema.</param>
    /// <param name="name">The name.</param>
    /// <param name="isType">Whether a type is made of that name, which PostgreSQL enters first.</param>
    /// <exception cref="PgException">23505 when that one has committed.</exception>
    internal void ReserveRelation(uint schema, string name, bool isType)
    {
        var (ofType, ofRelation) = (UniqueName.Of(new PgType { typname = name, typnamespace = schema })!.Value, UniqueName.Of(new PgClass { relname = name, relnamespace = schema })!.Value);
        var hasWaited = isType && WaitFor(PgType.Relation, ofType);
        if (hasWaited)
        {
            RequireUnique(PgType.Relation, ofType);
        }

        if (WaitFor(PgClass.Relation, ofRelation) || hasWaited)
        {
            RequireUnique(PgClass.Relation, ofRelation);
        }
    }

    /// <summary>Waits for another transaction that is making a schema of a name.</summary>
    /// <exception cref="PgException">23505 when that one has committed.</exception>
    internal void ReserveSchema(string name)
    {
        var unique = UniqueName.Of(new PgNamespace { nspname = name })!.Value;
        if (WaitFor(PgNamespace.Relation, unique))
        {
            RequireUnique(PgNamespace.Relation, unique);
        }
    }

    /// <summary>Whether no other running transaction is making a table or index of a name in the file; nobody else will then.</summary>
    internal bool TryReserveFileName(string name) =>
        Session.TryLock(LockTag.OfKey(PgClass.RelationOid, "/" + name.ToUpperInvariant()), (int)RowLockStrength.Update);

    // Another transaction may be making something of that name: whether it will be there is known when that has ended.
    private bool WaitFor(CatalogRelation relation, UniqueName name)
    {
        Session.Transaction.GetXid();
        if (!Session.WaitForLock(LockTag.OfKey(relation.Oid, name.Values), (int)RowLockStrength.Update, null))
        {
            return false;
        }

        Session.Transaction.RefreshSnapshot();
        Session.Transaction.RefreshCatalog();
        return true;
    }

    /// <summary>Raises 23505 when another row of a relation has a name.</summary>
    internal void RequireUnique(CatalogRelation relation, UniqueName name, CatalogKey own = default)
    {
        if (Catalog.UserRowsOf(relation)?.Ordered.Any(r => r.Key != own && UniqueName.Of(r) == name) == true)
        {
            throw new PgException(SqlState.UniqueViolation, $"duplicate key value violates unique constraint \"{name.Index}\"")
            {
                Detail = $"Key ({name.Columns})=({name.Values}) already exists.",
                SchemaName = "pg_catalog",
                TableName = relation.Name,
                ConstraintName = name.Index,
            };
        }
    }

    /// <summary>Raises 42501 unless the current role may create objects in a schema.</summary>
    internal void RequireCreate(uint schema, int location = -1)
    {
        if (Catalog.Namespace(schema) is { } row && Catalog.Role(Owner) is { rolsuper: false }
            && PrivilegeCheck.OnNamespace(Catalog, row, Owner, AclMode.Create) == 0)
        {
            throw new PgException(SqlState.InsufficientPrivilege, $"permission denied for schema {row.nspname}").At(location);
        }
    }

    internal PgNamespace FindSchema(string name, int location = -1) =>
        Catalog.FindNamespace(name) ?? throw new PgException(SqlState.InvalidSchemaName, $"schema \"{name}\" does not exist").At(location);

    /// <summary>The session's temporary schema, made when first needed.</summary>
    internal uint TempNamespace()
    {
        if (Catalog.FindNamespace(TempSchemaName) is { } found)
        {
            if (Session.HasTempObjects)
            {
                return found.oid;
            }

            // Left behind by a process that was killed.
            TempObjects.Discard(Session);
        }

        Session.HasTempObjects = true;
        return Put(new PgNamespace { oid = NewOid(), nspname = TempSchemaName, nspowner = BuiltInOids.BootstrapSuperuser }).oid;
    }

    internal bool IsTemp(uint namespaceOid) => Catalog.Namespace(namespaceOid)?.nspname == TempSchemaName;

    /// <summary>The relation that a name means, or null.</summary>
    internal PgClass? TryFindRelation(string? schema, string name)
    {
        if (schema is not null)
        {
            return Catalog.FindNamespace(schema == "pg_temp" ? TempSchemaName : schema) is { } found ? Catalog.FindClass(name, found.oid) : null;
        }

        foreach (var oid in LookupPath())
        {
            if (Catalog.FindClass(name, oid) is { } relation)
            {
                return relation;
            }
        }

        return null;
    }

    /// <summary>The schemas in which names are looked for, in order.</summary>
    internal IReadOnlyList<uint> LookupPath() => Session.SearchPath(true);

    internal PgClass? TryFindRelation(Pg.RangeVar name)
    {
        CheckCatalogName(name);
        return TryFindRelation(Null(name.Schemaname), name.Relname);
    }

    /// <summary>The relation that a name means.</summary>
    /// <exception cref="PgException">42P01 when there is none, 3F000 for an unknown schema.</exception>
    internal PgClass FindRelation(Pg.RangeVar name)
    {
        if (TryFindRelation(name) is { } found)
        {
            return found;
        }

        throw new PgException(SqlState.UndefinedTable, $"relation \"{Display(name)}\" does not exist");
    }

    internal void CheckCatalogName(Pg.RangeVar name)
    {
        if (name.Catalogname.Length > 0 && name.Catalogname != Session.DatabaseName)
        {
            throw new PgException(SqlState.FeatureNotSupported, $"cross-database references are not implemented: \"{name.Catalogname}.{name.Schemaname}.{name.Relname}\"").At(name.Location);
        }
    }

    internal static string Display(Pg.RangeVar name) => name.Schemaname.Length > 0 ? name.Schemaname + "." + name.Relname : name.Relname;

    internal static string? Null(string text) => text.Length == 0 ? null : text;

    /// <summary>The strings of a list of names.</summary>
    internal static string[] Names(IEnumerable<Pg.Node> nodes) => [.. nodes.Select(static n => n.String.Sval)];

    internal static (string? Schema, string Name) Qualified(IReadOnlyList<string> names) => names.Count switch
    {
        1 => (null, names[0]),
        2 => (names[0], names[1]),
        3 => (names[1], names[2]),
        _ => throw new PgException(SqlState.SyntaxError, $"improper qualified name (too many dotted names): {string.Join('.', names)}"),
    };

    /// <summary>Rejects a change of a system catalog (42501).</summary>
    internal void RequireUserRelation(PgClass relation)
    {
        if (relation.oid < BuiltInOids.FirstNormalObjectId)
        {
            throw new PgException(SqlState.InsufficientPrivilege, $"permission denied: \"{relation.relname}\" is a system catalog");
        }

        Owners.RequireOwner(this, relation.relowner, Roles.QueryPermissions.KindName(relation), relation.relname);
    }

    internal PgAuthid FindRole(Pg.RoleSpec role) => role.Roletype switch
    {
        Pg.RoleSpecType.RolespecCurrentUser or Pg.RoleSpecType.RolespecCurrentRole => Catalog.Role(Owner)!,
        Pg.RoleSpecType.RolespecSessionUser => Catalog.FindRole(Session.SessionUser)!,
        Pg.RoleSpecType.RolespecPublic => throw new PgException(SqlState.UndefinedObject, "role \"public\" does not exist"),
        _ => Catalog.FindRole(role.Rolename) ?? throw new PgException(SqlState.UndefinedObject, $"role \"{role.Rolename}\" does not exist"),
    };
}
