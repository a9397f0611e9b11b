/* The words of the interface. Chinese leads; the type makes English complete. */
import { ref } from "vue";
import { en } from "./en";
import { zh } from "./zh";

export type Word = keyof typeof zh;
export type Words = Record<Word, string>;
export type Language = "zh" | "en";

export const language = ref<Language>(navigator.language.startsWith("zh") ? "zh" : "en");

/** What the server understands in `Accept-Language`. */
export const serverLanguage = (): string => (language.value === "zh" ? "zh-hans" : "en");

export function t(word: Word, values: Record<string, string | number> = {}): string {
  const text: string = (language.value === "zh" ? zh : en)[word];
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}
