/* The screen stays on during a patrol: a phone that locks its screen stops giving positions to a web app. */

let lock: WakeLockSentinel | null = null;

async function hold(): Promise<boolean> {
  if (!("wakeLock" in navigator) || document.visibilityState !== "visible") return false;
  try {
    lock ??= await navigator.wakeLock.request("screen");
    lock.addEventListener("release", () => (lock = null), { once: true });
    return true;
  } catch {
    return false;
  }
}

/** The browser lets go of the lock when the app is left; it is taken again on coming back. */
const again = (): void => void hold();

export async function stayAwake(): Promise<boolean> {
  document.addEventListener("visibilitychange", again);
  return hold();
}

export function maySleep(): void {
  document.removeEventListener("visibilitychange", again);
  void lock?.release();
}
