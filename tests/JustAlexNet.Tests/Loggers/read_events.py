"""Prints what TensorBoard finds in a folder of event files: "tag step value" a number, "other kind tag" a picture or text."""
import sys

from tensorboard.backend.event_processing import event_accumulator

log = event_accumulator.EventAccumulator(sys.argv[1], size_guidance={kind: 0 for kind in ("scalars", "images", "tensors")})
log.Reload()
tags = log.Tags()
for tag in tags["scalars"]:
    for entry in log.Scalars(tag):
        print(tag, entry.step, repr(float(entry.value)))
for kind in ("images", "tensors"):
    for tag in tags[kind]:
        print("other", kind, tag)
