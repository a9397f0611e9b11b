/* Speech into words, where the browser has it. Many phones offer the same on their keyboard. */
import { language } from "../words";

interface Recognition {
  lang: string;
  interimResults: boolean;
  continuous: boolean;
  onresult: ((event: { results: ArrayLike<ArrayLike<{ transcript: string }>> }) => void) | null;
  onend: (() => void) | null;
  start(): void;
  stop(): void;
}

const maker = (): (new () => Recognition) | undefined =>
  (window as { webkitSpeechRecognition?: new () => Recognition }).webkitSpeechRecognition;

export const canDictate = (): boolean => maker() !== undefined && navigator.onLine;

/** Hand over what is heard until `stop`; null where the phone cannot. */
export function dictate(heard: (text: string) => void, ended: () => void): { stop(): void } | null {
  const Made = maker();
  if (!Made) return null;
  const recognition = new Made();
  recognition.lang = language.value === "zh" ? "zh-CN" : "en";
  recognition.continuous = true;
  recognition.interimResults = false;
  recognition.onresult = ({ results }) => {
    heard(Array.from(results, (result) => result[0]?.transcript ?? "").join(""));
  };
  recognition.onend = ended;
  recognition.start();
  return recognition;
}
