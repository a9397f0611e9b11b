import { defineConfig } from "vite";

/* One entry, names without digest: Django's manifest storage adds its own. Chunks that are loaded on demand are named by
   Vite, because they are imported by relative path. */
export default defineConfig({
  base: "./",
  build: {
    outDir: "dist",
    emptyOutDir: true,
    target: "es2022",
    assetsInlineLimit: 0,
    modulePreload: false,
    chunkSizeWarningLimit: 700,
    rollupOptions: {
      input: { console: "console/main.ts" },
      output: {
        entryFileNames: "console/[name].js",
        chunkFileNames: "console/chunks/[name]-[hash].js",
        assetFileNames: "console/[name][extname]",
      },
    },
  },
});
