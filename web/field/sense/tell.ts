/* Telling without the eyes: a buzz in the hand, a voice where the phone has one. */
import { language } from "../words";

export const canSpeak = (): boolean => "speechSynthesis" in window;

export function speak(text: string, ended: () => void = () => undefined): void {
  if (!canSpeak()) return;
  hush();
  const saying = new SpeechSynthesisUtterance(text);
  saying.lang = language.value === "zh" ? "zh-CN" : "en";
  saying.rate = 0.9;
  saying.onend = ended;
  saying.onerror = ended;
  speechSynthesis.speak(saying);
}

export function hush(): void {
  if (canSpeak()) speechSynthesis.cancel();
}

/** It worked: one long buzz and the words. */
export function confirm(text: string): void {
  if ("vibrate" in navigator) navigator.vibrate(200);
  speak(text);
}

/** It did not: three short ones. */
export function warn(text: string): void {
  if ("vibrate" in navigator) navigator.vibrate([80, 60, 80, 60, 80]);
  speak(text);
}
