using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace Chinook;

/// <summary>Makes the context for <c>dotnet ef</c>.</summary>
internal sealed class MusicStoreFactory : IDesignTimeDbContextFactory<MusicStore>
{
    public MusicStore CreateDbContext(string[] args) => new(MusicStore.Use(new DbContextOptionsBuilder(), "chinook.db").Options);
}
