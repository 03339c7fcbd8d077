// The measured methods as an Express application over @grpc/grpc-js, as its documentation has it.
"use strict";

const express = require("express");
const grpc = require("@grpc/grpc-js");
const protoLoader = require("@grpc/proto-loader");

const [protos] = process.argv.slice(2);
const definition = protoLoader.loadSync(
  ["guardmesh/auth/v1/auth_service.proto", "guardmesh/guards/v1/guards_service.proto"],
  { includeDirs: [protos], longs: String, enums: String, bytes: String },
);
const { guardmesh } = grpc.loadPackageDefinition(definition);
const insecure = grpc.credentials.createInsecure();
const auth = new guardmesh.auth.v1.AuthService(process.env.GRPC_BACKEND, insecure);
const guards = new guardmesh.guards.v1.GuardsService(process.env.GRPC_BACKEND, insecure);

// proto-loader knows no JSON form of the well-known types.
const timestamp = ({ seconds, nanos = 0 }) =>
  new Date(Number(seconds) * 1000 + nanos / 1e6).toISOString();
const duration = ({ seconds = "0", nanos = 0 }) =>
  `${seconds}.${String(nanos / 1000).padStart(6, "0")}s`;

const app = express();
app.disable("x-powered-by");
app.disable("etag");
app.use(express.json());

app.get("/api/v1/auth/me", (_request, response, next) => {
  auth.getMe({}, (error, answer) => {
    if (error) return next(error);
    answer.user.createTime = timestamp(answer.user.createTime);
    response.json(answer);
  });
});

app.post("/api/v1/guards\\:check", (request, response, next) => {
  guards.check(request.body, (error, answer) => {
    if (error) return next(error);
    for (const result of answer.guardResults) result.latency = duration(result.latency);
    response.json(answer);
  });
});

app.listen(Number(process.env.LISTEN_PORT), "127.0.0.1");
