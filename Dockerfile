# The builder: Rust for both halves, Node for the design tokens and the WASM optimiser.
FROM rust:1-bookworm AS builder
COPY --from=node:22-bookworm-slim /usr/local/bin/node /usr/local/bin/node
COPY --from=node:22-bookworm-slim /usr/local/lib/node_modules/npm /usr/local/lib/node_modules/npm
RUN ln -s ../lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm
WORKDIR /src
COPY . .
RUN cargo xtask build --release

# The server: one binary with the whole site in it.
FROM debian:bookworm-slim
RUN apt-get update \
    && apt-get install --yes --no-install-recommends ca-certificates \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --user-group --home-dir /data --shell /usr/sbin/nologin shirube \
    && install --directory --owner=shirube --group=shirube --mode=0700 /data
COPY --from=builder /src/target/release/shirube /usr/local/bin/shirube
ENV SHIRUBE_DATA_DIR=/data \
    SHIRUBE_LISTEN=0.0.0.0:3000 \
    LEPTOS_OUTPUT_NAME=shirube
USER 10001:10001
WORKDIR /data
VOLUME /data
EXPOSE 3000
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s --retries=3 \
    CMD ["shirube", "health", "--url", "http://127.0.0.1:3000"]
ENTRYPOINT ["shirube"]
CMD ["serve"]
