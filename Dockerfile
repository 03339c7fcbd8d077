# syntax=docker/dockerfile:1
# One target a binary: docker build --target guardmesh-gateway -t guardmesh-gateway .
# The images hold the binary, the libraries it is linked to and the certificate authorities: no shell.

FROM rust:1.95-slim-bookworm AS build
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates cmake gcc libc6-dev make \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /src
# Such as guardmesh-guards/transformer.
ARG FEATURES=""
COPY . .
RUN --mount=type=cache,target=/usr/local/cargo/registry --mount=type=cache,target=/src/target \
    cargo build --workspace --locked --release --features "$FEATURES" --bin guardmesh --bin guardmesh-gateway \
        --bin guardmesh-auth --bin guardmesh-guards --bin guardmesh-webhooks \
    && mkdir -p /out \
    && cd target/release \
    && cp guardmesh guardmesh-gateway guardmesh-auth guardmesh-guards guardmesh-webhooks /out/
RUN mkdir -p /root-fs/etc/ssl/certs /root-fs/tmp && chmod 1777 /root-fs/tmp \
    && cp /etc/ssl/certs/ca-certificates.crt /root-fs/etc/ssl/certs/ \
    && echo 'guardmesh:x:65532:65532::/:/sbin/nologin' > /root-fs/etc/passwd \
    && ldd /out/* | grep -o '/lib[^ ]*' | sort -u | xargs -I{} cp -L --parents {} /root-fs/

FROM scratch AS runtime
COPY --from=build /root-fs/ /
USER 65532:65532

FROM runtime AS guardmesh-gateway
COPY --from=build /out/guardmesh-gateway /usr/bin/
EXPOSE 8080
ENTRYPOINT ["/usr/bin/guardmesh-gateway"]

FROM runtime AS guardmesh-auth
COPY --from=build /out/guardmesh-auth /usr/bin/
EXPOSE 50051 9901
ENTRYPOINT ["/usr/bin/guardmesh-auth"]

FROM runtime AS guardmesh-guards
COPY --from=build /out/guardmesh-guards /usr/bin/
EXPOSE 50051 9901
ENTRYPOINT ["/usr/bin/guardmesh-guards"]

FROM runtime AS guardmesh-webhooks
COPY --from=build /out/guardmesh-webhooks /usr/bin/
EXPOSE 50051 9901
ENTRYPOINT ["/usr/bin/guardmesh-webhooks"]

FROM runtime AS guardmesh
COPY --from=build /out/guardmesh /usr/bin/
ENTRYPOINT ["/usr/bin/guardmesh"]
