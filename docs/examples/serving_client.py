"""Asks a served model by gRPC: python3 serving_client.py HOST:PORT PICTURE...

The messages come from the protocol's file: protoc --python_out=. --proto_path=src/JustAlexNet.Serving/Grpc inference.proto
"""

import os
import sys

import grpc
import inference_pb2 as oip


def main(address, *files):
    key = os.environ.get("JUSTALEXNET_KEY")
    metadata = [("authorization", f"Bearer {key}")] if key else []
    with grpc.insecure_channel(address) as channel:

        def call(method, request, answer):
            ask = channel.unary_unary(f"/inference.GRPCInferenceService/{method}", type(request).SerializeToString, answer.FromString)
            return ask(request, timeout=30, metadata=metadata)

        model = call("ModelMetadata", oip.ModelMetadataRequest(), oip.ModelMetadataResponse)  # no name: the first model
        request = oip.ModelInferRequest(model_name=model.name)
        pictures = request.inputs.add(name=model.inputs[0].name, datatype="BYTES", shape=[len(files)])
        for file in files:
            with open(file, "rb") as picture:
                pictures.contents.bytes_contents.append(picture.read())
        request.outputs.add(name=model.outputs[0].name).parameters["classification"].int64_param = 1
        output = call("ModelInfer", request, oip.ModelInferResponse).outputs[0]
        for file, best in zip(files, output.contents.bytes_contents):
            logit, index, name = best.decode("utf-8").split(":", 2)
            print(os.path.basename(file), index, name, logit)


main(*sys.argv[1:])
