import { gzipSync } from "node:zlib";
import { type Plugin } from "vite";

/** Beside each file its compressed twin, so that the server compresses nothing while it runs. */
export function compressed(): Plugin {
  return {
    name: "compressed",
    enforce: "post",
    generateBundle(_options, bundle) {
      for (const [name, file] of Object.entries(bundle)) {
        const source = file.type === "chunk" ? file.code : file.source;
        this.emitFile({ type: "asset", fileName: `${name}.gz`, source: gzipSync(source, { level: 9 }) });
      }
    },
  };
}
