import { resolve } from "node:path";
import { defineConfig } from "vitest/config";

/** The phone's parts without a browser: the outbox, the chain, delivery, patrols. tus is the one that browsers get. */
export default defineConfig({
  test: {
    dir: "field",
    setupFiles: ["field/tests/setup.ts"],
    reporters: ["dot"],
    css: { include: [/style\.css/] },
    alias: { "tus-js-client": resolve("node_modules/tus-js-client/lib.esm/browser/index.js") },
    server: { deps: { inline: [/tus-js-client/] } },
  },
});
