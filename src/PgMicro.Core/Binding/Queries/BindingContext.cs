using PgMicro.Core.Catalog;
using PgMicro.Core.Binding.Expressions;
using PgMicro.Core.Errors;
using PgMicro.Core.Functions;
using PgMicro.Core.Types;

namespace PgMicro.Core.Binding.Queries;

/// <summary>What analysis knows of the statement's surroundings: catalog, search_path, settings, parameters.</summary>
public sealed class BindingContext
{
    /// <summary>Makes the context of a statement.</summary>
    /// <param name="session">The session.</param>
    /// <param name="parameters">What $1, $2 … may be.</param>
    public BindingContext(FunctionContext session, GivenParameters parameters)
    {
        Session = session;
        Catalog = session.Catalog;
        SearchPath = session.SearchPath(includeImplicit: true);
        Parameters = new VariableParameters(parameters);
        Named = parameters.Named;
    }

    /// <summary>The session.</summary>
    public FunctionContext Session { get; }

    /// <summary>The catalog that the statement sees.</summary>
    public CatalogSnapshot Catalog { get; }

    /// <summary>Schemas in which unqualified names are looked for, in order.</summary>
    public IReadOnlyList<uint> SearchPath { get; private init; }

    /// <summary>Whether unqualified names are pg_catalog's, whatever search_path says: the text of a system view.</summary>
    public bool SearchesCatalogOnly
    {
        init
        {
            if (value)
            {
                SearchPath = [BuiltInOids.PgCatalogNamespace];
            }
        }
    }

    /// <summary>
    /// Whether INSERT, UPDATE and MERGE keep what was written of their target lists, without the defaults of columns: what is kept to be run
    /// later takes those that there are then (<see cref="TargetListRewriter.Rewrite"/>).
    /// </summary>
    internal bool KeepsTargetLists { get; init; }

    /// <summary>Settings that type input depends on.</summary>
    public TypeContext TypeContext => Session;

    /// <summary>Names that stand for parameters; null when there are none.</summary>
    internal INamedParameters? Named { get; }

    /// <summary>The statement's parameters.</summary>
    public VariableParameters Parameters { get; }

    /// <summary>Types of the parameters after analysis.</summary>
    /// <exception cref="PgException">42P18 when one could not be determined.</exception>
    public uint[] ParameterTypes => Named?.Types ?? [.. Parameters.Types];

    /// <summary>Starts the analysis of a statement.</summary>
    public ParseState NewState()
    {
        var state = new ParseState(Catalog, SearchPath, TypeContext) { Context = this, ParamHooks = Parameters, Scope = QueryScope.Instance, PostColumnRef = Named is { } named ? named.Resolve : null, PreColumnRef = Named is { } first ? first.ResolveFirst : null };
        return state;
    }
}
