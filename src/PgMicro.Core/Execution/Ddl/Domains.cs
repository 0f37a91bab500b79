using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Binding.Expressions;
using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Dependencies;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using Pg = PgQuery;

namespace PgMicro.Core.Execution.Ddl;

/// <summary>CREATE DOMAIN and ALTER DOMAIN.</summary>
internal static class Domains
{
    internal static string Create(DdlContext ddl, Pg.CreateDomainStmt statement) => WithoutPosition(() => CreateDomain(ddl, statement));

    internal static string Alter(DdlContext ddl, Pg.AlterDomainStmt statement) => WithoutPosition(() => AlterDomain(ddl, statement));

    // PostgreSQL defines domains when the statement's text is no longer at hand.
    private static string WithoutPosition(Func<string> define)
    {
        try
        {
            return define();
        }
        catch (PgException e)
        {
            (e.Location, e.Position) = (-1, 0);
            throw;
        }
    }

    private static string CreateDomain(DdlContext ddl, Pg.CreateDomainStmt statement)
    {
        var (namespaceOid, name) = TypeRows.NewName(ddl, statement.Domainname);
        var (baseOid, typmod) = TypeNames.Resolve(ddl.ParseState, statement.TypeName);
        var baseType = ddl.Catalog.Type(baseOid)!;
        if (baseType.typtype is not ('b' or 'c' or 'd' or 'e' or 'r' or 'm'))
        {
            throw new PgException(SqlState.DatatypeMismatch, $"\"{DdlExpressions.FormatType(ddl, baseOid)}\" is not a valid base type for a domain").At(statement.TypeName.Location);
        }

        var collation = baseType.typcollation;
        if (statement.CollClause is not null)
        {
            collation = NamespaceLookup.CollationOid(ddl.ParseState, DdlContext.Names(statement.CollClause.Collname), statement.CollClause.Location);
            if (baseType.typcollation == 0)
            {
                throw new PgException(SqlState.DatatypeMismatch, $"collations are not supported by type {DdlExpressions.FormatType(ddl, baseOid)}").At(statement.CollClause.Location);
            }
        }

        var notNull = false;
        var sawNullable = false;
        BoundExpr? defaultExpr = null;
        var sawDefault = false;
        var kept = new List<Pg.Constraint>();
        foreach (var constraint in statement.Constraints.Select(static n => n.Constraint))
        {
            switch (constraint.Contype)
            {
                case Pg.ConstrType.ConstrDefault:
                    if (sawDefault)
                    {
                        throw new PgException(SqlState.SyntaxError, "multiple default expressions").At(constraint.Location);
                    }

                    sawDefault = true;
                    defaultExpr = DdlExpressions.BindDefault(ddl, constraint.RawExpr, name, baseOid, typmod, '\0', null);
                    break;
                case Pg.ConstrType.ConstrNotnull or Pg.ConstrType.ConstrNull:
                    var wanted = constraint.Contype == Pg.ConstrType.ConstrNotnull;
                    if (sawNullable && notNull != wanted)
                    {
                        throw new PgException(SqlState.SyntaxError, "conflicting NULL/NOT NULL constraints").At(constraint.Location);
                    }

                    if (wanted && !notNull)
                    {
                        kept.Add(constraint);
                    }

                    (sawNullable, notNull) = (true, wanted);
                    break;
                case Pg.ConstrType.ConstrCheck:
                    if (constraint.IsNoInherit)
                    {
                        throw new PgException(SqlState.InvalidObjectDefinition, "check constraints for domains cannot be marked NO INHERIT");
                    }

                    kept.Add(constraint);
                    break;
                case Pg.ConstrType.ConstrIdentity or Pg.ConstrType.ConstrGenerated:
                    throw new PgException(SqlState.InternalError, $"unrecognized constraint subtype: {(constraint.Contype == Pg.ConstrType.ConstrIdentity ? 3 : 4)}");
                default:
                    throw new PgException(SqlState.SyntaxError, constraint.Contype switch
                    {
                        Pg.ConstrType.ConstrPrimary => "primary key constraints not possible for domains",
                        Pg.ConstrType.ConstrUnique => "unique constraints not possible for domains",
                        Pg.ConstrType.ConstrForeign => "foreign key constraints not possible for domains",
                        Pg.ConstrType.ConstrExclusion => "exclusion constraints not possible for domains",
                        _ => "specifying constraint deferrability not supported for domains",
                    }).At(constraint.Location);
            }
        }

        var arrayOid = ddl.NewOid();
        var oid = ddl.NewOid();
        ddl.Put(baseType with
        {
            oid = oid,
            typname = name,
            typnamespace = namespaceOid,
            typowner = ddl.Owner,
            typtype = 'd',
            typispreferred = false,
            typrelid = 0,
            typsubscript = 0,
            typelem = 0,
            typarray = arrayOid,
            typinput = TypeRows.Proc(ddl, "domain_in"),
            typreceive = TypeRows.Proc(ddl, "domain_recv"),
            typmodin = 0,
            typmodout = 0,
            typnotnull = notNull,
            typbasetype = baseOid,
            typtypmod = typmod,
            typndims = statement.TypeName.ArrayBounds.Count,
            typcollation = collation,
            typdefaultbin = defaultExpr is null ? baseType.typdefaultbin
                : defaultExpr is BoundConst { Value.IsNull: true } ? null : BoundTreeSerializer.Serialize(defaultExpr),
            typdefault = defaultExpr is null ? baseType.typdefault : DefaultText(ddl, defaultExpr),
            typacl = null,
        });
        var address = ObjectAddress.Type(oid);
        ddl.Depend(address, ObjectAddress.Namespace(namespaceOid));
        ddl.DependOnType(address, baseOid);
        if (defaultExpr is not null)
        {
            DdlExpressions.Depend(ddl, address, defaultExpr);
        }

        TypeRows.CreateArray(ddl, name, namespaceOid, ddl.Owner, oid, arrayOid, baseType.typalign, baseType.typdelim, collation, 0, 0);
        foreach (var constraint in kept)
        {
            if (constraint.Contype == Pg.ConstrType.ConstrNotnull)
            {
                AddNotNull(ddl, ddl.Catalog.Type(oid)!, constraint.Conname);
            }
            else
            {
                AddCheck(ddl, oid, constraint);
            }
        }

        return "CREATE DOMAIN";
    }

