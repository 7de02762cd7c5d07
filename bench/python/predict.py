"""What `justalexnet predict` does, in PyTorch as its tutorials write it: predict.py WEIGHTS PHOTO. For the cold-start row of bench/."""
import sys

import torch
import torchvision
from PIL import Image
from torchvision import transforms

model = torchvision.models.resnet18(weights=None)
model.load_state_dict(torch.load(sys.argv[1]))
model.eval()
prepare = transforms.Compose([
    transforms.Resize(256), transforms.CenterCrop(224), transforms.ToTensor(),
    transforms.Normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225])])
with torch.no_grad():
    probabilities = model(prepare(Image.open(sys.argv[2]).convert("RGB")).unsqueeze(0)).softmax(1)
probability, index = probabilities.max(1)
print(index.item(), probability.item())
