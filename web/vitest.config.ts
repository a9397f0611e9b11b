import { defineConfig } from "vitest/config";

/** The phone's parts without a browser: the outbox, the chain, delivery, patrols. */
export default defineConfig({ test: { dir: "field", setupFiles: ["field/tests/setup.ts"], reporters: ["dot"] } });
