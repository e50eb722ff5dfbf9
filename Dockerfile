# Build:      docker build -t segue .
# With CUDA:  docker build -t segue:cuda --build-arg CUDA=1 .   (linux/x64, CUDA 12 and cuDNN 9; see docs/gpu.md)
ARG NODE=24-bookworm-slim

# 1. Everything that compiles or builds: native add-ons and TypeScript.
FROM node:${NODE} AS build
ARG CUDA=0
RUN apt-get update && apt-get install -y --no-install-recommends python3 make g++ && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY tsconfig.json tsconfig.build.json ./
COPY src src
RUN npm run build
# What runs needs no compiler, no tests and no other platform's runtime.
RUN npm prune --omit=dev \
    && cd node_modules/onnxruntime-node \
    && if [ "$CUDA" = 1 ]; then ONNXRUNTIME_NODE_INSTALL=cuda12 node script/install; fi \
    && find bin/napi-v* -mindepth 1 -maxdepth 1 ! -name linux -exec rm -r {} + \
    && find bin/napi-v*/linux -mindepth 1 -maxdepth 1 ! -name x64 -exec rm -r {} + \
    && rm -rf ../onnxruntime-web/dist \
    && cd ../@photostructure/sqlite \
    && find prebuilds -mindepth 1 -maxdepth 1 ! -name linux-x64 -exec rm -r {} + \
    && rm -rf src

# 2. The service alone.
FROM node:${NODE}
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000
# Left alone, the young generation and the allocator's arenas take 90 MB more and make no search faster.
ENV NODE_OPTIONS=--max-semi-space-size=8 MALLOC_ARENA_MAX=2
WORKDIR /app
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/dist dist
COPY package.json LICENSE ./
COPY page page
COPY templates templates
COPY models models
COPY index-data index-data
USER node
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=2s --start-period=10s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/readyz`).then(r => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "dist/main.js"]