    private static string AlterDomain(DdlContext ddl, Pg.AlterDomainStmt statement)
    {
        var name = new Pg.TypeName { Typemod = -1, Location = -1 };
        name.Names.AddRange(statement.TypeName);
        var domain = ddl.Catalog.Type(TypeNames.ResolveOid(ddl.ParseState, name))!;
        var display = DdlExpressions.FormatType(ddl, domain.oid);
        if (domain.typtype != 'd')
        {
            throw new PgException(SqlState.WrongObjectType, $"{display} is not a domain");
        }

        // ADD NOT NULL is SET NOT NULL with a name.
        var newName = statement is { Subtype: "C", Def.Constraint: { Contype: Pg.ConstrType.ConstrNotnull } added } ? added.Conname : null;
        switch (newName is null ? statement.Subtype : "O")
        {
            case "T":
                var expr = statement.Def is null ? null : DdlExpressions.BindDefault(ddl, statement.Def, domain.typname, domain.typbasetype, domain.typtypmod, '\0', null);
                ddl.Put(domain with
                {
                    typdefaultbin = expr is null or BoundConst { Value.IsNull: true } ? null : BoundTreeSerializer.Serialize(expr),
                    typdefault = DefaultText(ddl, expr),
                });
                break;
            case "N":
                if (ddl.Catalog.ConstraintsOfType(domain.oid).FirstOrDefault(static c => c.contype == 'n') is { } notNull)
                {
                    CatalogRemoval.Remove(ddl.Builder, ObjectAddress.Constraint(notNull.oid));
                }

                ddl.Put(domain with { typnotnull = false });
                break;
            case "O" when !domain.typnotnull:
                RequireRows(ddl, domain, "IS NULL", (table, column) => new PgException(
                    SqlState.NotNullViolation, $"column \"{column.attname}\" of table \"{table.relname}\" contains null values")
                {
                    SchemaName = ddl.Catalog.Namespace(table.relnamespace)!.nspname,
                    TableName = table.relname,
                    ColumnName = column.attname,
                });
                ddl.Put(domain with { typnotnull = true });
                AddNotNull(ddl, ddl.Catalog.Type(domain.oid)!, newName ?? "");
                break;
            case "O":
                break;
            case "C":
                var definition = statement.Def.Constraint;
                if (definition.Contype != Pg.ConstrType.ConstrCheck)
                {
                    throw PgErrors.FeatureNotSupported("ALTER DOMAIN ADD of a constraint that is not a CHECK", definition.Location);
                }

                var check = AddCheck(ddl, domain.oid, definition);
                if (check.convalidated)
                {
                    Validate(ddl, domain, check);
                }

                break;
            case "X":
                if (ddl.Catalog.FindDomainConstraint(domain.oid, statement.Name) is { } dropped)
                {
                    if (dropped.contype == 'n')
                    {
                        ddl.Put(domain with { typnotnull = false });
                    }

                    Drop.Perform(ddl, [ObjectAddress.Constraint(dropped.oid)], statement.Behavior);
                }
                else if (!statement.MissingOk)
                {
                    throw new PgException(SqlState.UndefinedObject, $"constraint \"{statement.Name}\" of domain \"{domain.typname}\" does not exist");
                }
                else
                {
                    ddl.Notice($"constraint \"{statement.Name}\" of domain \"{domain.typname}\" does not exist, skipping");
                }

                break;
            case "V":
                var validated = ddl.Catalog.FindDomainConstraint(domain.oid, statement.Name)
                    ?? throw new PgException(SqlState.UndefinedObject, $"constraint \"{statement.Name}\" of domain \"{display}\" does not exist");
                Validate(ddl, domain, validated);
                ddl.Put(validated with { convalidated = true });
                break;
            default:
                throw PgErrors.FeatureNotSupported("ALTER DOMAIN");
        }

        return "ALTER DOMAIN";
    }

