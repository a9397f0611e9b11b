/* The screen stays on during a patrol: a phone that locks its screen stops giving positions to a web app. */

let lock: WakeLockSentinel | null = null;
let wanted = false;

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
document.addEventListener("visibilitychange", () => {
  if (wanted) void hold();
});

export async function stayAwake(): Promise<boolean> {
  wanted = true;
  return hold();
}

export function maySleep(): void {
  wanted = false;
  void lock?.release();
}
