import { defineConfig } from "vitest/config";

/** The phone's parts without a browser: the outbox, the chain, delivery. */
export default defineConfig({ test: { root: "field", setupFiles: ["tests/setup.ts"], reporters: ["dot"] } });
