using System.Globalization;
using System.Xml.Linq;
using JustAlexNet.Serving.Http;
using JustAlexNet.Serving.Http.Tests;
using JustAlexNet.TestSupport;
using k8s;
using k8s.Models;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace JustAlexNet.Cli.Deploy.Tests;

/// <summary>The manifests are of Kubernetes' published types, fit each other, and know the command's options, ports and addresses.</summary>
public sealed class KubernetesTests
{
    private static readonly IReadOnlyDictionary<string, IReadOnlyList<IKubernetesObject<V1ObjectMeta>>> Files = Directory.EnumerateFiles(Repository.At("deploy", "kubernetes"), "*.yaml")
        .Where(file => Path.GetFileName(file) != "kustomization.yaml").ToDictionary(file => Path.GetFileName(file), file => Read(File.ReadAllText(file)));

    private static V1Deployment Deployment => Only<V1Deployment>();

    private static V1PodSpec Pod => Deployment.Spec.Template.Spec;

    private static V1Container Container => Assert.Single(Pod.Containers);

    [Fact]
    public void Kustomization_names_every_manifest_and_the_version_of_the_image()
    {
        var kustomization = (YamlMappingNode)Yaml("kustomization.yaml");
        Assert.Equal(Files.Keys.Order(StringComparer.Ordinal), Texts(kustomization["resources"]).Order(StringComparer.Ordinal));
        var image = (YamlMappingNode)Assert.Single((YamlSequenceNode)kustomization["images"]);
        Assert.Equal((Container.Image, Version), (image["name"].ToString(), image["newTag"].ToString()));
    }

    [Theory]
    [InlineData("readOnlyRootFilesystem", "readonlyRootFilesystem")]
    [InlineData("periodSeconds: 2", "periodSeconds: often")]
    [InlineData("seccompProfile", "seccomp")]
    public void A_manifest_of_another_form_is_refused(string right, string wrong)
    {
        var text = File.ReadAllText(Repository.At("deploy", "kubernetes", "deployment.yaml"));
        Assert.Contains(right, text, StringComparison.Ordinal);
        Assert.ThrowsAny<YamlException>(() => Read(text.Replace(right, wrong, StringComparison.Ordinal)));
    }

    [Fact]
    public void Arguments_are_the_commands_and_name_what_is_mounted()
    {
        var parsed = ServingImage.Parse(Container.Args);
        var mounts = Container.VolumeMounts.ToDictionary(mount => mount.MountPath, mount => Pod.Volumes.Single(volume => volume.Name == mount.Name));
        Assert.Equal("justalexnet-models", mounts[parsed.GetValue<string?>("--model-repository")!].PersistentVolumeClaim.ClaimName);
        Assert.Equal("justalexnet-keys", mounts[Path.GetDirectoryName(parsed.GetValue<string?>("--api-key-file")!)!.Replace('\\', '/')].Secret.SecretName);
        Assert.All(Container.VolumeMounts, mount => Assert.True(mount.ReadOnlyProperty));
    }

    [Fact]
    public void Ports_are_those_of_the_command_and_are_called_by_their_names()
    {
        Assert.Equal(ServingImage.Ports, Container.Ports.Select(port => port.ContainerPort));
        var names = Container.Ports.Select(port => port.Name).ToList();
        Assert.Equal($"{ServingImage.Ports[2]}", Deployment.Spec.Template.Metadata.Annotations["prometheus.io/port"]);
        Assert.All(All<V1Service>().SelectMany(service => service.Spec.Ports), port => Assert.Contains(port.TargetPort.Value, names));
        Assert.Equal(names.Order(StringComparer.Ordinal), Only<V1NetworkPolicy>().Spec.Ingress.SelectMany(rule => rule.Ports).Select(port => port.Port.Value).Order(StringComparer.Ordinal));
        Assert.Equal(["metrics"], Only<V1NetworkPolicy>().Spec.Ingress.Single(rule => rule.FromProperty is not null).Ports.Select(port => port.Port.Value));
    }

