namespace JustAlexNet.Inference;

/// <summary>How the pictures of a data set lie in its folder.</summary>
public enum FolderLayout
{
    /// <summary><c>DIR/class/picture</c>: the validation part is split off by a seed.</summary>
    Plain,

    /// <summary>
    /// <c>DIR/train/class/picture</c> (or <c>training</c>), with <c>DIR/val</c> (or <c>valid</c>, <c>validation</c>, <c>dev</c>) and <c>DIR/test</c> (or <c>testing</c>) where present;
    /// in capitals too.
    /// </summary>
    Split,

    /// <summary>Tiny-ImageNet as published: <c>train/wnid/images/</c>, <c>val/val_annotations.txt</c>, <c>words.txt</c>.</summary>
    TinyImageNet,
}
