# Guanxi in a container: the console is built with Node, the program with Rust, and only the program goes into the image.
#
#   docker build -t guanxi .
#   docker run -d --name guanxi -p 127.0.0.1:7080:7080 -v guanxi:/data guanxi
#   docker logs guanxi                   address, and at the first start the owner's password
#
# docs/guide/en/service.md (中文: docs/guide/zh/service.md) says more.

FROM node:22-bookworm-slim AS console
WORKDIR /src/console
COPY console/package.json console/package-lock.json ./
RUN npm ci --no-audit --no-fund
# The types of the client are made from the document of the API.
COPY openapi.json ../
COPY console ./
RUN npm run build

# The version is that of rust-toolchain.toml.
FROM rust:1.95.0-slim-bookworm AS program
# The image has the compiler; the components for checking the code are not needed here.
ENV RUSTUP_TOOLCHAIN=1.95.0 CARGO_INCREMENTAL=0
WORKDIR /src
COPY . .
COPY --from=console /src/console/dist console/dist
RUN cargo build --locked -p guanxi && strip -o /guanxi target/debug/guanxi

FROM debian:bookworm-slim
# Time zones are read from the system.
RUN apt-get update && apt-get install -y --no-install-recommends tzdata && rm -rf /var/lib/apt/lists/*
RUN useradd --system --uid 7080 --user-group --no-create-home --home-dir /data --shell /usr/sbin/nologin guanxi \
    && install -d -o guanxi -g guanxi -m 0700 /data
COPY --from=program /guanxi /usr/local/bin/guanxi
COPY deploy/container-start /usr/local/bin/container-start
ENV GUANXI_DATA=/data GUANXI_SERVER__LISTEN=0.0.0.0:7080
USER guanxi
VOLUME /data
EXPOSE 7080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s CMD ["container-start", "--check"]
ENTRYPOINT ["container-start"]
CMD ["serve"]