    [Fact]
    public async Task Probes_and_Prometheus_are_answered_without_a_key()
    {
        using var scratch = new Scratch();
        File.WriteAllText(scratch.At("keys.txt"), "shop:first-key\n");
        await using var server = await TestServer.StartAsync(new HttpOptions { ApiKeyFile = scratch.At("keys.txt") });
        foreach (var probe in new[] { Container.StartupProbe, Container.ReadinessProbe })
        {
            Assert.Equal("http", probe.HttpGet.Port.Value);
            Assert.Equal(200, (await server.GetAsync(probe.HttpGet.Path)).Status);
        }
        Assert.Equal("metrics", Container.LivenessProbe.HttpGet.Port.Value);       // callers cannot fill it
        Assert.Equal(401, (await server.GetAsync("/v2")).Status);       // the keys are asked for, elsewhere
        using var client = new HttpClient();
        Assert.Contains("justalexnet_ready 1", await client.GetStringAsync(new Uri(server.Host.MetricsAddress, Deployment.Spec.Template.Metadata.Annotations["prometheus.io/path"])), StringComparison.Ordinal);
        await server.Host.Models.DrainAsync(TimeSpan.FromSeconds(10));
        Assert.Equal((503, 503), ((await server.GetAsync(Container.StartupProbe.HttpGet.Path)).Status, (await server.GetAsync(Container.ReadinessProbe.HttpGet.Path)).Status));
        Assert.Contains("justalexnet_ready 0", await client.GetStringAsync(new Uri(server.Host.MetricsAddress, Container.LivenessProbe.HttpGet.Path)), StringComparison.Ordinal);
    }

    [Fact]
    public void Time_to_end_covers_the_wait_before_the_signal_and_what_was_accepted()
    {
        var drain = ServingImage.Parse(Container.Args).GetValue<double>("--drain-timeout");
        Assert.True(Pod.TerminationGracePeriodSeconds > Container.Lifecycle.PreStop.Sleep.Seconds + drain);
    }

    [Fact]
    public void Memory_covers_the_bodies_that_wait_the_pixels_that_are_decoded_and_the_model()
    {
        var parsed = ServingImage.Parse(Container.Args);
        var most = (parsed.GetValue<int>("--queue-length") * parsed.GetValue<long>("--max-body-bytes")) + (16 * parsed.GetValue<long>("--max-pixels")) + (400L << 20);
        Assert.True(Container.Resources.Limits["memory"].ToInt64() >= most, $"{most} bytes may be needed");
        Assert.Equal(Container.Resources.Requests["cpu"].ToString(), Container.Resources.Limits["cpu"].ToString());
    }

    [Fact]
    public void Container_has_no_rights_and_writes_nothing()
    {
        var ids = ServingImage.Only("USER").Split(':').Select(id => long.Parse(id, CultureInfo.InvariantCulture)).ToArray();
        var (pod, container) = (Pod.SecurityContext, Container.SecurityContext);
        Assert.Equal((true, ids[0], ids[1], "RuntimeDefault"), (pod.RunAsNonRoot, pod.RunAsUser!.Value, pod.RunAsGroup!.Value, pod.SeccompProfile.Type));
        Assert.Equal((true, false, "ALL"), (container.ReadOnlyRootFilesystem, container.AllowPrivilegeEscalation, Assert.Single(container.Capabilities.Drop)));
        Assert.False(Pod.AutomountServiceAccountToken);
        Assert.DoesNotContain(Pod.Volumes, volume => volume.EmptyDir is not null);
    }

    [Fact]
    public void Everything_means_the_same_servers()
    {
        var labels = Deployment.Spec.Template.Metadata.Labels;
        Assert.All(All<V1Service>(), service => Assert.Equal(labels, service.Spec.Selector));
        Assert.All([Deployment.Spec.Selector, Only<V1PodDisruptionBudget>().Spec.Selector, Only<V1NetworkPolicy>().Spec.PodSelector, Assert.Single(Pod.TopologySpreadConstraints).LabelSelector], selector => Assert.Equal(labels, selector.MatchLabels));
        var scaled = Only<V2HorizontalPodAutoscaler>().Spec;
        Assert.Equal((Deployment.Kind, Deployment.Metadata.Name), (scaled.ScaleTargetRef.Kind, scaled.ScaleTargetRef.Name));
        Assert.Null(Deployment.Spec.Replicas);        // each apply would undo what the autoscaler found
        Assert.True(scaled.MinReplicas > int.Parse(Only<V1PodDisruptionBudget>().Spec.MinAvailable.Value, CultureInfo.InvariantCulture));
    }

    private static string Version => XDocument.Load(Repository.At("Directory.Build.props")).Descendants("Version").Single().Value;

    private static T Only<T>() => Assert.Single(All<T>());

    private static List<T> All<T>() => [.. Files.Values.SelectMany(objects => objects).OfType<T>()];

    // Strict: a field that the type does not have, twice the same field and a value of another kind are errors.
    private static IReadOnlyList<IKubernetesObject<V1ObjectMeta>> Read(string yaml) => [.. KubernetesYaml.LoadAllFromString(yaml, null, strict: true).Cast<IKubernetesObject<V1ObjectMeta>>()];

    private static YamlNode Yaml(string file)
    {
        var stream = new YamlStream();
        using var text = new StreamReader(Repository.At("deploy", "kubernetes", file));
        stream.Load(text);
        return Assert.Single(stream.Documents).RootNode;
    }

    private static IEnumerable<string> Texts(YamlNode list) => ((YamlSequenceNode)list).Select(node => node.ToString());
}
