"""Writes operations.json and policies.json beside it, with Debian 12's torchvision 0.14 and Pillow 9.4 (/usr/bin/python3).

operations.json: the CRC-32 of the pixels (H x W x 3, uint8) of what torchvision's PIL backend makes of the pictures of ../resize, and of "colours", all
52^3 colours whose values are multiples of 5, blue running fastest, as 416 x 338 pixels. Gaussian and box blur are Pillow's own.
policies.json: the tables of RandAugment, TrivialAugmentWide and AutoAugment (ImageNet), and moments of what RandomErasing and ColorJitter draw.
"""
import json
import math
import pathlib
import zlib

import numpy
import PIL
import torch
import torchvision
from PIL import Image, ImageFilter
from torchvision.transforms import AutoAugment, AutoAugmentPolicy, ColorJitter, InterpolationMode, RandAugment, RandomErasing, TrivialAugmentWide
from torchvision.transforms import functional as F
from torchvision.transforms.autoaugment import _apply_op

HERE = pathlib.Path(__file__).parent
VERSIONS = "torchvision %s, Pillow %s" % (torchvision.__version__, PIL.__version__)
NEAREST, BILINEAR = InterpolationMode.NEAREST, InterpolationMode.BILINEAR
FACTORS = [0.0, 0.1, 0.73, 1.0, 1.27, 1.9, 3.5]


def pictures():
    for file in sorted((HERE.parent / "resize").glob("*.png")):
        yield file.name, Image.open(file).convert("RGB")
    levels = numpy.arange(0, 256, 5, dtype=numpy.uint8)
    colours = numpy.stack(numpy.meshgrid(levels, levels, levels, indexing="ij"), axis=-1)
    yield "colours", Image.fromarray(colours.reshape(338, 416, 3), "RGB")


def operations():
    for factor in FACTORS:
        yield "brightness", factor, lambda p, f: F.adjust_brightness(p, f)
        yield "contrast", factor, lambda p, f: F.adjust_contrast(p, f)
        yield "saturation", factor, lambda p, f: F.adjust_saturation(p, f)
        yield "sharpness", factor, lambda p, f: F.adjust_sharpness(p, f)
    for turn in [-0.5, -0.31, -0.02, 0.0, 0.05, 0.25, 0.5]:
        yield "hue", turn, lambda p, t: F.adjust_hue(p, t)
    for bits in [0, 2, 4, 5, 8]:
        yield "posterize", bits, lambda p, b: F.posterize(p, b)
    for threshold in [0.0, 101.5, 128.0, 255.0]:
        yield "solarize", threshold, lambda p, t: F.solarize(p, t)
    yield "invert", 0, lambda p, _: F.invert(p)
    yield "autocontrast", 0, lambda p, _: F.autocontrast(p)
    yield "equalize", 0, lambda p, _: F.equalize(p)
    yield "grey", 0, lambda p, _: F.rgb_to_grayscale(p, 3)
    for deviation in [0.1, 0.5, 1.0, 1.9, 6.3]:
        yield "gaussian", deviation, lambda p, d: p.filter(ImageFilter.GaussianBlur(d))
    for radius in [0.0, 0.4, 1.0, 3.7, 40.0]:
        yield "box", radius, lambda p, r: p.filter(ImageFilter.BoxBlur(r))
    for how, mode in [("nearest", NEAREST), ("bilinear", BILINEAR)]:
        for angle in [0.0, 9.0, -9.0, 23.4, 45.0, 90.0, -90.0, 135.0, 180.0]:
            yield "rotate-" + how, angle, lambda p, a, m=mode: F.rotate(p, a, m)
        for amount in [0.0, 0.09, -0.09, 0.3, 0.99, -0.99]:
            yield "shear-x-" + how, amount, lambda p, a, m=mode: _apply_op(p, "ShearX", a, m, None)
            yield "shear-y-" + how, amount, lambda p, a, m=mode: _apply_op(p, "ShearY", a, m, None)
        for pixels in [0.0, 7.9, -7.9, 32.0, -1000.0]:
            yield "translate-x-" + how, pixels, lambda p, a, m=mode: _apply_op(p, "TranslateX", a, m, None)
            yield "translate-y-" + how, pixels, lambda p, a, m=mode: _apply_op(p, "TranslateY", a, m, None)


def write_operations():
    chosen = list(pictures())
    rows = []
    for name, amount, apply in operations():
        rows.append({"operation": name, "amount": amount, "crc32": {file: zlib.crc32(numpy.asarray(apply(picture, amount)).tobytes()) for file, picture in chosen}})
    write("operations.json", {"source": VERSIONS + "; crc32 is over the H x W x 3 uint8 bytes", "cases": rows})


def table(space):
    return {name: {"magnitudes": magnitudes.tolist() if magnitudes.ndim else [], "signed": signed} for name, (magnitudes, signed) in space.items()}


def erasing(size, draws=20_000):
    torch.manual_seed(0)
    picture = torch.zeros(3, size, size)
    boxes = numpy.array([RandomErasing.get_params(picture, (0.02, 0.33), (0.3, 3.3), [0.0])[:4] for _ in range(draws)], dtype=float)
    area, ratio = boxes[:, 2] * boxes[:, 3] / size ** 2, numpy.log(boxes[:, 3] / boxes[:, 2])
    return {"size": size, "area_mean": area.mean(), "area_std": area.std(), "log_ratio_mean": ratio.mean(), "log_ratio_std": ratio.std(), "top_mean": boxes[:, 0].mean() / size, "left_mean": boxes[:, 1].mean() / size}


def jitter(draws=20_000):
    torch.manual_seed(0)
    ranges = [[0.6, 1.4], [0.6, 1.4], [0.2, 1.8], [-0.1, 0.1]]
    drawn = [ColorJitter.get_params(*ranges) for _ in range(draws)]
    factors = numpy.array([row[1:] for row in drawn])
    return {"mean": factors.mean(0).tolist(), "std": factors.std(0).tolist(), "least": factors.min(0).tolist(), "most": factors.max(0).tolist()}


def write_policies():
    sides = [32, 64, 96, 128, 160, 176, 192, 224, 256, 288, 331, 384]
    write("policies.json", {
        "source": VERSIONS,
        "randaugment": {side: table(RandAugment()._augmentation_space(31, (side, side))) for side in [64, 224]},
        "trivialaugment": table(TrivialAugmentWide()._augmentation_space(31)),
        "autoaugment": table(AutoAugment()._augmentation_space(10, (224, 224))),
        "autoaugment_policies": AutoAugment()._get_policies(AutoAugmentPolicy.IMAGENET),
        "translate_pixels": {side: [int(v) for v in RandAugment()._augmentation_space(31, (side, side))["TranslateX"][0].tolist()] for side in sides},
        "erasing": [erasing(64), erasing(224)],
        "jitter": jitter(),
    })


def write(name, content):
    text = json.dumps(content, indent=1)
    text = __import__("re").sub(r"\[\s+([^\[\]{}]*?)\s+\]", lambda found: "[" + " ".join(found.group(1).split()) + "]", text)
    text = __import__("re").sub(r'"crc32": \{\s+([^{}]*?)\s+\}', lambda found: '"crc32": {' + " ".join(found.group(1).split()) + "}", text)
    (HERE / name).write_text(text + "\n")


write_operations()
write_policies()
