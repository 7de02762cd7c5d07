namespace JustAlexNet.Files.Tests;

public sealed class UserFoldersTests
{
    [Theory]
    [InlineData("JUSTALEXNET_CACHE=/a XDG_CACHE_HOME=/b", "/a")]
    [InlineData("XDG_CACHE_HOME=/b", "/b/justalexnet")]
    [InlineData("XDG_CACHE_HOME=relative", null)]
    [InlineData("JUSTALEXNET_CACHE=", null)]
    public void Own_folder_follows_the_environment(string variables, string? expected)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the paths are those of Linux");
        Assert.Equal(expected ?? (UserFolders.Home is { } home ? $"{home}/.cache/justalexnet" : null), UserFolders.Own(name => variables.Split(' ').Select(pair => pair.Split('=')).FirstOrDefault(pair => pair[0] == name)?[1]));
    }
}
