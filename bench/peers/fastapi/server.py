"""The measured methods as a FastAPI application over grpc.aio, as their documentations have it."""

import os
from contextlib import asynccontextmanager

import grpc
from fastapi import FastAPI, Request, Response
from google.protobuf.json_format import MessageToJson, Parse

from guardmesh.auth.v1 import auth_service_pb2 as auth
from guardmesh.auth.v1.auth_service_pb2_grpc import AuthServiceStub
from guardmesh.guards.v1 import guards_service_pb2 as guards
from guardmesh.guards.v1.guards_service_pb2_grpc import GuardsServiceStub


@asynccontextmanager
async def channel(app: FastAPI):
    async with grpc.aio.insecure_channel(os.environ["GRPC_BACKEND"]) as channel:
        app.state.auth = AuthServiceStub(channel)
        app.state.guards = GuardsServiceStub(channel)
        yield


app = FastAPI(lifespan=channel)


def render(message) -> Response:
    content = MessageToJson(message, indent=None, ensure_ascii=False)
    return Response(content, media_type="application/json")


@app.get("/api/v1/auth/me")
async def get_me() -> Response:
    return render(await app.state.auth.GetMe(auth.GetMeRequest()))


@app.post("/api/v1/guards:check")
async def check(request: Request) -> Response:
    message = Parse(await request.body(), guards.CheckRequest())
    return render(await app.state.guards.Check(message))
