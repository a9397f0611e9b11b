/* How big the type is: everything is measured by the root's size. Kept on the phone, for everybody who uses it. */
import { ref } from "vue";
import { setSetting, setting } from "./keep/db";

const PER_CENT = [100, 125, 150] as const;
type Size = 0 | 1 | 2;

export const textSize = ref<Size>(0);

function show(size: Size): void {
  textSize.value = size;
  document.documentElement.style.fontSize = `${PER_CENT[size]}%`;
}

export async function loadTextSize(): Promise<void> {
  show((await setting<Size>("text-size")) ?? 0);
}

export async function nextTextSize(): Promise<void> {
  const next = ((textSize.value + 1) % PER_CENT.length) as Size;
  await setSetting("text-size", next);
  show(next);
}