    internal static void RenameConstraint(DdlContext ddl, Pg.RenameStmt statement)
    {
        var name = new Pg.TypeName { Typemod = -1, Location = -1 };
        name.Names.AddRange(statement.Object.List.Items);
        var domain = ddl.Catalog.Type(TypeNames.ResolveOid(ddl.ParseState, name))!;
        var constraint = ddl.Catalog.FindDomainConstraint(domain.oid, statement.Subname)
            ?? throw new PgException(SqlState.UndefinedObject, $"constraint \"{statement.Subname}\" for domain {DdlExpressions.FormatType(ddl, domain.oid)} does not exist");
        RequireNewName(ddl, domain, statement.Newname);
        ddl.Put(constraint with { conname = statement.Newname });
    }

    private static void RequireNewName(DdlContext ddl, PgType domain, string name)
    {
        if (ddl.Catalog.FindDomainConstraint(domain.oid, name) is not null)
        {
            throw new PgException(SqlState.DuplicateObject, $"constraint \"{name}\" for domain \"{domain.typname}\" already exists");
        }
    }

    private static void AddNotNull(DdlContext ddl, PgType domain, string name)
    {
        var row = ddl.Put(new PgConstraint
        {
            oid = ddl.NewOid(),
            conname = name.Length > 0 ? name : ObjectNames.ChooseConstraintName(ddl.Catalog, domain.typname, null, "not_null", domain.typnamespace),
            connamespace = domain.typnamespace,
            contype = 'n',
            contypid = domain.oid,
        });
        ddl.Depend(ObjectAddress.Constraint(row.oid), ObjectAddress.Type(domain.oid), 'a');
    }

