/* The device's own key. It is made here, cannot be exported, and never leaves the browser's key store. */
import { type Device, type Store } from "./db";
import { uuid7 } from "./uuid7";

const CURVE = { name: "ECDSA", namedCurve: "P-256" } as const;

/** The row of this device; made on first use. Two tabs may race: the first row stays. */
export async function ownDevice(store: Store): Promise<Device> {
  const found = await store.device.get("device");
  if (found) return found;
  const pair = await crypto.subtle.generateKey(CURVE, false, ["sign", "verify"]);
  return store.transaction("rw", store.device, async () => {
    const other = await store.device.get("device");
    if (other) return other;
    const made: Device = { key: "device", id: uuid7(), name: deviceName(), pair, seq: 0, prev: "" };
    await store.device.add(made);
    return made;
  });
}

export async function publicKey(device: Device): Promise<Record<"kty" | "crv" | "x" | "y", string>> {
  const { kty = "", crv = "", x = "", y = "" } = await crypto.subtle.exportKey("jwk", device.pair.publicKey);
  return { kty, crv, x, y };
}

/** base64 of raw r‖s, ECDSA with SHA-256 over the head. */
export async function signature(device: Device, head: string): Promise<string> {
  const made = await crypto.subtle.sign({ name: "ECDSA", hash: "SHA-256" }, device.pair.privateKey, new TextEncoder().encode(head));
  return btoa(String.fromCharCode(...new Uint8Array(made)));
}

function deviceName(): string {
  const agent = navigator.userAgent;
  const model = /Android [^;]+; ([^;)]+)/.exec(agent)?.[1] ?? /(iPhone|iPad|Windows|Macintosh|Linux)/.exec(agent)?.[1];
  return model?.replace(/ Build\/.*/, "").slice(0, 60) ?? "browser";
}
