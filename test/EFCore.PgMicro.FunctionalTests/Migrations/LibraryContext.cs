using Microsoft.EntityFrameworkCore;

namespace EFCore.PgMicro.FunctionalTests.Migrations;

/// <summary>The model that the library's migrations lead to; the tests look at the database, not at the model.</summary>
public sealed class LibraryContext(DbContextOptions<LibraryContext> options) : DbContext(options);

/// <summary>A context whose only migration fails half-way.</summary>
public sealed class BrokenContext(DbContextOptions<BrokenContext> options) : DbContext(options);

/// <summary>A context whose history has a place of its own.</summary>
public sealed class PlacedHistoryContext(DbContextOptions<PlacedHistoryContext> options) : DbContext(options);

/// <summary>A context of one migration: PostgreSQL's lock holds for one transaction, which is one migration.</summary>
public sealed class SmallContext(DbContextOptions<SmallContext> options) : DbContext(options);
