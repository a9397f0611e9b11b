/* One question to the server. Only an answer that names the protocol is an answer: the login page of a hotel's Wi-Fi also says 200. */
import { heardFromServer, monoNow } from "../keep/clock";
import { PROTOCOL } from "../keep/outbox";

export const API = "/field/api/v1/";

export type Answer =
  | { kind: "ok"; status: number; body: Record<string, unknown>; etag: string }
  /** The server itself says no; `detail` is a sentence in the person's language. */
  | { kind: "no"; status: number; code: string; detail: string; retryAfter: number | null }
  /** Nothing came, or not in time. */
  | { kind: "offline" }
  /** Something answered, but not the server. */
  | { kind: "stranger" };

export interface Asked {
  method?: "GET" | "POST";
  token?: string | null;
  /** JSON as text, or a form with files. */
  body?: string | FormData;
  etag?: string;
  timeout?: number;
  language?: string;
}

export type Fetch = typeof fetch;

export async function ask(path: string, asked: Asked = {}, using: Fetch = fetch): Promise<Answer> {
  const started = monoNow();
  let response: Response;
  let text: string;
  try {
    response = await using(API + path, {
      method: asked.method ?? "GET",
      headers: headers(asked),
      body: asked.body ?? null,
      credentials: "omit",
      cache: "no-store",
      redirect: "manual",
      signal: AbortSignal.timeout(asked.timeout ?? 30_000),
    });
    text = await response.text();
  } catch {
    return { kind: "offline" };
  }
  if (response.status === 304 && asked.etag) return { kind: "ok", status: 304, body: {}, etag: asked.etag };
  const body = object(text);
  if (body?.protocol !== PROTOCOL) return stranger(response);
  if (typeof body.server_ms === "number") heardFromServer(body.server_ms, started, monoNow());
  if (response.ok) return { kind: "ok", status: response.status, body, etag: response.headers.get("ETag") ?? "" };
  return { kind: "no", status: response.status, ...reason(body), retryAfter: retryAfter(response) };
}

/** A file that the server gives to this person; null when it cannot be had now. */
export async function fetchFile(path: string, token: string | null, using: Fetch = fetch): Promise<Blob | null> {
  if (!token) return null;
  try {
    const response = await using(API + path, {
      headers: { Authorization: `Bearer ${token}` }, credentials: "omit", redirect: "manual", signal: AbortSignal.timeout(60_000),
    });
    return response.ok && response.headers.get("X-Content-Type-Options") === "nosniff" ? await response.blob() : null;
  } catch {
    return null;
  }
}

/** A 5xx of a proxy in front of the server is a server that is away for a moment; anything else speaks for a stranger. */
function stranger(response: Response): Answer {
  return response.status >= 500 ? { kind: "offline" } : { kind: "stranger" };
}

function headers(asked: Asked): Record<string, string> {
  const made: Record<string, string> = { Accept: "application/json" };
  if (asked.language) made["Accept-Language"] = asked.language;
  if (asked.token) made.Authorization = `Bearer ${asked.token}`;
  if (typeof asked.body === "string") made["Content-Type"] = "application/json";
  if (asked.etag) made["If-None-Match"] = asked.etag;
  return made;
}

function object(text: string): Record<string, unknown> | null {
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === "object" && parsed !== null ? (parsed as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

function reason(body: Record<string, unknown>): { code: string; detail: string } {
  return {
    code: typeof body.code === "string" ? body.code : "",
    detail: typeof body.detail === "string" ? body.detail : "",
  };
}

function retryAfter(response: Response): number | null {
  const seconds = Number(response.headers.get("Retry-After"));
  return Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : null;
}
