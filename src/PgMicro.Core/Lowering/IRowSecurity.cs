using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Catalog.Tables;

namespace PgMicro.Core.Lowering;

/// <summary>Adds the policies of tables to the queries of views, which read with their owners' rights.</summary>
internal interface IRowSecurity
{
    /// <summary>A view's query with the policies of the tables that it reads.</summary>
    BoundQuery OfView(PgClass view, BoundQuery definition);

    /// <summary>A statement that changes a view's table, with that table's policies.</summary>
    BoundQuery OfTarget(BoundQuery query, PgClass view);
}
