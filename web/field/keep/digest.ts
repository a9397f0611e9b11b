import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";

/** Without a promise, because a digest is needed in the middle of a Dexie transaction, which a promise of WebCrypto would end. */
export function digest(text: string): string {
  return bytesToHex(sha256(utf8ToBytes(text)));
}

export async function digestOf(blob: Blob): Promise<string> {
  return bytesToHex(sha256(new Uint8Array(await blob.arrayBuffer())));
}
