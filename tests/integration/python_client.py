"""An outside client: generated Python messages, Debian's grpcio, no code of ours.

python_client.py ADDRESS PROTO_FOLDER: asks for one contact, for a table and, in a
stream, for two; prints the answers as JSON.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

import grpc

SEGMENTATION = "workspaces/default/segmentations/default"
SERVICE = "/cible.v1.SegmentationService/"


def generated_messages(protos):
    """The module of the service's messages, made by protoc."""
    folder = tempfile.mkdtemp()
    files = sorted(str(path.relative_to(protos)) for path in Path(protos).rglob("*.proto"))
    ours = [file for file in files if file.startswith(("cible/v1/", "google/rpc/"))]
    subprocess.run(["protoc", f"-I{protos}", f"--python_out={folder}", *ours], check=True)
    # google/rpc is ours as well; google/protobuf is the library's.
    import google

    google.__path__.append(f"{folder}/google")
    sys.path.insert(0, folder)
    from cible.v1 import segmentation_service_pb2

    return segmentation_service_pb2


def table(messages, ages):
    """A request about contacts of these ages; the first is not known."""
    request = messages.AssignSegmentsRequest(segmentation=SEGMENTATION)
    request.table.row_count = len(ages)
    column = request.table.columns.add(attribute="age")
    column.numbers.values.extend(ages)
    known = sum(1 << row for row in range(1, len(ages)))
    column.validity = known.to_bytes((len(ages) + 7) // 8, "little")
    return request


def answers(response):
    """Segment and probability of each row."""
    ends = [0, *response.segments.dictionary.ends]
    text = response.segments.dictionary.data.decode()
    names = [text[begin:end] for begin, end in zip(ends, ends[1:])]
    return [[names[code], probability]
            for code, probability in zip(response.segments.codes, response.probabilities)]


def main():
    address, protos = sys.argv[1:]
    messages = generated_messages(protos)
    table_codec = {
        "request_serializer": messages.AssignSegmentsRequest.SerializeToString,
        "response_deserializer": messages.AssignSegmentsResponse.FromString,
    }
    with grpc.insecure_channel(address) as channel:
        request = messages.AssignSegmentRequest(segmentation=SEGMENTATION)
        request.contact.attributes.add(attribute="age", number=68)
        one = channel.unary_unary(
            SERVICE + "AssignSegment",
            request_serializer=messages.AssignSegmentRequest.SerializeToString,
            response_deserializer=messages.AssignSegmentResponse.FromString,
        )(request, timeout=10)
        ages = [0, 68, 25]
        many = channel.unary_unary(SERVICE + "AssignSegments", **table_codec)(
            table(messages, ages), timeout=10)
        stream = channel.stream_stream(SERVICE + "StreamAssignments", **table_codec)
        streamed = [answers(response) for response in
                    stream(iter([table(messages, ages)] * 2), timeout=10)]
        try:
            table_codec_call = channel.unary_unary(SERVICE + "AssignSegments", **table_codec)
            wrong = table(messages, ages)
            wrong.table.columns[0].attribute = "shoe size"
            table_codec_call(wrong, timeout=10)
            error = None
        except grpc.RpcError as refused:
            error = [refused.code().name, refused.details()]
    print(json.dumps({"one": [one.segment, one.probability], "many": answers(many),
                      "streamed": streamed, "error": error}))


if __name__ == "__main__":
    main()
