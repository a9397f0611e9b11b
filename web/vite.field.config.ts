import vue from "@vitejs/plugin-vue";
import { defineConfig, type Plugin } from "vite";
import { compressed } from "./vite.compressed.ts";

/** Vant's icons lie in its style sheet; for older browsers than ours it names a font on somebody else's server as well. The app asks
    nobody but its own server. */
function withoutForeignFont(): Plugin {
  const foreign = /,\s*url\(\/\/at\.alicdn\.com[^)]*\)\s*format\("woff"\)/;
  return {
    name: "vant-without-foreign-font",
    enforce: "pre",
    transform: (code, id) => (id.includes("/vant/") && foreign.test(code) ? { code: code.replace(foreign, ""), map: null } : null),
  };
}

/** The phone app. Names carry their digest; index.html, the manifest and the service worker keep theirs. */
export default defineConfig({
  root: "field",
  base: "/field/",
  plugins: [withoutForeignFont(), vue(), compressed()],
  build: {
    outDir: "../dist/field",
    emptyOutDir: true,
    target: "chrome119",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 700,
    rollupOptions: { checks: { bundlerTimings: false } }, // how busy the machine was is no fault of what is built
  },
});
