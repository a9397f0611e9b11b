/* Photos and voice, by tus 1.0 in pieces: a piece that arrived is not sent again. A photo goes after its record, and leaves the
   phone only when the server, asked again about the record, no longer lists it as missing. Each piece asks whether the person still
   agrees: after a withdrawal nothing more goes out, and what lies here stays here. */
import * as tus from "tus-js-client";
import { standing, withdrawn } from "../keep/consent";
import { type Account, type Medium, type Store } from "../keep/db";
import { API } from "./server";

const PIECE_BYTES = 256 * 1024;

/** Upload what is waiting for records that the server has. Stops at the first that finds no way; then some are `left`. */
export async function upload(store: Store, account: Account): Promise<{ sent: number; left: boolean }> {
  const waiting = await store.media.where({ account: account.id }).filter((medium) => medium.state === "waiting").toArray();
  let sent = 0;
  for (const medium of waiting) {
    const record = await store.outbox.get(medium.record);
    if (record?.state !== "delivered" || (await isWithdrawn(store, medium))) continue;
    const outcome = await send(store, account, medium);
    if (outcome === "offline") return { sent, left: true };
    if (outcome === "sent") sent += 1;
  }
  return { sent, left: false };
}

async function isWithdrawn(store: Store, { account, kind }: Medium): Promise<boolean> {
  return withdrawn(await standing(store, account), kind);
}

/** Put the records whose media were sent back into the queue: the server's next word about them tells what it holds. */
export async function askAgain(store: Store, account: Account): Promise<void> {
  const sent = await store.media.where({ account: account.id }).filter((medium) => medium.state === "sent").toArray();
  for (const id of new Set(sent.map((medium) => medium.record))) {
    await store.outbox.where("id").equals(id).filter((record) => record.state === "delivered").modify({ state: "waiting" });
  }
}

type Outcome = "sent" | "offline" | "refused";

async function send(store: Store, account: Account, medium: Medium): Promise<Outcome> {
  const key: [string, string] = [medium.record, medium.sha256];
  return new Promise((resolve) => {
    const uploading = new tus.Upload(medium.blob, {
      endpoint: `${API}media/`,
      uploadUrl: medium.url,
      chunkSize: PIECE_BYTES,
      retryDelays: null,
      storeFingerprintForResuming: false,
      removeFingerprintOnSuccess: false,
      headers: { Authorization: `Bearer ${account.token ?? ""}` },
      metadata: {
        sha256: medium.sha256,
        kind: medium.kind,
        record: medium.record,
        captured: String(medium.captured),
        original: medium.original,
      },
      onBeforeRequest: async () => {
        if (await isWithdrawn(store, medium)) throw new Error("the consent was withdrawn");
      },
      onUploadUrlAvailable: () => void store.media.update(key, { url: uploading.url }),
      onChunkComplete: (_size, accepted) => void store.media.update(key, { offset: accepted }),
      onSuccess: () => void store.media.update(key, { state: "sent", offset: medium.blob.size }).then(() => { resolve("sent"); }),
      onError: (error) => void failed(store, key, error).then(resolve),
    });
    uploading.start();
  });
}

/** No answer, or one that asks to wait: later. A refusal in the protocol's own words: kept, shown, not tried again. */
async function failed(store: Store, key: [string, string], error: Error | tus.DetailedError): Promise<Outcome> {
  const response = "originalResponse" in error ? error.originalResponse : null;
  const status = response?.getStatus() ?? 0;
  const ours = Boolean(response?.getHeader("Tus-Resumable"));
  if (!ours || status >= 500 || [401, 403, 409, 423, 429].includes(status)) return "offline";
  if (status === 404 || status === 410) {
    await store.media.update(key, { url: null, offset: 0 });
    return "offline";
  }
  await store.media.update(key, { state: "refused", said: detail(response?.getBody() ?? "") });
  return "refused";
}

function detail(body: string): string {
  try {
    const said = (JSON.parse(body) as { detail?: unknown }).detail;
    return typeof said === "string" ? said : "";
  } catch {
    return "";
  }
}
