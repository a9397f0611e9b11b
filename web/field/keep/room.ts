/* Room on the phone. The browser is asked to keep our data for good, the person is told early, and two megabytes are held
   in reserve: when the disk is full they are given up, so that the small records of the day still fit. */
import { type Store } from "./db";

const RESERVE_BYTES = 2 * 2 ** 20;
const SHORT_BYTES = 100 * 2 ** 20;

export class DiskFull extends Error {}

export async function holdRoom(store: Store): Promise<void> {
  await navigator.storage.persist();
  if (await store.settings.get("reserve")) return;
  await store.settings.put({ key: "reserve", value: new Blob([new Uint8Array(RESERVE_BYTES)]) }).catch(() => undefined);
}

export interface Room {
  freeBytes: number;
  short: boolean;
}

export async function room(): Promise<Room | null> {
  const { quota, usage } = await navigator.storage.estimate();
  if (quota === undefined || usage === undefined) return null;
  return { freeBytes: quota - usage, short: quota - usage < SHORT_BYTES };
}

/** Do a writing that may meet a full disk: once more after the reserve is given up, then `DiskFull`. */
export async function spareRoom<T>(store: Store, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    if (!isFull(error)) throw error;
    await store.settings.delete("reserve");
    try {
      return await write();
    } catch (again) {
      throw isFull(again) ? new DiskFull() : again;
    }
  }
}

/** Dexie wraps the browser's error, sometimes as the reason of an aborted transaction. */
export function isFull(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const inner = (error as { inner?: unknown }).inner;
  return error.name === "QuotaExceededError" || (inner !== undefined && inner !== error && isFull(inner));
}
