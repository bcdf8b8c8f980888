"""A gRPC server as it is written in Python today: grpcio's thread pool, a pandas
data frame of what was asked, and a pipeline of scikit-learn with a Gaussian
mixture of six. It answers the calls of SegmentationService that serving.py holds
against ours, with the same messages.

  sklearn_server.py ADDRESS FOLDER

FOLDER holds contacts.csv, which it is fitted on, the schema as a server told it
(schema.bin), and the messages that protoc made.
"""

import concurrent.futures
import pathlib
import sys

import grpc
import numpy
import pandas
from sklearn.compose import ColumnTransformer
from sklearn.mixture import GaussianMixture
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from serving import messages

SEGMENTS = 6
THREADS = 4
UNLIMITED = -1  # Size of a message.
OPTIONS = [("grpc.max_receive_message_length", UNLIMITED),
           ("grpc.max_send_message_length", UNLIMITED)]


def fit(contacts):
    """The pipeline, fitted on a data frame."""
    numbers = list(contacts.select_dtypes("number").columns)
    levels = [c for c in contacts.columns if c not in numbers]
    columns = ColumnTransformer([
        ("numbers", StandardScaler(), numbers),
        ("levels", OneHotEncoder(handle_unknown="ignore", sparse_output=False), levels)])
    return make_pipeline(columns, GaussianMixture(SEGMENTS, random_state=1)).fit(contacts)


def of_contacts(contacts):
    """A data frame of contacts that came one a message."""
    return pandas.DataFrame([{value.attribute: getattr(value, value.WhichOneof("value"))
                              for value in contact.attributes} for contact in contacts])


def texts(packed):
    ends = list(packed.ends)
    return [packed.data[begin:end].decode() for begin, end in zip([0, *ends], ends)]


def cells(column):
    if column.WhichOneof("data") == "numbers":
        return numpy.array(column.numbers.values)
    codes = numpy.frombuffer(column.codes.codes, f"<u{column.codes.width}")
    return numpy.array(texts(column.codes.dictionary), dtype=object)[codes]


def of_table(table):
    """A data frame of contacts that came in columns."""
    return pandas.DataFrame({column.attribute: cells(column) for column in table.columns})


class Segmentations:
    """The handlers: a request in, a response out."""

    def __init__(self, folder):
        types = messages.Messages(folder)
        contacts = pandas.read_csv(folder / "contacts.csv").drop(columns="id")
        self.pipeline = fit(contacts)
        self.columns = list(contacts.columns)
        self.service = types.segmentation_service
        self.schema = (folder / "schema.bin").read_bytes()

    def _probabilities(self, frame):
        return self.pipeline.predict_proba(frame[self.columns])

    def assign_one(self, request, _):
        probabilities = self._probabilities(of_contacts([request.contact]))[0]
        order = numpy.argsort(-probabilities)
        response = self.service.AssignSegmentResponse(
            segment=f"s{order[0] + 1}", probability=probabilities[order[0]],
            model=f"{request.segmentation}/models/m1")
        for segment in order:
            response.probabilities.add(segment=f"s{segment + 1}",
                                       probability=probabilities[segment])
        return response

    def assign_many(self, request, _):
        frame = of_contacts(request.contacts) if request.contacts else of_table(request.table)
        probabilities = self._probabilities(frame)
        response = self.service.AssignSegmentsResponse(
            probabilities=probabilities.max(axis=1), sequence=request.sequence,
            model=f"{request.segmentation}/models/m1")
        response.segments.codes = probabilities.argmax(axis=1).astype("u1").tobytes()
        response.segments.width = 1
        names = [f"s{segment + 1}" for segment in range(SEGMENTS)]
        response.segments.dictionary.data = "".join(names).encode()
        response.segments.dictionary.ends.extend(2 * i + 2 for i in range(SEGMENTS))
        return response


def handlers(segmentations):
    """As a plugin of protoc would have written them."""
    def unary(method, request):
        return grpc.unary_unary_rpc_method_handler(
            method, request_deserializer=request.FromString,
            response_serializer=lambda response: response.SerializeToString())

    service = segmentations.service
    return [
        grpc.method_handlers_generic_handler("cible.v1.SegmentationService", {
            "AssignSegment": unary(segmentations.assign_one, service.AssignSegmentRequest),
            "AssignSegments": unary(segmentations.assign_many, service.AssignSegmentsRequest)}),
        # cible-load asks for it before it begins.
        grpc.method_handlers_generic_handler("cible.v1.ContactService", {
            "GetSchema": grpc.unary_unary_rpc_method_handler(lambda *_: segmentations.schema)})]


def main():
    address, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    segmentations = Segmentations(folder)
    pool = concurrent.futures.ThreadPoolExecutor(max_workers=THREADS)
    server = grpc.server(pool, handlers(segmentations), options=OPTIONS)
    if server.add_insecure_port(address) == 0:
        sys.exit(f"{address} is taken")
    server.start()
    server.wait_for_termination()


if __name__ == "__main__":
    main()