    private static PgConstraint AddCheck(DdlContext ddl, uint oid, Pg.Constraint definition)
    {
        var domain = ddl.Catalog.Type(oid)!;
        var name = definition.Conname;
        if (name.Length == 0)
        {
            name = ObjectNames.ChooseConstraintName(ddl.Catalog, domain.typname, null, "check", domain.typnamespace);
        }
        else
        {
            RequireNewName(ddl, domain, name);
        }

        var expr = DdlExpressions.BindDomainCheck(ddl, definition.RawExpr, domain.typbasetype, domain.typtypmod, domain.typcollation);
        var row = ddl.Put(new PgConstraint
        {
            oid = ddl.NewOid(),
            conname = name,
            connamespace = domain.typnamespace,
            contype = 'c',
            contypid = oid,
            convalidated = !definition.SkipValidation,
            conbin = BoundTreeSerializer.Serialize(expr),
        });
        var address = ObjectAddress.Constraint(row.oid);
        ddl.Depend(address, ObjectAddress.Type(oid), 'a');
        DdlExpressions.Depend(ddl, address, expr);
        return row;
    }

    private static void Validate(DdlContext ddl, PgType domain, PgConstraint check)
    {
        var expr = BoundTreeSerializer.DeserializeExpr(check.conbin!);
        foreach (var (table, column) in Users(ddl, domain))
        {
            var value = new BoundVar { Varno = 1, Varattno = column.attnum, Type = domain.typbasetype, Typmod = domain.typtypmod, Collation = column.attcollation };
            var sql = DdlExpressions.Lower(ddl, Substitute(expr, value), ddl.Catalog, table.oid);
            if (SqliteTables.Exists(ddl, table.oid, $"NOT ({sql})"))
            {
                throw new PgException(SqlState.CheckViolation, $"column \"{column.attname}\" of table \"{table.relname}\" contains values that violate the new constraint")
                {
                    SchemaName = ddl.Catalog.Namespace(table.relnamespace)!.nspname,
                    TableName = table.relname,
                    ColumnName = column.attname,
                };
            }
        }
    }

    private static BoundExpr Substitute(BoundExpr expr, BoundVar value) => expr is BoundCoerceToDomainValue ? value : expr.MapChildren(child => Substitute(child, value));

    private static void RequireRows(DdlContext ddl, PgType domain, string condition, Func<PgClass, PgAttribute, PgException> error)
    {
        foreach (var (table, column) in Users(ddl, domain))
        {
            if (SqliteTables.Exists(ddl, table.oid, $"{Lowering.RelationNames.QuotedColumn(ddl.Catalog, column)} {condition}"))
            {
                throw error(table, column);
            }
        }
    }

    // get_rels_with_domain: a value of the domain inside another value cannot be looked at, so there must be none.
    private static IEnumerable<(PgClass Table, PgAttribute Column)> Users(DdlContext ddl, PgType domain)
    {
        CompositeTypes.RejectContainers(ddl, domain.oid, DdlExpressions.FormatType(ddl, domain.oid));
        foreach (var column in ddl.Catalog.Find(PgAttribute.ByType, new CatalogKey(domain.oid)))
        {
            if (ddl.Catalog.Class(column.attrelid) is { relkind: 'r' or 'm' } table)
            {
                yield return (table, column);
            }
        }

        foreach (var depend in Dependency.FindDependents(ddl.Catalog, ObjectAddress.Type(domain.oid)))
        {
            if (depend.classid == PgType.RelationOid && ddl.Catalog.Type(depend.objid) is { typtype: 'd' } over)
            {
                foreach (var user in Users(ddl, over))
                {
                    yield return user;
                }
            }
        }
    }

    // As it is shown; what counts is the tree.
    private static string? DefaultText(DdlContext ddl, BoundExpr? expr) => expr is null or BoundConst { Value.IsNull: true }
        ? null
        : new Binding.Deparse.CatalogDeparser(ddl.Catalog, ddl.Session, ddl.Session.SearchPath(includeImplicit: true), pretty: false).Expr(expr, 0);
}
