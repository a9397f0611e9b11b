import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { defineConfig } from "vite";
import { compressed } from "./vite.compressed.ts";

const built = resolve("dist/field");

/** Every file of the app that was just built: those with a digest in their name need no revision. */
function files(): { url: string; revision: string | null }[] {
  const names = readdirSync(built, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.endsWith(".gz") && entry.name !== "sw.js")
    .map((entry) => resolve(entry.parentPath, entry.name).slice(built.length + 1));
  return names.sort().map((name) => ({
    url: `/field/${name}`,
    revision: name.startsWith("assets/") ? null : createHash("sha256").update(readFileSync(resolve(built, name))).digest("hex"),
  }));
}

/** The service worker is one classic script, made after the app because it lists the app's files. */
export default defineConfig({
  root: "field",
  publicDir: false,
  plugins: [compressed()],
  define: { __FILES__: JSON.stringify(files()), "process.env.NODE_ENV": '"production"' },
  build: {
    outDir: "../dist/field",
    emptyOutDir: false,
    target: "chrome119",
    lib: { entry: "sw.ts", formats: ["iife"], name: "sw", fileName: () => "sw.js" },
  },
});
