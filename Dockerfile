# syntax=docker/dockerfile:1
# Images of the server, the worker and the command, built from source: docker build --target server -t seckill-server .
# What runs is what 'mvn package' makes; it needs no root, and no disk but /tmp.
ARG MAVEN_IMAGE=maven:3.9.9-eclipse-temurin-21
ARG JRE_IMAGE=eclipse-temurin:21.0.8_9-jre-noble

FROM ${MAVEN_IMAGE} AS build
WORKDIR /build
COPY . .
RUN --mount=type=cache,target=/root/.m2 \
    mvn -B -ntp -Dmaven.test.skip=true -Dspotless.check.skip=true \
      -pl distribution/server,distribution/worker,distribution/cli -am package
RUN for part in server worker cli; do \
      mkdir -p "/out/$part" && tar -xzf distribution/"$part"/target/seckill-*.tar.gz -C "/out/$part" --strip-components=1; \
    done

FROM ${JRE_IMAGE} AS base
LABEL org.opencontainers.image.title="Seckill" \
      org.opencontainers.image.description="A flash-sale engine: atomic stock deduction in Redis, exactly-once orders in PostgreSQL" \
      org.opencontainers.image.licenses="Apache-2.0"
USER 10001:10001
WORKDIR /tmp

FROM base AS server
COPY --from=build /out/server /opt/seckill-server
EXPOSE 9090 9464
# The image has bash and no curl. Kubernetes has probes of its own and leaves this alone.
HEALTHCHECK --interval=10s --timeout=3s --start-period=60s --retries=3 \
  CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/${SECKILL_ADMIN_PORT:-9464} && printf 'GET /readyz HTTP/1.0\\r\\n\\r\\n' >&3 && head -n 1 <&3 | grep -q ' 200 '"]
ENTRYPOINT ["/opt/seckill-server/bin/seckill-server"]

FROM base AS worker
COPY --from=build /out/worker /opt/seckill-worker
EXPOSE 9465
HEALTHCHECK --interval=10s --timeout=3s --start-period=60s --retries=3 \
  CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/${SECKILL_ADMIN_PORT:-9465} && printf 'GET /readyz HTTP/1.0\\r\\n\\r\\n' >&3 && head -n 1 <&3 | grep -q ' 200 '"]
ENTRYPOINT ["/opt/seckill-worker/bin/seckill-worker"]

FROM base AS cli
COPY --from=build /out/cli /opt/seckill-cli
ENTRYPOINT ["/opt/seckill-cli/bin/seckill"]
