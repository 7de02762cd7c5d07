"""Opens a checkpoint of justalexnet train with torchvision and prints the logits of a stored input, one number a line.

    best_model_logits.py CHECKPOINT INPUT_SHAPE INPUT_FILE      (INPUT_FILE: float32, little-endian, C order)
"""
import sys

import numpy
import torch
import torchvision

path, shape, data = sys.argv[1:]
checkpoint = torch.load(path, map_location="cpu")
model = getattr(torchvision.models, checkpoint["arch"])(num_classes=len(checkpoint["class_to_idx"]))
model.load_state_dict(checkpoint["model_state_dict"], strict=True)
optimiser = torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9, nesterov=True, weight_decay=5e-4)
optimiser.load_state_dict(checkpoint["optimizer_state_dict"])
pictures = torch.from_numpy(numpy.fromfile(data, dtype="<f4").reshape([int(n) for n in shape.split("x")]))
with torch.no_grad():
    for value in model.eval()(pictures).flatten().tolist():
        print(repr(value))
