/* The queue as a file: the same signed envelopes that are sent, and the photos, for somebody who never gets a signal. */
import Dexie from "dexie";
import { type Account, type Store } from "./db";
import { ownDevice } from "./device";
import { PROTOCOL, sign, envelope } from "./outbox";

export async function exportQueue(store: Store, account: Account): Promise<Blob> {
  const mine = store.outbox.where("[account+state+seq]");
  const kept = await mine.between([account.id, Dexie.minKey], [account.id, Dexie.maxKey]).toArray();
  const open = await sign(store, kept.filter(({ state }) => state !== "delivered"));
  const media = await store.media.where({ account: account.id }).toArray();
  const packed = await Promise.all(
    media.map(async ({ blob, ...medium }) => ({ ...medium, type: blob.type, base64: await base64(blob) })),
  );
  const { id: device } = await ownDevice(store);
  const content = { protocol: PROTOCOL, device, account: account.id, records: open.map(envelope), media: packed };
  return new Blob([JSON.stringify(content, null, 1)], { type: "application/json" });
}

async function base64(blob: Blob): Promise<string> {
  const bytes = new Uint8Array(await blob.arrayBuffer());
  let text = "";
  for (let at = 0; at < bytes.length; at += 0x8000) text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  return btoa(text);
}
