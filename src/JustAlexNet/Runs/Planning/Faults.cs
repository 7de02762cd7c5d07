namespace JustAlexNet.Runs;

/// <summary>Collects what is wrong, so that a person hears all of it at once: checks that do not depend on each other are tried one after the other.</summary>
internal sealed class Faults
{
    private readonly List<JustAlexNetException> found = [];

    /// <summary>Tries a check.</summary>
    /// <returns>Its value; the default where it failed.</returns>
    public T? Try<T>(Func<T> check)
    {
        try
        {
            return check();
        }
        catch (JustAlexNetException fault)
        {
            found.Add(fault);
            return default;
        }
    }

    /// <summary>Tries a check that gives nothing.</summary>
    public void Try(Action check) => Try(() =>
    {
        check();
        return true;
    });

    /// <summary>Ends where something was wrong.</summary>
    /// <exception cref="JustAlexNetException">The fault, or all of them.</exception>
    public void Throw()
    {
        if (found is [var only]) System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(only);
        if (found.Count > 1) throw new SeveralFaultsException(found);
    }
}
