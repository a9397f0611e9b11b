import vue from "@vitejs/plugin-vue";
import { defineConfig } from "vite";
import { compressed } from "./vite.compressed.ts";

/** The phone app. Names carry their digest; index.html, the manifest and the service worker keep theirs. */
export default defineConfig({
  root: "field",
  base: "/field/",
  plugins: [vue(), compressed()],
  build: {
    outDir: "../dist/field",
    emptyOutDir: true,
    target: "chrome119",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 700,
  },
});
